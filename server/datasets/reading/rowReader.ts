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
import { addRow, createRecords, type Records, setNumber } from '../aggregate/records';
import { offsetOf, type RowBlock } from '../containers/blocks';
import { formatNumber, methodOf, readRow } from '../formats/formats';
import { shapeOfRow } from '../formats/record';
import { looseReward } from '../formats/reward';
import { hashText, hashTurns, type Row, textHash } from '../formats/row';
import { createShapes, type Shapes, shapeOf } from '../formats/shapes';
import { overflow, type RowKernel } from '../json/kernel/kernel';
import { createTape, ScanFault, scanJson, type Tape } from '../json/scan';
import type { Limits } from '../limits';
import { applyMapping, createMapped, fieldText, looksAt, type Mapped, type Mapping } from '../mapping/mapping';
import { createMatchBudget, type MatchBudget, runsHere } from '../mapping/patterns';
import { takeMeasured } from '../measured/measured';
import { createMeasuring, type Measuring } from '../measured/store';
import { problemNumber, type RowProblemCode } from '../problems';
import {
  createNameTable,
  learnPlan,
  type NameTable,
  nameAt,
  type PlannedName,
  type RowPlan,
  type RowPlans,
} from './rowPlan';

export interface RowReader {
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
  /** Situations and responses by number. */
  readonly names: string[];
  readonly nameIndex: Map<string, number>;
  /** Cells: three name numbers each. */
  readonly cells: number[];
  readonly cellIndex: Map<number, number>;
  /** What is particular to a row with a problem, for as many as are listed; by row. */
  readonly details: Map<number, string>;
  problems: number;
  /** Undefined until a row has said so; which row it was, -1 where it was declared. */
  method: MethodName | undefined;
  methodRow: number;
  /** Why no dataset comes of it. */
  failure: { readonly code: string; readonly message: string } | undefined;
  readonly mapped: Mapped;
  /** Results of patterns that were tried elsewhere: by rule, for the rows of the current block. */
  elsewhere: readonly (Uint8Array | undefined)[];
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
    elsewhere: [],
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

/** Reads one row of a block into the records. */
export function takeRow(reader: RowReader, block: RowBlock, view: DataView, index: number): void {
  const { records } = reader;
  const number = addRow(records);
  records.offset[number] = offsetOf(block, index);
  records.line[number] = block.line[index]!;
  records.cell[number] = -1;
  const broken = scanRow(reader, block, view, index);
  if (broken) {
    report(
      reader,
      number,
      broken,
      block.rows?.[index]?.detail ?? (broken === 'dataset-row-json' ? whyNotJson(block, index) : undefined),
    );
    return;
  }
  const { tape, kernel } = reader;
  const skeleton = kernel && tape === kernel.tape ? kernel.skeleton() : Number.NaN;
  const plan = reader.plans.get(skeleton);
  if (plan && takePlanned(reader, plan, number)) return;
  records.shape[number] = shapeOf(reader.shapes, tape, number);
  const row = readRow(tape);
  records.format[number] = formatNumber(row.format);
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
  const finding = mapRow(reader, row, number, index);
  if (finding) report(reader, number, finding.code, finding.detail);
  records.low[number] = textHash.low;
  records.high[number] = textHash.high;
  if (records.problem[number] !== 0) return;
  if (low !== 0 || high !== 0) offerText(reader.similar, tape, row, textHash.low, textHash.high);
  if (!Number.isNaN(skeleton) && !plan && !reader.measuring && !reader.plans.has(skeleton)) {
    const { mapping, method } = reader;
    const known = { mapping, method, shape: records.shape[number]!, format: records.format[number]! };
    learnPlan(reader.plans, skeleton, tape, row, known);
  }
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

function mapRow(reader: RowReader, row: Row, number: number, index: number): RowFinding | undefined {
  const { mapping, mapped, records, tape, method } = reader;
  applyMapping(
    mapping,
    tape,
    row,
    (rule) => {
      const known = reader.elsewhere[rule];
      if (known) return known[index] === 1;
      const { path, pattern } = mapping.rules[rule]!;
      const text = fieldText(tape, row, path);
      return text !== undefined && pattern.regex.test(text);
    },
    mapped,
  );
  if (mapped.fault) return { code: 'dataset-row-number', detail: mapped.fault };
  if (!reader.measuring) {
    if (row.format === 'record' && !looksAt(mapping, tape))
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
  return undefined;
}

/** More names than this in one file are no names: a field holds free text. */
const maxNames = 100_000;

function nameNumber(reader: RowReader, name: string | undefined): number {
  if (name === undefined) return -1;
  const known = reader.nameIndex.get(name);
  if (known !== undefined) return known;
  if (reader.names.length >= maxNames) {
    reader.failure ??= {
      code: 'dataset-names',
      message: `The mapping gives more than ${maxNames.toLocaleString('en')} different names: a field of free text stands where a name should.`,
    };
    return -1;
  }
  reader.names.push(name);
  reader.nameIndex.set(name, reader.names.length - 1);
  return reader.names.length - 1;
}

/** The number of a cell; a new one where no row had it before. */
export function cellNumber(reader: RowReader, mapped: Pick<Mapped, 'situation' | 'response' | 'over'>): number {
  const situation = nameNumber(reader, mapped.situation);
  const response = nameNumber(reader, mapped.response);
  const over = nameNumber(reader, mapped.over);
  return cellOfNames(reader, situation, response, over);
}

function cellOfNames(reader: RowReader, situation: number, response: number, over: number): number {
  // Below 2^53, since each is at most `maxNames`.
  const key = ((situation + 1) * (maxNames + 1) + response + 1) * (maxNames + 1) + over + 1;
  const known = reader.cellIndex.get(key);
  if (known !== undefined) return known;
  const cell = reader.cells.length / 3;
  reader.cells.push(situation, response, over);
  reader.cellIndex.set(key, cell);
  return cell;
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

/** Rules whose pattern must not run here, with the texts of a block's rows (undefined: no such field). */
export function patternsElsewhere(
  reader: RowReader,
  block: RowBlock,
  view: DataView,
): readonly { readonly rule: number; readonly texts: readonly (string | undefined)[] }[] {
  const { rules } = reader.mapping;
  const risky = rules.flatMap((rule, index) => (rule.pattern.risk === 'linear' ? [] : [index]));
  if (risky.length === 0) return [];
  const texts = risky.map(() => new Array<string | undefined>(block.count));
  for (let index = 0; index < block.count; index++) {
    if (scanRow(reader, block, view, index)) continue;
    const row = readRow(reader.tape);
    risky.forEach((rule, i) => {
      texts[i]![index] = fieldText(reader.tape, row, rules[rule]!.path);
    });
  }
  return risky.flatMap((rule, i) => {
    const { pattern } = rules[rule]!;
    const all = texts[i]!;
    return all.every((text) => text === undefined || runsHere(pattern, text)) ? [] : [{ rule, texts: all }];
  });
}
