/** What is kept of every row while a file is read: columns of numbers, nothing per row that the collector must visit. */

/** Columns grow together; `size` rows are in use. Optional numbers get a column once a row has one. */
export interface Records {
  size: number;
  offset: Float64Array;
  line: Int32Array;
  /** Hash of the row's text; (0, 0): no text. */
  low: Int32Array;
  high: Int32Array;
  /** Index of (situation, response, over); -1 where the row is no evidence. */
  cell: Int32Array;
  /** 0, or 1 + index into `ROW_PROBLEMS`. */
  problem: Uint8Array;
  format: Uint8Array;
  shape: Uint16Array;
  weight: Float64Array | undefined;
  tokens: Float64Array | undefined;
  reward: Float64Array | undefined;
  epochs: Float64Array | undefined;
  /** Why the mapping leaves the row out: 0, or a number of `LEFT`. */
  left: Float64Array | undefined;
  /** Which episode of its row this is, from 0. */
  entry: Float64Array | undefined;
  /** The first 48 bits of the digest of the row's text, and the next 48. */
  digest: Float64Array | undefined;
  digestRest: Float64Array | undefined;
  /** 1 where only a judge has labelled the row, and its counts are corrected for that. */
  judged: Float64Array | undefined;
  /** How many distinct episodes the row stands for. */
  times: Float64Array | undefined;
}

/** Why a row is left out; a condition of `where` is `where` plus its index. */
export const LEFT = { rows: 1, sample: 2, where: 3 } as const;

const NUMBERS = [
  'weight',
  'tokens',
  'reward',
  'epochs',
  'left',
  'entry',
  'digest',
  'digestRest',
  'judged',
  'times',
] as const;
export type NumberColumn = (typeof NUMBERS)[number];
/** What stands where a row says nothing. */
const ABSENT: Readonly<Record<NumberColumn, number>> = {
  weight: 1,
  tokens: Number.NaN,
  reward: Number.NaN,
  epochs: 1,
  left: 0,
  entry: 0,
  digest: 0,
  digestRest: 0,
  judged: 0,
  times: 1,
};

export function createRecords(capacity = 1024): Records {
  return {
    size: 0,
    offset: new Float64Array(capacity),
    line: new Int32Array(capacity),
    low: new Int32Array(capacity),
    high: new Int32Array(capacity),
    cell: new Int32Array(capacity),
    problem: new Uint8Array(capacity),
    format: new Uint8Array(capacity),
    shape: new Uint16Array(capacity),
    weight: undefined,
    tokens: undefined,
    reward: undefined,
    epochs: undefined,
    left: undefined,
    entry: undefined,
    digest: undefined,
    digestRest: undefined,
    judged: undefined,
    times: undefined,
  };
}

/** Adds one more row and returns its number; the row's columns are at their defaults. */
export function addRow(records: Records): number {
  const row = records.size;
  if (row === records.offset.length) growRecords(records, row * 2);
  records.size = row + 1;
  return row;
}

function growRecords(records: Records, capacity: number): void {
  const grown = <T extends Float64Array | Int32Array | Uint8Array | Uint16Array>(from: T, to: T): T => {
    to.set(from as never);
    return to;
  };
  records.offset = grown(records.offset, new Float64Array(capacity));
  records.line = grown(records.line, new Int32Array(capacity));
  records.low = grown(records.low, new Int32Array(capacity));
  records.high = grown(records.high, new Int32Array(capacity));
  records.cell = grown(records.cell, new Int32Array(capacity));
  records.problem = grown(records.problem, new Uint8Array(capacity));
  records.format = grown(records.format, new Uint8Array(capacity));
  records.shape = grown(records.shape, new Uint16Array(capacity));
  for (const key of NUMBERS) {
    const column = records[key];
    if (column) records[key] = grown(column, new Float64Array(capacity).fill(ABSENT[key], column.length));
  }
}

/** Adds rows behind the last; there must be capacity for them. */
export function appendRecords(records: Records, part: Records): void {
  const at = records.size;
  for (const key of ['offset', 'line', 'low', 'high', 'cell', 'problem', 'format', 'shape'] as const) {
    records[key].set(part[key].subarray(0, part.size), at);
  }
  for (const key of NUMBERS) {
    const column = part[key];
    if (!column) continue;
    records[key] ??= new Float64Array(records.offset.length).fill(ABSENT[key]);
    records[key]!.set(column.subarray(0, part.size), at);
  }
  records.size = at + part.size;
}

/** Sets an optional number of a row; NaN and the default cost nothing. */
export function setNumber(records: Records, key: NumberColumn, row: number, value: number): void {
  if (Object.is(value, ABSENT[key]) || (Number.isNaN(value) && !records[key])) return;
  records[key] ??= new Float64Array(records.offset.length).fill(ABSENT[key]);
  records[key]![row] = value;
}

/** Notes the digest of a row's text. */
export function setDigest(records: Records, row: number, digest: Uint8Array): void {
  const bits = (from: number) => digest.subarray(from, from + 6).reduce((value, byte) => value * 256 + byte, 0);
  setNumber(records, 'digest', row, bits(0));
  setNumber(records, 'digestRest', row, bits(6));
}

export function numberOf(records: Records, key: NumberColumn, row: number): number {
  return records[key]?.[row] ?? ABSENT[key];
}

/** A copy of some rows. */
export function cutRecords(records: Records, from: number, to: number): Records {
  return joinRecords([records], from, to);
}

/** Rows of several records one after another; of each the rows `[from, to)` where given. */
export function joinRecords(pieces: readonly Records[], from = 0, to = Number.POSITIVE_INFINITY): Records {
  const bounds = pieces.map((part) => [Math.min(from, part.size), Math.min(to, part.size)] as const);
  const size = bounds.reduce((sum, [start, end]) => sum + end - start, 0);
  const joined = createRecords(Math.max(64, size));
  joined.size = size;
  for (const key of NUMBERS) {
    if (pieces.some((part) => part[key])) joined[key] = new Float64Array(joined.offset.length).fill(ABSENT[key]);
  }
  let at = 0;
  pieces.forEach((part, index) => {
    const [start, end] = bounds[index]!;
    for (const key of ['offset', 'line', 'low', 'high', 'cell', 'problem', 'format', 'shape'] as const) {
      joined[key].set(part[key].subarray(start, end), at);
    }
    for (const key of NUMBERS) {
      const column = part[key];
      if (column) joined[key]!.set(column.subarray(start, end), at);
    }
    at += end - start;
  });
  return joined;
}

/** The first row from `first` on, and before `size`, that begins at this offset or behind it. */
export function rowFrom(offsets: Float64Array, size: number, offset: number, first = 0): number {
  let low = first;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (offsets[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
