/**
 * The strength of an account: how many effective episodes a training was worth, from what was measured in the trained
 * situations alone. Everything else that the account says follows from it. Must not know networks or held-out counts.
 *
 * The likelihood of the trained situations' counts is computed on a grid of strengths, even in the logarithm, and its
 * greatest value is refined by the polynomial through the five points about it.
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

/** `coarse`: every other strength of the grid, a factor of 2 apart. */
export function curvesOf(settings: PredictionSettings, coarse = false): Curves {
  const strengths = [0, ...(coarse ? GRID.filter((_, i) => i % 2 === 0) : GRID)];
  return { strengths, predictions: strengths.map((strength) => predict({ ...settings, probes: [] }, strength)) };
}

/** Sealed strengths are even in the logarithm, 16 to a factor of 2: 4% apart, far finer than 200 answers can tell. */
const STEPS = 16;

/** The step of a strength above 0, and the strength of a step. */
export const stepOf = (strength: number): number => Math.round(STEPS * Math.log2(strength));
export const strengthAt = (step: number): number => 2 ** (step / STEPS);

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
  const about = values.slice(best - 2, best + 3);
  // Near an end, and at strength 0, the grid itself is the answer.
  if (best < 3 || about.length < 5 || !about.every(Number.isFinite)) return { strength, logLikelihood };
  const at = highestPoint(about);
  const step = (curves.strengths[2] ?? 1) / (curves.strengths[1] ?? 1);
  return { strength: strength * step ** at, logLikelihood: through(about, at) };
}

/** The value at t of the polynomial through five points at −2 … 2 (Lagrange). */
function through(values: readonly number[], t: number): number {
  return values.reduce((sum, value, i) => {
    let term = value;
    for (let j = 0; j < values.length; j++) if (j !== i) term *= (t - (j - 2)) / (i - j);
    return sum + term;
  }, 0);
}

/** Where that polynomial is highest between −1 and 1, the middle being the highest of the five; golden section. */
function highestPoint(values: readonly number[]): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [-1, 1];
  for (let step = 0; step < 60; step++) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (through(values, left) > through(values, right)) high = right;
    else low = left;
  }
  return (low + high) / 2;
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
