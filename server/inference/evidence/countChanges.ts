/**
 * What a piece of evidence changes in the effective counts: what remains without it, and what it adds, each computed as
 * itself. A difference of two large counts would leave a single episode among a million few digits.
 */
import type { MethodName } from '../../syntax/tree';
import { discountFactor, type Evidence, type Slot, slotCount } from './effectiveCounts';
import { kindsOf } from './kinds';
import { methodIn, slotRank } from './stages';

/** A key whose count changes: the count without the evidence in question, and what that evidence adds. */
export interface CountChange {
  readonly key: number;
  readonly rest: number;
  readonly delta: number;
}

/** f(c) − f(c0) for the discount factor f, with c0 = c − term, without cancellation. */
function discountGain(c: number, c0: number, term: number, discount: number): number {
  if (discount === 0 || (c <= 1 && c0 <= 1)) return 0;
  if (c > 1 && c0 > 1) return -(c ** -discount) * Math.expm1(-discount * Math.log1p(-term / c));
  return c > 1 ? Math.expm1(-discount * Math.log(c)) : -Math.expm1(-discount * Math.log(c0));
}

/** What (term, amount) changes in a slot whose other terms sum to (restTerm, restAmount). */
function slotDelta(slot: Slot, restTerm: number, restAmount: number, term: number, amount: number): number {
  const { strength, discount } = slot.method;
  const gain = discountGain(slot.term, restTerm, term, discount);
  return strength * (discountFactor(slot.term, discount) * amount + restAmount * gain);
}

/** The rest of the key's count: the other slots in their order, with one slot's own rest in its place. */
function keyRest(evidence: Evidence, key: number, replaced: number, rest: number): number {
  let sum = 0;
  for (const s of evidence.slotsOfKey[key]) {
    const slot = evidence.slots[s];
    sum += s === replaced ? rest : slotCount(slot.method, slot.term, slot.amount);
  }
  return sum;
}

/** Count changes of many kinds of episodes, as columns. */
export interface KindChanges {
  readonly key: Int32Array;
  /** What one of its episodes changes. */
  readonly rest: Float64Array;
  readonly delta: Float64Array;
  /** What one single of the episode's `times` changes; the same numbers where there is one only. */
  readonly singleRest: Float64Array;
  readonly singleDelta: Float64Array;
  /** 1 where one episode is one single. */
  readonly isSingle: Uint8Array;
}

/** By kind: the change that one of its episodes makes, and the change that one single of the episode's `times` makes. */
export function kindChanges(evidence: Evidence): KindChanges {
  const { slot: slots, term, amount, single: share } = evidence.episodes;
  const { first } = kindsOf(evidence);
  const column = (): Float64Array => new Float64Array(first.length);
  const changes = {
    key: new Int32Array(first.length),
    rest: column(),
    delta: column(),
    singleRest: column(),
    singleDelta: column(),
    isSingle: new Uint8Array(first.length),
  };
  const sameSums = evidence.slots.map(({ terms, amounts }) => terms === amounts);
  const change = (s: number, t: number, a: number, rest: Float64Array, delta: Float64Array, k: number): void => {
    const slot = evidence.slots[s];
    const restTerm = slot.terms.plus(-t);
    const restAmount = sameSums[s] && a === t ? restTerm : slot.amounts.plus(-a);
    delta[k] = slotDelta(slot, restTerm, restAmount, t, a);
    rest[k] = keyRest(evidence, slot.key, s, slotCount(slot.method, restTerm, restAmount));
  };
  for (let k = 0; k < first.length; k++) {
    const e = first[k];
    const s = slots[e];
    changes.key[k] = evidence.slots[s].key;
    change(s, term[e], amount[e], changes.rest, changes.delta, k);
    if (share[e] === 1) {
      changes.isSingle[k] = 1;
      changes.singleRest[k] = changes.rest[k];
      changes.singleDelta[k] = changes.delta[k];
    } else change(s, share[e] * term[e], share[e] * amount[e], changes.singleRest, changes.singleDelta, k);
  }
  return changes;
}

/** The changes that a whole dataset makes (its measured rows apart). */
export function datasetChanges(evidence: Evidence, dataset: number): CountChange[] {
  const byKey = new Map<number, { rest: Map<number, number>; delta: number }>();
  evidence.slots.forEach((slot, s) => {
    const part = slot.pieces.find((p) => p.dataset === dataset);
    if (!part) return;
    const [restTerm, restAmount] = [slot.terms.plus(-part.term), slot.amounts.plus(-part.amount)];
    const delta = slotDelta(slot, restTerm, restAmount, part.term, part.amount);
    const entry = byKey.get(slot.key) ?? { rest: new Map<number, number>(), delta: 0 };
    entry.rest.set(s, slotCount(slot.method, restTerm, restAmount));
    entry.delta += delta;
    byKey.set(slot.key, entry);
  });
  return [...byKey.keys()]
    .sort((a, b) => a - b)
    .map((key) => {
      const entry = byKey.get(key) as { rest: Map<number, number>; delta: number };
      let rest = 0;
      for (const s of evidence.slotsOfKey[key]) {
        const slot = evidence.slots[s];
        rest += entry.rest.get(s) ?? slotCount(slot.method, slot.term, slot.amount);
      }
      return { key, rest, delta: entry.delta };
    });
}

/** The change that adding (or with a negative `times`, taking away) a single hypothetical episode of a key makes. */
export function addedChange(
  evidence: Evidence,
  key: number,
  stage: number,
  name: MethodName,
  term: number,
  amount: number,
): CountChange {
  const method = methodIn(evidence.structure.program, stage, name);
  const rank = slotRank(stage, name);
  const s = evidence.slotsOfKey[key]?.find((index) => evidence.slots[index].rank === rank);
  const slot = s === undefined ? undefined : evidence.slots[s];
  const oldTerm = slot?.term ?? 0;
  const oldAmount = slot?.amount ?? 0;
  const c = oldTerm + term;
  const gain = discountGain(c, oldTerm, term, method.discount);
  const delta = method.strength * (discountFactor(c, method.discount) * amount + oldAmount * gain);
  let rest = 0;
  for (const index of evidence.slotsOfKey[key] ?? []) {
    const other = evidence.slots[index];
    rest += slotCount(other.method, other.term, other.amount);
  }
  return { key, rest, delta };
}
