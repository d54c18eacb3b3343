/**
 * The likelihood of every hypothesis, prepared (LANGUAGE section 5): log L_h = Σ N·log P over cells and preference pairs for rigid
 * personas, a Dirichlet ratio for those with a concentration. What one unit of count multiplies in is a number here, the
 * dependence on latent capabilities a list of factors; `weighing` puts counts to them.
 */
import type { Reinforcement } from '../../program/model/program';
import type { ApproximatePreference, Finding } from '../evaluation';
import type { PreferencePair } from '../evidence/effectiveCounts';
import { actingReinforcements } from '../evidence/stages';
import { cellForm, formKey } from '../model/forms';
import type { Hypothesis } from '../model/hypotheses';
import type { Structure } from '../model/structure';
import { type DirichletPlan, dirichletPlan } from './dirichlet';
import { type CapabilityFactor, factor, shapeForm } from './factor';
import {
  type DirichletPreferences,
  dirichletPair,
  type PlugInPair,
  rigidPair,
  type SharePair,
  sameCapability,
} from './preference';

/** Where a number is an approximation, or a rule of LANGUAGE section 5 is broken, whatever the counts are. */
export type LikelihoodNote = Extract<Finding, { readonly kind: 'approximate-preference' | 'intended-fallback' }>;

export interface Likelihood {
  readonly structure: Structure;
  readonly hypotheses: readonly Hypothesis[];
  readonly keys: number;
  readonly pairs: readonly PreferencePair[];
  readonly reinforcements: readonly Reinforcement[];
  /** H × keys: the log of what one unit of count multiplies in, capabilities apart; -Infinity: impossible. */
  readonly scale: Float64Array;
  /** By hypothesis; undefined for rigid ones. */
  readonly dirichlet: readonly (DirichletPreferences | undefined)[];
  /** By hypothesis: index of its profile. Hypotheses of one profile share every integral over capabilities. */
  readonly profileOf: Int32Array;
  readonly profiles: readonly (readonly CapabilityFactor[])[];
  readonly notes: readonly LikelihoodNote[];
}

/** Whether two responses are not counted together. */
function apart(plan: DirichletPlan, a: number, b: number): boolean {
  return plan.unitOf[a - plan.first] !== plan.unitOf[b - plan.first];
}

/** Whether a response shares a fallback that was seen with others: its own part in it is then not known. */
function loses(plan: DirichletPlan, cell: number, spoken: (cell: number) => boolean): boolean {
  const unit = plan.units[plan.unitOf[cell - plan.first]];
  return unit !== undefined && unit.members.length > 1 && unit.fallback >= 0 && spoken(unit.fallback);
}

/** Prepare all that depends on the hypotheses and on which keys have evidence (`slotsOfKey`), not on how much. */
export function prepareLikelihood(
  structure: Structure,
  hypotheses: readonly Hypothesis[],
  pairs: readonly PreferencePair[],
  slotsOfKey: readonly (readonly number[])[],
): Likelihood {
  const { cells, offset, program } = structure;
  const keys = cells + pairs.length;
  const situations = program.situations.length;
  const scale = new Float64Array(hypotheses.length * keys);
  const profileOf = new Int32Array(hypotheses.length);
  const profiles: CapabilityFactor[][] = [];
  const known = new Map<string, number>();
  const notes: LikelihoodNote[] = [];
  const inPair = new Set(pairs.flatMap((p) => [p.preferred, p.over]));
  const spoken = (cell: number) => slotsOfKey[cell].length > 0 || inPair.has(cell);
  const dirichlet = hypotheses.map((h, index) => {
    const factors: CapabilityFactor[] = [];
    const at = index * keys;
    const plans: (DirichletPlan | undefined)[] = [];
    const shares: SharePair[] = [];
    const plugIns: PlugInPair[] = [];
    for (let x = 0; x < situations; x++) {
      let plan: DirichletPlan | undefined;
      if (h.concentration > 0) {
        const made = dirichletPlan(structure, h, x, spoken);
        if ('response' in made) notes.push({ kind: 'intended-fallback', situation: x, persona: h.name, ...made });
        else plan = made;
      }
      plans.push(plan);
      for (let cell = offset[x]; cell < offset[x + 1]; cell++) {
        const form = plan ? shapeForm(structure, h, plan, cell) : cellForm(structure, h, cell);
        scale[at + cell] = factor(factors, cell, 1, form);
      }
    }
    const uses = new Map<number, number>();
    pairs.forEach((pair, i) => {
      const plan = plans[pair.situation];
      const key = cells + i;
      if (!plan) {
        scale[at + key] = rigidPair(structure, h, pair, key, factors);
        return;
      }
      scale[at + key] = dirichletPair(structure, h, plan, pair, key, factors, shares, plugIns, pairs);
      if (pair.preferred < pair.over || !pairs.some((p) => p.preferred === pair.over && p.over === pair.preferred)) {
        for (const cell of [pair.preferred, pair.over]) uses.set(cell, (uses.get(cell) ?? 0) + 1);
      }
    });
    // One reason for each situation: the last that is found.
    const approximate = new Map<number, ApproximatePreference>();
    for (const p of plugIns) approximate.set(structure.situationOf[p.preferred], 'fallback');
    for (const share of shares) {
      const plan = plans[share.situation] as DirichletPlan;
      if (apart(plan, share.a, share.b) && [share.a, share.b].some((cell) => loses(plan, cell, spoken)))
        approximate.set(share.situation, 'fallback');
    }
    for (const share of shares)
      if (!sameCapability(structure, h, share.a, share.b)) approximate.set(share.situation, 'unequal-capability');
    for (const [cell, n] of uses) if (n > 1) approximate.set(structure.situationOf[cell], 'shared-response');
    for (const [situation, reason] of [...approximate].sort(([a], [b]) => a - b))
      notes.push({ kind: 'approximate-preference', situation, reason });
    const signature = factors.map((f) => `${f.key}*${f.sign}(${formKey(f.form)})`).join(';');
    let profile = known.get(signature);
    if (profile === undefined) {
      profile = profiles.length;
      known.set(signature, profile);
      profiles.push(factors);
    }
    profileOf[index] = profile;
    return h.concentration > 0 ? { plans, shares, plugIns } : undefined;
  });
  const reinforcements = actingReinforcements(program);
  return { structure, hypotheses, keys, pairs, reinforcements, scale, dirichlet, profileOf, profiles, notes };
}
