/**
 * What comes out of one revision of a scenario: its program, then either numbers or the reason why there are none. Numbers
 * are of one text and one state of its datasets; what would lack evidence, a row or a prior is no number.
 */
import type { DatasetCounts } from '../datasets/counts';
import type { Evaluation, Finding } from '../inference/evaluation';
import type { Diagnostic } from '../program/diagnostic';
import type { Program } from '../program/model/program';
import type { ConditionNumbers } from '../snapshot';
import type { LineIndex } from '../syntax/lines';
import type { ParseResult } from '../syntax/tree';
import type { DatasetPool } from './conditionEvaluator';
import type { Reading } from './datasetCache';

/** The semantic level: the program of one revision. */
export interface Loaded {
  readonly root: string;
  readonly revision: number;
  readonly program: Program;
  /** By file of the program: its name as the session keys it, links resolved; tree; line index; editor's version, 0 where not open. */
  readonly uris: readonly string[];
  readonly reals: readonly string[];
  readonly trees: readonly ParseResult[];
  readonly lines: readonly LineIndex[];
  readonly versions: readonly number[];
  /** The first error that drops or changes evidence, a row, a prior or a setting: there are no numbers of this text. */
  readonly broken?: Diagnostic;
}

/** The posterior level: the same with numbers. */
export interface Evaluated extends Loaded {
  readonly counts: ReadonlyMap<number, DatasetCounts>;
  readonly evaluation: Evaluation;
  /** The rival accounts are still being computed: `evaluation` has none yet. */
  readonly rivalsPending: boolean;
  /** What conditions are evaluated from; undefined where the program has none. */
  readonly conditionSources?: { readonly pool: DatasetPool; readonly counts: ReadonlyMap<number, DatasetCounts> };
  /** Missing while they are being computed. */
  readonly conditions?: readonly ConditionNumbers[];
}

/** Why there are no numbers of the text as it stands. */
export type StaleCause =
  | { readonly kind: 'broken'; readonly diagnostic: Diagnostic; readonly loaded: Loaded }
  | { readonly kind: 'finding'; readonly finding: Finding; readonly loaded: Loaded }
  | { readonly kind: 'reading'; readonly reading: Reading }
  | { readonly kind: 'unread'; readonly dataset: number; readonly message: string; readonly loaded: Loaded }
  | { readonly kind: 'waiting' };

/** How the evaluation of one revision ended. */
export interface Outcome {
  readonly loaded: Loaded;
  /** What is read of the datasets. */
  readonly counts: ReadonlyMap<number, DatasetCounts>;
  /** Findings of an evaluation that has no numbers to show, because evidence was left out. */
  readonly findings: readonly Finding[];
  /** Exactly one of the two. */
  readonly evaluated?: Evaluated;
  readonly stale?: StaleCause;
}

export interface PanelSnapshot {
  readonly snapshot?: Evaluated;
  /** The posterior before the last edit that moved it. */
  readonly previous?: Evaluated;
  /** The last numbers that have rival accounts: what a panel shows, marked, while those of `snapshot` are computed. */
  readonly compared?: Evaluated;
  /** Set where `snapshot` is not of the text as it stands. */
  readonly stale?: StaleCause;
}
