/**
 * What a piece of evidence changes in the effective counts: what remains without it, and what it adds, each computed as
 * itself. A difference of two large counts would leave a single episode among a million few digits.
 */
import type { Method } from '../program/program';
import { discountFactor, type Evidence, type Slot, slotCount } from './effectiveCounts';

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
export function kindChanges(evidence: Evidence): { whole: CountChange[]; single: CountChange[] } {
  const whole: CountChange[] = new Array(evidence.kinds.length);
  const single: CountChange[] = new Array(evidence.kinds.length);
  evidence.slots.forEach((slot, s) => {
    // Sums before and after each kind, so that what remains of nothing is exactly nothing.
    const size = slot.kinds.length;
    const afterTerm = new Float64Array(size + 1);
    const afterAmount = new Float64Array(size + 1);
    for (const part of slot.parts) {
      afterTerm[size] += part.term;
      afterAmount[size] += part.amount;
    }
    for (let i = size - 1; i >= 0; i--) {
      const kind = evidence.kinds[slot.kinds[i]];
      afterTerm[i] = afterTerm[i + 1] + kind.count * kind.term;
      afterAmount[i] = afterAmount[i + 1] + kind.count * kind.amount;
    }
    let beforeTerm = 0;
    let beforeAmount = 0;
    for (let i = 0; i < size; i++) {
      const kind = evidence.kinds[slot.kinds[i]];
      const change = (part: number): CountChange => {
        const restTerm = beforeTerm + (kind.count - part) * kind.term + afterTerm[i + 1];
        const restAmount = beforeAmount + (kind.count - part) * kind.amount + afterAmount[i + 1];
        const [rest, delta] = slotChange(slot, restTerm, restAmount, part * kind.term, part * kind.amount);
        return { key: slot.key, rest: keyRest(evidence, slot.key, s, rest), delta };
      };
      whole[slot.kinds[i]] = change(1);
      single[slot.kinds[i]] = kind.single === 1 ? whole[slot.kinds[i]] : change(kind.single);
      beforeTerm += kind.count * kind.term;
      beforeAmount += kind.count * kind.amount;
    }
  });
  return { whole, single };
}

/** The changes that a whole dataset makes (its measured rows apart). */
export function datasetChanges(evidence: Evidence, dataset: number): CountChange[] {
  const byKey = new Map<number, { rest: Map<number, number>; delta: number }>();
  evidence.slots.forEach((slot, s) => {
    const part = slot.parts.find((p) => p.dataset === dataset);
    if (!part) return;
    let restTerm = 0;
    let restAmount = 0;
    for (const index of slot.kinds) {
      const kind = evidence.kinds[index];
      restTerm += kind.count * kind.term;
      restAmount += kind.count * kind.amount;
    }
    for (const other of slot.parts) {
      if (other === part) continue;
      restTerm += other.term;
      restAmount += other.amount;
    }
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
