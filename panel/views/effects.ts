/**
 * What changes when one item of evidence is left out, by evaluating the program without it: exact whatever the item is,
 * and used where the evaluation itself has no such number (reinforcements, the effect on a probe). Stepwise, since each
 * item costs one evaluation. It must not know views or requests.
 */
import type { DatasetCounts } from '../../server/datasets/counts';
import { evaluation } from '../../server/inference/evaluate';
import type { Evaluation } from '../../server/inference/evaluation';
import { logJoint, logOdds } from '../../server/inference/posterior/logOdds';
import type { Stepwise } from '../../server/inference/stepwise';
import type { Program } from '../../server/program/model/program';

/** Evidence in the order in which it acts: inline episodes and datasets as written, then the reinforcements. */
export interface EvidenceItem {
  readonly kind: 'episode' | 'dataset' | 'reinforcement';
  /** Index among its kind. */
  readonly index: number;
}

export function evidenceItems(program: Program): EvidenceItem[] {
  return [
    ...program.evidence,
    ...program.reinforcements.map((_, index): EvidenceItem => ({ kind: 'reinforcement', index })),
  ];
}

interface Inputs {
  readonly program: Program;
  readonly counts: ReadonlyMap<number, DatasetCounts>;
}

/** The same program without one item; `single`: without one of an episode's `times`. */
export function without({ program, counts }: Inputs, { kind, index }: EvidenceItem, single = false): Inputs {
  switch (kind) {
    case 'dataset':
      return { program, counts: new Map([...counts].filter(([dataset]) => dataset !== index)) };
    case 'reinforcement': {
      const reinforcements = program.reinforcements
        .filter((_, at) => at !== index)
        .map((reinforcement, at) => ({ ...reinforcement, index: at }));
      return { program: { ...program, reinforcements }, counts };
    }
    case 'episode': {
      const times = program.episodes[index]?.times ?? 1;
      if (single && times > 1) {
        const episodes = program.episodes.map((episode) =>
          episode.index === index ? { ...episode, times: times - 1 } : episode,
        );
        return { program: { ...program, episodes }, counts };
      }
      const episodes = program.episodes
        .filter((episode) => episode.index !== index)
        .map((episode, at) => ({ ...episode, index: at }));
      const evidence = program.evidence
        .filter((reference) => reference.kind !== 'episode' || reference.index !== index)
        .map((reference) =>
          reference.kind === 'episode' && reference.index > index
            ? { ...reference, index: reference.index - 1 }
            : reference,
        );
      return { program: { ...program, episodes, evidence }, counts };
    }
  }
}

/** What the reinforcements moved, each left out in turn. */
export interface ReinforcementEffects {
  /** By reinforcement and hypothesis: log odds with it minus log odds without it, nats. */
  readonly weight: readonly (readonly number[])[];
  /** By reinforcement: KL of the posterior from the one without it, nats. */
  readonly shift: readonly number[];
  /** By reinforcement: log posterior after it and all before it, nats; the last is the posterior itself. */
  readonly along: readonly (readonly number[])[];
}

export function* reinforcementEffects(inputs: Inputs, entire: Evaluation): Stepwise<ReinforcementEffects> {
  const { program, counts } = inputs;
  const odds = logOdds(logJoint(entire));
  const weight: number[][] = [];
  const shift: number[] = [];
  const along: number[][] = [];
  for (const [index] of program.reinforcements.entries()) {
    const rest = without(inputs, { kind: 'reinforcement', index });
    const other = yield* evaluation(rest.program, rest.counts, { accounts: false });
    const otherOdds = logOdds(logJoint(other));
    weight.push(odds.map((value, h) => difference(value, otherOdds[h] ?? Number.NaN)));
    shift.push(divergence(odds, otherOdds));
    const prefix = { ...program, reinforcements: program.reinforcements.slice(0, index + 1) };
    const last = index === program.reinforcements.length - 1;
    const then = last ? entire : yield* evaluation(prefix, counts, { accounts: false });
    along.push(logShares(then));
    yield;
  }
  return { weight, shift, along };
}

/** By item of `evidenceItems`: what a probe's prediction would lose without it: after(D) − after(D∖e). NaN: not defined. */
export function* probeEffects(inputs: Inputs, entire: Evaluation, probe: number, single: boolean): Stepwise<number[]> {
  const now = entire.probes[probe]?.after ?? Number.NaN;
  const effects: number[] = [];
  for (const item of evidenceItems(inputs.program)) {
    const rest = without(inputs, item, single);
    const other = yield* evaluation(rest.program, rest.counts, { accounts: false });
    effects.push(now - (other.probes[probe]?.after ?? Number.NaN));
    yield;
  }
  return effects;
}

/** a − b of logs, where two equal infinities differ by nothing, and what only rounding made is nothing. */
export function difference(a: number, b: number): number {
  if (a === b) return 0;
  const change = a - b;
  return Math.abs(change) <= 1e-13 * Math.max(1, Math.abs(a), Math.abs(b)) ? 0 : change;
}

/** Normalised logs of a posterior; NaN where it is not defined. */
export function logShares(of: Evaluation): number[] {
  const odds = logOdds(logJoint(of));
  return odds.map((value) => (of.defined ? logShare(value) : Number.NaN));
}

/** log p out of log odds, also far from even. */
const logShare = (odds: number): number =>
  odds > 0 ? -Math.log1p(Math.exp(-odds)) : odds - Math.log1p(Math.exp(odds));

/** KL(w ‖ w') of two distributions given as log odds of each against the rest, nats. */
export function divergence(odds: readonly number[], others: readonly number[]): number {
  let sum = 0;
  for (const [h, value] of odds.entries()) {
    const log = logShare(value);
    const share = Math.exp(log);
    if (share > 0) sum += share * difference(log, logShare(others[h] ?? Number.NaN));
  }
  return Math.max(0, sum);
}
