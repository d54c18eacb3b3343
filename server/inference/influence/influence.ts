/**
 * What each piece of evidence moved: leave-one-out, exact for every setting, because the effective counts without it
 * are known (LANGUAGE section 5). Episodes that say the same are computed once, so that all of them together cost
 * O(episodes × hypotheses).
 */
import type { DatasetCounts } from '../../datasets/counts';
import type { Program } from '../../program/model/program';
import type { Influence } from '../evaluation';
import { collectEvidence } from '../evidence/collect';
import { addedChange, datasetChanges, kindChanges } from '../evidence/countChanges';
import { kindsOf } from '../evidence/kinds';
import { measuredSums } from '../evidence/measured';
import { integralKeys, plainGain } from '../likelihood/gains';
import { prepareLikelihood } from '../likelihood/likelihood';
import { programHypotheses } from '../model/hypotheses';
import { structureOf } from '../model/structure';
import { type PosteriorState, posteriorState } from '../posterior/posteriorState';
import type { Stepwise } from '../stepwise';
import { capabilityOf, leaveOneOut, leavingOut, type Scratch, scratchFor } from './leaveOneOut';

/** Influence of every inline episode; those that are left out moved nothing. */
export function* episodeInfluence(state: PosteriorState): Stepwise<Influence> {
  const { evidence, likelihood } = state;
  const size = likelihood.hypotheses.length;
  const kinds = kindsOf(evidence);
  const many = kinds.first.length;
  const weights = new Float64Array(many * size);
  const singles = new Float64Array(many * size);
  const shifts = new Float64Array(many);
  const capabilities = new Float64Array(many);
  const scratch = scratchFor(state);
  const plain = plainLeaver(state, scratch);
  const changes = kindChanges(evidence);
  const { key, rest, delta, singleRest, singleDelta, isSingle } = changes;
  for (let k = 0; k < many; k++) {
    const at = k * size;
    if (plain.takes(key[k])) {
      if (isSingle[k] === 0) plain.leave(key[k], singleRest[k], singleDelta[k], singles, at);
      shifts[k] = plain.leave(key[k], rest[k], delta[k], weights, at);
      if (isSingle[k] === 1) for (let h = 0; h < size; h++) singles[at + h] = weights[at + h];
      capabilities[k] = plain.still ? 0 : yield* plain.capability();
      if (k % 64 === 63) yield;
      continue;
    }
    const moved = yield* leavingOut(state, [{ key: key[k], rest: rest[k], delta: delta[k] }], scratch);
    weights.set(moved.weight, at);
    shifts[k] = moved.shift;
    capabilities[k] = yield* capabilityOf(state, moved);
    const single = { key: key[k], rest: singleRest[k], delta: singleDelta[k] };
    singles.set(isSingle[k] === 1 ? moved.weight : (yield* leavingOut(state, [single], scratch)).weight, at);
    if (k % 8 === 7) yield;
  }
  const count = kinds.of.length;
  const influence = {
    count,
    weight: new Float64Array(count * size),
    single: new Float64Array(count * size),
    shift: new Float64Array(count),
    capability: new Float64Array(count),
  };
  for (let e = 0; e < count; e++) {
    const k = kinds.of[e];
    if (k < 0) continue;
    for (let h = 0; h < size; h++) {
      influence.weight[e * size + h] = weights[k * size + h];
      influence.single[e * size + h] = singles[k * size + h];
    }
    influence.shift[e] = shifts[k];
    influence.capability[e] = capabilities[k];
  }
  return influence;
}

/** Leaves out single changes that ask for no integral, without a thing made for each: most of many thousand episodes. */
function plainLeaver(state: PosteriorState, { rest, delta }: Scratch) {
  const { evidence, likelihood, logLikelihoods, posterior, calculator } = state;
  const { hypotheses, keys, scale, structure } = likelihood;
  const asked = integralKeys(likelihood, logLikelihoods.reinforced);
  const gain = new Float64Array(hypotheses.length);
  const impossible = new Int32Array(hypotheses.length);
  const found = { gain, impossible, capabilities: logLikelihoods.capabilities };
  const still = posterior.defined && !structure.learnable.some(Boolean);
  let key = 0;
  let adds = false;
  const forbids = (h: number) => adds && scale[h * keys + key] === Number.NEGATIVE_INFINITY;
  return {
    takes: (one: number): boolean => evidence.negatives === 0 && asked[one] === 0,
    /** Write W into `out` from `at` on, and give the shift. */
    leave: (left: number, restCount: number, change: number, out: Float64Array, at: number): number => {
      key = left;
      rest[key] = restCount;
      delta[key] = change;
      plainGain(likelihood, logLikelihoods, key, rest, delta, gain, impossible);
      adds = change > 0;
      const shift = calculator.move(gain, impossible, forbids, out, at);
      rest[key] = logLikelihoods.counts[key];
      delta[key] = 0;
      return shift;
    },
    /** Nothing is learnable, or nothing defined: no capability moves. */
    still,
    /** How far what was left out last had moved the capabilities: only through the hypotheses' weights. */
    *capability(): Stepwise<number> {
      return yield* capabilityOf(state, { found, without: calculator.without() });
    },
  };
}

/** Influence of every dataset as a whole. */
export function* datasetInfluence(state: PosteriorState): Stepwise<Influence> {
  const { evidence, likelihood } = state;
  const size = likelihood.hypotheses.length;
  const count = evidence.structure.program.datasets.length;
  const weight = new Float64Array(count * size);
  const shift = new Float64Array(count);
  const capability = new Float64Array(count);
  const scratch = scratchFor(state);
  for (let d = 0; d < count; d++) {
    yield;
    const own = evidence.measured.filter((m) => m.dataset === d);
    const moved = yield* leavingOut(state, datasetChanges(evidence, d), scratch, measuredSums(likelihood, own));
    weight.set(moved.weight, d * size);
    shift[d] = moved.shift;
    capability[d] = yield* capabilityOf(state, moved);
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
  const given = collectEvidence(structure, counts);
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
  // It comes after all that there is: in the last stage, of which everything is left.
  const change = addedChange(given, key, program.stages.length - 1, method.name, term, amount);
  const spoken = given.slotsOfKey.map((slots, k) => (k === key ? [0] : slots));
  const state = posteriorState(
    given,
    prepareLikelihood(structure, programHypotheses(structure), pairs, spoken),
    (n) => {
      n[key] = change.rest + change.delta;
    },
  );
  const scratch: Scratch = {
    rest: Float64Array.from(state.logLikelihoods.counts),
    delta: new Float64Array(state.likelihood.keys),
  };
  const moved = leaveOneOut(state, [change], scratch);
  return { weight: moved.weight, shift: moved.shift };
}
