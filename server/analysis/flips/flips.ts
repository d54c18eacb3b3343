/**
 * Smallest flipping sets (LANGUAGE section 9): the fewest single episodes, out of their `times`, without which another
 * persona leads or an expectation changes its answer. Where log likelihoods are sums over episodes the problem is one of
 * adding up: exact for a lead and for two personas; else greedy, with a lower bound that no set can beat.
 */
import { logSumExp } from '../../inference/numbers/logarithms';
import { givenCounts } from '../../inference/posterior/predictions';
import type { Stepwise } from '../../inference/stepwise';
import type { Expectation, Program } from '../../program/model/program';
import { proportional } from '../horizon/limit';
import { entry } from '../numbers/entry';
import { holds, leaderOf, type Standing, standingOf } from '../subject/standing';
import { conditionName, conditionsOf, countsFor, isUnsound, programWith, type Subject } from '../subject/subject';
import { variant } from '../subject/variant';

export interface Removed {
  /** Index of the episode in the program, and how many of its `times`. */
  readonly episode: number;
  readonly count: number;
}

export interface Flip {
  readonly condition: string | null;
  /** In words: `NAME leads`, or the expectation's text. */
  readonly what: string;
  /** Index of the expectation; undefined for the lead. */
  readonly expectation?: number;
  readonly episodes: readonly Removed[];
  /** null: no set of inline episodes flips it. */
  readonly count: number | null;
  /** Whether no smaller set can exist. */
  readonly exact: boolean;
  readonly lowerBound: number | null;
}

/** What single episodes contribute to log L_h, nats; -Infinity where one makes h impossible. */
interface Singles {
  readonly program: Program;
  readonly now: Standing;
  /** By episode, by hypothesis. */
  readonly each: readonly Float64Array[];
  /** Whole singles by episode. */
  readonly times: readonly number[];
}

export function* flips(subject: Subject): Stepwise<readonly Flip[]> {
  const results: Flip[] = [];
  for (const condition of conditionsOf(subject)) {
    yield;
    const program = programWith(subject, condition);
    if (isUnsound(program)) continue;
    const counts = countsFor(subject, program);
    const now = yield* standingOf(program, counts);
    if (isUnsound(now)) continue;
    const name = conditionName(subject, condition);
    const evaluate = (changed: Program) => standingOf(changed, counts);
    const additive = sums(program);
    const singles = additive ? yield* singlesOf(program, now) : undefined;
    if (now.hypotheses.length > 1)
      results.push({ condition: name, ...(yield* leadFlip(program, now, singles, evaluate)) });
    for (const [k, expectation] of program.expectations.entries())
      results.push({ condition: name, ...(yield* expectationFlip(program, now, k, expectation, singles, evaluate)) });
  }
  return results;
}

type Evaluate = (program: Program) => Stepwise<Standing | { readonly unsound: string }>;

/** Whether log likelihoods are sums over single episodes. */
function sums(program: Program): boolean {
  return proportional(program) && program.episodes.every((e) => program.methods[e.method].discount === 0);
}

function* singlesOf(program: Program, now: Standing): Stepwise<Singles> {
  const each: Float64Array[] = [];
  for (const episode of program.episodes) {
    yield;
    const alone = variant(program, {
      episodes: [{ ...episode, index: 0, times: 1 }],
      datasets: [],
      evidence: [{ kind: 'episode', index: 0 }],
      reinforcements: [],
      probes: [],
      expectations: [],
    });
    const standing = yield* standingOf(alone, new Map());
    // An episode that no persona can produce would have left no posterior to begin with.
    each.push(
      isUnsound(standing)
        ? new Float64Array(now.hypotheses.length).fill(Number.NEGATIVE_INFINITY)
        : standing.logLikelihood,
    );
  }
  return { program, now, each, times: program.episodes.map((e) => Math.floor(e.times)) };
}

function without(program: Program, removed: readonly Removed[]): Program {
  const by = new Map(removed.map((r) => [r.episode, r.count]));
  return variant(program, {
    episodes: program.episodes.map((e, i) =>
      by.has(i) ? { ...e, times: Math.max(0, e.times - (by.get(i) ?? 0)) } : e,
    ),
  });
}

type Found = Omit<Flip, 'condition'>;

function* leadFlip(program: Program, now: Standing, singles: Singles | undefined, evaluate: Evaluate): Stepwise<Found> {
  const leader = leaderOf(now);
  const what = `${now.hypotheses[leader] ?? ''} leads`;
  const flipped = (s: Standing) => leaderOf(s) !== leader;
  if (!singles) return { what, ...(yield* greedy(program, now, evaluate, flipped, (s) => lead(s, leader))) };
  let best: readonly Removed[] | undefined;
  for (const [h] of now.hypotheses.entries()) {
    if (h === leader || entry(now.logPriors, h) === Number.NEGATIVE_INFINITY) continue;
    const set = fewestFor(singles, leader, h);
    if (set && (!best || size(set) < size(best))) best = set;
  }
  if (!best) return { what, episodes: [], count: null, exact: true, lowerBound: null };
  return { what, episodes: best, count: size(best), exact: true, lowerBound: size(best) };
}

const size = (set: readonly Removed[]): number => set.reduce((sum, r) => sum + r.count, 0);

/** log odds of a hypothesis against the best of the others. */
function lead(s: Standing, leader: number): number {
  let other = Number.NEGATIVE_INFINITY;
  for (const [h, log] of s.logWeights.entries()) if (h !== leader) other = Math.max(other, log);
  return entry(s.logWeights, leader) - other;
}

/** The fewest singles without which `rival` is more probable than `leader`: the largest differences first. */
function fewestFor({ now, each, times }: Singles, leader: number, rival: number): readonly Removed[] | undefined {
  const used: Removed[] = [];
  let gap = entry(now.logPriors, leader) - entry(now.logPriors, rival);
  // What the rest of the evidence (datasets, reinforcements) says is not removed.
  let rest = finite(entry(now.logLikelihood, leader)) - finite(entry(now.logLikelihood, rival));
  const differences: { episode: number; difference: number }[] = [];
  for (const [episode, terms] of each.entries()) {
    const own = entry(terms, leader);
    const other = entry(terms, rival);
    if (other === Number.NEGATIVE_INFINITY) {
      // Every single that makes the rival impossible has to go.
      if (entry(times, episode) > 0) used.push({ episode, count: entry(times, episode) });
      continue;
    }
    differences.push({ episode, difference: own - other });
  }
  if (entry(now.logLikelihood, rival) === Number.NEGATIVE_INFINITY) {
    if (used.length === 0) return undefined;
    // Nothing but inline episodes can be added up again.
    rest = 0;
    for (const { episode, difference } of differences) rest += difference * entry(times, episode);
  }
  gap += rest;
  if (gap < 0) return used;
  differences.sort((a, b) => b.difference - a.difference);
  for (const { episode, difference } of differences) {
    if (!(difference > 0)) break;
    const needed = Math.floor(gap / difference) + 1;
    const count = Math.min(entry(times, episode), needed);
    if (count <= 0) continue;
    used.push({ episode, count });
    gap -= count * difference;
    if (gap < 0) return used;
  }
  return undefined;
}

const finite = (x: number): number => (Number.isFinite(x) ? x : 0);

function* expectationFlip(
  program: Program,
  now: Standing,
  index: number,
  expectation: Expectation,
  singles: Singles | undefined,
  evaluate: Evaluate,
): Stepwise<Found> {
  const what = expectation.text;
  const before = holds(expectation, entry(now.expectations, index));
  const flipped = (s: Standing) => {
    const value = entry(s.expectations, index);
    return !Number.isNaN(value) && holds(expectation, value) !== before;
  };
  const limits = [expectation.low, expectation.high].filter((x): x is number => x !== undefined);
  if (!singles || now.logLikelihood.some((x, h) => x === Number.NEGATIVE_INFINITY && entry(now.logPriors, h) > x))
    return {
      what,
      expectation: index,
      ...(yield* greedy(program, now, evaluate, flipped, (s) =>
        Math.min(...limits.map((l) => Math.abs(entry(s.expectations, index) - l))),
      )),
    };
  let best: { set: readonly Removed[]; bound: number; exact: boolean } | undefined;
  let bound = Number.POSITIVE_INFINITY;
  for (const limit of limits) {
    yield;
    const terms = termsOf(now, expectation, limit);
    const found = fewestForSum(singles, terms);
    bound = Math.min(bound, found.bound);
    if (!found.set) continue;
    // The limit itself belongs to `between`: the text decides, by evaluation.
    const there = yield* evaluate(without(program, found.set));
    if (isUnsound(there) || !flipped(there)) continue;
    if (!best || size(found.set) < size(best.set)) best = { set: found.set, bound: found.bound, exact: found.exact };
  }
  if (!best)
    return {
      what,
      expectation: index,
      episodes: [],
      count: null,
      exact: !Number.isFinite(bound),
      lowerBound: Number.isFinite(bound) ? bound : null,
    };
  const exact = best.exact ? limits.length === 1 || size(best.set) <= bound : size(best.set) <= bound;
  return {
    what,
    expectation: index,
    episodes: best.set,
    count: size(best.set),
    exact,
    lowerBound: exact ? size(best.set) : Math.min(bound, size(best.set)),
  };
}

/** One hypothesis' term of a sum, in logs: weights may be far too small for a double. */
interface Term {
  readonly sign: number;
  readonly log: number;
}

/** Σ_h c_h·w_h is positive exactly where the value lies above the limit. */
function termsOf(now: Standing, expectation: Expectation, limit: number): readonly Term[] {
  const { target } = expectation;
  const { program, logWeights } = now;
  const cells = entry(program.cellOffset, program.situations.length);
  const persona =
    expectation.persona !== undefined && expectation.persona >= 0 ? expectation.persona : program.personas.length;
  const given = target ? givenCounts(target, program.cellOffset, program.methods.context) : [];
  return Array.from(logWeights, (own, h): Term => {
    const value = target
      ? entry(now.predictive, h * cells + entry(program.cellOffset, target.situation) + target.response)
      : Number(h === persona);
    let log = own + Math.log(Math.abs(value - limit));
    for (const g of given) if (g.count !== 0) log += g.count * Math.log(entry(now.predictive, h * cells + g.cell));
    return { sign: Math.sign(value - limit), log };
  });
}

interface SumFlip {
  readonly set: readonly Removed[] | undefined;
  readonly bound: number;
  readonly exact: boolean;
}

/**
 * The fewest singles whose removal changes the sign of Σ_h terms_h·e^{−Σ removed s_eh}. Greedy, always the single that
 * brings the sum closest to the other sign; the bound lets every persona have its own best singles.
 */
function fewestForSum(singles: Singles, all: readonly Term[]): SumFlip {
  const { each, times } = singles;
  const alive = all.map((_, h) => h).filter((h) => (all[h]?.log ?? -Infinity) > Number.NEGATIVE_INFINITY);
  const start = alive.flatMap((h) => all[h] ?? []);
  const above = total(start) > 0 ? 1 : -1;
  // Towards the other sign: the sum is to fall below 0.
  const terms = start.map((t) => ({ sign: above * t.sign, log: t.log }));
  const s = each.map((row) => alive.map((h) => entry(row, h)));
  const bound = lowerBound(terms, s, times);
  const left = [...times];
  const removed = times.map(() => 0);
  let here: readonly Term[] = terms;
  let count = 0;
  const most = times.reduce((a, b) => a + b, 0);
  while (!(total(here) < 0) && count < most) {
    let best = -1;
    let lowest = Number.POSITIVE_INFINITY;
    for (const [e, row] of s.entries()) {
      if (entry(left, e) === 0) continue;
      const after = gap(shifted(here, row, 1));
      if (after < lowest) {
        lowest = after;
        best = e;
      }
    }
    if (best < 0 || !(lowest < gap(here))) return { set: undefined, bound, exact: false };
    const row = s[best] ?? [];
    // Many of one kind at once: with two hypotheses the order of singles never changes; else while little changes.
    const n = alive.length === 2 ? needed(here, row, entry(left, best)) : stepSize(here, row, entry(left, best));
    here = shifted(here, row, n);
    left[best] = entry(left, best) - n;
    removed[best] = entry(removed, best) + n;
    count += n;
  }
  if (!(total(here) < 0)) return { set: undefined, bound, exact: alive.length <= 2 };
  const set = removed.flatMap((n, episode) => (n > 0 ? [{ episode, count: n }] : []));
  // Two hypotheses: the sum is monotone in their log odds, to which singles add, so the largest first is the best.
  return { set, bound: alive.length <= 2 ? count : bound, exact: alive.length <= 2 || count <= bound };
}

/** The sum relative to the sum of sizes: between −1 and 1, with the sign of the sum. */
function total(terms: readonly Term[]): number {
  const top = Math.max(...terms.map((t) => t.log));
  let sum = 0;
  let sizes = 0;
  for (const t of terms) {
    const x = Math.exp(t.log - top);
    sum += t.sign * x;
    sizes += x;
  }
  return sum / sizes;
}

/** log of all positive terms over all negative ones: what has to fall to 0. */
function gap(terms: readonly Term[]): number {
  const part = (sign: number) => logSumExp(terms.filter((t) => t.sign === sign).map((t) => t.log));
  return part(1) - part(-1);
}

/** Terms after the removal of n singles with those log contributions. */
function shifted(terms: readonly Term[], row: readonly number[], n: number): readonly Term[] {
  return terms.map((t, i) => ({ sign: t.sign, log: t.log - n * entry(row, i) }));
}

/** The fewest singles of one kind after which the sum is negative; all of them where that is not enough. */
function needed(terms: readonly Term[], row: readonly number[], most: number): number {
  let high = 1;
  while (high < most && !(total(shifted(terms, row, high)) < 0)) high = Math.min(most, high * 2);
  let low = 0;
  while (high - low > 1) {
    const middle = Math.floor((high + low) / 2);
    if (total(shifted(terms, row, middle)) < 0) high = middle;
    else low = middle;
  }
  return high;
}

/** A tenth of what would be needed if nothing else were removed, so that the order of kinds is looked at again often. */
function stepSize(terms: readonly Term[], row: readonly number[], most: number): number {
  const enough = needed(terms, row, most);
  return enough <= 20 ? 1 : Math.max(1, Math.floor(enough / 10));
}

/**
 * No set of k singles can flip where even this cannot: every positive term shrinks and every negative term grows by its
 * own best k singles, all measured against one reference persona (whichever gives the largest bound).
 */
function lowerBound(terms: readonly Term[], s: readonly (readonly number[])[], times: readonly number[]): number {
  let best = 1;
  const most = times.reduce((a, b) => a + b, 0);
  for (const [reference] of terms.entries()) {
    const ladders = terms.map((term, h) => {
      const gains = s
        .map((row, e) => ({
          gain: (term.sign < 0 ? 1 : -1) * (entry(row, reference) - entry(row, h)),
          count: entry(times, e),
        }))
        .filter(({ gain: g, count }) => g > 0 && count > 0)
        .sort((a, b) => b.gain - a.gain);
      return (k: number) => {
        let rest = k;
        let sum = 0;
        for (const { gain: g, count } of gains) {
          const n = Math.min(rest, count);
          sum += n * g;
          rest -= n;
          if (rest === 0) break;
        }
        return sum;
      };
    });
    const possible = (k: number) =>
      total(terms.map((t, h) => ({ sign: t.sign, log: t.log + (t.sign < 0 ? 1 : -1) * (ladders[h]?.(k) ?? 0) }))) < 0;
    if (!possible(most)) return Number.POSITIVE_INFINITY;
    let low = 0;
    let high = most;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (possible(middle)) high = middle;
      else low = middle;
    }
    best = Math.max(best, high);
  }
  return best;
}

const MOST_ROUNDS = 40;

/** Where nothing adds up: the episode that helps most, as many of its singles as are needed, again and again. */
function* greedy(
  program: Program,
  now: Standing,
  evaluate: Evaluate,
  flipped: (s: Standing) => boolean,
  distance: (s: Standing) => number,
): Stepwise<Pick<Flip, 'episodes' | 'count' | 'exact' | 'lowerBound'>> {
  const removed = new Map<number, number>();
  const list = () => [...removed].map(([episode, count]) => ({ episode, count })).sort((a, b) => a.episode - b.episode);
  let here = distance(now);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let best: { episode: number; distance: number } | undefined;
    for (const [episode, e] of program.episodes.entries()) {
      const left = Math.floor(e.times) - (removed.get(episode) ?? 0);
      if (left <= 0) continue;
      yield;
      const trial = new Map(removed).set(episode, (removed.get(episode) ?? 0) + 1);
      const there = yield* evaluate(
        without(
          program,
          [...trial].map(([i, count]) => ({ episode: i, count })),
        ),
      );
      if (isUnsound(there)) continue;
      const after = flipped(there) ? -1 : distance(there);
      if (!best || after < best.distance) best = { episode, distance: after };
    }
    if (!best || !(best.distance < here)) break;
    const { episode } = best;
    const already = removed.get(episode) ?? 0;
    const most = Math.floor(program.episodes[episode]?.times ?? 0) - already;
    function* flipsWith(count: number): Stepwise<boolean> {
      const trial = new Map(removed).set(episode, already + count);
      const there = yield* evaluate(
        without(
          program,
          [...trial].map(([i, n]) => ({ episode: i, count: n })),
        ),
      );
      return !isUnsound(there) && flipped(there);
    }
    let high = 1;
    while (high < most && !(yield* flipsWith(high))) high = Math.min(most, high * 2);
    if (yield* flipsWith(high)) {
      let low = Math.floor(high / 2);
      while (high - low > 1) {
        const middle = Math.floor((high + low) / 2);
        if (yield* flipsWith(middle)) high = middle;
        else low = middle;
      }
      removed.set(episode, already + high);
      const set = list();
      return { episodes: set, count: size(set), exact: size(set) === 1, lowerBound: 1 };
    }
    removed.set(episode, already + most);
    const there = yield* evaluate(without(program, list()));
    if (isUnsound(there)) break;
    here = distance(there);
  }
  return { episodes: [], count: null, exact: false, lowerBound: 1 };
}
