/**
 * Reading again after a change, only what changed where that can be known: rows that were edited in an open text, and
 * rows that were added to the end of a large file. Everything else is read from nothing. Either way the result is the
 * same; a property test holds them together.
 */
import type { Host } from '../../host/host';
import type { DatasetSource } from '../../program/model/program';
import { lineIndex } from '../../syntax/lines';
import type { MethodName } from '../../syntax/tree';
import { aggregate, isBroken } from '../aggregate/aggregate';
import { createRecords, cutRecords, joinRecords, rowFrom } from '../aggregate/records';
import { lineBlocks } from '../containers/blocks';
import { textBytes, utf8Length } from '../containers/textBytes';
import type { DatasetCounts } from '../counts';
import { fieldsOn } from '../formats/shapes';
import { ScanFault, scanJson } from '../json/scan';
import { defaultLimits, maxShapes } from '../limits';
import { createTimeSlice } from '../timeSlice';
import { isSameUpTo, type ReadingCache, readingKey, remember, takeReadingCache, watched } from './cache';
import { sizeOf } from './fileSize';
import { failed, readDataset } from './read';
import type { RowReader } from './rowReader';
import { noteStamp, type Stamp } from './stamp';
import { type Failure, failureOf, type ReadOptions, takeAll } from './takeRows';

/**
 * Like `readDataset`, given what the last reading of the same declaration came to. `options.overlay` is the text as it
 * is now where the file is open in an editor. `previous` stays valid as a value, but can be gone on from only once.
 */
export async function rereadDataset(
  previous: DatasetCounts,
  source: DatasetSource,
  method: MethodName | undefined,
  host: Host,
  options: ReadOptions = {},
): Promise<DatasetCounts> {
  const retained = takeReadingCache(previous);
  const entire = () => readDataset(source, method, host, options);
  if (!retained || retained.key !== readingKey(source, method) || !retained.isLines) return entire();
  const { reader } = retained;
  if (reader.problems > reader.limits.listedProblems || reader.shapes.shapes.length >= maxShapes) return entire();
  try {
    if (options.openText !== undefined) {
      return retained.openText === undefined
        ? await entire()
        : ((await rereadText(retained, retained.openText, options.openText, options)) ?? (await entire()));
    }
    return retained.openText === undefined
      ? ((await rereadGrown(retained, host, options)) ?? (await entire()))
      : await entire();
  } catch (error) {
    return failed(source, method, failureOf(error), retained.file.bytes);
  }
}

/** Only what was added, where the file is large and says the same as before at every mark. */
async function rereadGrown(
  retained: ReadingCache,
  host: Host,
  options: ReadOptions,
): Promise<DatasetCounts | undefined> {
  const { reader, file, marks } = retained;
  const { records } = reader;
  const entire = options.limits?.rereadEntire ?? defaultLimits.rereadEntire;
  const stamp: Stamp = new Map([[file.uri, await host.stat(file.uri)]]);
  const size = await sizeOf(host, file.uri);
  if (size <= file.bytes || file.bytes < entire) return undefined;
  // A file without a line end may turn out to be of another kind.
  if (records.size < 2) return undefined;
  // The last row may have been without its end.
  const last = records.size - 1;
  const start = records.offset[last]!;
  const line = records.line[last]!;
  if (reader.methodRow >= last || !(await isSameUpTo(host, file.uri, marks, file.bytes))) return undefined;
  dropProblems(reader, last, records.size);
  // Its shape may have been seen in it first: then the example is taken anew.
  for (const [hash, shape] of reader.shapes.byHash) {
    if (reader.shapes.shapes[shape]!.firstRow >= last) reader.shapes.byHash.delete(hash);
  }
  reader.records = cutRecords(records, 0, last);
  const slice = createTimeSlice(options.signal);
  const added = createOffsetMarks(retained, start);
  const bytes = watched(host.readBytes(file.uri, { start }), added, (done) =>
    options.progress?.(Math.min(1, done / (size - start))),
  );
  const failure = await takeAll(
    reader,
    lineBlocks(bytes, reader.limits, { offset: start, line }),
    slice,
    options.matcher,
  );
  if (failure) return undefined;
  const now = { ...file, bytes: size };
  const counts = await aggregate(reader, now, slice);
  if (!counts) return undefined;
  marks.offset.push(...added.offset.map((offset) => offset + start));
  marks.length.push(...added.length);
  marks.hash.push(...added.hash);
  noteStamp(counts, stamp);
  remember(counts, { ...retained, file: now });
  return counts;
}

function createOffsetMarks(retained: ReadingCache, start: number) {
  // Marks of the part that is read again are taken anew.
  const keep = retained.marks.offset.map((offset, index) => offset + retained.marks.length[index]! <= start);
  for (const column of ['offset', 'length', 'hash'] as const) {
    retained.marks[column] = retained.marks[column].filter((_, index) => keep[index]);
  }
  return { offset: [], length: [], hash: [], every: retained.marks.every };
}

/** Only the lines between what the two texts share at the beginning and at the end. */
async function rereadText(
  retained: ReadingCache,
  before: string,
  after: string,
  options: ReadOptions,
): Promise<DatasetCounts | undefined> {
  const { reader, file } = retained;
  // What kind of file it is shows in its beginning; only names that promise lines are taken at their word.
  if (!/\.(jsonl|ndjson|jsonlines)$/u.test(file.uri.toLowerCase()) || !/^\s*\{/u.test(after)) return undefined;
  if (!after.includes('\n') && after.includes('\r')) return undefined;
  const change = changedLines(before, after);
  // A byte order mark is no part of the first row: such a text is read from its beginning.
  if (change.start === 0 && (before.startsWith('\uFEFF') || after.startsWith('\uFEFF'))) return undefined;
  const old = reader.records;
  const start = utf8Length(before.slice(0, change.start));
  const oldEnd = start + utf8Length(before.slice(change.start, change.oldEnd));
  const first = rowFrom(old.offset, old.size, start);
  const rest = rowFrom(old.offset, old.size, oldEnd);
  if (reader.method === undefined || reader.methodRow >= first) return undefined;
  const text = after.slice(change.start, change.newEnd);
  const line = 1 + countLines(before.slice(0, change.start));
  const slice = createTimeSlice(options.signal);
  const replaced = await takeInstead(reader, first, rest, async () =>
    takeAll(reader, lineBlocks(textBytes(text), reader.limits, { offset: start, line }), slice, options.matcher),
  );
  if (!replaced) return undefined;
  const { records } = reader;
  const moved = {
    bytes: utf8Length(text) - (oldEnd - start),
    lines: countLines(text) - countLines(before.slice(change.start, change.oldEnd)),
  };
  for (let row = records.size - (old.size - rest); row < records.size; row++) {
    records.offset[row]! += moved.bytes;
    records.line[row]! += moved.lines;
  }
  const bytes = new TextEncoder().encode(`${after}\n`);
  const rescan = (row: number): boolean => {
    const from = records.offset[row]!;
    return scanJson(reader.tape, bytes, new DataView(bytes.buffer), from, bytes.indexOf(0x0a, from)) === ScanFault.none;
  };
  refreshShapes(reader, replaced, rescan);
  const now = { ...file, bytes: after.length };
  const counts = await aggregate(reader, now, slice, rescan);
  if (!counts) return undefined;
  remember(counts, { ...retained, file: now, openText: after });
  return counts;
}

interface Replaced {
  /** Rows `[first, rest)` of before are now rows `[first, first + rows)`. */
  readonly first: number;
  readonly rest: number;
  readonly rows: number;
}

/** Takes rows in the place of `[first, rest)`; what else the reader knows by row is renumbered. */
async function takeInstead(
  reader: RowReader,
  first: number,
  rest: number,
  take: () => Promise<Failure | undefined>,
): Promise<Replaced | undefined> {
  const old = reader.records;
  dropProblems(reader, first, rest);
  const details = [...reader.details];
  reader.details.clear();
  reader.records = createRecords();
  if (await take()) return undefined;
  const middle = reader.records;
  const inside = [...reader.details];
  reader.details.clear();
  const rows = middle.size;
  for (const [row, detail] of details) if (row < first) reader.details.set(row, detail);
  for (const [row, detail] of inside) reader.details.set(first + row, detail);
  for (const [row, detail] of details) if (row >= rest) reader.details.set(row - rest + first + rows, detail);
  reader.records = joinRecords([cutRecords(old, 0, first), middle, cutRecords(old, rest, old.size)]);
  return { first, rest, rows };
}

/** A shape's example comes from its first row: where that is now another row, it is looked at again. */
function refreshShapes(reader: RowReader, { first, rest, rows }: Replaced, rescan: (row: number) => boolean): void {
  const { records, shapes } = reader;
  const firstRows = new Float64Array(shapes.shapes.length).fill(Number.POSITIVE_INFINITY);
  for (let row = records.size - 1; row >= 0; row--) {
    if (!isBroken(records.problem[row]!)) firstRows[records.shape[row]!] = row;
  }
  shapes.shapes.forEach((shape, index) => {
    const was = shape.firstRow;
    const same = was < first ? was : was >= rest ? was - rest + first + rows : -1;
    const now = firstRows[index]!;
    const isNew = now >= first && now < first + rows;
    shape.firstRow = now;
    if (now !== Number.POSITIVE_INFINITY && (isNew || now !== same) && rescan(now)) shape.paths = fieldsOn(reader.tape);
  });
}

/** These rows' problems are no longer counted. */
function dropProblems(reader: RowReader, from: number, to: number): void {
  for (let row = from; row < to; row++) {
    if (reader.records.problem[row] !== 0) reader.problems -= 1;
    reader.details.delete(row);
  }
}

interface ChangedLines {
  /** Offsets in UTF-16: whole lines, in the text before and after. */
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

function changedLines(before: string, after: string): ChangedLines {
  const shorter = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < shorter && before.charCodeAt(prefix) === after.charCodeAt(prefix)) prefix += 1;
  let suffix = 0;
  while (
    suffix < shorter - prefix &&
    before.charCodeAt(before.length - 1 - suffix) === after.charCodeAt(after.length - 1 - suffix)
  ) {
    suffix += 1;
  }
  const start = prefix === 0 ? 0 : before.lastIndexOf('\n', prefix - 1) + 1;
  const newline = before.indexOf('\n', before.length - suffix);
  const oldEnd = newline < 0 ? before.length : newline + 1;
  return { start, oldEnd, newEnd: oldEnd + after.length - before.length };
}

/** Line ends in a text: LF, CRLF, and a lone CR, as editors count them. */
function countLines(text: string): number {
  return lineIndex(text).starts.length - 1;
}
