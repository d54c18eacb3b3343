/** The posterior predictive of every evaluation and run, its scores and verdicts (LANGUAGE section 8). */
import { logSumExp } from '../../inference/numbers/logarithms';
import type { Stepwise } from '../../inference/stepwise';
import { entry } from '../numbers/entry';
import { answersLog, rounded, saturatedLog } from './answers';
import type { Measured } from './model';
import type { FitPosterior } from './posterior';
import { logLikelihoodOf } from './posteriorDensity';
import type { RunResult } from './result';
import { countDistribution, midP, type ShareComponent, shareInterval, verdictOf } from './shareDistribution';

/** Which evaluations are scored, beside those that are fitted. */
export type Scored = (measured: Measured) => boolean;

export function* runResults(
  posterior: FitPosterior,
  measured: readonly Measured[],
  scored: Scored,
): Stepwise<readonly RunResult[]> {
  const results: RunResult[] = [];
  const weights = normalised(posterior);
  for (const [evaluation, m] of measured.entries()) {
    const runs = m.runs.length > 0 ? [...m.runs.entries()] : ([[-1, undefined]] as const);
    const cache = new Map<string, readonly Float64Array[]>();
    for (const [run, counts] of runs) {
      yield;
      results.push(yield* runResult(posterior, weights, evaluation, m, run, counts, scored(m), cache));
    }
  }
  return results;
}

function normalised(posterior: FitPosterior): Float64Array {
  const total = logSumExp(posterior.logWeights);
  return posterior.logWeights.map((log) => Math.exp(log - total));
}

/** Log of the mixture over the posterior of exp(log(point)). */
export function logExpectation(posterior: FitPosterior, log: (index: number) => number): number {
  const total = logSumExp(posterior.logWeights);
  return logSumExp(posterior.logWeights.map((w, i) => (w === Number.NEGATIVE_INFINITY ? w : w - total + log(i))));
}

/** Log joint predictive of some evaluations with all their runs. */
export function jointLogScore(posterior: FitPosterior, measured: readonly Measured[], scored: Scored): number {
  if (posterior.points.length === 0) return Number.NEGATIVE_INFINITY;
  return logExpectation(posterior, (i) => logLikelihoodOf(posterior.points[i]?.predictions, measured, scored));
}

/** Draws that matter, with equal predictions put together. */
function components(
  posterior: FitPosterior,
  weights: Float64Array,
  evaluation: number,
  answer: number,
): ShareComponent[] {
  const found = new Map<string, { weight: number; p: number; correlation: number }>();
  for (const [i, point] of posterior.points.entries()) {
    const prediction = point.predictions?.[evaluation];
    const weight = entry(weights, i);
    if (!prediction || weight < 1e-12) continue;
    const p = entry(prediction.p, answer);
    const key = `${p} ${prediction.correlation}`;
    const same = found.get(key);
    if (same) same.weight += weight;
    else found.set(key, { weight, p, correlation: prediction.correlation });
  }
  const list = [...found.values()];
  const total = list.reduce((sum, c) => sum + c.weight, 0);
  return list.map((c) => ({ ...c, weight: c.weight / total }));
}

function* runResult(
  posterior: FitPosterior,
  weights: Float64Array,
  evaluation: number,
  m: Measured,
  run: number,
  counts: Float64Array | undefined,
  scored: boolean,
  cache: Map<string, readonly Float64Array[]>,
): Stepwise<RunResult> {
  const size = m.answers.length;
  const focal = m.oneAgainstRest ? [0] : m.answers.map((_, y) => y);
  const sum = counts ? counts.reduce((a, b) => a + b, 0) : m.planned;
  const entire = counts && !m.oneAgainstRest ? Array.from(counts, rounded) : undefined;
  const total = entire ? entire.reduce((a, b) => a + b, 0) : rounded(sum);
  const known = posterior.points.some((p) => p.predictions?.[evaluation]);
  const mean = m.answers.map((_, y) => {
    if (!known) return Number.NaN;
    let value = 0;
    let mass = 0;
    for (const [i, point] of posterior.points.entries()) {
      const prediction = point.predictions?.[evaluation];
      if (!prediction) continue;
      value += entry(weights, i) * entry(prediction.p, y);
      mass += entry(weights, i);
    }
    return value / mass;
  });
  let distributions: readonly Float64Array[] = [];
  if (known) {
    const retained = cache.get(`${total}`);
    if (retained) distributions = retained;
    else {
      const made: Float64Array[] = [];
      for (const y of focal) {
        made.push(countDistribution(total, components(posterior, weights, evaluation, y)));
        yield;
      }
      distributions = made;
      cache.set(`${total}`, made);
    }
  }
  const told = size === 2 || m.oneAgainstRest ? 1 : size;
  let p: number | null = null;
  if (scored && counts && total > 0) {
    if (!known) p = 0;
    else {
      const each = distributions.map((d, k) =>
        midP(d, Math.min(total, entire ? entry(entire, k) : rounded(entry(counts, entry(focal, k))))),
      );
      // Two answers mirror each other: one of them is all there is to tell.
      p = Math.min(1, Math.min(...each) * told);
    }
  }
  const both = (mass: number): readonly (readonly [number, number])[] | null => {
    if (!posterior.reliable || !known || total === 0) return null;
    const own = distributions.map((d) => shareInterval(d, mass));
    return m.oneAgainstRest && own[0] ? [own[0], [1 - own[0][1], 1 - own[0][0]]] : own;
  };
  return {
    evaluation,
    condition: m.condition,
    label: m.label,
    heldOut: m.heldOut,
    run,
    answers: m.answers,
    oneAgainstRest: m.oneAgainstRest,
    total: sum,
    observed: m.answers.map((_, y) => (counts && sum > 0 ? entry(counts, y) / sum : Number.NaN)),
    mean,
    interval50: both(0.5),
    interval90: both(0.9),
    logScore: counts
      ? logExpectation(posterior, (i) => {
          const prediction = posterior.points[i]?.predictions?.[evaluation];
          return prediction ? answersLog(counts, prediction.p, prediction.correlation) : Number.NEGATIVE_INFINITY;
        })
      : Number.NaN,
    saturated: counts ? saturatedLog(counts, correlationAt(posterior, evaluation)) : Number.NaN,
    midP: p,
    verdict: p === null ? null : verdictOf(p),
  };
}

/** The correlation at the most probable point. */
function correlationAt(posterior: FitPosterior, evaluation: number): number {
  let top = Number.NEGATIVE_INFINITY;
  let correlation = 0;
  for (const [i, point] of posterior.points.entries()) {
    const prediction = point.predictions?.[evaluation];
    const w = entry(posterior.logWeights, i);
    if (!prediction || w <= top) continue;
    top = w;
    correlation = prediction.correlation;
  }
  return correlation;
}
