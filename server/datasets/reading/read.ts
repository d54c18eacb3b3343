/**
 * The room of training data: files as people have them become counts per kind of episode. It knows formats, mappings
 * and rows; it must not know personas' rows, posteriors, or editors, and reads only through the Host.
 *
 * `readDataset` streams a file once: bytes -> rows (`container.ts`) -> records (`row-reader.ts`) -> counts
 * (`aggregate.ts`). The file is never whole in memory and the event loop is never held for long.
 */
import type { Host } from '../../host/host';
import type { DatasetSource } from '../../program/model/program';
import type { MethodName } from '../../syntax/tree';
import { aggregate } from '../aggregate/aggregate';
import { emptyGroups } from '../aggregate/dedupe';
import { type OpenedRows, openRows } from '../containers/container';
import { textBytes } from '../containers/textBytes';
import type { DatasetCounts } from '../counts';
import { DatasetFailure } from '../failure';
import { defaultLimits } from '../limits';
import { compileMapping } from '../mapping/mapping';
import { createTimeSlice } from '../timeSlice';
import { createMarks, type Marks, readingKey, remember, watched } from './cache';
import { type Outcome, type Reading, readElsewhere, readInParts, threadsFor } from './parallel';
import { createRowReader } from './rowReader';
import { noteStamp, type Stamp } from './stamp';
import { CANCELLED, type Failure, failureOf, type ReadOptions, takeAll } from './takeRows';

/**
 * Reads a dataset by its declaration. `method` is the method as declared, if any. Never rejects: what cannot be read
 * comes back with `failure` and zero counts; a cancelled read has the failure `dataset-cancelled`.
 */
export async function readDataset(
  source: DatasetSource,
  method: MethodName | undefined,
  host: Host,
  options: ReadOptions = {},
): Promise<DatasetCounts> {
  try {
    return await readEntire(source, method, host, options);
  } catch (error) {
    // Letting go of a file can fail too.
    return failed(source, method, failureOf(error), 0);
  }
}

async function readEntire(
  source: DatasetSource,
  method: MethodName | undefined,
  host: Host,
  options: ReadOptions,
): Promise<DatasetCounts> {
  const limits = { ...defaultLimits, ...options.limits };
  const { mapping, faults } = compileMapping(source);
  if (faults.length > 0) return failed(source, method, faults[0]!, 0);
  const { uri } = source;
  if (uri === undefined)
    return failed(source, method, { code: 'dataset-missing', message: 'The file is not there.' }, 0);
  let size = 0;
  const open: OpenedRows[] = [];
  try {
    const slice = createTimeSlice(options.signal);
    const stamp: Stamp = new Map([[uri, await host.stat(uri)]]);
    size = options.openText === undefined ? await sizeOf(host, uri) : options.openText.length;
    const begin = async () => {
      const marks = createMarks();
      const opened = await openRows({ uri, size, chunks: bytesOf(uri, host, options, size, marks) }, host, limits);
      open.push(opened);
      return { source, reader: createRowReader(mapping, method, limits), opened, size, marks, slice };
    };
    let reading = await begin();
    const threads = threadsFor(reading, host, options);
    let outcome: Outcome = 'alone';
    if (threads) {
      const inParts = reading.opened.isLines && !reading.reader.measuring;
      // What opening has read is read again by whoever reads the rows.
      const elsewhere = { ...reading, marks: createMarks() };
      outcome = await (inParts ? readInParts : readElsewhere)(elsewhere, threads, options);
      reading = outcome === 'alone' ? await begin() : elsewhere;
    }
    if (outcome === 'alone') outcome = await readHere(reading, options);
    if (outcome === 'cancelled') return failed(source, method, CANCELLED, size);
    if (outcome !== 'done') return failed(source, method, outcome as Failure, size);
    const { reader, opened, marks } = reading;
    const file = { name: source.name, uri, bytes: size, ...(opened.container ? { container: opened.container } : {}) };
    const counts = await aggregate(reader, file, slice);
    if (!counts) return failed(source, method, CANCELLED, size);
    noteStamp(counts, stamp);
    remember(counts, {
      reader,
      file,
      key: readingKey(source, method),
      openText: options.openText,
      isLines: opened.isLines,
      marks,
    });
    return counts;
  } catch (error) {
    return failed(source, method, failureOf(error), size);
  } finally {
    for (const opened of open) await opened.close();
  }
}

async function readHere({ reader, opened, slice }: Reading, options: ReadOptions): Promise<Outcome> {
  if (reader.measuring) reader.measuring.textual = opened.textual;
  return (await takeAll(reader, opened.blocks, slice, options.matcher, options.scanner)) ?? 'done';
}

export function bytesOf(
  uri: string,
  host: Host,
  options: ReadOptions,
  size: number,
  marks: Marks,
): AsyncIterable<Uint8Array> {
  if (options.openText !== undefined) return textBytes(options.openText);
  return watched(host.readBytes(uri), marks, (done) =>
    options.progress?.(size > 0 ? Math.min(1, done / size) : undefined),
  );
}

export async function sizeOf(host: Host, uri: string): Promise<number> {
  const facts = await host.stat(uri);
  if (!facts) throw new DatasetFailure('dataset-missing', 'The file is not there or cannot be read.');
  if (facts.notAFile)
    throw new DatasetFailure('dataset-not-file', `The path leads to ${facts.notAFile}, not to a file.`);
  return facts.size;
}

/** Counts of nothing, with the reason. */
export function failed(
  source: DatasetSource,
  method: MethodName | undefined,
  failure: Failure,
  bytes: number,
): DatasetCounts {
  return {
    name: source.name,
    uri: source.uri ?? '',
    format: 'unreadable',
    method: method ?? 'sft',
    names: [],
    rows: 0,
    classified: 0,
    unclassified: 0,
    duplicates: 0,
    groups: emptyGroups(),
    problems: [],
    problemCounts: {},
    fields: [],
    failure: { code: failure.code, message: failure.message, ...(failure.origin ? { origin: failure.origin } : {}) },
    bytes,
  };
}
