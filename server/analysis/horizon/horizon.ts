/**
 * Horizon (LANGUAGE section 9): all evidence times t. How much of what selection can do this training has used up, from
 * where on one persona has 99%, and from where on a learner that is free to use a rival account would do so. A statement
 * about the training file.
 */
import { rivals } from '../../inference/evaluate';
import type { Stepwise } from '../../inference/stepwise';
import type { Account, Program } from '../../program/model/program';
import { bracketChange } from '../numbers/bracket';
import { entry } from '../numbers/entry';
import { leaderOf, type Standing, standingWith } from '../subject/standing';
import {
  conditionName,
  conditionsOf,
  countsFor,
  isUnsound,
  programWith,
  type Subject,
  type Unsound,
} from '../subject/subject';
import { variant } from '../subject/variant';
import { type Limit, limitOf } from './limit';

export interface HorizonProbe {
  /** NaN where there is none. */
  readonly limit: number;
  /** (p(1) − p(0)) / (p(∞) − p(0)); NaN where limit and start are equal. */
  readonly gone: number;
}

export interface Overtaken {
  readonly account: string;
  /** From this multiple of the training on its log marginal stays above selection's; null: never. */
  readonly t: number | null;
  readonly reason: string;
}

/** How many times the rows bring a multiple of the training where rows are discounted. */
export interface DiscountedRows {
  readonly method: string;
  readonly discount: number;
  /** Rows for twice the training: 2^(1/(1−d)). */
  readonly forTwice: number;
}

export interface HorizonResult {
  readonly condition: string | null;
  /** Why there is no horizon; the rest is then empty. */
  readonly reason?: string;
  /** The persona that leads as t → ∞. */
  readonly leader: string | null;
  readonly leaderAt99: number | null;
  readonly leaderReason?: string;
  readonly probes: readonly HorizonProbe[];
  readonly overtaken: readonly Overtaken[];
  readonly discounted: readonly DiscountedRows[];
  /** Curves for a chart: t on a log scale, each probe, each persona. */
  readonly curve: {
    readonly t: readonly number[];
    readonly probes: readonly (readonly number[])[];
    readonly personas: Readonly<Record<string, readonly number[]>>;
  };
}

const MOSTLY = 0.99;
/** Multiples between which crossings are looked for. */
const LOWEST = 1e-6;
const HIGHEST = 1e9;

export function* horizons(subject: Subject): Stepwise<readonly HorizonResult[]> {
  const results: HorizonResult[] = [];
  for (const condition of conditionsOf(subject)) {
    yield;
    results.push(yield* horizon(subject, condition));
  }
  return results;
}

export function* horizon(subject: Subject, condition: number | null): Stepwise<HorizonResult> {
  const at = (scale: number) => standingWith(subject, condition, { scale });
  const name = conditionName(subject, condition);
  const now = yield* at(1);
  if (isUnsound(now)) return nothing(name, now.unsound);
  const start = yield* at(0);
  if (isUnsound(start)) return nothing(name, start.unsound);
  const limit = yield* limitOf(at, now);
  const probes = now.program.probes.map((_, k): HorizonProbe => {
    const p0 = entry(start.probes, k);
    const end = isUnsound(limit) ? Number.NaN : entry(limit.probes, k);
    const space = end - p0;
    return { limit: end, gone: Math.abs(space) < 1e-12 ? Number.NaN : (entry(now.probes, k) - p0) / space };
  });
  const lead = isUnsound(limit) ? undefined : yield* leaderAt(at, now, limit);
  return {
    condition: name,
    leader: lead?.name ?? null,
    leaderAt99: lead?.t ?? null,
    ...(lead?.reason === undefined ? {} : { leaderReason: lead.reason }),
    ...(isUnsound(limit) ? { leaderReason: limit.unsound } : {}),
    probes,
    overtaken: yield* overtaken(subject, condition, now),
    discounted: discounted(now.program),
    curve: yield* curve(at, now),
  };
}

function nothing(condition: string | null, reason: string): HorizonResult {
  return {
    condition,
    reason,
    leader: null,
    leaderAt99: null,
    probes: [],
    overtaken: [],
    discounted: [],
    curve: { t: [], probes: [], personas: {} },
  };
}

interface Lead {
  readonly name: string;
  readonly t: number | null;
  readonly reason?: string;
}

/** From which t on the persona that leads in the limit stays at 99%. */
function* leaderAt(at: (t: number) => Stepwise<Standing | Unsound>, now: Standing, limit: Limit): Stepwise<Lead> {
  const leader = leaderOf({ logWeights: limit.weights });
  const name = now.hypotheses[leader] ?? '';
  const share = entry(limit.weights, leader);
  const percent = `${(100 * share).toFixed(share > 0.1 ? 0 : 1)}%`;
  if (!(share > MOSTLY)) return { name, t: null, reason: `no persona reaches 99%: ${name} tends to ${percent}` };
  const { rates } = limit;
  if (rates) {
    // log odds of all others together against the leader: it only falls.
    const others = (t: number): number => {
      let sum = 0;
      for (const [h, rate] of rates.entries())
        if (h !== leader)
          sum += Math.exp(entry(now.logPriors, h) - entry(now.logPriors, leader) + t * (rate - entry(rates, leader)));
      return sum;
    };
    const reached = (t: number) => others(t) <= (1 - MOSTLY) / MOSTLY;
    if (reached(0)) return { name, t: 0 };
    let high = 1;
    while (!reached(high) && high < 1e300) high *= 2;
    let low = 0;
    for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
      const middle = (low + high) / 2;
      if (reached(middle)) high = middle;
      else low = middle;
    }
    return { name, t: high };
  }
  function* stands(z: number): Stepwise<boolean> {
    const here = yield* at(Math.exp(z));
    return !isUnsound(here) && entry(here.weights, leader) >= MOSTLY;
  }
  // The last place on a grid where it is below, seen from the far end.
  const steps = 60;
  const place = (k: number) => Math.log(LOWEST) + ((Math.log(HIGHEST) - Math.log(LOWEST)) * k) / steps;
  if (!(yield* stands(place(steps)))) return { name, t: null, reason: `${name} is below 99% still at t = ${HIGHEST}` };
  for (let k = steps - 1; k >= 0; k--) {
    yield;
    if (yield* stands(place(k))) continue;
    const change = yield* bracketChange(stands, place(k), place(k + 1), false, true, (a, b) => a === b, Math.exp);
    return { name, t: Math.exp(change.after) };
  }
  return { name, t: 0 };
}

/** From which t on each rival's log marginal stays above selection's. */
function* overtaken(subject: Subject, condition: number | null, now: Standing): Stepwise<readonly Overtaken[]> {
  const compared = now.program.accounts.filter((a) => a.kind !== 'selection');
  if (compared.length === 0) return [];
  const selection: Account = {
    index: 0,
    kind: 'selection',
    name: 'selection',
    origin: now.program.accounts[0]?.origin ?? { file: 0, start: 0, end: 0 },
  };
  const results: Overtaken[] = [];
  for (const account of compared) {
    yield;
    const pair = [selection, { ...account, index: 1 }];
    results.push(yield* overtakenBy(subject, condition, pair, account.name));
  }
  return results;
}

const STEPS = 30;

function* overtakenBy(
  subject: Subject,
  condition: number | null,
  accounts: readonly Account[],
  name: string,
): Stepwise<Overtaken> {
  let reason: string | undefined;
  function* marginals(t: number): Stepwise<readonly [number, number]> {
    const program = programWith(subject, condition, { scale: t });
    if (isUnsound(program)) return [Number.NaN, Number.NaN];
    const asked = variant(program, { accounts, probes: [], expectations: [], observed: [] });
    const { accounts: found } = yield* rivals(asked, countsFor(subject, program));
    reason ??= found.find((a) => a.notComputable !== undefined)?.notComputable;
    return [found[0]?.logMarginal ?? Number.NaN, found[1]?.logMarginal ?? Number.NaN];
  }
  function* above(z: number): Stepwise<boolean> {
    const [own, rival] = yield* marginals(Math.exp(z));
    return rival > own;
  }
  const place = (k: number) => Math.log(1e-3) + ((Math.log(1e6) - Math.log(1e-3)) * k) / STEPS;
  const far = yield* marginals(Math.exp(place(STEPS)));
  if (far.some(Number.isNaN)) return { account: name, t: null, reason: reason ?? `${name} has no log marginal` };
  const perUnit = far.map((log) => -log / Math.exp(place(STEPS)));
  const cross = `per unit of this training the best persona's cross-entropy is ${nats(perUnit[0])}, that of ${name} ${nats(perUnit[1])}`;
  if (!(far[1] > far[0])) return { account: name, t: null, reason: `never: ${cross}` };
  for (let k = STEPS - 1; k >= 0; k--) {
    yield;
    if (yield* above(place(k))) continue;
    const change = yield* bracketChange(above, place(k), place(k + 1), false, true, (a, b) => a === b, Math.exp);
    return { account: name, t: Math.exp(change.after), reason: cross };
  }
  return { account: name, t: 0, reason: cross };
}

const nats = (value: number | undefined): string => `${(value ?? Number.NaN).toPrecision(4)} nats`;

function discounted(program: Program): readonly DiscountedRows[] {
  const used = new Set(program.episodes.map((e) => e.method));
  for (const d of program.datasets) used.add(d.method ?? 'sft');
  return [...used].flatMap((name) => {
    const { discount } = program.methods[name];
    return discount > 0 && discount < 1 ? [{ method: name, discount, forTwice: 2 ** (1 / (1 - discount)) }] : [];
  });
}

const CURVE_POINTS = 49;

function* curve(at: (t: number) => Stepwise<Standing | Unsound>, now: Standing): Stepwise<HorizonResult['curve']> {
  const t: number[] = [];
  const standings: Standing[] = [];
  for (let k = 0; k < CURVE_POINTS; k++) {
    yield;
    const scale = 10 ** (-2 + (5 * k) / (CURVE_POINTS - 1));
    const here = yield* at(scale);
    if (isUnsound(here)) continue;
    t.push(scale);
    standings.push(here);
  }
  return {
    t,
    probes: now.program.probes.map((_, k) => standings.map((s) => entry(s.probes, k))),
    personas: Object.fromEntries(now.hypotheses.map((name, h) => [name, standings.map((s) => entry(s.weights, h))])),
  };
}
