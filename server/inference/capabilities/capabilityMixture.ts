/**
 * The posterior of one capability as a mixture over hypotheses: one that has a capability of its own, or is `novel`, leaves
 * the latent one at its prior.
 */

import type { LineDensity } from '../numbers/quadrature';
import type { CapabilityMarginal, CapabilitySolution } from './capabilities';

/** A mixture's log density and its shape. */
export function mixtureDensity(pieces: readonly { weight: number; marginal: CapabilityMarginal }[]): LineDensity {
  const used = pieces.filter((p) => p.weight > 0);
  const logs = used.map((p) => Math.log(p.weight));
  const values = new Float64Array(used.length);
  const log = (t: number) => {
    let top = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < used.length; i++) {
      values[i] = logs[i] + used[i].marginal.log(t);
      if (values[i] > top) top = values[i];
    }
    if (top === Number.NEGATIVE_INFINITY) return top;
    let sum = 0;
    for (let i = 0; i < used.length; i++) sum += Math.exp(values[i] - top);
    return top + Math.log(sum);
  };
  const shapes = used.map((p) => p.marginal.density);
  return {
    log,
    landmarks: [...new Set(shapes.flatMap((s) => s.landmarks))].sort((a, b) => a - b),
    extent: Math.max(...shapes.map((s) => s.extent)),
    magnitude: Math.max(...shapes.map((s) => s.magnitude)),
  };
}

/** The capability posterior as a mixture over hypotheses. */
export function capabilityMixture(
  solutions: readonly (CapabilitySolution | undefined)[],
  weights: ArrayLike<number>,
  capability: number,
): { weight: number; marginal: CapabilityMarginal }[] {
  const pieces: { weight: number; marginal: CapabilityMarginal }[] = [];
  for (let h = 0; h < weights.length; h++) {
    const marginal = solutions[h]?.marginals[capability];
    if (!marginal || !(weights[h] > 0)) continue;
    const same = pieces.find((p) => sameMarginal(p.marginal, marginal));
    if (same) same.weight += weights[h];
    else pieces.push({ weight: weights[h], marginal });
  }
  return pieces;
}

export function sameMarginal(a: CapabilityMarginal, b: CapabilityMarginal): boolean {
  if (a === b) return true;
  return a.beta !== undefined && b.beta !== undefined && a.beta[0] === b.beta[0] && a.beta[1] === b.beta[1];
}
