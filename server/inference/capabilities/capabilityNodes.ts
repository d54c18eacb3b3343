/**
 * Points that stand for the posterior of some abilities together: nodes of the rule for each ability, given the node of the
 * one before it that it is coupled with. Sums over them are integrals, as exact as the rule is along each line.
 */

import { type AbilityPoint, pointAt, setAbility } from '../model/capabilityPoint';
import type { Structure } from '../model/structure';
import { integrateLine, type Lattice, logistic } from '../numbers/quadrature';
import type { Stepwise } from '../stepwise';
import type { AbilitySolution } from './capabilities';

export interface AbilityNodes {
  readonly count: number;
  /** Sum to 1. */
  readonly weight: Float64Array;
  /** Logits, by capability; undefined for those that are not among the abilities. */
  readonly logit: readonly (Float64Array | undefined)[];
}

/** A node's share of the whole below which it is left out, by how many abilities there are: 1, 2, 3, more. */
const NEGLIGIBLE = [1e-20, 1e-20, 1e-14, 1e-12] as const;
/** Integrals between two stops. */
const INTEGRALS_A_STEP = 16;
/** Nodes between two stops. */
const NODES_A_STEP = 20_000;

interface Place {
  readonly ability: number;
  /** Position in the order of the ability that it hangs on, -1 for none. */
  readonly parent: number;
  readonly lattices: Map<number, Lattice>;
}

/** Abilities one after the other, each behind a neighbour of its own where it has one. */
function orderOf({ coupling }: AbilitySolution, abilities: readonly number[]): Place[] {
  const order: Place[] = [];
  const placed = new Set<number>();
  const visit = (c: number, parent: number) => {
    const at = order.push({ ability: c, parent, lattices: new Map() }) - 1;
    placed.add(c);
    for (const d of coupling.neighbours(c)) if (abilities.includes(d) && !placed.has(d)) visit(d, at);
  };
  for (const c of abilities) if (!placed.has(c)) visit(c, -1);
  return order;
}

/** Every so-manieth node of a lattice, where these few agree with all of them to `tolerance`. */
function thinned(lattice: Lattice, tolerance: number): Lattice {
  const { nodes, weights } = lattice;
  const moments = (from: number, stride: number) => {
    let mass = 0;
    let hit = 0;
    for (let i = from; i < nodes.length; i += stride) {
      mass += weights[i];
      hit += weights[i] * logistic(nodes[i]);
    }
    return [mass * stride, hit * stride];
  };
  const [, mean] = moments(0, 1);
  for (const stride of [4, 3, 2]) {
    const [mass, hit] = moments(1, stride);
    if (!(Math.abs(mass - 1) <= tolerance && Math.abs(hit - mean) <= tolerance * mean)) continue;
    const kept = { nodes: [] as number[], weights: [] as number[] };
    for (let i = 1; i < nodes.length; i += stride) {
      kept.nodes.push(nodes[i]);
      kept.weights.push((weights[i] * stride) / mass);
    }
    return { ...lattice, nodes: Float64Array.from(kept.nodes), weights: Float64Array.from(kept.weights) };
  }
  return lattice;
}

/**
 * Lay nodes for the posterior of some abilities, connected within their groups; the rest of each group is integrated out.
 * `tolerance`: lattices are thinned as far as the rest agrees with the whole so well; 0 for not at all. Undefined where there
 * would be more than `most`.
 */
export function* abilityNodes(
  structure: Structure,
  solution: AbilitySolution,
  abilities: readonly number[],
  tolerance: number,
  most: number,
): Stepwise<AbilityNodes | undefined> {
  const { coupling } = solution;
  for (const c of abilities) yield* coupling.gather(c);
  const order = orderOf(solution, abilities);
  const negligible = NEGLIGIBLE[Math.min(order.length, NEGLIGIBLE.length) - 1];
  const point: AbilityPoint = pointAt(structure);
  const at = new Float64Array(order.length);
  const weight: number[] = [];
  const logits: number[][] = order.map(() => []);
  let integrals = 0;
  const lattice = ({ ability, parent, lattices }: Place): Lattice => {
    const t = parent < 0 ? 0 : at[parent];
    const known = lattices.get(t);
    if (known) return known;
    integrals++;
    if (parent >= 0) setAbility(point, order[parent].ability, t);
    let found = integrateLine(coupling.line(ability, parent < 0 ? [] : [order[parent].ability], point));
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
    const { nodes, weights } = lattice(order[index]);
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
  order.forEach(({ ability }, i) => {
    logit[ability] = Float64Array.from(logits[i]);
  });
  return { count: weight.length, weight: Float64Array.from(weight, (w) => w / total), logit };
}
