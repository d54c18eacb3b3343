/**
 * Reading in threads: large files of lines in parts, side by side; what has to be unpacked or taken apart as a whole in
 * one thread, so that this one stays free. What comes out is, to the byte, what one thread alone would make of the file.
 */
import type { Host, Threads } from '../../host/host';
import type { DatasetSource } from '../../program/model/program';
import { expectedBound, joinNearDuplicates } from '../aggregate/nearDuplicates';
import { appendRecords, createRecords } from '../aggregate/records';
import type { OpenedRows } from '../containers/container';
import { NO_SHAPE } from '../formats/shapes';
import { maxCompared, maxShapes } from '../limits';
import type { TimeSlice } from '../timeSlice';
import { joinMarks, type Marks } from './cache';
import { cellNumber } from './cells';
import type { PartJob, PartRows } from './part';
import { createRowReader, type RowReader, takeRow } from './rowReader';
import type { FilesRead } from './severalFiles';
import { CANCELLED, type Failure, matchElsewhere, type ReadOptions } from './takeRows';

export interface Reading {
  readonly source: DatasetSource;
  readonly reader: RowReader;
  readonly opened: OpenedRows;
  readonly size: number;
  readonly marks: Marks;
  readonly slice: TimeSlice;
}

/** `alone`: nothing was read, and this thread has to do it itself, from the beginning. */
export type Outcome = 'done' | 'cancelled' | 'alone' | Failure;

/** The threads that should read this file; undefined where it is better read here. */
export function threadsFor(
  { source, reader, opened, size }: Reading,
  host: Host,
  options: ReadOptions,
): Threads | undefined {
  if (options.openText !== undefined) return undefined;
  const { limits } = reader;
  const least = opened.isLines ? limits.threadBytes : limits.threadPackedBytes;
  return size >= least ? host.threads?.(source.uri!) : undefined;
}

/** The file is read by one thread, whole. */
export async function readElsewhere(reading: Reading, threads: Threads, options: ReadOptions): Promise<Outcome> {
  const { source, reader, size, marks } = reading;
  const { declared, limits } = reader;
  const job: PartJob = { source, method: declared, limits, size, nearBound: Number.POSITIVE_INFINITY };
  const progress = (done: number) => options.progress?.(size > 0 ? Math.min(1, done / size) : undefined);
  try {
    const part = (await threads.run(job, { signal: options.signal, progress })) as PartRows;
    if (part.failure) return part.failure;
    Object.assign(reader, part.state);
    joinMarks(marks, part.marks);
    return 'done';
  } catch {
    return options.signal?.aborted ? 'cancelled' : 'alone';
  }
}

/** Several files are read by one thread; undefined where they have to be read here. */
export async function filesElsewhere(
  source: DatasetSource,
  reader: RowReader,
  threads: Threads,
  options: ReadOptions,
): Promise<FilesRead | undefined> {
  const { declared, limits } = reader;
  const job: PartJob = { source, method: declared, limits, size: 0, nearBound: Number.POSITIVE_INFINITY };
  try {
    const part = (await threads.run(job, { signal: options.signal, progress: options.progress })) as PartRows;
    const { container, failure, bytes = 0 } = part;
    if (!failure) Object.assign(reader, part.state);
    return { bytes, ...(container ? { container } : {}), ...(failure ? { failure } : {}) };
  } catch {
    return options.signal?.aborted ? { bytes: 0, failure: CANCELLED } : undefined;
  }
}

/** The lines of the file are read by several threads, a part at a time, and put together in the order of the file. */
export async function readInParts(reading: Reading, threads: Threads, options: ReadOptions): Promise<Outcome> {
  const { reader, size } = reading;
  const header = await probeHeader(reading, options);
  if (!header) return options.signal?.aborted ? 'cancelled' : readElsewhere(reading, threads, options);
  const finish = () => {
    reader.method ??= header.method;
    reader.methodRow = header.methodRow;
  };
  finish();
  // Most texts of a large file will not be compared: those are not signed, unless too few turn out to be distinct.
  reader.similar.bound = expectedBound(size / header.rowBytes);
  const outcome = await readAllParts(reading, threads, options);
  if (outcome !== 'done' || reader.similar.bound === Number.POSITIVE_INFINITY || reader.similar.size >= maxCompared)
    return outcome;
  Object.assign(reader, createRowReader(reader.mapping, reader.declared, reader.limits));
  finish();
  return readAllParts(reading, threads, options);
}

async function readAllParts(reading: Reading, threads: Threads, options: ReadOptions): Promise<Outcome> {
  const { source, reader, opened, size, marks, slice } = reading;
  const { limits } = reader;
  const from = opened.from ?? 0;
  const length = Math.max(1, Math.min(limits.partBytes, Math.ceil((size - from) / (2 * threads.count))));
  const count = Math.max(1, Math.ceil((size - from) / length));
  const pieces: (PartRows | undefined)[] = new Array(count).fill(undefined);
  let next = 0;
  let done = 0;
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([stop.signal, options.signal]) : stop.signal;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      const start = from + index * length;
      const job: PartJob = {
        source,
        method: reader.method,
        limits,
        size,
        nearBound: reader.similar.bound,
        range: { start, end: index === count - 1 ? Number.POSITIVE_INFINITY : start + length, isStart: index === 0 },
      };
      const part = (await threads.run(job, { signal })) as PartRows;
      // What goes wrong is said in one voice: that of the reading from the beginning.
      if (part.failure || part.state.failure) throw new Error('a part failed');
      pieces[index] = part;
      joinNearDuplicates(reader.similar, part.state.similar);
      done += 1;
      options.progress?.(done / count);
    }
  };
  try {
    // One more than there are threads, so that none waits for this one.
    await Promise.all(Array.from({ length: threads.count + 1 }, worker));
  } catch {
    stop.abort();
    return options.signal?.aborted ? 'cancelled' : 'alone';
  }
  return (await joinParts(reader, pieces as readonly PartRows[], marks, slice))
    ? 'done'
    : slice.cancelled()
      ? 'cancelled'
      : 'alone';
}

interface Scouted {
  readonly method: RowReader['method'];
  readonly methodRow: number;
  /** How long rows are, as far as was looked. */
  readonly rowBytes: number;
}

/** So many bytes at the beginning are looked at, here. */
const SCOUTED = 1 << 20;

/** Looks at the first rows: the first usable one decides on the method for all parts. Undefined where there is none. */
async function probeHeader({ reader, opened }: Reading, options: ReadOptions): Promise<Scouted | undefined> {
  const ahead = createRowReader(reader.mapping, reader.declared, reader.limits);
  let rows = 0;
  let bytes = 0;
  for await (const block of opened.blocks) {
    // A row of that size would keep this thread too long.
    if (block.bytes.length > SCOUTED) return undefined;
    const view = new DataView(block.bytes.buffer, block.bytes.byteOffset, block.bytes.byteLength);
    if (await matchElsewhere(ahead, block, view, options.matcher)) return undefined;
    for (let index = 0; index < block.count && ahead.method === undefined; index++) takeRow(ahead, block, view, index);
    rows += block.count;
    bytes += block.bytes.length;
    if (ahead.method !== undefined || bytes > SCOUTED || options.signal?.aborted) break;
  }
  if (ahead.method === undefined) return undefined;
  return { method: ahead.method, methodRow: ahead.methodRow, rowBytes: bytes / Math.max(1, rows) };
}

/** False where the parts cannot be put together as one reading would have, or the work was cancelled. */
async function joinParts(
  reader: RowReader,
  pieces: readonly PartRows[],
  marks: Marks,
  slice: TimeSlice,
): Promise<boolean> {
  const total = pieces.reduce((sum, { state }) => sum + state.records.size, 0);
  const records = createRecords(Math.max(64, total));
  let lines = 0;
  for (const part of pieces) {
    if (slice.due() && !(await slice.rest())) return false;
    const { state } = part;
    if (!translate(reader, state, records.size)) return false;
    const column = state.records.line;
    for (let row = 0; row < state.records.size; row++) column[row]! += lines;
    lines += part.lines;
    for (const [row, detail] of state.details) reader.details.set(records.size + row, detail);
    reader.problems += state.problems;
    joinMarks(marks, part.marks);
    appendRecords(records, state.records);
  }
  reader.records = records;
  return reader.failure === undefined;
}

/** Numbers of cells and shapes become the reader's. */
function translate(reader: RowReader, { names, cells, shapes, records }: PartRows['state'], before: number): boolean {
  const cellOf = new Int32Array(cells.length / 3);
  const name = (number: number) => (number < 0 ? undefined : names[number]);
  for (let cell = 0; cell < cellOf.length; cell++) {
    const [situation, response, over] = cells.slice(cell * 3, cell * 3 + 3).map(name);
    cellOf[cell] = cellNumber(reader, { situation, response, over });
  }
  const known = reader.shapes;
  if (shapes.shapes.length >= maxShapes) return false;
  const shapeOf = new Uint16Array(shapes.shapes.length);
  for (const [hash, shape] of shapes.byHash) {
    let number = known.byHash.get(hash);
    if (number === undefined) {
      number = known.shapes.length;
      const { paths, firstRow } = shapes.shapes[shape]!;
      known.shapes.push({ paths, firstRow: before + firstRow });
      known.byHash.set(hash, number);
    }
    shapeOf[shape] = number;
  }
  if (known.shapes.length >= maxShapes) return false;
  for (let row = 0; row < records.size; row++) {
    const cell = records.cell[row]!;
    if (cell >= 0) records.cell[row] = cellOf[cell]!;
    records.shape[row] = shapeOf[records.shape[row]!] ?? NO_SHAPE;
  }
  return true;
}
