/**
 * What a dataset comes to once it is read: counts per kind of episode, a compact index of its rows, and the rows that
 * could not be used. Inference needs only `groups` and `measured`; the editor needs the rest.
 *
 * Situations and responses are *names* here, interned in `names`: a program's indices may change while the file stays
 * the same. This layer must not know personas' rows, posteriors, or editors.
 */

import type { Origin } from '../program/model/origin';
import type { MethodName } from '../syntax/tree';
import type { CorrectedCount, LabelReport } from './labels/report';

/**
 * Distinct episodes put together where they say the same: one entry per (situation, response, over, weight, tokens,
 * reward, epochs), in order of first appearance. All arrays have the same length G.
 */
export interface EpisodeGroups {
  readonly size: number;
  /** Indices into `DatasetCounts.names`; -1 where there is none. */
  readonly situation: Int32Array;
  readonly response: Int32Array;
  readonly over: Int32Array;
  readonly weight: Float64Array;
  /** NaN where the row has none. */
  readonly tokens: Float64Array;
  /** NaN where the row has none. */
  readonly reward: Float64Array;
  /** How often one and the same text was shown: explicit `epochs`, summed over rows with the same text. */
  readonly epochs: Float64Array;
  /** How many distinct episodes the group stands for. */
  readonly times: Float64Array;
}

/** Measured log-likelihoods: one row per distinct episode, one column per persona that the file names. */
export interface MeasuredRows {
  readonly rows: number;
  readonly personas: readonly string[];
  /** Row-major, rows × personas, in nats, as the file has them (a mean is not yet multiplied by tokens). NaN where a persona is missing in a row. */
  readonly logprob: Float64Array;
  readonly aggregate: 'sum' | 'mean';
  readonly weight: Float64Array;
  readonly tokens: Float64Array;
  readonly epochs: Float64Array;
  /** Name indices, -1 where the row names no situation (or response). */
  readonly situation: Int32Array;
  readonly response: Int32Array;
}

/** What each physical row became. Compact: typed arrays of the number of rows. */
export interface RowIndex {
  readonly rows: number;
  /** Offset of the row's first byte in the (uncompressed) file. */
  readonly offset: Float64Array;
  /** 1-based line on which the row begins. */
  readonly line: Int32Array;
  /** Index into `groups` (or `measured`), -1 where the row is unusable or unclassified. */
  readonly group: Int32Array;
  /** 0 fine, else 1 + index into `ROW_PROBLEMS` (problems.ts). */
  readonly problem: Uint8Array;
  /** Row number (0-based) of the first row with the same text, itself where it is the first. */
  readonly first: Int32Array;
}

export interface RowProblem {
  readonly row: number;
  /** 1-based line in the file. */
  readonly line: number;
  /** Stable code of the codes' table, `dataset-row-…`. */
  readonly code: string;
  readonly message: string;
}

/** What the mapping's `where`, `rows` and `sample` left out. */
export interface LeftOut {
  /** Entries of the row index that are left out. */
  readonly total: number;
  /** Rows of the files, with `turn each` before they became several entries. */
  readonly of: number;
  /** Rows that each line left out, of those that the lines before it had kept: `rows` first, then each `where`, then `sample`. */
  readonly rows: number;
  readonly where: readonly number[];
  readonly sample: number;
}

export interface DatasetCounts {
  readonly name: string;
  readonly uri: string;
  /** Where the dataset has several files: each, in order, with the row (0-based) that it begins with. */
  readonly files?: readonly { readonly uri: string; readonly start: number }[];
  /** In words for people: `OpenAI chat`, `TRL preference`, `measured log-probabilities (wide)`. */
  readonly format: string;
  /** The method that applies: as declared, else what the format asks for, else sft. */
  readonly method: MethodName;
  readonly names: readonly string[];
  readonly rows: number;
  readonly classified: number;
  readonly unclassified: number;
  /** Absent where the mapping leaves nothing out: then every row is classified or unclassified. */
  readonly leftOut?: LeftOut;
  /** What became of the labels, where the mapping has some. */
  readonly labels?: LabelReport;
  /** Where what only a judge labelled was spread: counts with intervals, and the weights of `groups` in each draw. */
  readonly corrected?: {
    readonly counts: readonly CorrectedCount[];
    readonly draws: readonly Float64Array[];
  };
  /** Classified rows whose text an earlier row has. */
  readonly duplicates: number;
  readonly groups: EpisodeGroups;
  readonly measured?: MeasuredRows;
  readonly index?: RowIndex;
  /** Unusable and unclassified rows, the first 1,000; `problemCounts` counts them all by code. */
  readonly problems: readonly RowProblem[];
  readonly problemCounts: Readonly<Record<string, number>>;
  /** Fields that the rows have, most frequent first, for completion: path and an example. */
  readonly fields: readonly { readonly path: string; readonly rows: number; readonly example: string }[];
  /** Estimate of near-duplicates: rows in clusters of MinHash similarity above the threshold, the effective number of distinct rows, and how many texts were compared for it. */
  readonly similar?: {
    readonly clusters: number;
    readonly rows: number;
    readonly unique: number;
    readonly compared: number;
  };
  /** The whole dataset cannot be used: why. Counts are then zero. */
  readonly failure?: {
    readonly code: string;
    readonly message: string;
    /** The part of the declaration that is at fault, where it is not the file. */
    readonly origin?: Origin;
  };
  readonly bytes: number;
}
