/** What is known about each ability before and after the evidence: means and central 90% intervals. */
import betaincinv from '@stdlib/math-base-special-betaincinv';
import { abilityMixture, mixtureDensity } from './abilityShift';
import type { AbilityStanding } from './evaluation';
import type { Standpoint } from './influence';
import { integrateLine, logistic } from './quadrature';

export function betaInterval(a: number, b: number): readonly [number, number] {
  return [betaincinv(0.05, a, b), betaincinv(0.95, a, b)];
}

export function abilityStandings(stand: Standpoint): AbilityStanding[] {
  const { likelihood, weighing, posterior } = stand;
  const { structure, hypotheses } = likelihood;
  return structure.program.capabilities.map((capability, c): AbilityStanding => {
    const value = structure.value[c];
    if (!structure.learnable[c]) {
      const fixed = [value, value] as const;
      return {
        name: capability.name,
        learnable: capability.learnable,
        before: value,
        after: value,
        intervalBefore: fixed,
        intervalAfter: fixed,
      };
    }
    const intervalBefore = betaInterval(structure.priorHit[c], structure.priorMiss[c]);
    let after = 0;
    for (let h = 0; h < hypotheses.length; h++) {
      const w = posterior.weights[h];
      const marginal = weighing.abilities[h]?.marginals[c];
      if (w > 0) after += w * (marginal?.mean ?? Number.NaN);
      else if (Number.isNaN(w)) after = Number.NaN;
    }
    const parts = posterior.defined ? abilityMixture(weighing.abilities, posterior.weights, c) : [];
    const only = parts.length === 1 ? parts[0].marginal.beta : undefined;
    const intervalAfter = only
      ? betaInterval(only[0], only[1])
      : parts.length === 0
        ? ([Number.NaN, Number.NaN] as const)
        : mixtureInterval(parts);
    return { name: capability.name, learnable: true, before: value, after, intervalBefore, intervalAfter };
  });
}

/** Quantiles read off the lattice, linear between its nodes: for showing. */
function mixtureInterval(parts: Parameters<typeof mixtureDensity>[0]): readonly [number, number] {
  const lattice = integrateLine(mixtureDensity(parts));
  const quantile = (p: number) => {
    let mass = lattice.lowTail;
    if (mass >= p) return 0;
    for (let i = 0; i < lattice.nodes.length; i++) {
      const w = lattice.weights[i];
      if (mass + w >= p) return logistic(lattice.nodes[i] + ((p - mass) / w - 0.5) * lattice.step);
      mass += w;
    }
    return 1;
  };
  return [quantile(0.05), quantile(0.95)];
}
