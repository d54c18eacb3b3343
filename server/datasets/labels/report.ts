/** What labels come to, for people: plain data. */
import type { Agreement } from './agreement';

export interface LabelReport {
  readonly labels: number;
  /** Rows with a label, and those of them that only a judge has labelled. */
  readonly labelled: number;
  readonly judged: number;
  /** Ids in the order of the file, at most `listed` of each; all are counted. */
  readonly unmatched: Listed;
  readonly twice: Listed;
  readonly several: Listed;
  readonly unusable: number;
  readonly firstUnusable?: string;
  readonly agreement?: Agreement;
}

export interface Listed {
  readonly count: number;
  readonly first: readonly string[];
}

export interface CorrectedCount {
  readonly situation: string;
  readonly response: string;
  /** Distinct episodes, weighted. */
  readonly count: number;
  /** Of 90% of the draws. */
  readonly interval: readonly [number, number];
}
