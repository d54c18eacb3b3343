/**
 * Evaluations: answers counted after training, never evidence (LANGUAGE section 7). Whatever way they are written in,
 * here they are counts of outcomes for each run. Must not know what a program predicts.
 */
import type { Origin } from './origin';

export interface GivenItem {
  readonly situation: number;
  readonly response: number;
  readonly times: number;
}

/** One run of a measurement. */
export interface Run {
  /** n by outcome (`Observation.outcomes`); fractions where a rate stood for a count. */
  readonly counts: Float64Array;
  /** Σ counts. */
  readonly total: number;
}

/** A published rate with its 95% interval, as it was written; the run has its effective counts. */
export interface PublishedRate {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** Where an outcome's predicted probability is p_o = Σ_{y in o} p_y / Σ_{y in any outcome} p_y. */
export interface Observation {
  readonly index: number;
  readonly label?: string;
  readonly situation: number;
  /**
   * What is told apart: sets of responses (indices in the situation). With counts, one for each response of the
   * situation, or of `among`; with one response against the rest, first that response, then all others.
   */
  readonly outcomes: readonly (readonly number[])[];
  /** The one response that was counted against the rest; undefined where every response has its count. */
  readonly focal?: number;
  /** Responses that the text names, in order. */
  readonly named: readonly number[];
  /** Empty where nothing was measured yet (held out only). */
  readonly runs: readonly Run[];
  /** Not measured yet: of how many answers a prediction speaks. */
  readonly planned?: number;
  readonly heldOut: boolean;
  readonly given: readonly GivenItem[];
  /** As written after `given`, normalised spaces. */
  readonly givenText?: string;
  /** The responses that were kept in the measurement; undefined: all. */
  readonly among?: readonly number[];
  /** ρ of its own; undefined: the fit's, else 0. */
  readonly overdispersion?: number;
  readonly rate?: PublishedRate;
  /** Index of its source; undefined: an assumption. */
  readonly source?: number;
  readonly origin: Origin;
}
