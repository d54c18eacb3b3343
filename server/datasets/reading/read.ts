/**
 * The layer of training data: files as people have them become counts per kind of episode. It knows formats, mappings
 * and rows; it must not know personas' rows, posteriors, or editors, and reads only through the Host.
 *
 * `readDataset` streams a file once: bytes -> rows (`container.ts`) -> records (`row-reader.ts`) -> counts
 * (`aggregate.ts`). The file is never whole in memory and the event loop is never held for long.
 */
import type { FileStat, Host, Threads } from '../../host/host';
import type { DatasetSource } from '../../program/model/program';
import type { MethodName } from '../../syntax/tree';
import { aggregate } from '../aggregate/aggregate';
import { emptyGroups } from '../aggregate/dedupe';
import { type OpenedRows, openRows } from '../containers/container';
import { textBytes } from '../containers/textBytes';
import type { DatasetCounts } from '../counts';
import { defaultLimits } from '../limits';
import { compileMapping } from '../mapping/mapping';
import { createTimeSlice } from '../timeSlice';
import { attachLabels, correctionFault } from './attachLabels';
import { createMarks, type Marks, readingKey, remember, watched } from './cache';
import { sizeOf } from './fileSize';
import { filesElsewhere, type Outcome, type Reading, readElsewhere, readInParts, threadsFor } from './parallel';
import { createRowReader, type RowReader } from './rowReader';
import { takeFiles } from './severalFiles';
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
  if (source.uris) return readSeveral(source, createRowReader(mapping, method, limits), host, options);
  const stamp = await stampOf(source, host);
  let size = 0;
  const open: OpenedRows[] = [];
  try {
    const slice = createTimeSlice(options.signal);
    size = options.openText === undefined ? await sizeOf(host, uri) : options.openText.length;
    const begin = async () => {
      const marks = createMarks();
      const opened = await openRows({ uri, size, chunks: bytesOf(uri, host, options, size, marks) }, host, limits);
      open.push(opened);
      const reader = createRowReader(mapping, method, limits);
      const fault = await attachLabels(reader, source, host);
      if (fault) throw new LabelsFailure(fault);
      return { source, reader, opened, size, marks, slice };
    };
    let reading = await begin();
    const threads = threadsFor(reading, host, options);
    let outcome: Outcome = 'alone';
    if (threads) {
      // Only the beginning of the file knows the numbers of rows.
      const { labels, measuring } = reading.reader;
      const inParts = reading.opened.isLines && !measuring && !labels && !mapping.selection.rows;
      // What opening has read is read again with the rows.
      const elsewhere = { ...reading, marks: createMarks() };
      outcome = await (inParts ? readInParts : readElsewhere)(elsewhere, threads, options);
      reading = outcome === 'alone' ? await begin() : elsewhere;
    }
    if (outcome === 'alone') outcome = await readHere(reading, options);
    if (outcome === 'cancelled') return failed(source, method, CANCELLED, size);
    if (outcome !== 'done') return failed(source, method, outcome as Failure, size);
    const { reader, opened, marks } = reading;
    const unfit = selectionFault(reader) ?? correctionFault(reader, source);
    if (unfit) return failed(source, method, unfit, size);
    const file = { name: source.name, uri, bytes: size, ...(opened.container ? { container: opened.container } : {}) };
    const counts = await aggregate(reader, file, slice);
    if (!counts) return failed(source, method, CANCELLED, size);
    noteStamp(counts, stamp);
    // Rows after a change have other numbers, another sample, other episodes: such a file is read from nothing.
    const { rows, sample, eachTurn } = mapping.selection;
    if (rows || sample !== undefined || eachTurn || reader.labels) return counts;
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
    return failed(source, method, error instanceof LabelsFailure ? error.failure : failureOf(error), size);
  } finally {
    for (const opened of open) await opened.close();
  }
}

/** Leaves a stream with what is wrong with the labels. */
class LabelsFailure extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** The files of a source as they are now. */
async function stampOf({ uri, uris, labels }: DatasetSource, host: Host): Promise<Stamp> {
  const stamp = new Map<string, FileStat | undefined>();
  const all = [...(uris ?? [uri]), labels?.uri].filter((one) => one !== undefined);
  for (const one of all) stamp.set(one, await host.stat(one));
  return stamp;
}

/** Several files: in one thread from a size on, else here. */
async function readSeveral(
  source: DatasetSource,
  reader: RowReader,
  host: Host,
  options: ReadOptions,
): Promise<DatasetCounts> {
  const { declared, limits } = reader;
  const slice = createTimeSlice(options.signal);
  const uris = source.uris ?? [];
  const stamp = await stampOf(source, host);
  const total = uris.reduce((sum, uri) => sum + (stamp.get(uri)?.size ?? 0), 0);
  const fault = await attachLabels(reader, source, host);
  if (fault) return failed(source, declared, fault, 0);
  const threads = total >= limits.threadPackedBytes ? sharedThreads(uris, host) : undefined;
  let read = threads && (await filesElsewhere(source, reader, threads, options));
  read ??= await takeFiles(reader, source, host, slice, options.matcher, options.progress);
  const failure = read.failure ?? selectionFault(reader) ?? correctionFault(reader, source);
  if (failure) return failed(source, declared, failure, read.bytes);
  const files = uris.map((uri, index) => ({ uri, start: reader.fileStarts[index]! }));
  const file = { name: source.name, uri: source.uri!, bytes: read.bytes, files };
  const counts = await aggregate(reader, read.container ? { ...file, container: read.container } : file, slice);
  if (!counts) return failed(source, declared, CANCELLED, read.bytes);
  noteStamp(counts, stamp);
  return counts;
}

/** What rows of measured values cannot be asked for. */
function selectionFault({ mapping, measuring }: RowReader): Failure | undefined {
  if (!measuring) return undefined;
  const { eachTurn, sample } = mapping.selection;
  const unfit = (message: string): Failure => ({ code: 'dataset-selection', message });
  if (eachTurn)
    return unfit('A row of measured log-likelihoods is one episode: `turn each` cannot make several of it.');
  if (sample === undefined || measuring.layout !== 'long') return undefined;
  return unfit(
    'A long table has several rows for an episode, so `sample` cannot draw them: write one row per episode.',
  );
}

/** Threads, where they see all of these files as this Host does. */
function sharedThreads(uris: readonly string[], host: Host): Threads | undefined {
  const each = uris.map((uri) => host.threads?.(uri));
  return each.every((threads) => threads !== undefined) ? each[0] : undefined;
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
