/**
 * Posterior means where capabilities share a fallback under a Dirichlet row: what was seen of it tells who failed only together
 * with the capabilities, so that propensities and capabilities are not independent any more.
 */
import type { CapabilitySolution } from '../capabilities/capabilities';
import { capabilityNodes } from '../capabilities/capabilityNodes';
import { firstShare, type SharedFallbackTerm } from '../capabilities/sharedFallback';
import { capabilitiesOf } from '../capabilities/terms';
import { type CapabilityPoint, pointAt, setCapability } from '../model/capabilityPoint';
import type { Structure } from '../model/structure';
import type { Stepwise } from '../stepwise';
import type { SharedLoss } from './dirichlet';

/** By response: E[θ·κ] / E[θ], the capability as far as it goes with the propensity. */
export type CapabilityMeans = ReadonlyMap<number, number>;

interface Means {
  /** E[u], the first group's share of both. */
  readonly share: number;
  /** By group: E[its share · its κ] / E[its share]. */
  readonly retained: readonly [number, number];
}

const MOST_NODES = 1_000_000;

export function* sharedMeans(
  structure: Structure,
  solution: CapabilitySolution | undefined,
  term: SharedFallbackTerm,
): Stepwise<Means> {
  const point = pointAt(structure);
  const capabilities = capabilitiesOf(term);
  const sums = { share: 0, rest: 0, first: 0, second: 0 };
  const add = (weight: number) => {
    const u = firstShare(term, point);
    const [one, two] = term.lossyResponses.map(({ capability, logMiss }) => meanAt(capability, logMiss, point));
    sums.share += weight * u;
    sums.rest += weight * (1 - u);
    sums.first += weight * u * one;
    sums.second += weight * (1 - u) * two;
  };
  const nodes =
    solution && !solution.failed && capabilities.length > 0
      ? yield* capabilityNodes(structure, solution, capabilities, 0, MOST_NODES)
      : undefined;
  if (!nodes) {
    if (capabilities.length > 0) return { share: Number.NaN, retained: [Number.NaN, Number.NaN] };
    add(1);
  } else {
    for (let i = 0; i < nodes.count; i++) {
      if (i % 2000 === 1999) yield;
      for (const c of capabilities) setCapability(point, c, (nodes.logit[c] as Float64Array)[i]);
      add(nodes.weight[i]);
    }
  }
  const retained = (part: number, entire: number) => Math.min(1, part / entire);
  return {
    share: Math.min(1, sums.share),
    retained: [retained(sums.first, sums.share), retained(sums.second, sums.rest)],
  };
}

const meanAt = (capability: number, logMiss: number, point: CapabilityPoint): number =>
  capability < 0 ? -Math.expm1(logMiss) : point.hit[capability];

/** A posterior mean row with what was seen of shared fallbacks: each group's total follows its share. */
export function keepShares(
  row: Float64Array,
  found: readonly { readonly loss: SharedLoss; readonly share: number }[],
): Float64Array {
  const out = row.slice();
  for (const { loss, share } of found) {
    const totals: [number, number] = [0, 0];
    for (const [cell, { side }] of loss.members) totals[side] += row[cell];
    const both = totals[0] + totals[1];
    for (const [cell, { side }] of loss.members)
      out[cell] = (row[cell] / totals[side]) * both * (side === 0 ? share : 1 - share);
  }
  return out;
}
