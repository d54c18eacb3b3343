/**
 * Rows on their way in: each is a span of bytes that should be one JSON object, whatever the file was before. Streams
 * come in chunks of any size; a row that spans several is put together here, and nothing longer than a row is kept.
 */
import type { Limits } from '../limits';
import type { RowProblemCode } from '../problems';

/** A run of rows in one buffer. The byte after a row exists and can end no value. */
export interface RowBlock {
  readonly bytes: Uint8Array;
  readonly rows: readonly RowSpan[] | undefined;
  /** Where all rows are lines: only their bounds. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly count: number;
  /** Offset of `bytes[0]` in the (unpacked) file, and the 1-based line of the first row where rows are lines. */
  readonly offset: number;
  readonly line: Int32Array;
}

/** A row that needs more than its bounds: where it was in the file before it became JSON, and what is wrong with it. */
export interface RowSpan {
  readonly offset: number;
  readonly problem?: RowProblemCode;
  readonly detail?: string;
}

export function offsetOf(block: RowBlock, index: number): number {
  return block.rows?.[index]?.offset ?? block.offset + block.from[index]!;
}

/** A buffer that grows up to a row's limit. */
interface Carry {
  bytes: Uint8Array;
  length: number;
  /** Offset of its first byte in the file. */
  offset: number;
  /** The row is over the limit: the rest is counted, not kept. */
  over: boolean;
  /** Carriage returns so far; whether the last byte is one. */
  returns: number;
  endsInReturn: boolean;
}

function append(carry: Carry, part: Uint8Array, limit: number): void {
  if (part.length > 0) {
    for (let at = part.indexOf(CR); at >= 0; at = part.indexOf(CR, at + 1)) carry.returns += 1;
    carry.endsInReturn = part[part.length - 1] === CR;
  }
  if (carry.over) return;
  const length = carry.length + part.length;
  if (length > limit) {
    carry.over = true;
    carry.bytes = new Uint8Array(0);
    return;
  }
  // One byte more: something must stand after a row.
  if (length + 1 > carry.bytes.length) {
    const grown = new Uint8Array(Math.max(length + 1, carry.bytes.length * 2, 4096));
    grown.set(carry.bytes.subarray(0, carry.length));
    carry.bytes = grown;
  }
  carry.bytes.set(part, carry.length);
  carry.length = length;
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Rows that are lines. Lines of white space are no rows. `offset` and `line` say where the stream begins; `passed` is
 * told the line that comes next.
 */
export async function* lineBlocks(
  chunks: AsyncIterable<Uint8Array>,
  limits: Limits,
  start: { readonly offset: number; readonly line: number },
  passed: (line: number) => void = () => undefined,
): AsyncGenerator<RowBlock> {
  let { offset, line } = start;
  let carry: Carry | undefined;
  for await (const chunk of chunks) {
    let from = 0;
    if (carry) {
      const end = chunk.indexOf(LF);
      append(carry, end < 0 ? chunk : chunk.subarray(0, end), limits.rowBytes);
      if (end < 0) {
        offset += chunk.length;
        continue;
      }
      const row = carried(carry, line, limits);
      // Editors end a line at a lone carriage return too.
      line += 1 + carry.returns - (carry.endsInReturn ? 1 : 0);
      passed(line);
      if (row) yield row;
      from = end + 1;
      carry = undefined;
    }
    const block = linesOf(chunk, from, offset, line, limits);
    line += block.lines;
    passed(line);
    if (block.count > 0) yield block;
    if (block.rest < chunk.length) {
      carry = {
        bytes: new Uint8Array(0),
        length: 0,
        offset: offset + block.rest,
        over: false,
        returns: 0,
        endsInReturn: false,
      };
      append(carry, chunk.subarray(block.rest), limits.rowBytes);
    }
    offset += chunk.length;
  }
  if (carry) {
    const row = carried(carry, line, limits);
    if (row) yield row;
  }
}

function linesOf(
  bytes: Uint8Array,
  start: number,
  offset: number,
  firstLine: number,
  limits: Limits,
): RowBlock & { readonly rest: number; readonly lines: number } {
  let capacity = 64;
  let from = new Int32Array(capacity);
  let to = new Int32Array(capacity);
  let line = new Int32Array(capacity);
  let rows: RowSpan[] | undefined;
  let count = 0;
  let lines = 0;
  let at = start;
  let nextReturn = bytes.indexOf(CR, start);
  for (;;) {
    const end = bytes.indexOf(LF, at);
    if (end < 0) break;
    if (!isBlank(bytes, at, end)) {
      if (count === capacity) {
        capacity *= 2;
        [from, to, line] = [from, to, line].map((column) => {
          const grown = new Int32Array(capacity);
          grown.set(column);
          return grown;
        }) as [Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>];
      }
      from[count] = at;
      to[count] = end;
      line[count] = firstLine + lines;
      if (end - at > limits.rowBytes) {
        rows ??= [];
        rows[count] = { offset: offset + at, ...tooLong(limits) };
      }
      count += 1;
    }
    lines += 1;
    while (nextReturn >= 0 && nextReturn < end) {
      if (nextReturn < end - 1) lines += 1;
      nextReturn = bytes.indexOf(CR, nextReturn + 1);
    }
    at = end + 1;
  }
  return { bytes, rows, from, to, line, count, offset, rest: at, lines };
}

function tooLong(limits: Limits): { readonly problem: RowProblemCode; readonly detail: string } {
  return { problem: 'dataset-row-long', detail: `more than ${limits.rowBytes.toLocaleString('en')} bytes` };
}

function carried(carry: Carry, line: number, limits: Limits): RowBlock | undefined {
  if (!carry.over && isBlank(carry.bytes, 0, carry.length)) return undefined;
  if (!carry.over) carry.bytes[carry.length] = LF;
  return single(carry.over ? new Uint8Array(1) : carry.bytes, carry.over ? 0 : carry.length, line, {
    offset: carry.offset,
    ...(carry.over ? tooLong(limits) : {}),
  });
}

/** A block of one row. `bytes[length]` must exist. */
export function single(bytes: Uint8Array, length: number, line: number, row: RowSpan): RowBlock {
  return {
    bytes,
    rows: [row],
    from: Int32Array.of(0),
    to: Int32Array.of(length),
    line: Int32Array.of(line),
    count: 1,
    offset: row.offset,
  };
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to && (bytes[at] === 0x20 || bytes[at] === 0x0d || bytes[at] === 0x09)) at += 1;
  return at === to;
}

const encoder = new TextEncoder();

/** A value that was not JSON in the file (a line of a table), as the JSON text that it stands for. */
export function encodedJson(json: string, line: number, row: RowSpan): RowBlock {
  const bytes = encoder.encode(`${json}\n`);
  return single(bytes, bytes.length - 1, line, row);
}
