/**
 * From records to counts: rows with the same text, cell, weight and reward are one episode shown several times;
 * episodes that say the same are one group. A pure function of the records, so that a file that was read again in part
 * comes to the same as one read from nothing.
 */
import type { DatasetCounts, EpisodeGroups, MeasuredRows, RowIndex, RowProblem } from './counts';
import { FORMAT_NAMES, FORMATS, readRow } from './formats';
import { maxCompared } from './limits';
import { nearDuplicates, noteText, textKey } from './near';
import type { Pace } from './pace';
import { problemText, ROW_PROBLEMS } from './problems';
import { numberOf, type Records } from './records';
import type { RowReader } from './row-reader';
import { fieldsOfShapes } from './shapes';

/** Rows between two looks at the clock. */
const STRIDE = 1024;

export interface FileFacts {
  readonly name: string;
  readonly uri: string;
  /** How the file itself is kept, in words: `gzipped JSON Lines`; undefined for plain JSON Lines. */
  readonly container?: string;
  readonly bytes: number;
}

/**
 * Undefined where the work was cancelled. `rescan` brings a row back on the reader's tape, where the file is at hand:
 * texts that have come to be among those compared are then looked at.
 */
export async function aggregate(
  reader: RowReader,
  file: FileFacts,
  pace: Pace,
  rescan?: (row: number) => boolean,
): Promise<DatasetCounts | undefined> {
  const { records, measuring } = reader;
  const firsts = await firstRows(records, pace);
  if (!firsts) return undefined;
  const rows = records.size;
  const long = measuring?.layout === 'long';
  const group = new Int32Array(rows).fill(-1);
  const counted = measuring ? undefined : await groupRows(reader, firsts.first, firsts.epochs, group, pace);
  if (!measuring && !counted) return undefined;
  const measured = measuring ? measuredRows(reader, firsts.first, firsts.epochs, group) : undefined;
  const { problems, problemCounts, unclassified } = listProblems(reader);
  const rowsOfShape = new Float64Array(reader.shapes.shapes.length);
  const rowsOfFormat = new Float64Array(FORMAT_NAMES.length);
  for (let row = 0; row < rows; row++) {
    if (isBroken(records.problem[row]!)) continue;
    const shape = records.shape[row]!;
    if (shape < rowsOfShape.length) rowsOfShape[shape]! += 1;
    rowsOfFormat[records.format[row]!]! += 1;
  }
  const near = nearDuplicates(reader.near, comparedTexts(reader, firsts.first, rescan), firsts.distinctTexts);
  const { names, number } = usedNames(reader);
  return {
    name: file.name,
    uri: file.uri,
    format: describeFormat(reader, rowsOfFormat, file.container),
    method: reader.method ?? 'sft',
    names,
    rows,
    classified: rows - unclassified,
    unclassified,
    duplicates: long ? 0 : firsts.duplicates,
    groups: counted
      ? {
          ...counted,
          situation: counted.situation.map(number),
          response: counted.response.map(number),
          over: counted.over.map(number),
        }
      : emptyGroups(),
    ...(measured
      ? {
          measured: { ...measured, situation: measured.situation.map(number), response: measured.response.map(number) },
        }
      : {}),
    index: {
      rows,
      offset: records.offset.slice(0, rows),
      line: records.line.slice(0, rows),
      group,
      problem: records.problem.slice(0, rows),
      first: firsts.first,
    } satisfies RowIndex,
    problems,
    problemCounts,
    fields: fieldsOfShapes(reader.shapes, rowsOfShape),
    ...(near ? { near } : {}),
    bytes: file.bytes,
  };
}

export function emptyGroups(): EpisodeGroups {
  return {
    size: 0,
    situation: new Int32Array(0),
    response: new Int32Array(0),
    over: new Int32Array(0),
    weight: new Float64Array(0),
    tokens: new Float64Array(0),
    reward: new Float64Array(0),
    epochs: new Float64Array(0),
    times: new Float64Array(0),
  };
}

/** The first distinct texts, by their hash: those that are compared for near-duplicates. */
function comparedTexts(reader: RowReader, first: Int32Array, rescan?: (row: number) => boolean): readonly string[] {
  const { records, near, tape } = reader;
  const keys = new Set<string>();
  for (let row = 0; row < records.size && keys.size < maxCompared; row++) {
    if (records.problem[row] !== 0 || first[row] !== row) continue;
    if (records.low[row] === 0 && records.high[row] === 0) continue;
    const key = textKey(records.low[row]!, records.high[row]!);
    keys.add(key);
    if (rescan && !near.signatures.has(key) && rescan(row)) noteText(near, tape, readRow(tape), key);
  }
  return [...keys];
}

/** Names in the order in which usable rows use them: a reader that has seen other rows before may know more. */
function usedNames(reader: RowReader): {
  readonly names: readonly string[];
  readonly number: (name: number) => number;
} {
  const { records, cells } = reader;
  const seen = new Uint8Array(cells.length / 3);
  const numbers = new Map<number, number>();
  const names: string[] = [];
  for (let row = 0; row < records.size; row++) {
    const cell = records.cell[row]!;
    if (cell < 0 || seen[cell] === 1) continue;
    seen[cell] = 1;
    for (const name of cells.slice(cell * 3, cell * 3 + 3)) {
      if (name < 0 || numbers.has(name)) continue;
      numbers.set(name, names.length);
      names.push(reader.names[name]!);
    }
  }
  return { names, number: (name) => numbers.get(name) ?? -1 };
}

/** A row without a shape or a format: it never became values. */
export function isBroken(problem: number): boolean {
  return problem > 0 && problem <= ROW_PROBLEMS.indexOf('dataset-row-columns') + 1;
}

const bits = new Float64Array(1);
const bitsLow = new Uint32Array(bits.buffer);

function mixNumber(hash: number, value: number): number {
  bits[0] = Number.isNaN(value) ? Number.NaN : value;
  const mixed = Math.imul(hash ^ bitsLow[0]!, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15) ^ bitsLow[1]!, 0xc2b2ae35);
}

/** An open-addressed table from hash to number; the caller compares. Grows with what is put in. */
function createSlots(expected: number): { slots: Int32Array; mask: number } {
  let size = 64;
  while (size < expected * 2) size *= 2;
  return { slots: new Int32Array(size), mask: size - 1 };
}

interface Firsts {
  /** The first row that is the same episode. */
  readonly first: Int32Array;
  /** At first rows: how often the episode was shown. */
  readonly epochs: Float64Array;
  readonly duplicates: number;
  readonly distinctTexts: number;
}

async function firstRows(records: Records, pace: Pace): Promise<Firsts | undefined> {
  const rows = records.size;
  const first = new Int32Array(rows);
  const epochs = new Float64Array(rows);
  const { slots, mask } = createSlots(rows);
  let duplicates = 0;
  let distinct = 0;
  for (let row = 0; row < rows; row++) {
    if (row % STRIDE === 0 && pace.due() && !(await pace.rest())) return undefined;
    first[row] = row;
    if (records.problem[row] !== 0) continue;
    const shown = numberOf(records, 'epochs', row);
    const low = records.low[row]!;
    const high = records.high[row]!;
    epochs[row] = shown;
    if (low === 0 && high === 0) continue;
    let slot = Math.imul(low ^ Math.imul(high, 0x9e3779b1) ^ Math.imul(records.cell[row]!, 0x01000193), 0x85ebca6b);
    slot = (slot ^ (slot >>> 15)) & mask;
    for (;;) {
      const other = slots[slot]! - 1;
      if (other < 0) {
        slots[slot] = row + 1;
        distinct += 1;
        break;
      }
      if (isSame(records, other, row)) {
        first[row] = other;
        epochs[other]! += shown;
        duplicates += 1;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  return { first, epochs, duplicates, distinctTexts: distinct };
}

function isSame(records: Records, a: number, b: number): boolean {
  return (
    records.low[a] === records.low[b] &&
    records.high[a] === records.high[b] &&
    records.cell[a] === records.cell[b] &&
    Object.is(numberOf(records, 'weight', a), numberOf(records, 'weight', b)) &&
    Object.is(numberOf(records, 'reward', a), numberOf(records, 'reward', b))
  );
}

async function groupRows(
  reader: RowReader,
  first: Int32Array,
  epochs: Float64Array,
  group: Int32Array,
  pace: Pace,
): Promise<EpisodeGroups | undefined> {
  const { records } = reader;
  const rows = records.size;
  // The row that stands for a group, in order of appearance.
  let members = new Int32Array(64);
  let times = new Float64Array(64);
  let size = 0;
  let { slots, mask } = createSlots(64);
  const hashOf = (row: number) => {
    let hash = records.cell[row]!;
    hash = mixNumber(hash, numberOf(records, 'weight', row));
    hash = mixNumber(hash, numberOf(records, 'tokens', row));
    hash = mixNumber(hash, numberOf(records, 'reward', row));
    hash = mixNumber(hash, epochs[row]!);
    return hash ^ (hash >>> 13);
  };
  const alike = (a: number, b: number) =>
    records.cell[a] === records.cell[b] &&
    Object.is(numberOf(records, 'weight', a), numberOf(records, 'weight', b)) &&
    Object.is(numberOf(records, 'tokens', a), numberOf(records, 'tokens', b)) &&
    Object.is(numberOf(records, 'reward', a), numberOf(records, 'reward', b)) &&
    epochs[a] === epochs[b];
  const find = (row: number): number => {
    let slot = hashOf(row) & mask;
    while (slots[slot] !== 0 && !alike(members[slots[slot]! - 1]!, row)) slot = (slot + 1) & mask;
    return slot;
  };
  let last = -1;
  for (let row = 0; row < rows; row++) {
    if (row % STRIDE === 0 && pace.due() && !(await pace.rest())) return undefined;
    if (records.problem[row] !== 0 || first[row] !== row) continue;
    let found = last >= 0 && alike(members[last]!, row) ? last : -1;
    if (found < 0) {
      const slot = find(row);
      found = slots[slot]! - 1;
      if (found < 0) {
        if (size === members.length) {
          members = extended(members, new Int32Array(size * 2));
          times = extended(times, new Float64Array(size * 2));
        }
        members[size] = row;
        slots[slot] = size + 1;
        found = size;
        size += 1;
        if (size * 2 > mask) {
          ({ slots, mask } = createSlots(size * 2));
          for (let i = 0; i < size; i++) slots[find(members[i]!)] = i + 1;
        }
      }
    }
    times[found]! += 1;
    group[row] = found;
    last = found;
  }
  for (let row = 0; row < rows; row++) if (first[row] !== row) group[row] = group[first[row]!]!;
  const column = (value: (row: number) => number) => Float64Array.from({ length: size }, (_, i) => value(members[i]!));
  const names = (part: number) =>
    Int32Array.from({ length: size }, (_, i) => reader.cells[records.cell[members[i]!]! * 3 + part]!);
  return {
    size,
    situation: names(0),
    response: names(1),
    over: names(2),
    weight: column((row) => numberOf(records, 'weight', row)),
    tokens: column((row) => numberOf(records, 'tokens', row)),
    reward: column((row) => numberOf(records, 'reward', row)),
    epochs: column((row) => epochs[row]!),
    times: times.slice(0, size),
  };
}

function extended<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Episodes in order of their first row. */
function measuredRows(reader: RowReader, first: Int32Array, epochs: Float64Array, group: Int32Array): MeasuredRows {
  const { records } = reader;
  const measuring = reader.measuring!;
  const personas = measuring.personas.length;
  const episodeOfSlot = new Int32Array(measuring.slots).fill(-1);
  const members: number[] = [];
  for (let row = 0; row < records.size; row++) {
    if (records.problem[row] !== 0) continue;
    const slot = measuring.slotColumn[first[row]!]!;
    if (episodeOfSlot[slot]! < 0) {
      episodeOfSlot[slot] = members.length;
      members.push(first[row]!);
    }
    group[row] = episodeOfSlot[slot]!;
  }
  const logprob = new Float64Array(members.length * personas);
  members.forEach((row, episode) => {
    const from = measuring.slotColumn[row]! * measuring.stride;
    logprob.set(measuring.values.subarray(from, from + personas), episode * personas);
  });
  const column = (value: (row: number) => number) => Float64Array.from(members, value);
  return {
    rows: members.length,
    personas: measuring.personas.slice(),
    logprob,
    aggregate: measuring.declared.aggregate,
    weight: column((row) => numberOf(records, 'weight', row)),
    tokens: column((row) => numberOf(records, 'tokens', row)),
    epochs: column((row) => epochs[row]!),
    situation: Int32Array.from(members, (row) => reader.cells[records.cell[row]! * 3]!),
    response: Int32Array.from(members, (row) => reader.cells[records.cell[row]! * 3 + 1]!),
  };
}

function listProblems(reader: RowReader): {
  readonly problems: readonly RowProblem[];
  readonly problemCounts: Readonly<Record<string, number>>;
  readonly unclassified: number;
} {
  const { records, limits } = reader;
  const problems: RowProblem[] = [];
  const counts = new Float64Array(ROW_PROBLEMS.length);
  let unclassified = 0;
  for (let row = 0; row < records.size; row++) {
    const kind = records.problem[row]!;
    if (kind === 0) continue;
    unclassified += 1;
    counts[kind - 1]! += 1;
    if (problems.length < limits.listedProblems) {
      const code = ROW_PROBLEMS[kind - 1]!;
      problems.push({ row, line: records.line[row]!, code, message: problemText(code, reader.details.get(row)) });
    }
  }
  const problemCounts: Record<string, number> = {};
  ROW_PROBLEMS.forEach((code, index) => {
    if (counts[index]! > 0) problemCounts[code] = counts[index]!;
  });
  return { problems, problemCounts, unclassified };
}

function describeFormat(reader: RowReader, rowsOfFormat: Float64Array, container: string | undefined): string {
  const kinds = FORMAT_NAMES.map((name, index) => ({ name, rows: rowsOfFormat[index]! })).filter(
    ({ rows }) => rows > 0,
  );
  kinds.sort((a, b) => b.rows - a.rows);
  const layout = { object: 'object per row', columns: 'wide', long: 'long' } as const;
  const said = reader.measuring?.layout
    ? `measured log-probabilities (${layout[reader.measuring.layout]})`
    : kinds.length === 0
      ? 'no rows'
      : kinds.length === 1
        ? FORMATS[kinds[0]!.name]
        : kinds.map(({ name, rows }) => `${FORMATS[name]} (${rows.toLocaleString('en')} rows)`).join(', ');
  return container ? `${said}, ${container}` : said;
}
