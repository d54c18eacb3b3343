/** Factors of a likelihood that depend on the latent capabilities, and the numbers that do not, kept apart. */

import { cellForm, type Form, formScale, scaleForm } from '../model/forms';
import type { Hypothesis } from '../model/hypotheses';
import type { Structure } from '../model/structure';
import type { DirichletPlan } from './dirichlet';

/** A factor that depends on latent capabilities: N(key) · sign · log(form). */
export interface CapabilityFactor {
  readonly key: number;
  readonly sign: number;
  readonly form: Form;
}

/** Note what depends on capabilities, normalised to at most 1; return the log of the rest. */
export function factor(factors: CapabilityFactor[], key: number, sign: number, form: Form): number {
  const size = formScale(form);
  if (size === 0) return Number.NEGATIVE_INFINITY;
  if (form.capabilities.length === 0) return sign * Math.log(form.base);
  factors.push({ key, sign, form: scaleForm(form, 1 / size) });
  return sign * Math.log(size);
}

/** A Dirichlet cell's capability factor alone: κ for what needs it, 1−κ for its fallback, 1 else, 0 for the impossible. */
export function shapeForm(structure: Structure, h: Hypothesis, plan: DirichletPlan, cell: number): Form {
  const row = new Float64Array(h.row.length);
  const index = plan.unitOf[cell - plan.first];
  if (index >= 0) row[cell] = 1;
  const unit = plan.units.find((u) => u.fallback === cell);
  // What two capabilities lose to it together is not a product of powers: an integral of its own.
  if (unit?.lossyResponses) return { base: 1, capabilities: [], miss: [], hit: [] };
  // One loser stands for the whole group: all of them lose by the same capability.
  if (unit) row[unit.members[0]] = 1;
  return cellForm(structure, h, cell, row);
}
