/** What a fit comes to, as plain data for reports and views. Nats throughout; units are for showing. */
import type { Verdict } from './shareDistribution';

export interface ParameterSummary {
  readonly name: string;
  /** Of the joint density on the scale, as a value. */
  readonly mode: number;
  readonly mean: number;
  readonly median: number;
  /** Central; null where the posterior is not reliable. */
  readonly interval90: readonly [number, number] | null;
  /** KL of the posterior marginal from the prior's, nats. */
  readonly learned: number;
  /** More than 5% of the mass lies within 1% of an end of the range. */
  readonly atEdge: boolean;
  /** Value and density with respect to the scale, at 101 points evenly spaced on it. */
  readonly density: readonly (readonly [number, number])[];
}

export interface Direction {
  readonly loadings: Readonly<Record<string, number>>;
  /** Square root of the posterior variance along it, in units of the prior's standard deviations. */
  readonly ratio: number;
  /** Where the ratio is above 0.9: its name by its loadings. */
  readonly notIdentified?: string;
}

export interface RunResult {
  /** Index of the evaluation in the problem. */
  readonly evaluation: number;
  readonly condition: string | null;
  readonly label: string | null;
  readonly heldOut: boolean;
  /** From 0; -1 where nothing was observed. */
  readonly run: number;
  readonly answers: readonly string[];
  readonly oneAgainstRest: boolean;
  /** Answers that were counted, or that a prediction speaks of. */
  readonly total: number;
  /** By answer: observed share (NaN where nothing was observed), predictive mean, central intervals of the share. */
  readonly observed: readonly number[];
  readonly mean: readonly number[];
  readonly interval50: readonly (readonly [number, number])[] | null;
  readonly interval90: readonly (readonly [number, number])[] | null;
  /** NaN where nothing was observed. */
  readonly logScore: number;
  readonly saturated: number;
  /** Held out and observed only. */
  readonly midP: number | null;
  readonly verdict: Verdict | null;
}

export interface UnitScore {
  readonly unit: string;
  /** Log joint predictive of the unit's scored evaluations; -Infinity is legal. */
  readonly score: number;
}

export interface AccountFit {
  readonly name: string;
  /** Why there is no fit; everything else is then empty. */
  readonly notComputable?: string;
  readonly logEvidence: number;
  readonly logEvidenceRanges: { readonly halved: number; readonly doubled: number };
  readonly approximate: boolean;
  readonly reliable: boolean;
  readonly reason?: string;
  readonly effectiveSampleSize: number | null;
  readonly paretoShape: number | null;
  readonly parameters: readonly ParameterSummary[];
  readonly correlations: readonly (readonly number[])[];
  readonly directions: readonly Direction[];
  readonly runs: readonly RunResult[];
  readonly coverage: { readonly inside90: number; readonly of: number };
  readonly units: readonly UnitScore[];
  readonly heldOutScore: number;
  /** Against the best account; NaN for −∞ − −∞. */
  readonly difference: { readonly value: number; readonly standardError: number | null; readonly units: number };
  /** Evaluations of the program that this account took. */
  readonly evaluations: number;
}

export interface FitResult {
  readonly accounts: readonly AccountFit[];
  /** The same of units that were left out in turn; null where that was not asked for. */
  readonly leaveOut: readonly AccountFit[] | null;
  /** Name of the account that the measurements prefer. */
  readonly preferred: string | null;
  readonly sentence: string;
}
