/**
 * A part of a file, or a whole one, read for another thread: what a thread does, and what it gives back. Everything that
 * goes in and out is plain data, so that it can be sent.
 */
import type { Host } from '../../host/host';
import type { DatasetSource } from '../../program/model/program';
import type { MethodName } from '../../syntax/tree';
import { createNearDuplicateSample } from '../aggregate/nearDuplicates';
import { cutRecords } from '../aggregate/records';
import { lineBlocks } from '../containers/blocks';
import { openRows } from '../containers/container';
import type { Limits } from '../limits';
import { compileMapping } from '../mapping/mapping';
import type { Matcher } from '../mapping/patterns';
import type { TimeSlice } from '../timeSlice';
import { attachLabels } from './attachLabels';
import { createMarks, type Marks, watched } from './cache';
import { createRowReader, type RowReader } from './rowReader';
import { type FilesRead, takeFiles } from './severalFiles';
import { type Failure, failureOf, takeAll } from './takeRows';

export interface PartJob {
  readonly source: DatasetSource;
  readonly method: MethodName | undefined;
  readonly limits: Limits;
  readonly size: number;
  /** Texts of this rank and above need no signature. */
  readonly nearBound: number;
  /** The lines that begin at `start` or behind it and before `end`; `isStart` where a line begins at `start` for certain. Undefined: the whole file, whatever it is. */
  readonly range?: { readonly start: number; readonly end: number; readonly isStart: boolean };
}

/** What a reader needs for itself only. */
type Inner =
  | 'mapping'
  | 'declared'
  | 'limits'
  | 'tape'
  | 'kernel'
  | 'plans'
  | 'nameTable'
  | 'mapped'
  | 'elsewhere'
  | 'budget';

/** What the reader of a part knows in the end. Rows and lines are counted from the part's beginning. */
export interface PartRows {
  readonly state: Omit<RowReader, Inner>;
  /** Line ends in the part. */
  readonly lines: number;
  readonly marks: Marks;
  readonly container?: string;
  /** Where several files were read. */
  readonly bytes?: number;
  readonly failure?: Failure;
}

/** In a thread there is no other work to wait for. */
const restless: TimeSlice = { due: () => false, cancelled: () => false, rest: async () => true };

/** Never rejects: what cannot be read comes back with `failure`. `progress` is told bytes of the file. */
export async function readPart(
  job: PartJob,
  host: Host,
  matcher?: Matcher,
  progress: (done: number) => void = () => undefined,
): Promise<PartRows> {
  const { source, method, limits, range } = job;
  const reader = createRowReader(compileMapping(source).mapping, method, limits);
  reader.similar = createNearDuplicateSample(job.nearBound);
  const marks = createMarks();
  const uri = source.uri!;
  let failure: Failure | undefined;
  let container: string | undefined;
  let several: FilesRead | undefined;
  let next = 1;
  try {
    failure = await attachLabels(reader, source, host);
    if (failure) {
      // Said below.
    } else if (source.uris) {
      several = await takeFiles(reader, source, host, restless, matcher, progress);
      ({ container, failure } = several);
    } else if (range) {
      reader.nextRow = Number.NaN;
      const lines = await linesWithin(host, uri, range);
      if (lines) {
        const bytes = watched(lines.chunks, marks, () => undefined);
        const blocks = lineBlocks(bytes, limits, { offset: lines.offset, line: 1 }, (line) => {
          next = line;
        });
        failure = await takeAll(reader, blocks, restless, matcher);
        marks.offset = marks.offset.map((offset) => offset + lines.offset);
      }
    } else {
      const chunks = watched(host.readBytes(uri), marks, progress);
      const opened = await openRows({ uri, size: job.size, chunks }, host, limits);
      container = opened.container;
      if (reader.measuring) reader.measuring.textual = opened.textual;
      failure = await takeAll(reader, opened.blocks, restless, matcher);
    }
  } catch (error) {
    failure = failureOf(error);
  }
  const { mapping, declared, limits: _, tape, kernel, plans, nameTable, mapped, elsewhere, budget, ...state } = reader;
  const records = cutRecords(reader.records, 0, reader.records.size);
  return {
    // The signatures of a part are not looked up: they are joined to others first.
    state: { ...state, records, similar: range ? { ...state.similar, byRank: new Map() } : state.similar },
    lines: next - 1,
    marks,
    ...(container ? { container } : {}),
    ...(several ? { bytes: several.bytes } : {}),
    ...(failure ? { failure } : {}),
  };
}

/** Buffers that can be given away instead of copied. */
export function buffersOf({ state: { records, similar } }: PartRows): readonly ArrayBuffer[] {
  const columns = [...Object.values(records), similar.low, similar.high, similar.places];
  return columns.flatMap((column) => (ArrayBuffer.isView(column) ? [column.buffer as ArrayBuffer] : []));
}

const LF = 0x0a;

/** The bytes of the lines that begin in a range, to the end of the last one; undefined where none does. */
async function linesWithin(
  host: Host,
  uri: string,
  { start, end, isStart }: NonNullable<PartJob['range']>,
): Promise<{ readonly offset: number; readonly chunks: AsyncIterable<Uint8Array> } | undefined> {
  // A line begins at `start` if the byte before it ends one.
  let position = isStart ? start : start - 1;
  const iterator = host.readBytes(uri, { start: position, reusable: true })[Symbol.asyncIterator]();
  let first: Uint8Array | undefined;
  for (;;) {
    const { done, value } = await iterator.next();
    if (done) return undefined;
    const skip = isStart ? 0 : value.indexOf(LF) + 1;
    if (isStart || skip > 0) {
      first = value.subarray(skip);
      position += skip;
      break;
    }
    position += value.length;
    if (position >= end) break;
  }
  if (first === undefined || position >= end) {
    await iterator.return?.();
    return undefined;
  }
  const begin = first;
  const offset = position;
  async function* chunks() {
    let at = offset;
    let chunk = begin;
    try {
      for (;;) {
        // The last line is the one that the byte before `end` belongs to.
        const last = at + chunk.length >= end ? chunk.indexOf(LF, Math.max(0, end - 1 - at)) : -1;
        if (last >= 0) {
          yield chunk.subarray(0, last + 1);
          return;
        }
        yield chunk;
        at += chunk.length;
        const { done, value } = await iterator.next();
        if (done) return;
        chunk = value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { offset, chunks: chunks() };
}
