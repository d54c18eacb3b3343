/** Rows out of blocks into a reader, with rests, and with the patterns that may not run here tried elsewhere. */
import type { RowBlock } from '../containers/blocks';
import type { DatasetCounts } from '../counts';
import { DatasetFailure } from '../failure';
import { type RowKernel, withKernel } from '../json/kernel/kernel';
import type { Limits } from '../limits';
import { type Matcher, remainingTime } from '../mapping/patterns';
import type { TimeSlice } from '../timeSlice';
import { patternJobs } from './elsewhere';
import { NOT_TRIED, type RowReader, takeRow } from './rowReader';

export interface ReadOptions {
  /** Called now and then with the part of the file that is read; undefined where its size is not known. */
  readonly progress?: (fraction: number | undefined) => void;
  readonly signal?: AbortSignal;
  /** The text of an unsaved editor in the place of the file. */
  readonly openText?: string;
  /** Runs patterns that may backtrack, with a time limit. Without one such patterns are refused. */
  readonly matcher?: Matcher;
  readonly limits?: Partial<Limits>;
  /** `reference`: rows are scanned in TypeScript only. What comes out is the same. */
  readonly scanner?: 'reference';
}

/** What went wrong in a stream. */
export function failureOf(error: unknown): Failure {
  if (error instanceof DatasetFailure) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'dataset-unreadable', message: `The file cannot be read: ${message}.` };
}

export const CANCELLED = { code: 'dataset-cancelled', message: 'Reading was cancelled.' } as const;

export type Failure = NonNullable<DatasetCounts['failure']>;

/** Smaller blocks are not worth the way into the kernel. */
const PLACED = 4096;
/** Rows between two looks at the clock. */
const STRIDE = 64;

export async function takeAll(
  reader: RowReader,
  blocks: AsyncIterable<RowBlock>,
  slice: TimeSlice,
  matcher: Matcher | undefined,
  scanner?: ReadOptions['scanner'],
): Promise<Failure | undefined> {
  // What was learned may name shapes that were forgotten since.
  reader.plans.clear();
  if (scanner === 'reference') return takeBlocks(reader, blocks, slice, matcher, undefined);
  return withKernel(async (kernel) => {
    const own = reader.tape;
    try {
      return await takeBlocks(reader, blocks, slice, matcher, kernel);
    } finally {
      // The kernel goes to others: nothing of this reader may look at its memory.
      reader.kernel = undefined;
      reader.tape = own;
    }
  });
}

async function takeBlocks(
  reader: RowReader,
  blocks: AsyncIterable<RowBlock>,
  slice: TimeSlice,
  matcher: Matcher | undefined,
  kernel: RowKernel | undefined,
): Promise<Failure | undefined> {
  const own = reader.tape;
  for await (const given of blocks) {
    if (slice.cancelled()) return CANCELLED;
    const placed = given.bytes.length >= PLACED ? kernel?.place(given.bytes) : undefined;
    reader.kernel = placed ? kernel : undefined;
    reader.tape = own;
    const block = placed ? { ...given, bytes: placed } : given;
    const view = new DataView(block.bytes.buffer, block.bytes.byteOffset, block.bytes.byteLength);
    const failure = await matchElsewhere(reader, block, view, matcher);
    if (failure) return failure;
    for (let index = 0; index < block.count; index++) {
      takeRow(reader, block, view, index);
      if (index % STRIDE === 0 && slice.due() && !(await slice.rest())) return CANCELLED;
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
  reader.elsewhere = NOT_TRIED;
  const { jobs, entries } = patternJobs(reader, block, view);
  if (jobs.length === 0) return undefined;
  const results = { rules: [] as (Uint8Array | undefined)[], conditions: [] as (Uint8Array | undefined)[] };
  for (const { of, index: which, source, texts } of jobs) {
    const unbounded = {
      code: 'dataset-pattern-unbounded',
      message: `The pattern "${source}" may take very long on some texts, and nothing here can stop it. Write it without nested or repeated \`*\` and \`+\`.`,
    };
    if (!matcher) return unbounded;
    const present = texts.flatMap((text, index) => (text === undefined ? [] : [index]));
    const { budget } = reader;
    const tried = present.map((index) => texts[index]!);
    budget.characters += tried.reduce((sum, text) => sum + text.length, 0);
    const matched = await matcher(source, tried, remainingTime(budget, reader.limits));
    if (matched === 'refused') return unbounded;
    if (matched === 'timeout') {
      return {
        code: 'dataset-pattern-timeout',
        message: `The pattern "${source}" takes too long near row ${(reader.records.size + present[0]! + 1).toLocaleString('en')}. Write it without nested or repeated \`*\` and \`+\`.`,
      };
    }
    budget.milliseconds += matched.milliseconds;
    const result = new Uint8Array(texts.length);
    present.forEach((index, i) => {
      result[index] = matched.matches[i]!;
    });
    results[of][which] = result;
  }
  reader.elsewhere = { ...results, ...(entries ? { entries } : {}) };
  return undefined;
}
