/**
 * Points that stand for the posterior of some capabilities together: nodes of the rule for each capability, given the node of the
 * one before it that it is coupled with. Sums over them are integrals, as exact as the rule is along each line.
 */

import { type CapabilityPoint, pointAt, setCapability } from '../model/capabilityPoint';
import type { Structure } from '../model/structure';
import { integrateLine, logistic, type QuadratureNodes } from '../numbers/quadrature';
import type { Stepwise } from '../stepwise';
import type { CapabilitySolution } from './capabilities';

export interface CapabilityNodes {
  readonly count: number;
  /** Sum to 1. */
  readonly weight: Float64Array;
  /** Logits, by capability; undefined for those that are not among the capabilities. */
  readonly logit: readonly (Float64Array | undefined)[];
}

/** A node's share of the whole below which it is left out, by how many capabilities there are: 1, 2, 3, more. */
const NEGLIGIBLE = [1e-20, 1e-20, 1e-14, 1e-12] as const;
/** Integrals between two stops. */
const INTEGRALS_A_STEP = 16;
/** Nodes between two stops. */
const NODES_A_STEP = 20_000;

interface Place {
  readonly capability: number;
  /** Position in the order of the capability that it hangs on, -1 for none. */
  readonly parent: number;
  readonly lattices: Map<number, QuadratureNodes>;
}

/** Capabilities one after the other, each behind a neighbour of its own where it has one. */
function orderOf({ coupling }: CapabilitySolution, capabilities: readonly number[]): Place[] {
  const order: Place[] = [];
  const placed = new Set<number>();
  const visit = (c: number, parent: number) => {
    const at = order.push({ capability: c, parent, lattices: new Map() }) - 1;
    placed.add(c);
    for (const d of coupling.neighbours(c)) if (capabilities.includes(d) && !placed.has(d)) visit(d, at);
  };
  for (const c of capabilities) if (!placed.has(c)) visit(c, -1);
  return order;
}

/** Every so-manieth node of a lattice, where these few agree with all of them to `tolerance`. */
function thinned(quadratureNodes: QuadratureNodes, tolerance: number): QuadratureNodes {
  const { nodes, weights } = quadratureNodes;
  const moments = (from: number, stepSize: number) => {
    let mass = 0;
    let hit = 0;
    for (let i = from; i < nodes.length; i += stepSize) {
      mass += weights[i];
      hit += weights[i] * logistic(nodes[i]);
    }
    return [mass * stepSize, hit * stepSize];
  };
  const [, mean] = moments(0, 1);
  for (const stepSize of [4, 3, 2]) {
    const [mass, hit] = moments(1, stepSize);
    if (!(Math.abs(mass - 1) <= tolerance && Math.abs(hit - mean) <= tolerance * mean)) continue;
    const retained = { nodes: [] as number[], weights: [] as number[] };
    for (let i = 1; i < nodes.length; i += stepSize) {
      retained.nodes.push(nodes[i]);
      retained.weights.push((weights[i] * stepSize) / mass);
    }
    return {
      ...quadratureNodes,
      nodes: Float64Array.from(retained.nodes),
      weights: Float64Array.from(retained.weights),
    };
  }
  return quadratureNodes;
}

/**
 * Lay nodes for the posterior of some capabilities, connected within their groups; the rest of each group is integrated out.
 * `tolerance`: lattices are thinned as far as the rest agrees with the whole so well; 0 for not at all. Undefined where there
 * would be more than `most`.
 */
export function* capabilityNodes(
  structure: Structure,
  solution: CapabilitySolution,
  capabilities: readonly number[],
  tolerance: number,
  most: number,
): Stepwise<CapabilityNodes | undefined> {
  const { coupling } = solution;
  for (const c of capabilities) yield* coupling.collect(c);
  const order = orderOf(solution, capabilities);
  const negligible = NEGLIGIBLE[Math.min(order.length, NEGLIGIBLE.length) - 1];
  const point: CapabilityPoint = pointAt(structure);
  const at = new Float64Array(order.length);
  const weight: number[] = [];
  const logits: number[][] = order.map(() => []);
  let integrals = 0;
  const quadratureNodes = ({ capability, parent, lattices }: Place): QuadratureNodes => {
    const t = parent < 0 ? 0 : at[parent];
    const known = lattices.get(t);
    if (known) return known;
    integrals++;
    if (parent >= 0) setCapability(point, order[parent].capability, t);
    let found = integrateLine(coupling.line(capability, parent < 0 ? [] : [order[parent].capability], point));
    if (tolerance > 0) found = thinned(found, tolerance);
    lattices.set(t, found);
    return found;
  };
  let stops = 0;
  function* lay(index: number, mass: number): Stepwise<boolean> {
    if (index === order.length) {
      weight.push(mass);
      for (let i = 0; i < at.length; i++) logits[i].push(at[i]);
      return weight.length <= most;
    }
    const { nodes, weights } = quadratureNodes(order[index]);
    const due = Math.floor(integrals / INTEGRALS_A_STEP) + Math.floor(weight.length / NODES_A_STEP);
    if (due > stops) {
      stops = due;
      yield;
    }
    for (let i = 0; i < nodes.length; i++) {
      const share = mass * weights[i];
      if (!(share > negligible)) continue;
      at[index] = nodes[i];
      if (!(yield* lay(index + 1, share))) return false;
    }
    return true;
  }
  if (!(yield* lay(0, 1))) return undefined;
  const total = weight.reduce((sum, w) => sum + w, 0);
  const logit: (Float64Array | undefined)[] = Array.from({ length: structure.value.length }, () => undefined);
  order.forEach(({ capability }, i) => {
    logit[capability] = Float64Array.from(logits[i]);
  });
  return { count: weight.length, weight: Float64Array.from(weight, (w) => w / total), logit };
}
