/** Leaving evidence out, exactly: the effective counts without it are known (LANGUAGE section 5). */

import type { CountChange } from '../evidence/countChanges';
import type { Evidence } from '../evidence/effectiveCounts';
import { countProblems } from '../likelihood/countProblems';
import { type Gains, gains } from '../likelihood/gains';
import { ExactSum } from '../numbers/exactSum';
import type { Standpoint } from '../posterior/posteriorState';
import { runToEnd, type Stepwise } from '../stepwise';
import { abilityShift } from './capabilityShift';

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
  stand: Standpoint,
  changes: readonly CountChange[],
  scratch: Scratch,
  measured?: Float64Array,
): Stepwise<Moved> {
  const { likelihood, evidence, weighing, mover } = stand;
  const { rest, delta } = scratch;
  const touched = changes.map((c) => c.key);
  for (const change of changes) {
    rest[change.key] = change.rest;
    delta[change.key] = change.delta;
  }
  if (evidence.negatives > 0) settleRest(stand, changes, scratch);
  const found: Gains = yield* gains(likelihood, weighing, touched, rest, delta, measured);
  const forbids = (h: number) =>
    measured?.[h] === Number.NEGATIVE_INFINITY ||
    touched.some((key) => delta[key] > 0 && likelihood.scale[h * likelihood.keys + key] === Number.NEGATIVE_INFINITY);
  const weight = new Float64Array(found.gain.length);
  const shift = mover.move(found.gain, found.impossible, forbids, weight, 0);
  for (const key of touched) {
    rest[key] = weighing.counts[key];
    delta[key] = 0;
  }
  return { weight, shift, without: mover.without(), found };
}

/** The same at once. */
export function leaveOut(...what: Parameters<typeof leavingOut>): Moved {
  return runToEnd(leavingOut(...what));
}

/** How far what was left out had moved the abilities; NaN where the posterior is undefined. */
export function* capabilityOf(
  { likelihood, weighing, posterior }: Standpoint,
  moved: Pick<Moved, 'found' | 'without'>,
): Stepwise<number> {
  if (!posterior.defined) return Number.NaN;
  return yield* abilityShift(likelihood, weighing, moved.found, posterior.weights, moved);
}

/** Without some positive evidence a negative count may have no meaning left; then its negative episodes go as well. */
function settleRest(stand: Standpoint, changes: readonly CountChange[], scratch: Scratch): void {
  const broken = countProblems(stand.likelihood, scratch.rest).map((p) => p.key);
  for (const change of changes) {
    if (!broken.includes(change.key)) continue;
    const kept = Math.max(0, positiveCount(stand.evidence, change.key) - Math.max(0, change.delta));
    scratch.rest[change.key] = kept;
    scratch.delta[change.key] = stand.weighing.counts[change.key] - kept;
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

export function scratchFor(stand: Standpoint): Scratch {
  return { rest: Float64Array.from(stand.weighing.counts), delta: new Float64Array(stand.evidence.keys) };
}
