/**
 * The shape k̂ of the generalised Pareto distribution of the largest importance weights: how far the estimate rests on a
 * few draws (Vehtari, Simpson, Gelman, Yao & Gabry, Journal of Machine Learning Research 25, 2024). Estimated as in Zhang
 * & Stephens, Technometrics 51, 2009, with the weak prior of the former.
 */
import { entry } from './entry';

/** Fewest draws in the tail for which a shape says something. */
const FEWEST = 5;

/** k̂ of the weights given by their logs. Infinity where too few are positive, -Infinity where all of the tail are equal. */
export function paretoShape(logWeights: ArrayLike<number>): number {
  const sorted = Float64Array.from(logWeights).filter((w) => w > Number.NEGATIVE_INFINITY);
  sorted.sort();
  const draws = sorted.length;
  const tail = Math.floor(Math.min(0.2 * draws, 3 * Math.sqrt(draws)));
  if (tail < FEWEST) return Number.POSITIVE_INFINITY;
  const top = entry(sorted, draws - 1);
  const cut = Math.exp(entry(sorted, draws - tail - 1) - top);
  const excesses = sorted.subarray(draws - tail).map((w) => Math.exp(w - top) - cut);
  if (entry(excesses, 0) === entry(excesses, tail - 1)) return Number.NEGATIVE_INFINITY;
  const k = shapeOf(excesses);
  return (k * tail + 5) / (tail + 10);
}

/** Zhang & Stephens' estimate from ascending positive excesses; shape in the sign where heavy tails are positive. */
export function shapeOf(excesses: Float64Array): number {
  const n = excesses.length;
  const quartile = entry(excesses, Math.max(0, Math.floor(n / 4 + 0.5) - 1));
  const largest = entry(excesses, n - 1);
  const size = 30 + Math.floor(Math.sqrt(n));
  const shape = (b: number): number => {
    let sum = 0;
    for (const x of excesses) sum += Math.log1p(-b * x);
    return sum / n;
  };
  const candidates = Float64Array.from(
    { length: size },
    (_, j) => 1 / largest + (1 - Math.sqrt(size / (j + 0.5))) / (3 * quartile),
  );
  const profile = candidates.map((b) => {
    const k = shape(b);
    return n * (Math.log(-b / k) - k - 1);
  });
  let mean = 0;
  candidates.forEach((b, j) => {
    let inverse = 0;
    for (const other of profile) inverse += Math.exp(other - entry(profile, j));
    if (inverse > 0) mean += b / inverse;
  });
  return shape(mean);
}
