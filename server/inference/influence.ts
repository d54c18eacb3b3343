/**
 * What each piece of evidence moved: leave-one-out, exact for every setting, because the effective counts without it
 * are known (LANGUAGE section 5). Episodes that say the same are computed once, so that all of them together cost
 * O(episodes × hypotheses).
 */
import type { DatasetCounts } from '../datasets/counts';
import type { Program } from '../program/program';
import { abilityShift } from './abilityShift';
import { addedChange, type CountChange, datasetChanges, kindChanges } from './countChanges';
import { countProblems } from './countProblems';
import { countsOf, type Evidence } from './effectiveCounts';
import type { Influence } from './evaluation';
import { ExactSum } from './exactSum';
import { gatherEvidence } from './gather';
import { programHypotheses } from './hypotheses';
import { kindsOf } from './kinds';
import { type Likelihood, prepareLikelihood } from './likelihood';
import { measuredSums } from './measured';
import { type Move, moveOf, type Posterior, posteriorOf } from './posterior';
import { runToEnd, type Stepwise } from './stepwise';
import { structureOf } from './structure';
import { type Gains, gains, type Weighing, weigh } from './weighing';

/** Everything that leave-one-out starts from. */
export interface Standpoint {
  readonly likelihood: Likelihood;
  readonly evidence: Evidence;
  readonly weighing: Weighing;
  readonly posterior: Posterior;
}

interface Moved extends Move {
  readonly found: Gains;
}

/** Leave a set of changes out, and say what they had moved. */
export function* leavingOut(
  stand: Standpoint,
  changes: readonly CountChange[],
  scratch: Scratch,
  measured?: Float64Array,
): Stepwise<Moved> {
  const { likelihood, evidence, weighing, posterior } = stand;
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
  const move = moveOf(posterior, likelihood, weighing, found.gain, found.impossible, forbids);
  for (const key of touched) {
    rest[key] = weighing.counts[key];
    delta[key] = 0;
  }
  return { ...move, found };
}

/** The same at once. */
export function leaveOut(...what: Parameters<typeof leavingOut>): Moved {
  return runToEnd(leavingOut(...what));
}

/** How far what was left out had moved the abilities; NaN where the posterior is undefined. */
function* capabilityOf(stand: Standpoint, moved: Moved): Stepwise<number> {
  const { likelihood, weighing, posterior } = stand;
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

/** Influence of every inline episode; those that are left out moved nothing. */
export function* episodeInfluence(stand: Standpoint): Stepwise<Influence> {
  const { evidence, likelihood } = stand;
  const size = likelihood.hypotheses.length;
  const kinds = kindsOf(evidence);
  const count = kinds.of.length;
  const weight = new Float64Array(count * size);
  const single = new Float64Array(count * size);
  const shift = new Float64Array(count);
  const capability = new Float64Array(count);
  const scratch = scratchFor(stand);
  const changes = kindChanges(evidence);
  const moves: { whole: Moved; capability: number; single: Moved }[] = [];
  for (let k = 0; k < kinds.first.length; k++) {
    const whole = yield* leavingOut(stand, [changes.whole[k]], scratch);
    moves.push({
      whole,
      capability: yield* capabilityOf(stand, whole),
      single: changes.single[k] === changes.whole[k] ? whole : yield* leavingOut(stand, [changes.single[k]], scratch),
    });
    if (k % 8 === 7) yield;
  }
  for (let e = 0; e < count; e++) {
    const k = kinds.of[e];
    if (k < 0) continue;
    weight.set(moves[k].whole.weight, e * size);
    single.set(moves[k].single.weight, e * size);
    shift[e] = moves[k].whole.shift;
    capability[e] = moves[k].capability;
  }
  return { count, weight, single, shift, capability };
}

/** Influence of every dataset as a whole. */
export function* datasetInfluence(stand: Standpoint): Stepwise<Influence> {
  const { evidence, likelihood } = stand;
  const size = likelihood.hypotheses.length;
  const count = evidence.structure.program.datasets.length;
  const weight = new Float64Array(count * size);
  const shift = new Float64Array(count);
  const capability = new Float64Array(count);
  const scratch = scratchFor(stand);
  for (let d = 0; d < count; d++) {
    yield;
    const own = evidence.measured.filter((m) => m.dataset === d);
    const moved = yield* leavingOut(stand, datasetChanges(evidence, d), scratch, measuredSums(likelihood, own));
    weight.set(moved.weight, d * size);
    shift[d] = moved.shift;
    capability[d] = yield* capabilityOf(stand, moved);
  }
  return { count, weight, single: new Float64Array(0), shift, capability };
}

/** One episode that is not in the program, or one more of those that are. */
export interface HypotheticalEpisode {
  readonly method: 'pretrain' | 'document' | 'sft' | 'prefer' | 'rl' | 'context';
  readonly situation: number;
  readonly response: number;
  readonly over?: number;
  readonly times?: number;
  readonly weight?: number;
  readonly epochs?: number;
  readonly tokens?: number;
  readonly reward?: number;
}

/**
 * The weight of evidence, nats by hypothesis, that one further such episode would have after everything else, with the
 * shift that it would cause. NaN where the posterior is undefined, or would be.
 */
export function episodeWeight(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
  episode: HypotheticalEpisode,
): { readonly weight: Float64Array; readonly shift: number } {
  const structure = structureOf(program);
  const first = structure.offset[episode.situation];
  const given = gatherEvidence(structure, counts);
  const preferred = first + episode.response;
  const over = episode.over === undefined ? -1 : first + episode.over;
  let key = preferred;
  let pairs = given.pairs;
  if (over >= 0) {
    const at = pairs.findIndex((p) => p.preferred === preferred && p.over === over);
    key = structure.cells + (at < 0 ? pairs.length : at);
    if (at < 0) pairs = [...pairs, { situation: episode.situation, preferred, over }];
  }
  const method = program.methods[episode.method];
  const epochs = episode.epochs ?? 1;
  let term = (episode.weight ?? 1) * (episode.times ?? 1) * (method.repeats === 0 ? 1 : epochs ** method.repeats);
  if (method.name === 'rl') term *= (episode.reward ?? 1) / method.beta;
  const amount = method.perToken ? term * (episode.tokens ?? 1) : term;
  const change = addedChange(given, key, method, term, amount);
  const spoken = given.slotsOfKey.map((slots, k) => (k === key ? [0] : slots));
  const stand = standpoint(given, prepareLikelihood(structure, programHypotheses(structure), pairs, spoken), (n) => {
    n[key] = change.rest + change.delta;
  });
  const scratch: Scratch = {
    rest: Float64Array.from(stand.weighing.counts),
    delta: new Float64Array(stand.likelihood.keys),
  };
  const moved = leaveOut(stand, [change], scratch);
  return { weight: moved.weight, shift: moved.shift };
}

/** Weigh the program's hypotheses on its evidence; `alter` may change the counts first. */
export function* takeStandpoint(
  evidence: Evidence,
  likelihood: Likelihood,
  alter?: (counts: Float64Array) => void,
): Stepwise<Standpoint> {
  const own = new Float64Array(likelihood.keys);
  own.set(countsOf(evidence));
  alter?.(own);
  const weighing = yield* weigh(
    likelihood,
    own,
    measuredSums(likelihood, evidence.measured),
    likelihood.reinforcements.length,
  );
  return { likelihood, evidence, weighing, posterior: posteriorOf(likelihood, weighing) };
}

/** The same at once. */
export function standpoint(...from: Parameters<typeof takeStandpoint>): Standpoint {
  return runToEnd(takeStandpoint(...from));
}
