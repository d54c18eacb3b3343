/** Log odds that do not saturate: of posteriors so close to 0 or 1 that a probability cannot tell them from it. */
import type { Evaluation } from '../evaluation';

/** log Σ exp of what is defined, −∞ of nothing. */
export function logSum(logs: readonly number[]): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const log of logs) if (log > top) top = log;
  if (!Number.isFinite(top)) return top;
  return top + Math.log(logs.reduce((sum, log) => (Number.isNaN(log) ? sum : sum + Math.exp(log - top)), 0));
}

/** Log odds (nats) of each against all the others together, out of logs up to a constant; NaN where all are −∞. */
export function logOdds(logs: readonly number[]): number[] {
  return logs.map((log, h) => {
    const others = logSum(logs.filter((_, other) => other !== h));
    if (log === Number.NEGATIVE_INFINITY && others === Number.NEGATIVE_INFINITY) return Number.NaN;
    const odds = log - others;
    // Even odds are exactly even: what is left of them is rounding.
    return Math.abs(odds) < 1e-14 ? 0 : odds;
  });
}

/** log π_h + log L_h by hypothesis, nats: the posterior before it is normalised, so that odds of 10⁴⁰⁰ are still odds. */
export function logJoint({ personas }: Evaluation): number[] {
  return personas.map(({ prior, logLikelihood }) =>
    prior === 0 ? Number.NEGATIVE_INFINITY : Math.log(prior) + logLikelihood,
  );
}

/** Prior and posterior log odds by hypothesis, nats. */
export interface StandingOdds {
  readonly prior: readonly number[];
  readonly posterior: readonly number[];
}

const known = new WeakMap<Evaluation, StandingOdds>();

export function standingOdds(evaluation: Evaluation): StandingOdds {
  const before = known.get(evaluation);
  if (before) return before;
  const odds = {
    prior: logOdds(evaluation.personas.map(({ prior }) => Math.log(prior))),
    posterior: logOdds(logJoint(evaluation)),
  };
  known.set(evaluation, odds);
  return odds;
}
