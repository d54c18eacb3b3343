/** What one posterior of the capabilities differs from another in: exponents and factors, as a log ratio of densities. */

import type { CapabilityPoint } from '../model/capabilityPoint';
import { formKey } from '../model/forms';
import { betaLogRatio } from '../numbers/gamma';
import type { CapabilitySolution } from './capabilities';
import { capabilitiesOf, type Term, termKey, termLog } from './terms';

export interface CapabilityChange {
  /** By capability that it concerns: exponents of κ and 1−κ. */
  readonly exponents: readonly { readonly capability: number; readonly hit: number; readonly miss: number }[];
  readonly terms: readonly { readonly term: Term; readonly sign: 1 | -1 }[];
  /** The log ratio is the sum of all those less this. */
  readonly norm: number;
}

/** log(then/now) of the posterior of some capabilities, which are whole groups of both. */
export function capabilityChange(
  now: CapabilitySolution,
  then: CapabilitySolution,
  capabilities: readonly number[],
): CapabilityChange {
  const [a, b] = [now.coupling, then.coupling];
  let norm = 0;
  const exponents = capabilities.flatMap((capability) => {
    const hit = b.hit[capability] - a.hit[capability];
    const miss = b.miss[capability] - a.miss[capability];
    if (hit === 0 && miss === 0) return [];
    norm += betaLogRatio(a.hit[capability], a.miss[capability], hit, miss);
    return [{ capability, hit, miss }];
  });
  for (const [solution, sign] of [
    [then, 1],
    [now, -1],
  ] as const) {
    for (const group of solution.coupling.groups)
      if (capabilities.includes(group[0])) norm += sign * solution.integrals[group[0]];
  }
  // Powers of one form are one power; everything else is there or not.
  const powers = new Map<string, { readonly term: Extract<Term, { form: unknown }>; exponent: number }>();
  const others = new Map<string, { readonly term: Term; sign: number }>();
  for (const [solution, sign] of [
    [b, 1],
    [a, -1],
  ] as const) {
    for (const term of solution.termsWithin(capabilities)) {
      if ('form' in term) {
        const key = `${term.offset}(${formKey(term.form)})`;
        const entry = powers.get(key) ?? { term, exponent: 0 };
        entry.exponent += sign * term.exponent;
        powers.set(key, entry);
      } else {
        const key = termKey(term);
        const entry = others.get(key) ?? { term, sign: 0 };
        entry.sign += sign;
        others.set(key, entry);
      }
    }
  }
  const terms: { term: Term; sign: 1 | -1 }[] = [];
  for (const { term, exponent } of powers.values())
    if (exponent !== 0) terms.push({ term: { ...term, exponent }, sign: 1 });
  for (const { term, sign } of others.values()) if (sign !== 0) terms.push({ term, sign: sign > 0 ? 1 : -1 });
  return { exponents, terms, norm };
}

/** The capabilities that a change concerns, ascending. */
export function changedCapabilities({ exponents, terms }: CapabilityChange): number[] {
  const seen = new Set(exponents.map((e) => e.capability));
  for (const { term } of terms) for (const c of capabilitiesOf(term)) seen.add(c);
  return [...seen].sort((a, b) => a - b);
}

/** The log ratio at a point. */
export function changeAt({ exponents, terms, norm }: CapabilityChange, point: CapabilityPoint): number {
  let sum = -norm;
  for (const e of exponents) sum += e.hit * point.logHit[e.capability] + e.miss * point.logMiss[e.capability];
  for (const { term, sign } of terms) sum += sign * termLog(term, point);
  return sum;
}
