/**
 * What a reading leaves behind for the next one: its records, and marks by which a file that grew is recognised as the
 * same file. It hangs on the counts and goes when they go.
 */
import type { Host } from '../../host/host';
import type { DatasetSource } from '../../program/model/program';
import type { MethodName } from '../../syntax/tree';
import type { FileFacts } from '../aggregate/aggregate';
import type { DatasetCounts } from '../counts';
import type { RowReader } from './rowReader';

export interface ReadingCache {
  readonly reader: RowReader;
  readonly file: FileFacts;
  readonly key: string;
  readonly openText: string | undefined;
  readonly isLines: boolean;
  readonly marks: Marks;
}

const retained = new WeakMap<DatasetCounts, ReadingCache>();

export function remember(counts: DatasetCounts, reading: ReadingCache): void {
  if (!reading.reader.measuring) retained.set(counts, reading);
}

/** Gives the reading away: the next reading changes it, so it can be taken once. */
export function takeReadingCache(counts: DatasetCounts): ReadingCache | undefined {
  const reading = retained.get(counts);
  retained.delete(counts);
  return reading;
}

/** Two declarations with the same key read the same rows in the same way: places in the scenario do not matter. */
export function readingKey(source: DatasetSource, method: MethodName | undefined): string {
  const { uri, uris, entries, rules, logprobs, selection, labels } = source;
  return JSON.stringify([uri, uris, method, entries, rules, logprobs, selection, labels], (key, value: unknown) =>
    key === 'origin' ? undefined : value,
  );
}

/** Short hashes of places spread over the file, as it is stored. */
export interface Marks {
  offset: number[];
  length: number[];
  hash: number[];
  /** One of so many chunks is marked. */
  every: number;
}

const MARK = 256;
const MOST = 512;

export function createMarks(): Marks {
  return { offset: [], length: [], hash: [], every: 1 };
}

function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

/** Passes a file's bytes on, marking them and telling how far they are. */
export async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  marks: Marks,
  progress: (done: number) => void,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  let chunksSeen = 0;
  for await (const chunk of chunks) {
    if (chunksSeen % marks.every === 0) {
      // The end of a chunk: a file that grew has its old last bytes marked.
      const from = Math.max(0, chunk.length - MARK);
      marks.offset.push(done + from);
      marks.length.push(chunk.length - from);
      marks.hash.push(hashOf(chunk.subarray(from)));
      if (marks.offset.length >= MOST) thin(marks);
    }
    chunksSeen += 1;
    done += chunk.length;
    progress(done);
    yield chunk;
  }
}

/** Adds the marks of another part of the file. */
export function joinMarks(marks: Marks, other: Marks): void {
  marks.offset = marks.offset.concat(other.offset);
  marks.length = marks.length.concat(other.length);
  marks.hash = marks.hash.concat(other.hash);
  marks.every = Math.max(marks.every, other.every);
  while (marks.offset.length >= MOST) thin(marks);
}

function thin(marks: Marks): void {
  const half = (column: readonly number[]) => column.filter((_, index) => index % 2 === 0);
  marks.offset = half(marks.offset);
  marks.length = half(marks.length);
  marks.hash = half(marks.hash);
  marks.every *= 2;
}

/** Whether the file still says the same at every mark before `end`. */
export async function isSameUpTo(host: Host, uri: string, marks: Marks, end: number): Promise<boolean> {
  for (let i = 0; i < marks.offset.length; i++) {
    const start = marks.offset[i]!;
    const length = marks.length[i]!;
    if (start + length > end) continue;
    const bytes = new Uint8Array(length);
    let at = 0;
    for await (const chunk of host.readBytes(uri, { start, end: start + length })) {
      bytes.set(chunk.subarray(0, length - at), at);
      at += chunk.length;
    }
    if (at < length || hashOf(bytes) !== marks.hash[i]) return false;
  }
  return true;
}
