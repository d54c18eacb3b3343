/**
 * The strength of an account: how many effective episodes a training was worth, from what was measured in the trained
 * situations alone. Everything else that the account says follows from it. Must not know networks or held-out counts.
 *
 * The likelihood of the trained situations' counts is computed on a grid of strengths, even in the logarithm, and its
 * greatest value is refined by the parabola through the three points about it.
 */
import type { LabAccount } from './accounts';
import { type Prediction, type PredictionSettings, predict } from './predict';

/** Effective episodes for each trained situation, or 1/beta: 2^−7 … 2^10 in half steps, and none at all. */
const GRID: readonly number[] = Array.from({ length: 35 }, (_, i) => 2 ** (-7 + i / 2));

/** Every account's prediction at every strength of the grid; the first entry is strength 0. */
export interface Curves {
  readonly strengths: readonly number[];
  readonly predictions: readonly ReadonlyMap<string, Prediction>[];
}

export function curvesOf(settings: PredictionSettings): Curves {
  const strengths = [0, ...GRID];
  return { strengths, predictions: strengths.map((strength) => predict({ ...settings, probedTargets: [] }, strength)) };
}

export interface FittedStrength {
  readonly strength: number;
  /** Σ counts·log p in the trained situations, nats. */
  readonly logLikelihood: number;
}

/**
 * The strength at which an account explains the trained counts best. `counts`: C, 0 where not trained. An account that
 * nothing moves has strength 0; null where it can explain them at no strength.
 */
export function fitStrength(
  curves: Curves,
  account: LabAccount,
  counts: Float64Array,
  variants = false,
): FittedStrength | null {
  const values = curves.predictions.map((at) => {
    const prediction = at.get(account.name);
    return prediction ? logLikelihoodOf(counts, variants ? prediction.variants : prediction.cells) : Number.NaN;
  });
  let best = -1;
  values.forEach((value, i) => {
    // The least strength among equals, so that an account that cannot move stays where it is.
    if (Number.isFinite(value) && (best < 0 || value > (values[best] ?? 0) + 1e-9)) best = i;
  });
  if (best < 0) return null;
  const strength = curves.strengths[best] ?? 0;
  const logLikelihood = values[best] ?? 0;
  if (best < 2 || best === values.length - 1) return { strength, logLikelihood };
  const [left, right] = [values[best - 1] ?? 0, values[best + 1] ?? 0];
  const bend = left - 2 * logLikelihood + right;
  const shift = bend < 0 && Number.isFinite(bend) ? (0.5 * (left - right)) / bend : 0;
  return { strength: strength * 2 ** (Math.max(-0.5, Math.min(0.5, shift)) / 2), logLikelihood };
}

/** Σ n·log p, nats; −Infinity where something impossible was counted, NaN where there is no prediction. */
export function logLikelihoodOf(counts: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  let sum = 0;
  for (let c = 0; c < counts.length; c++) {
    const n = counts[c] ?? 0;
    if (n > 0) sum += n * Math.log(probabilities[c] ?? Number.NaN);
  }
  return sum;
}
