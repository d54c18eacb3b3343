/** Factors of a likelihood as functions of the latent capabilities, each a term of its log. */

import type { CapabilityPoint } from '../model/capabilityPoint';
import { type Form, formAlong, formKey, formLog, formValue } from '../model/forms';
import { affineCurve, type Curve } from './betaLine';
import { type SharedFallbackTerm, sharedFallbackCurve, sharedFallbackLog } from './sharedFallback';

/** exponent · log(offset + form). */
export interface PowerTerm {
  readonly form: Form;
  readonly exponent: number;
  readonly offset: number;
}

/** (numerator) / (offset + denominator), added to the log likelihood as it is; no denominator: 1. */
export interface RatioTerm {
  readonly numerator: Form;
  readonly denominator?: Form;
}

export type Term = PowerTerm | RatioTerm | SharedFallbackTerm;

/** The latent capabilities that it depends on, ascending. */
export function capabilitiesOf(term: Term): number[] {
  const seen = new Set<number>();
  if ('lossyResponses' in term) {
    for (const { capability } of term.lossyResponses) if (capability >= 0) seen.add(capability);
  } else {
    const forms =
      'form' in term ? [term.form] : term.denominator ? [term.numerator, term.denominator] : [term.numerator];
    for (const f of forms) for (const c of f.capabilities) seen.add(c);
  }
  return [...seen].sort((a, b) => a - b);
}

/** Its value at a point. */
export function termLog(term: Term, point: CapabilityPoint): number {
  if ('lossyResponses' in term) return sharedFallbackLog(term, point);
  if ('form' in term)
    return term.exponent * (term.offset === 0 ? formLog(term.form, point) : Math.log1p(formValue(term.form, point)));
  return formValue(term.numerator, point) / (term.denominator ? formValue(term.denominator, point) : 1);
}

/** Along one capability, all others at the point. */
export function termCurve(term: Term, capability: number, point: CapabilityPoint): Curve {
  if ('lossyResponses' in term) return sharedFallbackCurve(term, capability, point);
  if ('form' in term) {
    const [u, v] = formAlong(term.form, capability, point);
    if (term.offset === 0) return affineCurve(u, v, term.exponent);
    const bend = [Math.log(1 + u) - Math.log(1 + v)];
    return { at: (_, k, o) => term.exponent * Math.log1p(u * o + v * k), bend, size: Math.abs(term.exponent) };
  }
  const [nu, nv] = formAlong(term.numerator, capability, point);
  const size = Math.abs(nu) + Math.abs(nv);
  if (!term.denominator) return { at: (_, k, o) => nu * o + nv * k, bend: [], size };
  const [du, dv] = formAlong(term.denominator, capability, point);
  const bend = du > 0 && dv > 0 ? [Math.log(du) - Math.log(dv)] : [];
  return { at: (_, k, o) => (nu * o + nv * k) / (du * o + dv * k), bend, size };
}

/** A text that terms with the same function share. */
export function termKey(term: Term): string {
  if ('lossyResponses' in term) {
    const { lossyResponses, alpha, exponent } = term;
    return `${exponent}^shared(${lossyResponses.map((l) => `${l.capability}:${l.logMiss}`).join()};${alpha.join()})`;
  }
  if ('form' in term) return `${term.exponent}^${term.offset}(${formKey(term.form)})`;
  return `${formKey(term.numerator)}/${term.denominator ? formKey(term.denominator) : 1}`;
}
