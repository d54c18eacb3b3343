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
import { aggregate, emptyGroups } from './aggregate';
import { type OpenedRows, openRows } from './container';
import type { DatasetCounts } from './counts';
import { DatasetFailure } from './failure';
import { defaultLimits, type Limits } from './limits';
import { compileMapping } from './mapping';
import { createPace, type Pace } from './pace';
import type { Matcher } from './patterns';
import { createRowReader, patternsElsewhere, type RowReader, takeRow } from './row-reader';

export interface ReadOptions {
  /** Called now and then with bytes read of the file as it is stored, and its size. */
  readonly progress?: (done: number, total: number) => void;
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
    const stored = options.overlay === undefined ? await stat(host, uri) : options.overlay.length;
    size = stored;
    const progress = options.progress ?? (() => undefined);
    const chunks =
      options.overlay === undefined
        ? counted(host.readBytes(uri), (done) => progress(done, stored))
        : textBytes(options.overlay);
    const opened = await openRows({ uri, size, chunks }, host, limits);
    if (reader.measuring) reader.measuring.textual = opened.textual;
    const failure = await takeAll(reader, opened, pace, options.matcher);
    if (failure) return failed(source, method, failure, size);
    const counts = await aggregate(
      reader,
      { name: source.name, uri, bytes: size, ...(opened.container ? { container: opened.container } : {}) },
      pace,
    );
    return counts ?? failed(source, method, CANCELLED, size);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof DatasetFailure ? error.code : 'dataset-unreadable';
    return failed(
      source,
      method,
      { code, message: error instanceof DatasetFailure ? message : `The file cannot be read: ${message}.` },
      size,
    );
  }
}

const CANCELLED = { code: 'dataset-cancelled', message: 'Reading was cancelled.' } as const;

type Failure = NonNullable<DatasetCounts['failure']>;

async function stat(host: Host, uri: string): Promise<number> {
  const facts = await host.stat(uri);
  if (!facts) throw new DatasetFailure('dataset-missing', 'The file is not there or cannot be read.');
  return facts.size;
}

/** Rows between two looks at the clock. */
const STRIDE = 64;

async function takeAll(
  reader: RowReader,
  opened: OpenedRows,
  pace: Pace,
  matcher: Matcher | undefined,
): Promise<Failure | undefined> {
  for await (const block of opened.blocks) {
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
async function matchElsewhere(
  reader: RowReader,
  block: Parameters<typeof patternsElsewhere>[1],
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
function failed(source: DatasetSource, method: MethodName | undefined, failure: Failure, bytes: number): DatasetCounts {
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

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  progress: (done: number) => void,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of chunks) {
    done += chunk.length;
    progress(done);
    yield chunk;
  }
}

/** A text as UTF-8, a piece at a time; a pair of surrogates is never cut. */
async function* textBytes(text: string): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const piece = 1 << 18;
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + piece);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end -= 1;
    yield encoder.encode(text.slice(at, end));
    at = end;
  }
}
