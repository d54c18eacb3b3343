/** Rows that a mapping leaves out: the sample is drawn here, when all rows are known, and what each line left out is counted. */
import type { LeftOut } from '../counts';
import type { Selection } from '../mapping/selection';
import { ROW_PROBLEMS } from '../problems';
import { LEFT, numberOf, type Records, setNumber } from './records';

const LEFT_OUT = 1 + ROW_PROBLEMS.indexOf('dataset-row-left-out');
/** Problems up to this number are of rows that never became values: they have no text to be drawn by. */
const BROKEN = 1 + ROW_PROBLEMS.indexOf('dataset-row-columns');

export function isLeftOut(problem: number): boolean {
  return problem === LEFT_OUT;
}

/**
 * Leaves out all but `count` of the rows that are still there: those with the smallest digests of their texts stay, of
 * equal ones those that come first. The episodes of one row stay together. Drawing again changes nothing.
 */
export function drawSample(records: Records, count: number): void {
  const starts: number[] = [];
  for (let record = 0; record < records.size; record++) {
    const problem = records.problem[record]!;
    const isThere = problem === 0 || (problem > BROKEN && problem !== LEFT_OUT);
    const isOpen = isThere || numberOf(records, 'left', record) === LEFT.sample;
    if (isOpen && numberOf(records, 'entry', record) === 0) starts.push(record);
  }
  if (starts.length <= count) return;
  const compare = (a: number, b: number) =>
    numberOf(records, 'digest', a) - numberOf(records, 'digest', b) ||
    numberOf(records, 'digestRest', a) - numberOf(records, 'digestRest', b) ||
    a - b;
  for (const start of starts.sort(compare).slice(count)) {
    for (let record = start; record < records.size; record++) {
      if (record > start && numberOf(records, 'entry', record) === 0) break;
      records.problem[record] = LEFT_OUT;
      setNumber(records, 'left', record, LEFT.sample);
    }
  }
}

/** How many rows each line of the mapping left out; undefined where it has no such line. */
export function countLeftOut(records: Records, selection: Selection): LeftOut | undefined {
  const { conditions, rows, sample } = selection;
  if (conditions.length === 0 && !rows && sample === undefined) return undefined;
  const where = conditions.map(() => 0);
  let total = 0;
  let of = 0;
  let range = 0;
  let sampled = 0;
  for (let record = 0; record < records.size; record++) {
    const isFirst = numberOf(records, 'entry', record) === 0;
    if (isFirst) of += 1;
    if (records.problem[record] !== LEFT_OUT) continue;
    total += 1;
    const why = numberOf(records, 'left', record);
    if (!isFirst) continue;
    if (why === LEFT.rows) range += 1;
    else if (why === LEFT.sample) sampled += 1;
    else where[why - LEFT.where]! += 1;
  }
  return { total, of, rows: range, where, sample: sampled };
}
