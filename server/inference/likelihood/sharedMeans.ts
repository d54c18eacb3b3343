/**
 * Posterior means where abilities share a fallback under a Dirichlet row: what was seen of it tells who failed only together
 * with the abilities, so that propensities and abilities are not independent any more.
 */
import type { AbilitySolution } from '../capabilities/capabilities';
import { abilityNodes } from '../capabilities/capabilityNodes';
import { firstShare, type SharedFallbackTerm } from '../capabilities/sharedFallback';
import { abilitiesOf } from '../capabilities/terms';
import { type AbilityPoint, pointAt, setAbility } from '../model/capabilityPoint';
import type { Structure } from '../model/structure';
import type { Stepwise } from '../stepwise';
import type { SharedLoss } from './dirichlet';

/** By response: E[θ·κ] / E[θ], the ability as far as it goes with the propensity. */
export type KeptAbilities = ReadonlyMap<number, number>;

interface Means {
  /** E[u], the first group's share of both. */
  readonly share: number;
  /** By group: E[its share · its κ] / E[its share]. */
  readonly kept: readonly [number, number];
}

const MOST_NODES = 1_000_000;

export function* sharedMeans(
  structure: Structure,
  solution: AbilitySolution | undefined,
  term: SharedFallbackTerm,
): Stepwise<Means> {
  const point = pointAt(structure);
  const abilities = abilitiesOf(term);
  const sums = { share: 0, rest: 0, first: 0, second: 0 };
  const add = (weight: number) => {
    const u = firstShare(term, point);
    const [one, two] = term.losers.map(({ ability, logMiss }) => keptAt(ability, logMiss, point));
    sums.share += weight * u;
    sums.rest += weight * (1 - u);
    sums.first += weight * u * one;
    sums.second += weight * (1 - u) * two;
  };
  const nodes =
    solution && !solution.failed && abilities.length > 0
      ? yield* abilityNodes(structure, solution, abilities, 0, MOST_NODES)
      : undefined;
  if (!nodes) {
    if (abilities.length > 0) return { share: Number.NaN, kept: [Number.NaN, Number.NaN] };
    add(1);
  } else {
    for (let i = 0; i < nodes.count; i++) {
      if (i % 2000 === 1999) yield;
      for (const c of abilities) setAbility(point, c, (nodes.logit[c] as Float64Array)[i]);
      add(nodes.weight[i]);
    }
  }
  const kept = (part: number, whole: number) => Math.min(1, part / whole);
  return { share: Math.min(1, sums.share), kept: [kept(sums.first, sums.share), kept(sums.second, sums.rest)] };
}

const keptAt = (ability: number, logMiss: number, point: AbilityPoint): number =>
  ability < 0 ? -Math.expm1(logMiss) : point.hit[ability];

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
