/**
 * `reinforce`: KL-regularised RL at its optimum (LANGUAGE section 5; Korbak et al., arXiv 2205.11275). Of rigidity ρ:
 * log L_h += ρ·log Z with Z = Σ_y P_h(y|x)·exp(r(y)/(ρb)), and inside h the answers tilt to P_h·exp(r/(ρb))/Z. Without
 * a rigidity (ρ → ∞): log L_h += Σ_y P_h(y|x)·r(y)/b, and nothing tilts. Several of one situation act in order.
 */
import type { Reinforcement } from '../../program/model/program';
import type { PowerTerm, RatioTerm } from '../capabilities/terms';
import { combine, type Form, formScale } from '../model/forms';
import { tiltGap } from '../numbers/logarithms';

export interface ReinforcementTerms {
  /** What does not depend on latent abilities, nats. */
  readonly constant: number;
  readonly powers: readonly PowerTerm[];
  readonly ratios: readonly RatioTerm[];
}

/** log Z as a constant plus log(offset + form): exponents are moved so that nothing overflows. */
interface Partition {
  readonly shift: number;
  readonly form: Form;
  readonly offset: 0 | 1;
}

/** The partitions of several hypotheses under the same exponents, with one shift and offset for all of them. */
export function partitions(
  rows: readonly (readonly Form[])[],
  exponents: Float64Array,
): { readonly shift: number; readonly forms: readonly Form[]; readonly offset: 0 | 1 } {
  let top = Number.NEGATIVE_INFINITY;
  let bottom = Number.POSITIVE_INFINITY;
  for (const forms of rows) {
    for (let y = 0; y < forms.length; y++) {
      if (formScale(forms[y]) === 0) continue;
      top = Math.max(top, exponents[y]);
      bottom = Math.min(bottom, exponents[y]);
    }
  }
  if (!Number.isFinite(top)) return { shift: 0, forms: rows.map(() => combine([], [])), offset: 1 };
  const small = Math.max(Math.abs(top), Math.abs(bottom)) < 0.5;
  const weights = Array.from(exponents, (e) => (small ? Math.expm1(e) : Math.exp(Math.min(0, e - top))));
  return { shift: small ? 0 : top, forms: rows.map((forms) => combine(forms, weights)), offset: small ? 1 : 0 };
}

function partition(forms: readonly Form[], exponents: Float64Array): Partition {
  const { shift, forms: own, offset } = partitions([forms], exponents);
  return { shift, form: own[0], offset };
}

/** The terms that the reinforcements of one situation add to a hypothesis with the given forms, in order. */
export function reinforcementTerms(forms: readonly Form[], list: readonly Reinforcement[]): ReinforcementTerms {
  let constant = 0;
  const powers: PowerTerm[] = [];
  const ratios: RatioTerm[] = [];
  const exponents = new Float64Array(forms.length);
  let before: Partition | undefined;
  const power = (p: Partition, exponent: number) => {
    constant += exponent * p.shift;
    if (p.form.abilities.length > 0) powers.push({ form: p.form, exponent, offset: p.offset });
    else constant += exponent * (p.offset === 1 ? Math.log1p(p.form.base) : Math.log(p.form.base));
  };
  for (const r of list) {
    if (r.rigidity === undefined || r.rigidity === Number.POSITIVE_INFINITY) {
      const scaled = Array.from(forms, (_, y) => {
        const reward = r.reward[y] / r.beta;
        return before && reward !== 0 ? reward * Math.exp(exponents[y] - before.shift) : reward;
      });
      const numerator = combine(forms, scaled);
      const denominator = before ? combine([before.form, unit(before.offset)], [1, 1]) : undefined;
      if (numerator.abilities.length > 0 || (denominator && denominator.abilities.length > 0))
        ratios.push({ numerator, denominator });
      else constant += numerator.base / (denominator ? denominator.base : 1);
      continue;
    }
    for (let y = 0; y < forms.length; y++) exponents[y] += r.reward[y] / (r.rigidity * r.beta);
    const after = partition(forms, exponents);
    power(after, r.rigidity);
    if (before) power(before, -r.rigidity);
    before = after;
  }
  return { constant, powers, ratios };
}

function unit(base: number): Form {
  return { base, abilities: [], miss: [], hit: [] };
}

/** log Z of given probabilities under exponents, as its largest exponent and the rest: exact for tiny ones and for huge. */
function logPartition(
  p: Float64Array,
  from: number,
  to: number,
  exponent: (y: number) => number,
): { readonly top: number; readonly rest: number } {
  let top = Number.NEGATIVE_INFINITY;
  let size = 0;
  for (let i = from; i < to; i++) {
    if (p[i] <= 0) continue;
    top = Math.max(top, exponent(i - from));
    size = Math.max(size, Math.abs(exponent(i - from)));
  }
  if (!Number.isFinite(top)) return { top: 0, rest: 0 };
  let sum = 0;
  if (size < 0.5) {
    for (let i = from; i < to; i++) sum += p[i] * Math.expm1(exponent(i - from));
    return { top: 0, rest: Math.log1p(sum) };
  }
  for (let i = from; i < to; i++) if (p[i] > 0) sum += p[i] * Math.exp(exponent(i - from) - top);
  return { top, rest: Math.log(sum) };
}

/** Tilt the answers p[from..to) in place by one reinforcement; strict ones tilt nothing. Returns KL(tilted ‖ untilted). */
export function tilt(p: Float64Array, from: number, to: number, r: Reinforcement): number {
  if (r.rigidity === undefined || r.rigidity === Number.POSITIVE_INFINITY) return 0;
  const scale = r.rigidity * r.beta;
  const exponent = (y: number) => r.reward[y] / scale;
  const { top, rest } = logPartition(p, from, to, exponent);
  let divergence = 0;
  for (let i = from; i < to; i++) {
    if (p[i] <= 0) continue;
    const d = exponent(i - from) - top - rest;
    divergence += p[i] * tiltGap(d);
    p[i] *= Math.exp(d);
  }
  return divergence;
}
