/**
 * The posterior of one account's parameters as a density over quantile space (see `prior`), each value of which costs an
 * evaluation of the program. Every point that was asked for is kept with its predictions.
 */
import type { Stepwise } from '../../inference/stepwise';
import { entry } from '../numbers/entry';
import { normalLogDensity } from '../numbers/normal';
import { answersLog } from './answers';
import type { FitProblem, FittedAccount, FreeParameter, Measured, Predictions } from './model';

/** A point of parameter space that was evaluated. */
export interface EvaluatedPoint {
  /** In quantile space, on the scale, and as values, by parameter. */
  readonly v: Float64Array;
  readonly z: Float64Array;
  readonly values: Float64Array;
  /** Log likelihood of what is fitted; -Infinity where the values are impossible. */
  readonly logLikelihood: number;
  readonly predictions: Predictions;
}

/** Which evaluations speak in the likelihood. */
export type Fitted = (measured: Measured) => boolean;

export interface PosteriorDensity {
  /** The free parameters that this account's predictions depend on. */
  readonly parameters: readonly FreeParameter[];
  /** Evaluate at a point of quantile space. */
  readonly at: (v: ArrayLike<number>) => Stepwise<EvaluatedPoint>;
  /** The same from a place on the scale. */
  readonly onScale: (z: ArrayLike<number>) => Stepwise<EvaluatedPoint>;
  /** How many evaluations of the program it took so far. */
  readonly evaluations: () => number;
}

/** Log posterior density of a point in quantile space, not normalised: the prior is standard normal there. */
export function logPosterior(point: EvaluatedPoint): number {
  let sum = point.logLikelihood;
  for (const v of point.v) sum += normalLogDensity(v);
  return sum;
}

export function logLikelihoodOf(
  predictions: Predictions,
  measured: readonly Measured[],
  counts: (m: Measured) => boolean,
): number {
  if (!predictions) return Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const [index, m] of measured.entries()) {
    if (!counts(m)) continue;
    const prediction = predictions[index];
    for (const run of m.runs) {
      if (!prediction) return Number.NEGATIVE_INFINITY;
      sum += answersLog(run, prediction.p, prediction.correlation);
    }
    if (sum === Number.NEGATIVE_INFINITY) return sum;
  }
  return Number.isNaN(sum) ? Number.NEGATIVE_INFINITY : sum;
}

/**
 * `free`: positions among the problem's parameters that this account depends on; the others stand at `fixed`.
 */
export function posteriorDensity(
  problem: FitProblem,
  account: FittedAccount,
  free: readonly number[],
  parameters: readonly FreeParameter[],
  fixed: Float64Array,
  fitted: Fitted,
): PosteriorDensity {
  let evaluations = 0;
  function* evaluate(v: Float64Array, z: Float64Array): Stepwise<EvaluatedPoint> {
    const values = Float64Array.from(z, (place, i) => parameters[i]?.scale.value(place) ?? Number.NaN);
    const all = Float64Array.from(fixed);
    for (const [i, position] of free.entries()) all[position] = entry(values, i);
    evaluations++;
    const predictions = yield* account.predict(all);
    return { v, z, values, predictions, logLikelihood: logLikelihoodOf(predictions, problem.measured, fitted) };
  }
  return {
    parameters,
    at: (v) =>
      evaluate(
        Float64Array.from(v),
        Float64Array.from(v, (x, i) => parameters[i]?.prior.place(x) ?? Number.NaN),
      ),
    onScale: (z) =>
      evaluate(
        Float64Array.from(z, (x, i) => parameters[i]?.prior.quantile(x) ?? Number.NaN),
        Float64Array.from(z),
      ),
    evaluations: () => evaluations,
  };
}
