/** What is known about each capability before and after the evidence: means and central 90% intervals. */

import { capabilityMixture, mixtureDensity } from '../capabilities/capabilityMixture';
import type { CapabilityStanding } from '../evaluation';
import { betaQuantile } from '../numbers/betaQuantile';
import { integrateLine, logistic, type QuadratureNodes } from '../numbers/quadrature';
import type { Stepwise } from '../stepwise';
import type { PosteriorState } from './posteriorState';

export function betaInterval(a: number, b: number): readonly [number, number] {
  return [betaQuantile(0.05, a, b), betaQuantile(0.95, a, b)];
}

export function* capabilityStandings(state: PosteriorState): Stepwise<CapabilityStanding[]> {
  const { likelihood, logLikelihoods, posterior } = state;
  const { structure, hypotheses } = likelihood;
  const standings: CapabilityStanding[] = [];
  for (const [c, capability] of structure.program.capabilities.entries()) {
    const value = structure.value[c];
    if (!structure.learnable[c]) {
      const fixed = [value, value] as const;
      const { name, learnable } = capability;
      standings.push({ name, learnable, before: value, after: value, intervalBefore: fixed, intervalAfter: fixed });
      continue;
    }
    const intervalBefore = betaInterval(structure.priorHit[c], structure.priorMiss[c]);
    let after = 0;
    for (let h = 0; h < hypotheses.length; h++) {
      const w = posterior.weights[h];
      const marginal = logLikelihoods.capabilities[h]?.marginals[c];
      if (w > 0) after += w * (marginal?.mean ?? Number.NaN);
      else if (Number.isNaN(w)) after = Number.NaN;
    }
    const pieces = posterior.defined ? capabilityMixture(logLikelihoods.capabilities, posterior.weights, c) : [];
    const only = pieces.length === 1 ? pieces[0].marginal.beta : undefined;
    let intervalAfter: readonly [number, number] = [Number.NaN, Number.NaN];
    if (only) intervalAfter = betaInterval(only[0], only[1]);
    else if (pieces.length > 0) {
      yield;
      const single = pieces.length === 1 ? pieces[0].marginal.quadratureNodes : undefined;
      intervalAfter = latticeInterval(single ?? integrateLine(mixtureDensity(pieces)));
    }
    standings.push({ name: capability.name, learnable: true, before: value, after, intervalBefore, intervalAfter });
  }
  return standings;
}

/** Central 90% interval read off the nodes of an integral: for showing. */
export function latticeInterval(nodes: QuadratureNodes): readonly [number, number] {
  return [nodesQuantile(nodes, 0.05), nodesQuantile(nodes, 0.95)];
}

/** A quantile read off the nodes of an integral, linear between the middles of its nodes. */
export function nodesQuantile({ nodes, weights }: QuadratureNodes, p: number): number {
  let mass = 0;
  for (let i = 0; i < nodes.length; i++) {
    const w = weights[i];
    if (mass + w >= p) {
      const left = i > 0 ? (nodes[i - 1] + nodes[i]) / 2 : nodes[i];
      const right = i + 1 < nodes.length ? (nodes[i] + nodes[i + 1]) / 2 : nodes[i];
      return logistic(left + ((p - mass) / w) * (right - left));
    }
    mass += w;
  }
  return nodes.length > 0 ? logistic(nodes[nodes.length - 1]) : Number.NaN;
}
