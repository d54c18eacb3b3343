/**
 * What a piece of evidence changes in the effective counts: what remains without it, and what it adds, each computed as
 * itself. A difference of two large counts would leave a single episode among a million few digits.
 */
import type { Method } from '../../program/model/program';
import { discountFactor, type Evidence, type Slot, slotCount } from './effectiveCounts';
import { kindsOf } from './kinds';

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
function slotChange(slot: Slot, restTerm: number, restAmount: number, term: number, amount: number): [number, number] {
  const { strength, discount } = slot.method;
  const gain = discountGain(slot.term, restTerm, term, discount);
  const delta = strength * (discountFactor(slot.term, discount) * amount + restAmount * gain);
  return [slotCount(slot.method, restTerm, restAmount), delta];
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

/** By kind: the change that one of its episodes makes, and the change that one single of the episode's `times` makes. */
export function kindChanges(evidence: Evidence): { entire: CountChange[]; single: CountChange[] } {
  const { slot: slots, term, amount, single: share } = evidence.episodes;
  const { first } = kindsOf(evidence);
  const entire: CountChange[] = new Array(first.length);
  const single: CountChange[] = new Array(first.length);
  first.forEach((e, k) => {
    const s = slots[e];
    const slot = evidence.slots[s];
    const change = (part: number): CountChange => {
      const [t, a] = [part * term[e], part * amount[e]];
      const [rest, delta] = slotChange(slot, slot.terms.plus(-t), slot.amounts.plus(-a), t, a);
      return { key: slot.key, rest: keyRest(evidence, slot.key, s, rest), delta };
    };
    entire[k] = change(1);
    single[k] = share[e] === 1 ? entire[k] : change(share[e]);
  });
  return { entire, single };
}

/** The changes that a whole dataset makes (its measured rows apart). */
export function datasetChanges(evidence: Evidence, dataset: number): CountChange[] {
  const byKey = new Map<number, { rest: Map<number, number>; delta: number }>();
  evidence.slots.forEach((slot, s) => {
    const part = slot.pieces.find((p) => p.dataset === dataset);
    if (!part) return;
    const [restTerm, restAmount] = [slot.terms.plus(-part.term), slot.amounts.plus(-part.amount)];
    const [rest, delta] = slotChange(slot, restTerm, restAmount, part.term, part.amount);
    const entry = byKey.get(slot.key) ?? { rest: new Map<number, number>(), delta: 0 };
    entry.rest.set(s, rest);
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
  method: Method,
  term: number,
  amount: number,
): CountChange {
  const s = evidence.slotsOfKey[key]?.find((index) => evidence.slots[index].method.name === method.name);
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
