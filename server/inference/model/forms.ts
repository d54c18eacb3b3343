/**
 * Probabilities as functions of the latent capabilities. P_h(y|x;κ) is a sum of terms that are each affine in one κ
 * (LANGUAGE section 5): θ_y·κ for what needs a capability, θ_i·(1−κ) for mass that is lost to y, θ_y for the rest. It
 * is kept as base + Σ_c [miss_c·(1−κ_c) + hit_c·κ_c] with non-negative parts, so that nothing cancels.
 */
import type { CapabilityPoint } from './capabilityPoint';
import type { Hypothesis } from './hypotheses';
import type { Structure } from './structure';

export interface Form {
  readonly base: number;
  /** Latent capabilities that it depends on, ascending. */
  readonly capabilities: readonly number[];
  /** Values at κ = 0 and at κ = 1, less the base, by position in `capabilities`. */
  readonly miss: readonly number[];
  readonly hit: readonly number[];
}

function form(base: number, pieces: ReadonlyMap<number, readonly [number, number]>): Form {
  const capabilities = [...pieces.keys()].sort((a, b) => a - b);
  const miss: number[] = [];
  const hit: number[] = [];
  const retained: number[] = [];
  let constant = base;
  for (const c of capabilities) {
    const [lo, hi] = pieces.get(c) as readonly [number, number];
    if (lo === hi) {
      constant += lo;
      continue;
    }
    retained.push(c);
    miss.push(lo);
    hit.push(hi);
  }
  return { base: constant, capabilities: retained, miss, hit };
}

const NO_ABILITY = { capabilities: [], miss: [], hit: [] } as const;

/** P_h(cell; κ), with propensities `row` (the hypothesis' own, or others in their place). */
export function cellForm(structure: Structure, h: Hypothesis, cell: number, row = h.row): Form {
  if (structure.needs[cell] < 0 && structure.lossyResponses[cell].length === 0)
    return { base: row[cell], ...NO_ABILITY };
  const pieces = new Map<number, [number, number]>();
  const part = (c: number): [number, number] => {
    const p = pieces.get(c) ?? [0, 0];
    pieces.set(c, p);
    return p;
  };
  let base = 0;
  const needs = structure.needs[cell];
  if (needs < 0) base += row[cell];
  else if (Number.isNaN(h.capability[needs])) part(needs)[1] += row[cell];
  else base += row[cell] * h.capability[needs];
  for (const lossy of structure.lossyResponses[cell]) {
    const c = structure.needs[lossy];
    if (Number.isNaN(h.capability[c])) part(c)[0] += row[lossy];
    else base += row[lossy] * (1 - h.capability[c]);
  }
  return form(base, pieces);
}

/** Σ weight_i · form_i. Weights may have any sign; the parts of a probability with positive weights stay non-negative. */
export function combine(forms: readonly Form[], weights: readonly number[]): Form {
  const pieces = new Map<number, [number, number]>();
  let base = 0;
  forms.forEach((f, i) => {
    // A weight may be infinite where the form, and with it the product, is 0.
    if (f.base === 0 && f.capabilities.length === 0) return;
    base += weights[i] * f.base;
    f.capabilities.forEach((c, j) => {
      const p = pieces.get(c) ?? [0, 0];
      p[0] += weights[i] * f.miss[j];
      p[1] += weights[i] * f.hit[j];
      pieces.set(c, p);
    });
  });
  return form(base, pieces);
}

/** The largest value that it can take. */
export function formScale(f: Form): number {
  let scale = f.base;
  for (let i = 0; i < f.capabilities.length; i++) scale += Math.max(f.miss[i], f.hit[i]);
  return scale;
}

export function scaleForm(f: Form, factor: number): Form {
  return {
    base: f.base * factor,
    capabilities: f.capabilities,
    miss: f.miss.map((v) => v * factor),
    hit: f.hit.map((v) => v * factor),
  };
}

/** Its value at given capabilities (by capability). */
export function formAt(f: Form, capability: ArrayLike<number>): number {
  let value = f.base;
  for (let i = 0; i < f.capabilities.length; i++) {
    const k = capability[f.capabilities[i]];
    value += f.miss[i] * (1 - k) + f.hit[i] * k;
  }
  return value;
}

/** Its log at a point; of the powers of one capability alone also where that underflows. */
export function formLog(f: Form, point: CapabilityPoint): number {
  const side = pureSide(f);
  if (side === 'hit') return Math.log(f.hit[0]) + point.logHit[f.capabilities[0]];
  if (side === 'miss') return Math.log(f.miss[0]) + point.logMiss[f.capabilities[0]];
  return Math.log(formValue(f, point));
}

export function formValue(f: Form, point: CapabilityPoint): number {
  let value = f.base;
  for (let i = 0; i < f.capabilities.length; i++) {
    const c = f.capabilities[i];
    value += f.miss[i] * point.miss[c] + f.hit[i] * point.hit[c];
  }
  return value;
}

/** With all capabilities but one put at a point: its values at that one's 0 and 1. */
export function formAlong(f: Form, capability: number, at: Pick<CapabilityPoint, 'hit' | 'miss'>): [number, number] {
  let base = f.base;
  let lo = 0;
  let hi = 0;
  for (let i = 0; i < f.capabilities.length; i++) {
    const c = f.capabilities[i];
    if (c === capability) {
      lo = f.miss[i];
      hi = f.hit[i];
    } else base += f.miss[i] * at.miss[c] + f.hit[i] * at.hit[c];
  }
  return [base + lo, base + hi];
}

/** `hit` for s·κ, `miss` for s·(1−κ) of a single capability, else undefined. */
export function pureSide(f: Form): 'hit' | 'miss' | undefined {
  if (f.capabilities.length !== 1 || f.base !== 0) return undefined;
  if (f.miss[0] === 0) return 'hit';
  return f.hit[0] === 0 ? 'miss' : undefined;
}

/** A text that equal forms share. */
export function formKey(f: Form): string {
  return `${f.base}|${f.capabilities.map((c, i) => `${c}:${f.miss[i]}:${f.hit[i]}`).join(',')}`;
}
