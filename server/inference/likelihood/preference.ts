/**
 * One answer preferred over another: P = P_h(y)/(P_h(y)+P_h(y')) (LANGUAGE section 5). For a rigid persona its log is a
 * difference of two forms. A Dirichlet persona has a Beta on the ratio of the two propensities, exact where no response
 * stands in two pairs (Dirichlet ratios are independent of totals); against its own fallback only the capability is asked.
 */

import type { PreferencePair } from '../evidence/effectiveCounts';
import { cellForm, combine, type Form, formScale, pureSide } from '../model/forms';
import type { Hypothesis } from '../model/hypotheses';
import type { Structure } from '../model/structure';
import { betaLogRatio } from '../numbers/gamma';
import { logShare } from '../numbers/logarithms';
import { type DirichletPlan, preferenceParameter } from './dirichlet';
import { type CapabilityFactor, factor, shapeForm } from './factor';

/** Two responses of a Dirichlet persona, weighed against each other: a Beta on their ratio. */
export interface SharePair {
  readonly situation: number;
  readonly a: number;
  readonly b: number;
  /** Keys of a over b and of b over a, -1 where it was not observed. */
  readonly aOverB: number;
  readonly bOverA: number;
}

/** A preference of a Dirichlet persona that has no closed form; its posterior mean row stands in for θ. */
export interface PlugInPair {
  readonly key: number;
  readonly preferred: number;
  readonly over: number;
}

/** The preferences of one Dirichlet hypothesis. */
export interface DirichletPreferences {
  readonly plans: readonly (DirichletPlan | undefined)[];
  readonly shares: readonly SharePair[];
  readonly plugIns: readonly PlugInPair[];
}

export function rigidPair(
  structure: Structure,
  h: Hypothesis,
  pair: PreferencePair,
  key: number,
  factors: CapabilityFactor[],
): number {
  return formPair(cellForm(structure, h, pair.preferred), cellForm(structure, h, pair.over), key, factors);
}

/** log of P/(P+P') as factors of both forms. */
export function formPair(preferred: Form, over: Form, key: number, factors: CapabilityFactor[]): number {
  const p = formScale(preferred);
  const q = formScale(over);
  if (p === 0 || q === 0) return logShare(p, q);
  const parallel =
    pureSide(preferred) !== undefined &&
    pureSide(preferred) === pureSide(over) &&
    preferred.capabilities[0] === over.capabilities[0];
  if (parallel || (preferred.capabilities.length === 0 && over.capabilities.length === 0)) return logShare(p, q);
  const sum = combine([preferred, over], [1, 1]);
  return factor(factors, key, 1, preferred) + factor(factors, key, -1, sum);
}

export function sameCapability(structure: Structure, h: Hypothesis, a: number, b: number): boolean {
  const one = (cell: number) => (structure.needs[cell] < 0 ? 1 : h.capability[structure.needs[cell]]);
  if (structure.needs[a] === structure.needs[b]) return true;
  return one(a) === one(b);
}

export function dirichletPair(
  structure: Structure,
  h: Hypothesis,
  plan: DirichletPlan,
  pair: PreferencePair,
  key: number,
  factors: CapabilityFactor[],
  shares: SharePair[],
  plugIns: PlugInPair[],
  pairs: readonly PreferencePair[],
): number {
  const unitFor = (cell: number) => {
    const own = plan.unitOf[cell - plan.first];
    return own >= 0 ? own : plan.units.findIndex((u) => u.fallback === cell);
  };
  const possible = (cell: number) => formScale(shapeForm(structure, h, plan, cell)) > 0;
  const [p, q] = [possible(pair.preferred), possible(pair.over)];
  if (!p || !q) return logShare(p ? 1 : 0, q ? 1 : 0);
  const [u, v] = [unitFor(pair.preferred), unitFor(pair.over)];
  const responses = plan.unitOf[pair.preferred - plan.first] >= 0 && plan.unitOf[pair.over - plan.first] >= 0;
  if (responses) {
    const [a, b] = pair.preferred < pair.over ? [pair.preferred, pair.over] : [pair.over, pair.preferred];
    if (!shares.some((s) => s.a === a && s.b === b)) {
      const find = (x: number, y: number) => {
        const i = pairs.findIndex((o) => o.preferred === x && o.over === y);
        return i < 0 ? -1 : structure.cells + i;
      };
      shares.push({ situation: pair.situation, a, b, aOverB: find(a, b), bOverA: find(b, a) });
    }
    return 0;
  }
  if (u === v && plan.units[u].members.length === 1) {
    // A response against its own fallback: θ cancels and only the capability is asked.
    return formPair(
      shapeForm(structure, h, plan, pair.preferred),
      shapeForm(structure, h, plan, pair.over),
      key,
      factors,
    );
  }
  plugIns.push({ key, preferred: pair.preferred, over: pair.over });
  return 0;
}

/** The Beta on the ratio of a pair, given the cells' counts: its parameters a and b, and how often each side was preferred. */
export function shareBeta(
  { plans }: DirichletPreferences,
  s: SharePair,
  counts: Float64Array,
): { readonly a: number; readonly b: number; readonly n: number; readonly m: number } {
  const plan = plans[s.situation] as DirichletPlan;
  return {
    a: preferenceParameter(plan, counts, s.a) as number,
    b: preferenceParameter(plan, counts, s.b) as number,
    n: s.aOverB < 0 ? 0 : counts[s.aOverB],
    m: s.bOverA < 0 ? 0 : counts[s.bOverA],
  };
}

/** log of the Betas on the ratios, given the cells' counts. */
export function shareTotal(pieces: DirichletPreferences, counts: Float64Array, situation = -1): number {
  let sum = 0;
  for (const s of pieces.shares) {
    if (situation >= 0 && s.situation !== situation) continue;
    const { a, b, n, m } = shareBeta(pieces, s, counts);
    if (n !== 0 || m !== 0) sum += betaLogRatio(a, b, n, m);
  }
  return sum;
}
