/**
 * What to measure next (LANGUAGE section 9): how many bits n separate answers are expected to say about which account is
 * right, and k answers in one conversation about which persona it drew. By enumeration of counts up to 10^5 outcomes, else
 * by quasi-Monte Carlo over a sequence of fixed seed, and marked.
 */
import { logSumExp } from '../../inference/numbers/logarithms';
import type { Stepwise } from '../../inference/stepwise';
import { entry } from '../numbers/entry';
import { sobol } from '../numbers/sobol';
import { compositions, logFactorials, multinomialLog, outcomeCount } from './counts';

/** One hypothesis about the counts: a weighted mixture of probabilities of answers. */
export interface Alternative {
  readonly weight: number;
  readonly mixture: readonly { readonly weight: number; readonly p: ArrayLike<number> }[];
}

export interface Information {
  /** Nats. */
  readonly nats: number;
  readonly exact: boolean;
}

export const MOST_OUTCOMES = 1e5;
const DRAWS = 4096;
const SEED = 1729;
const YIELD_EVERY = 2000;

/** I(which alternative; counts of n answers), nats. */
export function* expectedInformation(alternatives: readonly Alternative[], n: number): Stepwise<Information> {
  const m = alternatives[0]?.mixture[0]?.p.length ?? 0;
  const total = alternatives.reduce((sum, a) => sum + a.weight, 0);
  const live = alternatives.filter((a) => a.weight > 0).map((a) => ({ ...a, weight: a.weight / total }));
  if (live.length < 2 || m === 0) return { nats: 0, exact: true };
  const logs = live.map((a) =>
    a.mixture.map(({ weight, p }) => ({ weight: Math.log(weight), p: Float64Array.from(p, Math.log) })),
  );
  const factorials = logFactorials(n);
  const chances = (counts: Int32Array) =>
    logs.map((mixture) =>
      mixture.length === 1
        ? multinomialLog(counts, mixture[0]?.p ?? [], factorials)
        : logSumExp(mixture.map(({ weight, p }) => weight + multinomialLog(counts, p, factorials))),
    );
  const priors = live.map((a) => Math.log(a.weight));
  if (outcomeCount(n, m) <= MOST_OUTCOMES) {
    let nats = 0;
    let steps = 0;
    for (const counts of compositions(n, m)) {
      if (++steps % YIELD_EVERY === 0) yield;
      const each = chances(counts);
      const joint = each.map((log, a) => log + entry(priors, a));
      const entire = logSumExp(joint);
      for (const [a, log] of each.entries()) {
        if (log === Number.NEGATIVE_INFINITY) continue;
        nats += Math.exp(entry(joint, a)) * (log - entire);
      }
    }
    return { nats: Math.max(0, nats), exact: true };
  }
  return { nats: yield* sampledInformation(live, priors, chances, n, m), exact: false };
}

/** Counts drawn under each alternative by inverting binomials response after response. */
function* sampledInformation(
  live: readonly Alternative[],
  priors: readonly number[],
  chances: (counts: Int32Array) => readonly number[],
  n: number,
  m: number,
): Stepwise<number> {
  let nats = 0;
  const dimensions = Math.min(12, m);
  for (const [a, alternative] of live.entries()) {
    const next = sobol(dimensions, SEED + a);
    let sum = 0;
    for (let draw = 0; draw < DRAWS; draw++) {
      if (draw % 64 === 0) yield;
      const u = next();
      const counts = new Int32Array(m);
      let pick = entry(u, dimensions - 1);
      let p: ArrayLike<number> = alternative.mixture[0]?.p ?? [];
      for (const component of alternative.mixture) {
        p = component.p;
        pick -= component.weight;
        if (pick < 0) break;
      }
      let left = n;
      let mass = 1;
      for (let y = 0; y < m - 1; y++) {
        const share = mass > 0 ? Math.min(1, entry(p, y) / mass) : 0;
        // Beyond the sequence's dimensions, digits of the ones before are used again.
        const level = y < dimensions - 1 ? entry(u, y) : (entry(u, y % (dimensions - 1)) * 1e6) % 1;
        counts[y] = binomialQuantile(left, share, level);
        left -= entry(counts, y);
        mass -= entry(p, y);
      }
      counts[m - 1] = left;
      const each = chances(counts);
      sum += entry(each, a) - logSumExp(each.map((log, b) => log + entry(priors, b)));
    }
    nats += (alternative.weight * sum) / DRAWS;
  }
  return Math.max(0, nats);
}

/** The smallest k with P(K ≤ k) ≥ u, K binomial. */
function binomialQuantile(n: number, p: number, u: number): number {
  if (p <= 0 || n === 0) return 0;
  if (p >= 1) return n;
  let log = n * Math.log1p(-p);
  let below = Math.exp(log);
  let k = 0;
  while (below < u && k < n) {
    log += Math.log(((n - k) * p) / ((k + 1) * (1 - p)));
    k++;
    below += Math.exp(log);
  }
  return k;
}
