/**
 * What a fit knows of the world: numbers that are free, runs that were counted, and, for each account, a function from
 * values to predictions. Nothing here knows programs, so that the mathematics can be held against closed forms.
 */
import type { Stepwise } from '../../inference/stepwise';
import type { Prior } from './prior';
import type { Scale } from './scale';

/** A parameter that the fit frees. */
export interface FreeParameter {
  readonly name: string;
  readonly scale: Scale;
  readonly prior: Prior;
  /** The same with its uniform range halved and doubled about its middle; equal to `prior` where that means nothing. */
  readonly halved: Prior;
  readonly doubled: Prior;
}

/** One evaluation: answers to one question under one condition, in one or more runs. */
export interface Measured {
  /** Index of the condition's name among the results; null is the program without one. */
  readonly condition: string | null;
  readonly label: string | null;
  /** What conditions share (a base model): evaluations are compared by it. */
  readonly unit: string;
  readonly heldOut: boolean;
  /** Names of the answers that are told apart, and whether they are one response against the rest. */
  readonly answers: readonly string[];
  readonly oneAgainstRest: boolean;
  /** By run: counts by answer (with one against the rest: that one and the rest). Empty where nothing was observed. */
  readonly runs: readonly Float64Array[];
  /** Where nothing was observed: answers to be predicted. */
  readonly planned: number;
}

/** What values predict for one evaluation: probabilities by answer, and the answers' correlation in one run. */
export interface Prediction {
  readonly p: Float64Array;
  readonly correlation: number;
}

/**
 * Predictions by evaluation, in the order of `Measured`; null for one that the values leave undefined. Undefined as a
 * whole where the program has an error with these values.
 */
export type Predictions = readonly (Prediction | null)[] | undefined;

/** An account: what it predicts at values of the free parameters (natural, in the order of the parameters). */
export interface FittedAccount {
  readonly name: string;
  /** Why it cannot be computed; then `predict` is never called. */
  readonly notComputable?: string;
  readonly predict: (values: Float64Array) => Stepwise<Predictions>;
}

export interface FitProblem {
  readonly parameters: readonly FreeParameter[];
  readonly measured: readonly Measured[];
  readonly accounts: readonly FittedAccount[];
}
