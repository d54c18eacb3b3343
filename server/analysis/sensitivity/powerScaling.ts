/**
 * Power-scaling (Kallioinen, Paananen, Bürkner & Vehtari, Statistics and Computing 34, 2024): how the posterior over
 * personas moves when the prior, or the likelihood, is raised to a power α near 1. The measure is the square root of the
 * Jensen-Shannon divergence in bits per unit of log2 α at α = 1, in closed form √(ln 2/8)·sd_w(d log w/dα).
 * Beta and Dirichlet priors inside personas and capabilities are not scaled.
 */
import type { Stepwise } from '../../inference/stepwise';
import { entry } from '../numbers/entry';
import { type Standing, standingWith } from '../subject/standing';
import { isUnsound, type Subject, type Unsound } from '../subject/subject';

export type Diagnosis = 'prior-dominated' | 'conflict' | 'neither';

export interface PowerScaling {
  readonly prior: number;
  readonly likelihood: number;
  readonly diagnosis: Diagnosis;
  /** By probe: derivative with respect to log2 α. */
  readonly probes: readonly { readonly prior: number; readonly likelihood: number }[];
}

const FLAG = 0.05;
const CONSTANT = Math.sqrt(Math.LN2 / 8);
/** Step of the central differences in α. */
const STEP = 1e-3;

export function* powerScaling(subject: Subject, condition: number | null): Stepwise<PowerScaling | Unsound> {
  const at = (scale: number) => standingWith(subject, condition, { scale });
  const now = yield* at(1);
  if (isUnsound(now)) return now;
  // Richardson: two central differences whose leading errors cancel.
  const similar: Standing[] = [];
  for (const step of [-2, -1, 1, 2]) {
    yield;
    const here = yield* at(1 + step * STEP);
    if (isUnsound(here)) return here;
    similar.push(here);
  }
  const slope = (of: (s: Standing) => number): number => {
    const [a = Number.NaN, b = Number.NaN, c = Number.NaN, d = Number.NaN] = similar.map(of);
    return (8 * (c - b) - (d - a)) / (12 * STEP);
  };
  const likelihoodSlopes = now.hypotheses.map((_, h) =>
    entry(now.weights, h) > 0 ? slope((s) => entry(s.logLikelihood, h)) : 0,
  );
  const prior = CONSTANT * deviation(now.weights, now.logPriors);
  const likelihood = CONSTANT * deviation(now.weights, likelihoodSlopes);
  return {
    prior,
    likelihood,
    diagnosis: prior < FLAG ? 'neither' : likelihood < FLAG ? 'prior-dominated' : 'conflict',
    probes: now.program.probes.map((probe, k) => {
      const { value, weights } = now.answer(probe.target);
      // π^α moves weights alone: dp/dα = Σ w_h·(log π_h − mean)·P_h.
      const offset = entry(now.program.cellOffset, probe.target.situation) + probe.target.response;
      const cells = entry(now.program.cellOffset, now.program.situations.length);
      const mean = average(weights, now.logPriors);
      let sum = 0;
      for (const [h, w] of weights.entries())
        if (w > 0) sum += w * (entry(now.logPriors, h) - mean) * (entry(now.predictive, h * cells + offset) - value);
      return { prior: Math.LN2 * sum, likelihood: Math.LN2 * slope((s) => entry(s.probes, k)) };
    }),
  };
}

function average(weights: ArrayLike<number>, values: ArrayLike<number>): number {
  let sum = 0;
  for (let h = 0; h < weights.length; h++) if (entry(weights, h) > 0) sum += entry(weights, h) * entry(values, h);
  return sum;
}

function deviation(weights: ArrayLike<number>, values: ArrayLike<number>): number {
  const mean = average(weights, values);
  let sum = 0;
  for (let h = 0; h < weights.length; h++)
    if (entry(weights, h) > 0) sum += entry(weights, h) * (entry(values, h) - mean) ** 2;
  return Math.sqrt(sum);
}
