/**
 * Shapley values (Shapley, Contributions to the Theory of Games II, 1953): how much of a difference each change explains,
 * averaged over all orders in which the changes could be made. Exact up to ten changes, else over orders of a fixed seed.
 */
import type { Stepwise } from '../../inference/stepwise';
import { entry } from '../numbers/entry';
import { randomBits } from '../numbers/sobol';

/** Values of all quantities with some changes made; a reason where there are none. */
export type Coalition = (members: ReadonlySet<number>) => Stepwise<Float64Array | string>;

export interface Shapley {
  /** By change, by quantity. */
  readonly values: readonly Float64Array[];
  readonly exact: boolean;
}

export const MOST_EXACT = 10;
/** Orders that are drawn, each also backwards. */
const ORDERS = 64;
const SEED = 1953;

/** A reason where some set of changes has no values. */
export function* shapley(players: number, coalition: Coalition): Stepwise<Shapley | string> {
  const evaluationCache = new Map<string, Float64Array>();
  function* value(members: ReadonlySet<number>): Stepwise<Float64Array | string> {
    const key = [...members].sort((a, b) => a - b).join(',');
    const known = evaluationCache.get(key);
    if (known) return known;
    yield;
    const found = yield* coalition(members);
    if (typeof found !== 'string') evaluationCache.set(key, found);
    return found;
  }
  const none = yield* value(new Set());
  if (typeof none === 'string') return none;
  const sums = Array.from({ length: players }, () => new Float64Array(none.length));
  const add = (player: number, weight: number, after: Float64Array, before: Float64Array) => {
    const own = sums[player];
    if (own) for (const [q, x] of after.entries()) own[q] = entry(own, q) + weight * (x - entry(before, q));
  };
  if (players <= MOST_EXACT) {
    for (let mask = 0; mask < 2 ** players; mask++) {
      const members = new Set(Array.from({ length: players }, (_, i) => i).filter((i) => (mask >> i) & 1));
      const before = yield* value(members);
      if (typeof before === 'string') return before;
      // |S|!·(n − |S| − 1)!/n! for every set without the player.
      const weight = 1 / (players * binomial(players - 1, members.size));
      for (let player = 0; player < players; player++) {
        if (members.has(player)) continue;
        const after = yield* value(new Set([...members, player]));
        if (typeof after === 'string') return after;
        add(player, weight, after, before);
      }
    }
    return { values: sums, exact: true };
  }
  const random = randomBits(SEED);
  for (let n = 0; n < ORDERS; n++) {
    const order = Array.from({ length: players }, (_, i) => i);
    for (let i = players - 1; i > 0; i--) {
      const j = random() % (i + 1);
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    for (const way of [order, [...order].reverse()]) {
      let before: Float64Array = none;
      const members = new Set<number>();
      for (const player of way) {
        members.add(player);
        const after = yield* value(members);
        if (typeof after === 'string') return after;
        add(player, 1 / (2 * ORDERS), after, before);
        before = after;
      }
    }
  }
  return { values: sums, exact: false };
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return result;
}
