/**
 * The room of training data: files as people have them become counts per kind of episode. It knows formats, mappings
 * and rows; it must not know personas' rows, posteriors, or editors, and reads only through the Host.
 *
 * `readDataset` streams a file once: bytes -> rows (`container.ts`) -> records (`row-reader.ts`) -> counts
 * (`aggregate.ts`). The file is never whole in memory and the event loop is never held for long.
 */
import type { Host } from '../host';
import type { DatasetSource } from '../program/program';
import type { MethodName } from '../syntax/tree';
import { aggregate } from './aggregate';
import type { RowBlock } from './blocks';
import { openRows } from './container';
import type { DatasetCounts } from './counts';
import { emptyGroups } from './distinct';
import { DatasetFailure } from './failure';
import { createMarks, type Marks, readingKey, remember, watched } from './kept';
import { defaultLimits, type Limits } from './limits';
import { compileMapping } from './mapping';
import { createPace, type Pace } from './pace';
import type { Matcher } from './patterns';
import { createRowReader, patternsElsewhere, type RowReader, takeRow } from './row-reader';
import { textBytes } from './text-bytes';

export interface ReadOptions {
  /** Called now and then with the part of the file that is read; undefined where its size is not known. */
  readonly progress?: (fraction: number | undefined) => void;
  readonly signal?: AbortSignal;
  /** The text of an unsaved editor in the place of the file. */
  readonly overlay?: string;
  /** Runs patterns that may backtrack, with a time limit. Without one such patterns are refused. */
  readonly matcher?: Matcher;
  readonly limits?: Partial<Limits>;
}

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
  const limits = { ...defaultLimits, ...options.limits };
  const { mapping, faults } = compileMapping(source);
  if (faults.length > 0) return failed(source, method, faults[0]!, 0);
  const { uri } = source;
  if (uri === undefined)
    return failed(source, method, { code: 'dataset-missing', message: 'The file is not there.' }, 0);
  let size = 0;
  try {
    const reader = createRowReader(mapping, method, limits);
    const pace = createPace(options.signal);
    size = options.overlay === undefined ? await sizeOf(host, uri) : options.overlay.length;
    const marks = createMarks();
    const opened = await openRows({ uri, size, chunks: bytesOf(uri, host, options, size, marks) }, host, limits);
    if (reader.measuring) reader.measuring.textual = opened.textual;
    const failure = await takeAll(reader, opened.blocks, pace, options.matcher);
    if (failure) return failed(source, method, failure, size);
    const file = { name: source.name, uri, bytes: size, ...(opened.container ? { container: opened.container } : {}) };
    const counts = await aggregate(reader, file, pace);
    if (!counts) return failed(source, method, CANCELLED, size);
    remember(counts, {
      reader,
      file,
      key: readingKey(source, method),
      overlay: options.overlay,
      isLines: opened.isLines,
      marks,
    });
    return counts;
  } catch (error) {
    return failed(source, method, failureOf(error), size);
  }
}

export function bytesOf(
  uri: string,
  host: Host,
  options: ReadOptions,
  size: number,
  marks: Marks,
): AsyncIterable<Uint8Array> {
  if (options.overlay !== undefined) return textBytes(options.overlay);
  return watched(host.readBytes(uri), marks, (done) =>
    options.progress?.(size > 0 ? Math.min(1, done / size) : undefined),
  );
}

/** What went wrong in a stream. */
export function failureOf(error: unknown): Failure {
  if (error instanceof DatasetFailure) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'dataset-unreadable', message: `The file cannot be read: ${message}.` };
}

const CANCELLED = { code: 'dataset-cancelled', message: 'Reading was cancelled.' } as const;

export type Failure = NonNullable<DatasetCounts['failure']>;

export async function sizeOf(host: Host, uri: string): Promise<number> {
  const facts = await host.stat(uri);
  if (!facts) throw new DatasetFailure('dataset-missing', 'The file is not there or cannot be read.');
  return facts.size;
}

/** Rows between two looks at the clock. */
const STRIDE = 64;

export async function takeAll(
  reader: RowReader,
  blocks: AsyncIterable<RowBlock>,
  pace: Pace,
  matcher: Matcher | undefined,
): Promise<Failure | undefined> {
  for await (const block of blocks) {
    if (pace.cancelled()) return CANCELLED;
    const view = new DataView(block.bytes.buffer, block.bytes.byteOffset, block.bytes.byteLength);
    const failure = await matchElsewhere(reader, block, view, matcher);
    if (failure) return failure;
    for (let index = 0; index < block.count; index++) {
      takeRow(reader, block, view, index);
      if (index % STRIDE === 0 && pace.due() && !(await pace.rest())) return CANCELLED;
    }
    if (reader.failure) return reader.failure;
  }
  return undefined;
}

/** Has the patterns that may backtrack tried on the rows of a block. */
export async function matchElsewhere(
  reader: RowReader,
  block: RowBlock,
  view: DataView,
  matcher: Matcher | undefined,
): Promise<Failure | undefined> {
  reader.elsewhere = [];
  const jobs = patternsElsewhere(reader, block, view);
  if (jobs.length === 0) return undefined;
  const results: (Uint8Array | undefined)[] = reader.mapping.rules.map(() => undefined);
  for (const { rule, texts } of jobs) {
    const { source } = reader.mapping.rules[rule]!.pattern;
    if (!matcher) {
      return {
        code: 'dataset-pattern-unbounded',
        message: `The pattern "${source}" may take very long on some texts, and nothing here can stop it. Write it without nested or repeated \`*\` and \`+\`.`,
      };
    }
    const present = texts.flatMap((text, index) => (text === undefined ? [] : [index]));
    const matched = await matcher(
      source,
      present.map((index) => texts[index]!),
    );
    if (matched === 'timeout') {
      return {
        code: 'dataset-pattern-timeout',
        message: `The pattern "${source}" takes too long near row ${(reader.records.size + present[0]! + 1).toLocaleString('en')}. Write it without nested or repeated \`*\` and \`+\`.`,
      };
    }
    const result = new Uint8Array(block.count);
    present.forEach((index, i) => {
      result[index] = matched[i]!;
    });
    results[rule] = result;
  }
  reader.elsewhere = results;
  return undefined;
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
