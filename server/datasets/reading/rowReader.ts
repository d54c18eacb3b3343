/**
 * From rows' bytes to records: scan, recognise, map. Knows one row at a time; what rows have to do with each other is
 * the business of `aggregate.ts`.
 */
import type { MethodName } from '../../syntax/tree';
import {
  createNearDuplicateSample,
  isOffered,
  type NearDuplicateSample,
  noteText,
  offerText,
} from '../aggregate/nearDuplicates';
import { addRow, createRecords, LEFT, type Records, setDigest, setNumber } from '../aggregate/records';
import { offsetOf, type RowBlock } from '../containers/blocks';
import { rowDigest } from '../formats/digest';
import { episodesOf } from '../formats/episodes';
import { formatNumber, methodOf, readRow } from '../formats/formats';
import { shapeOfRow } from '../formats/record';
import { looseReward } from '../formats/reward';
import { hashText, hashTurns, type Row, textHash } from '../formats/row';
import { createShapes, NO_SHAPE, type Shapes, shapeOf } from '../formats/shapes';
import { overflow, type RowKernel } from '../json/kernel/kernel';
import { createTape, ScanFault, scanJson, type Tape } from '../json/scan';
import { type LabelJoin, labelOf } from '../labels/join';
import type { Limits } from '../limits';
import { fieldText } from '../mapping/fieldText';
import { applyMapping, createMapped, looksAt, type Mapped, type Mapping } from '../mapping/mapping';
import { createMatchBudget, type MatchBudget } from '../mapping/patterns';
import { satisfies, takesEveryRow } from '../mapping/selection';
import { takeMeasured } from '../measured/measured';
import { createMeasuring, type Measuring } from '../measured/store';
import { problemNumber, type RowProblemCode } from '../problems';
import { type CellNumbers, cellNumber, cellOfNames, nameNumber } from './cells';
import {
  createNameTable,
  learnPlan,
  type NameTable,
  nameAt,
  type PlannedName,
  type RowPlan,
  type RowPlans,
} from './rowPlan';

/** Results of patterns by rule or condition: 1 where they match; undefined where they run here. */
interface TriedElsewhere {
  readonly rules: readonly (Uint8Array | undefined)[];
  readonly conditions: readonly (Uint8Array | undefined)[];
  /** With `turn each`: the number of each row's first episode in the block. */
  readonly entries?: Int32Array;
}

export const NOT_TRIED: TriedElsewhere = { rules: [], conditions: [] };

export interface RowReader extends CellNumbers {
  readonly mapping: Mapping;
  readonly declared: MethodName | undefined;
  readonly limits: Limits;
  tape: Tape;
  /** Scans blocks that were placed in it, while rows are taken; else rows are scanned where they are. */
  kernel: RowKernel | undefined;
  readonly plans: RowPlans;
  readonly nameTable: NameTable;
  records: Records;
  readonly shapes: Shapes;
  similar: NearDuplicateSample;
  readonly measuring: Measuring | undefined;
  /** What is particular to a row with a problem, for as many as are listed; by row. */
  readonly details: Map<number, string>;
  problems: number;
  /** Undefined until a row has said so; which row it was, -1 where it was declared. */
  method: MethodName | undefined;
  methodRow: number;
  readonly mapped: Mapped;
  /** Results of patterns that were tried elsewhere, for the current block. */
  elsewhere: TriedElsewhere;
  /** The number of the next row, from 1 over all files; NaN where it is not known, in a part of a file. */
  nextRow: number;
  /** The first record of each file, where there are several. */
  fileStarts: number[];
  /** The labels of rows, where the mapping has some. */
  labels: LabelJoin | undefined;
  /** The matching elsewhere so far: the limit is the dataset's. */
  readonly budget: MatchBudget;
}

export function createRowReader(mapping: Mapping, declared: MethodName | undefined, limits: Limits): RowReader {
  return {
    mapping,
    declared,
    limits,
    tape: createTape(),
    kernel: undefined,
    plans: new Map(),
    nameTable: createNameTable(),
    records: createRecords(),
    shapes: createShapes(),
    similar: createNearDuplicateSample(),
    measuring: mapping.logprobs ? createMeasuring(mapping.logprobs) : undefined,
    names: [],
    nameIndex: new Map(),
    cells: [],
    cellIndex: new Map(),
    details: new Map(),
    problems: 0,
    method: declared,
    methodRow: -1,
    failure: undefined,
    mapped: createMapped(),
    elsewhere: NOT_TRIED,
    nextRow: 1,
    fileStarts: [],
    labels: undefined,
    budget: createMatchBudget(),
  };
}

/** Scans a row of a block into the reader's tape; a problem where it is no JSON. */
export function scanRow(reader: RowReader, block: RowBlock, view: DataView, index: number): RowProblemCode | undefined {
  const given = block.rows?.[index]?.problem;
  if (given) return given;
  const { kernel } = reader;
  const from = block.from[index]!;
  const to = block.to[index]!;
  if (kernel) reader.tape = kernel.tape;
  let fault = kernel ? kernel.scan(from, to) : overflow;
  if (fault === overflow) {
    if (kernel) reader.tape = createTape();
    fault = scanJson(reader.tape, block.bytes, view, from, to);
  }
  switch (fault) {
    case ScanFault.none:
      return undefined;
    case ScanFault.encoding:
      return 'dataset-row-encoding';
    case ScanFault.depth:
      return 'dataset-row-deep';
    default:
      return 'dataset-row-json';
  }
}

/** What is told of every episode that a row became, while the row is on the tape. */
export type Seen = (row: Row | undefined, record: number) => void;

/** Reads one row of a block into the records: a record, or with `turn each` one for each of its episodes. */
export function takeRow(reader: RowReader, block: RowBlock, view: DataView, index: number, seen?: Seen): void {
  const { selection } = reader.mapping;
  const { records } = reader;
  const place = reader.nextRow++;
  const record = newRecord(reader, block, index);
  if (selection.rows && (place < selection.rows.first || place > selection.rows.last)) {
    leaveOut(reader, record, LEFT.rows);
    return seen?.(undefined, record);
  }
  const broken = scanRow(reader, block, view, index);
  if (broken) {
    const detail = broken === 'dataset-row-json' ? whyNotJson(block, index) : undefined;
    report(reader, record, broken, block.rows?.[index]?.detail ?? detail);
    return seen?.(undefined, record);
  }
  const { tape, kernel } = reader;
  const isPlannable = kernel && tape === kernel.tape && !seen && !reader.labels && takesEveryRow(selection);
  const skeleton = isPlannable ? kernel.skeleton() : Number.NaN;
  const plan = reader.plans.get(skeleton);
  if (plan && takePlanned(reader, plan, record)) return;
  const shape = shapeOf(reader.shapes, tape, record);
  const row = readRow(tape);
  const format = formatNumber(row.format);
  records.shape[record] = shape;
  records.format[record] = format;
  const failed = selection.conditions.findIndex((condition, i) => {
    const known = reader.elsewhere.conditions[i];
    return !satisfies(condition, tape, row, known && known[index] === 1);
  });
  if (failed >= 0) {
    leaveOut(reader, record, LEFT.where + failed);
    return seen?.(row, record);
  }
  const episodes = selection.eachTurn ? episodesOf(row) : undefined;
  const digest = selection.sample === undefined ? undefined : rowDigest(tape, row);
  const entry = reader.elsewhere.entries?.[index] ?? index;
  const count = episodes?.length ?? 1;
  for (let i = 0; i < count; i++) {
    const at = i === 0 ? record : newRecord(reader, block, index);
    records.shape[at] = shape;
    records.format[at] = format;
    setNumber(records, 'entry', at, i);
    if (digest) setDigest(records, at, digest);
    takeEpisode(reader, episodes?.[i] ?? row, at, entry + i);
    seen?.(episodes?.[i] ?? row, at);
  }
  if (Number.isNaN(skeleton) || plan || records.problem[record] !== 0) return;
  if (reader.measuring || reader.plans.has(skeleton)) return;
  learnPlan(reader.plans, skeleton, tape, row, { mapping: reader.mapping, method: reader.method, shape, format });
}

function newRecord(reader: RowReader, block: RowBlock, index: number): number {
  const { records } = reader;
  const number = addRow(records);
  records.offset[number] = offsetOf(block, index);
  records.line[number] = block.line[index]!;
  records.cell[number] = -1;
  records.shape[number] = NO_SHAPE;
  return number;
}

/** The record is of a row that the mapping leaves out: counted, and neither evidence nor a problem. */
function leaveOut(reader: RowReader, record: number, why: number): void {
  reader.records.problem[record] = problemNumber('dataset-row-left-out');
  setNumber(reader.records, 'left', record, why);
}

function takeEpisode(reader: RowReader, row: Row, number: number, entry: number): void {
  const { records, tape } = reader;
  if (row.problem && !reader.measuring) {
    report(reader, number, row.problem, row.detail);
    return;
  }
  if (reader.method === undefined) {
    reader.method = methodFor(reader.mapping, row);
    reader.methodRow = number;
  }
  hashText(tape, row);
  const { low, high } = textHash;
  const finding = mapRow(reader, row, number, entry);
  if (finding) report(reader, number, finding.code, finding.detail);
  records.low[number] = textHash.low;
  records.high[number] = textHash.high;
  // Near-duplicates are those of a whole file: of a sample they would be those of its chance.
  if (records.problem[number] !== 0 || reader.mapping.selection.sample !== undefined) return;
  if (low !== 0 || high !== 0) offerText(reader.similar, tape, row, textHash.low, textHash.high);
}

/** Takes a row by its plan; false where this one needs a closer look, with nothing changed. */
function takePlanned(reader: RowReader, plan: RowPlan, number: number): boolean {
  const { records, tape } = reader;
  const situation = plannedName(reader, plan.situation);
  const response = plannedName(reader, plan.response);
  if (situation < 0 || response < 0) return false;
  const hasOver = plan.over.node >= 0 || plan.over.constant !== undefined;
  const over = hasOver ? plannedName(reader, plan.over) : -1;
  if (over < 0 && (hasOver || reader.method === 'prefer')) return false;
  records.shape[number] = plan.shape;
  records.format[number] = plan.format;
  records.cell[number] = cellOfNames(reader, situation, response, over);
  setNumber(records, 'weight', number, Number.isNaN(plan.weight) ? 1 : plan.weight);
  setNumber(records, 'tokens', number, plan.tokens);
  setNumber(records, 'reward', number, plan.reward);
  setNumber(records, 'epochs', number, Number.isNaN(plan.epochs) ? 1 : plan.epochs);
  hashTurns(tape, plan.turns);
  const { low, high } = textHash;
  records.low[number] = low;
  records.high[number] = high;
  if (isOffered(reader.similar, low, high)) noteText(reader.similar, tape, readRow(tape), low, high);
  return true;
}

function plannedName(reader: RowReader, { constant, node }: PlannedName): number {
  if (constant !== undefined) return nameNumber(reader, constant);
  return nameAt(reader.nameTable, reader.tape, node, (name) => nameNumber(reader, name));
}

/** `over` makes a preference and `reward` an rl episode, as in the language; else the format decides. */
function methodFor(mapping: Mapping, row: Row): MethodName {
  if (mapping.gives.has('over')) return 'prefer';
  if (mapping.gives.has('reward')) return 'rl';
  return methodOf(row.format) ?? 'sft';
}

interface RowFinding {
  readonly code: RowProblemCode;
  readonly detail?: string;
}

function mapRow(reader: RowReader, row: Row, number: number, entry: number): RowFinding | undefined {
  const { mapping, mapped, records, tape, method } = reader;
  applyMapping(
    mapping,
    tape,
    row,
    (rule) => {
      const known = reader.elsewhere.rules[rule];
      if (known) return known[entry] === 1;
      const { path, pattern } = mapping.rules[rule]!;
      const text = fieldText(tape, row, path);
      return text !== undefined && pattern.regex.test(text);
    },
    mapped,
  );
  if (mapped.fault) return { code: 'dataset-row-number', detail: mapped.fault };
  if (row.counted) fillCounted(mapped, row.counted);
  const label = reader.labels && labelOf(reader.labels, tape, row);
  if (label) {
    mapped.situation = label.situation ?? mapped.situation;
    mapped.response = label.response ?? mapped.response;
  }
  if (!reader.measuring) {
    if (row.format === 'record' && !label && !looksAt(mapping, tape))
      return { code: 'dataset-row-unknown', detail: `it is ${shapeOfRow(tape)}` };
    if (mapped.situation === undefined) return { code: 'dataset-row-no-situation' };
    if (mapped.response === undefined) return { code: 'dataset-row-no-response' };
    if (method === 'prefer' && mapped.over === undefined) return { code: 'dataset-row-no-over' };
  }
  if (method === 'rl' && Number.isNaN(mapped.reward)) {
    const found = row.reward === undefined && !row.badReward ? looseReward(tape) : row;
    if (found.badReward) return { code: 'dataset-row-number', detail: 'the reward is not a number' };
    if (found.reward !== undefined) mapped.reward = found.reward;
    else if (row.desired !== undefined) mapped.reward = row.desired ? 1 : -1;
  } else if (row.desired === false && !mapping.reads.has(row.desiredKey ?? 'label')) {
    return { code: 'dataset-row-undesired' };
  }
  const cell = cellNumber(reader, mapped);
  if (reader.measuring) {
    const fault = takeMeasured(reader.measuring, tape, row, mapped, number);
    if (fault) return fault;
  }
  records.cell[number] = cell;
  setNumber(records, 'weight', number, Number.isNaN(mapped.weight) ? 1 : mapped.weight);
  setNumber(records, 'tokens', number, mapped.tokens);
  setNumber(records, 'reward', number, mapped.reward);
  setNumber(records, 'epochs', number, Number.isNaN(mapped.epochs) ? 1 : mapped.epochs);
  if (row.counted) setNumber(records, 'times', number, row.counted.times);
  if (label?.judged && label.response !== undefined && mapping.corrected) setNumber(records, 'judged', number, 1);
  return undefined;
}

/** What the row of counts says itself, where the mapping does not. */
function fillCounted(mapped: Mapped, counted: NonNullable<Row['counted']>): void {
  mapped.situation ??= counted.situation;
  mapped.response ??= counted.response;
  mapped.over ??= counted.over;
  if (Number.isNaN(mapped.epochs)) mapped.epochs = counted.epochs;
  if (Number.isNaN(mapped.weight) && counted.weight !== undefined) mapped.weight = counted.weight;
  if (Number.isNaN(mapped.tokens) && counted.tokens !== undefined) mapped.tokens = counted.tokens;
}

function report(reader: RowReader, row: number, code: RowProblemCode, detail: string | undefined): void {
  reader.records.problem[row] = problemNumber(code);
  if (reader.problems < reader.limits.listedProblems && detail) reader.details.set(row, detail);
  reader.problems += 1;
}

const decoder = new TextDecoder();

/** What `JSON.parse` says, on the beginning of the row: its message quotes text, and rows can be long. */
function whyNotJson(block: RowBlock, index: number): string {
  const from = block.from[index]!;
  const to = block.to[index]!;
  if (to - from > 1 << 16) return 'the text breaks off or has a mistake';
  try {
    JSON.parse(decoder.decode(block.bytes.subarray(from, to)));
    return 'the text breaks off or has a mistake';
  } catch (error) {
    return error instanceof Error ? error.message.replace(/\.$/u, '') : String(error);
  }
}
