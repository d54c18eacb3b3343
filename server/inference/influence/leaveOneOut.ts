/** Leaving evidence out, exactly: the effective counts without it are known (LANGUAGE section 5). */

import type { CountChange } from '../evidence/countChanges';
import type { Evidence } from '../evidence/effectiveCounts';
import { countProblems } from '../likelihood/countProblems';
import { type Gains, gains } from '../likelihood/gains';
import { ExactSum } from '../numbers/exactSum';
import type { PosteriorState } from '../posterior/posteriorState';
import { runToEnd, type Stepwise } from '../stepwise';
import { capabilityShift } from './capabilityShift';

/** How one piece of evidence moved the posterior. */
export interface Moved {
  /** By hypothesis: log odds with the evidence less log odds without it. */
  readonly weight: Float64Array;
  /** KL(with ‖ without). */
  readonly shift: number;
  /** By hypothesis: the posterior without the evidence; NaN where undefined. */
  readonly without: Float64Array;
  readonly found: Gains;
}

/** Leave a set of changes out, and say what they had moved. */
export function* leavingOut(
  state: PosteriorState,
  changes: readonly CountChange[],
  scratch: Scratch,
  measured?: Float64Array,
): Stepwise<Moved> {
  const { likelihood, evidence, logLikelihoods, calculator } = state;
  const { rest, delta } = scratch;
  const touched = changes.map((c) => c.key);
  for (const change of changes) {
    rest[change.key] = change.rest;
    delta[change.key] = change.delta;
  }
  if (evidence.negatives > 0) validateRest(state, changes, scratch);
  const found: Gains = yield* gains(likelihood, logLikelihoods, touched, rest, delta, measured);
  const forbids = (h: number) =>
    measured?.[h] === Number.NEGATIVE_INFINITY ||
    touched.some((key) => delta[key] > 0 && likelihood.scale[h * likelihood.keys + key] === Number.NEGATIVE_INFINITY);
  const weight = new Float64Array(found.gain.length);
  const shift = calculator.move(found.gain, found.impossible, forbids, weight, 0);
  for (const key of touched) {
    rest[key] = logLikelihoods.counts[key];
    delta[key] = 0;
  }
  return { weight, shift, without: calculator.without(), found };
}

/** The same at once. */
export function leaveOneOut(...what: Parameters<typeof leavingOut>): Moved {
  return runToEnd(leavingOut(...what));
}

/** How far what was left out had moved the capabilities; NaN where the posterior is undefined. */
export function* capabilityOf(
  { likelihood, logLikelihoods, posterior }: PosteriorState,
  moved: Pick<Moved, 'found' | 'without'>,
): Stepwise<number> {
  if (!posterior.defined) return Number.NaN;
  return yield* capabilityShift(likelihood, logLikelihoods, moved.found, posterior.weights, moved);
}

/** Without some positive evidence a negative count may have no meaning left; then its negative episodes go as well. */
function validateRest(state: PosteriorState, changes: readonly CountChange[], scratch: Scratch): void {
  const broken = countProblems(state.likelihood, scratch.rest).map((p) => p.key);
  for (const change of changes) {
    if (!broken.includes(change.key)) continue;
    const retained = Math.max(0, positiveCount(state.evidence, change.key) - Math.max(0, change.delta));
    scratch.rest[change.key] = retained;
    scratch.delta[change.key] = state.logLikelihoods.counts[change.key] - retained;
  }
}

/** What the episodes of a key come to without the negative ones. */
function positiveCount({ episodes, slots, slotsOfKey }: Evidence, key: number): number {
  const sums = new Map(slotsOfKey[key].map((s) => [s, new ExactSum()]));
  episodes.slot.forEach((s, e) => {
    if (episodes.term[e] > 0) sums.get(s)?.add(episodes.amount[e]);
  });
  let count = 0;
  for (const [s, sum] of sums) count += slots[s].method.strength * sum.value;
  return count;
}

/** Counts without what is left out, and what that is; `leaveOut` puts both back as they were. */
export interface Scratch {
  readonly rest: Float64Array;
  readonly delta: Float64Array;
}

export function scratchFor(state: PosteriorState): Scratch {
  return { rest: Float64Array.from(state.logLikelihoods.counts), delta: new Float64Array(state.evidence.keys) };
}
