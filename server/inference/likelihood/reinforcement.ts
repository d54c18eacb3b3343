/**
 * `reinforce`: KL-regularised RL at its optimum (LANGUAGE section 5; Korbak et al., arXiv 2205.11275). Of rigidity ρ:
 * log L_h += ρ·log Z with Z = Σ_y P_h(y|x)·exp(r(y)/(ρb)), and inside h the answers tilt to P_h·exp(r/(ρb))/Z. Without
 * a rigidity (ρ → ∞): log L_h += Σ_y P_h(y|x)·r(y)/b, and nothing tilts. Several of one situation act in order.
 */
import type { Reinforcement } from '../../program/model/program';
import type { PowerTerm, RatioTerm } from '../capabilities/terms';
import { combine, type Form, formScale } from '../model/forms';
import { ExactSum } from '../numbers/exactSum';
import { logSumExp, tiltGap } from '../numbers/logarithms';

export interface ReinforcementTerms {
  /** What does not depend on latent capabilities, nats. */
  readonly constant: number;
  readonly powers: readonly PowerTerm[];
  readonly ratios: readonly RatioTerm[];
}

/** Shifts of this size, nats, take digits of what is added to them. */
const LARGE_SHIFT = 64;

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
  // Rewards too large for their beta have no number, and are reported.
  if (top === Number.POSITIVE_INFINITY || bottom === Number.NEGATIVE_INFINITY)
    return { shift: Number.NaN, forms: rows.map(() => unit(1)), offset: 0 };
  if (top === Number.NEGATIVE_INFINITY) return { shift: 0, forms: rows.map(() => combine([], [])), offset: 1 };
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
  /** Shifts that are large apart: what cancels among them takes no digits of the rest. */
  const large = new ExactSum();
  const powers: PowerTerm[] = [];
  const ratios: RatioTerm[] = [];
  const exponents = new Float64Array(forms.length);
  const sums = Array.from(forms, () => new ExactSum());
  let before: Partition | undefined;
  const power = (p: Partition, exponent: number) => {
    const shift = exponent * p.shift;
    if (Math.abs(shift) < LARGE_SHIFT) constant += shift;
    else large.add(shift);
    if (p.form.capabilities.length > 0) powers.push({ form: p.form, exponent, offset: p.offset });
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
      if (numerator.capabilities.length > 0 || (denominator && denominator.capabilities.length > 0))
        ratios.push({ numerator, denominator });
      else constant += numerator.base / (denominator ? denominator.base : 1);
      continue;
    }
    sums.forEach((sum, y) => {
      sum.add(exponentOf(r, y));
      exponents[y] = sum.value;
    });
    const after = partition(forms, exponents);
    power(after, r.rigidity);
    if (before) power(before, -r.rigidity);
    before = after;
  }
  return { constant: constant + large.value, powers, ratios };
}

function unit(base: number): Form {
  return { base, capabilities: [], miss: [], hit: [] };
}

/** Exponents, in all, within which products of probabilities and exponentials keep their digits. */
const PLAIN_EXPONENTS = 300;
const LEAST_PLAIN = 1e-150;

/** What reinforcements made of the answers of one situation. */
export interface Tilted {
  /** By reinforcement: KL(tilted ‖ what was there before it), nats; 0 for strict ones, which tilt nothing. */
  readonly divergence: Float64Array;
  /** log of the tilted answers, by response; undefined where the answers themselves have all their digits. */
  readonly logs?: Float64Array;
}

/** Tilt the answers p[from..to) in place by the reinforcements of their situation, in order. */
export function tilt(p: Float64Array, from: number, to: number, list: readonly Reinforcement[]): Tilted {
  const divergence = new Float64Array(list.length);
  let extent = 0;
  for (const r of list)
    if (tilts(r)) extent += r.reward.reduce((most, _, y) => Math.max(most, Math.abs(exponentOf(r, y))), 0);
  let plain = extent < PLAIN_EXPONENTS;
  for (let i = from; i < to; i++) plain &&= p[i] === 0 || p[i] >= LEAST_PLAIN;
  if (extent === 0) return { divergence };
  if (!plain) return { divergence, logs: tiltLogs(p, from, to, list, divergence) };
  list.forEach((r, j) => {
    if (tilts(r)) divergence[j] = tiltPlain(p, from, to, r);
  });
  return { divergence };
}

function tilts(r: Reinforcement): boolean {
  return r.rigidity !== undefined && r.rigidity !== Number.POSITIVE_INFINITY;
}

function exponentOf(r: Reinforcement, y: number): number {
  return (r.reward[y] as number) / ((r.rigidity as number) * r.beta);
}

/** By products, one reinforcement after the other. */
function tiltPlain(p: Float64Array, from: number, to: number, r: Reinforcement): number {
  const { top, rest } = logPartition(p, from, to, (y) => exponentOf(r, y));
  let divergence = 0;
  for (let i = from; i < to; i++) {
    if (p[i] <= 0) continue;
    const d = exponentOf(r, i - from) - top - rest;
    divergence += p[i] * tiltGap(d);
    p[i] = Math.min(1, p[i] * Math.exp(d));
  }
  return divergence;
}

/** In logs: exponents are summed exactly, so that those that cancel leave nothing. Returns the logs of the answers. */
function tiltLogs(
  p: Float64Array,
  from: number,
  to: number,
  list: readonly Reinforcement[],
  divergence: Float64Array,
): Float64Array {
  const size = to - from;
  const base = p.slice(from, to).map(Math.log);
  const sums = Array.from({ length: size }, () => new ExactSum());
  let logs = normalised(base, sums);
  list.forEach((r, j) => {
    if (!tilts(r)) return;
    sums.forEach((sum, y) => {
      sum.add(exponentOf(r, y));
    });
    const before = logs;
    logs = normalised(base, sums);
    let sum = 0;
    for (let y = 0; y < size; y++) {
      const q = Math.exp(logs[y]);
      if (q > 0) sum += q * (logs[y] - before[y]);
    }
    divergence[j] = Math.max(0, sum);
  });
  for (let y = 0; y < size; y++) p[from + y] = Math.min(1, Math.exp(logs[y]));
  return logs;
}

/** log of p_y·e^{E_y} / Σ, with the exponents relative to those of the most probable answer before they are rounded. */
function normalised(base: Float64Array, sums: readonly ExactSum[]): Float64Array {
  let top = -1;
  let height = Number.NEGATIVE_INFINITY;
  sums.forEach((sum, y) => {
    const log = base[y] + sum.value;
    if (base[y] > Number.NEGATIVE_INFINITY && (top < 0 || log > height)) [top, height] = [y, log];
  });
  if (top < 0) return base;
  const relative = base.map((log, y) =>
    log === Number.NEGATIVE_INFINITY ? log : log - base[top] + sums[y].less(sums[top]),
  );
  const norm = logSumExp(relative);
  return relative.map((log) => log - norm);
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
