/**
 * Integrals over three to eight parameters by importance sampling in quantile space: proposals are mixtures of
 * multivariate t distributions at the maxima, moved to where the weights are over a few rounds, and every draw is
 * weighted by the mixture of all rounds' proposals (adaptive multiple importance sampling: Cornuet, Marin, Mira & Robert,
 * Scandinavian Journal of Statistics 39, 2012). Draws come from a randomised low-discrepancy sequence of fixed seed.
 */

import { logGamma } from '../../inference/numbers/gamma';
import { logSumExp } from '../../inference/numbers/logarithms';
import type { Stepwise } from '../../inference/stepwise';
import { entry } from '../numbers/entry';
import { cell, cholesky, identity, logDeterminant, lowerTimes, type Matrix, matrix } from '../numbers/matrix';
import { normalQuantile } from '../numbers/normal';
import { paretoShape } from '../numbers/paretoShape';
import { sobol } from '../numbers/sobol';
import { type EvaluatedPoint, logPosterior } from './posteriorDensity';

/** Degrees of freedom: tails heavier than any posterior has in quantile space, with a closed-form radius. */
const FREEDOM = 8;
const SEED = 20251125;
/** Share of the draws that come from about the prior, so that no weight grows without bound. */
const DEFENSIVE = 0.06;
const MOST_COMPONENTS = 6;
/** What is aimed at; section 8's limits are 400 and 0.7. */
const ENOUGH = 1600;
const GOOD_SHAPE = 0.5;

export interface Sample {
  readonly logEvidence: number;
  readonly points: readonly EvaluatedPoint[];
  /** Log of the normalised weights. */
  readonly logWeights: Float64Array;
  readonly effectiveSampleSize: number;
  readonly paretoShape: number;
  readonly pool: Pool;
}

export interface Component {
  readonly centre: Float64Array;
  readonly factor: Matrix;
  readonly share: number;
}

/** Where a round's draws came from: so many, with that log density at a point of quantile space. */
export interface Proposal {
  readonly draws: number;
  readonly logDensity: (v: Float64Array) => number;
}

export interface Draw {
  readonly point: EvaluatedPoint;
  /** Log density under each round's proposal. */
  readonly under: readonly number[];
}

/** Draws of earlier rounds, of this posterior or of one near it: they are weighted anew instead of being drawn again. */
export interface Pool {
  readonly draws: readonly Draw[];
  readonly proposals: readonly Proposal[];
  /** What the next round would draw from. */
  readonly components: readonly Component[];
}

type Evaluate = (v: Float64Array) => Stepwise<EvaluatedPoint>;

export interface Effort {
  readonly drawsInRound: number;
  readonly mostRounds: number;
}

export function effortFor(dimensions: number): Effort {
  return { drawsInRound: dimensions <= 4 ? 768 : 1536, mostRounds: dimensions <= 4 ? 6 : 8 };
}

/** `start`: normal approximations at the maxima, and draws that are there already. */
export function* importanceSample(evaluate: Evaluate, start: Pool, effort: Effort): Stepwise<Sample> {
  const size = start.components[0]?.centre.length ?? 0;
  const next = sobol(size + 2, SEED + start.proposals.length);
  let best = summary(start);
  let { components } = start;
  if (good(best)) return best;
  if (start.draws.length > 0) components = fitComponents(components, best, 1);
  for (let round = 0; round < effort.mostRounds; round++) {
    const mixture = withDefence(components, size);
    const proposal: Proposal = { draws: effort.drawsInRound, logDensity: mixtureDensity(mixture) };
    const proposals = [...best.pool.proposals, proposal];
    const draws: Draw[] = [];
    for (const draw of best.pool.draws)
      draws.push({ point: draw.point, under: [...draw.under, proposal.logDensity(draw.point.v)] });
    for (let n = 0; n < proposal.draws; n++) {
      const v = drawFrom(mixture, next());
      const point = yield* evaluate(v);
      draws.push({ point, under: proposals.map((p) => p.logDensity(v)) });
    }
    yield;
    best = summary({ draws, proposals, components });
    if (good(best)) break;
    components = fitComponents(components, best, round);
    yield;
  }
  return best;
}

function good(sample: Sample): boolean {
  return sample.effectiveSampleSize >= ENOUGH && sample.paretoShape <= GOOD_SHAPE;
}

function withDefence(components: readonly Component[], size: number): readonly Component[] {
  return [
    { centre: new Float64Array(size), factor: identity(size), share: DEFENSIVE },
    ...components.map((c) => ({ ...c, share: c.share * (1 - DEFENSIVE) })),
  ];
}

/** One draw of the mixture from a point of the unit cube: component, radius, directions. */
function drawFrom(components: readonly Component[], u: Float64Array): Float64Array {
  const size = u.length - 2;
  let rest = entry(u, size + 1);
  let chosen = components[components.length - 1] as Component;
  for (const c of components) {
    if (rest < c.share) {
      chosen = c;
      break;
    }
    rest -= c.share;
  }
  // χ²/2 with 8 degrees of freedom is Gamma(4): P(> x) = e^−x·(1 + x + x²/2 + x³/6).
  const half = gammaFour(entry(u, size));
  const radius = Math.sqrt(FREEDOM / (2 * half));
  const directions = Float64Array.from({ length: size }, (_, i) => normalQuantile(entry(u, i)) * radius);
  return lowerTimes(chosen.factor, directions).map((x, i) => x + entry(chosen.centre, i));
}

/** The x with P(Gamma(4) > x) = p, by Newton's method on the log of the tail, which is concave. */
function gammaFour(p: number): number {
  let x = 4;
  for (let i = 0; i < 60; i++) {
    const polynomial = 1 + x + (x * x) / 2 + x ** 3 / 6;
    const gap = -x + Math.log(polynomial) - Math.log(p);
    const slope = -(x ** 3) / 6 / polynomial;
    const move = gap / slope;
    x = Math.max(x / 4, Math.min(4 * x, x - move));
    if (Math.abs(move) < 1e-13 * x) break;
  }
  return x;
}

/** Log density of a mixture of t distributions, with what does not depend on the place computed once. */
function mixtureDensity(components: readonly Component[]): (v: Float64Array) => number {
  const size = components[0]?.centre.length ?? 0;
  const power = (FREEDOM + size) / 2;
  const constant = logGamma(power) - logGamma(FREEDOM / 2) - (size / 2) * Math.log(FREEDOM * Math.PI);
  const heights = components.map((c) => Math.log(c.share) + constant - logDeterminant(c.factor) / 2);
  const logs = new Float64Array(components.length);
  const x = new Float64Array(size);
  return (v) => {
    for (const [n, c] of components.entries()) {
      const { values } = c.factor;
      let square = 0;
      for (let i = 0; i < size; i++) {
        let sum = entry(v, i) - entry(c.centre, i);
        for (let k = 0; k < i; k++) sum -= entry(values, i * size + k) * entry(x, k);
        x[i] = sum / entry(values, i * size + i);
        square += entry(x, i) ** 2;
      }
      logs[n] = entry(heights, n) - power * Math.log1p(square / FREEDOM);
    }
    return logSumExp(logs);
  };
}

function summary(pool: Pool): Sample {
  const { draws, proposals } = pool;
  const total = proposals.reduce((sum, p) => sum + p.draws, 0);
  const shares = proposals.map((p) => Math.log(p.draws / total));
  const logs = Float64Array.from(draws, ({ point, under }) => {
    const log = logPosterior(point);
    return log === Number.NEGATIVE_INFINITY ? log : log - logSumExp(under.map((u, i) => u + entry(shares, i)));
  });
  const sum = logSumExp(logs);
  const logWeights = logs.map((log) => (log === Number.NEGATIVE_INFINITY ? log : log - sum));
  const squares = logSumExp(logWeights.map((log) => 2 * log));
  const retained = draws.map((_, i) => i).filter((i) => entry(logWeights, i) > Number.NEGATIVE_INFINITY);
  return {
    logEvidence: sum - Math.log(Math.max(1, total)),
    points: retained.map((i) => (draws[i] as Draw).point),
    logWeights: Float64Array.from(retained, (i) => entry(logWeights, i)),
    effectiveSampleSize: retained.length === 0 ? 0 : Math.exp(-squares),
    paretoShape: paretoShape(logWeights),
    pool,
  };
}

/**
 * Centres, spreads and shares of the components by one step of expectation maximisation on the weighted draws. Weights
 * are tempered where few draws carry all of them, so that a spread never collapses.
 */
function fitComponents(components: readonly Component[], sample: Sample, round: number): readonly Component[] {
  const { points, logWeights } = sample;
  if (points.length === 0) return components;
  const size = components[0]?.centre.length ?? 0;
  const weights = tempered(logWeights, 10 * (size + 1));
  const seeds =
    round === 0 && components.length < MOST_COMPONENTS ? spreadOut(components, points, weights) : components;
  const sums = seeds.map(() => ({ mass: 0, first: new Float64Array(size), second: new Float64Array(size * size) }));
  const densities = seeds.map((c) => mixtureDensity([c.share > 0 ? c : { ...c, share: 1 }]));
  const responsibilities = points.map((point) => {
    const logs = densities.map((density) => density(point.v));
    const total = logSumExp(logs);
    return logs.map((log) => Math.exp(log - total));
  });
  for (const [n, point] of points.entries()) {
    const shares = responsibilities[n] ?? [];
    for (const [c, sum] of sums.entries()) {
      const w = entry(weights, n) * entry(shares, c);
      sum.mass += w;
      for (let i = 0; i < size; i++) sum.first[i] = entry(sum.first, i) + w * entry(point.v, i);
    }
  }
  for (const sum of sums) for (let i = 0; i < size; i++) sum.first[i] = entry(sum.first, i) / sum.mass;
  for (const [n, point] of points.entries()) {
    const shares = responsibilities[n] ?? [];
    for (const [c, sum] of sums.entries()) {
      const w = entry(weights, n) * entry(shares, c);
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++)
          sum.second[i * size + j] =
            entry(sum.second, i * size + j) +
            w * (entry(point.v, i) - entry(sum.first, i)) * (entry(point.v, j) - entry(sum.first, j));
    }
  }
  const fitted: Component[] = [];
  for (const [c, { mass, first, second }] of sums.entries()) {
    const before = seeds[c] as Component;
    if (!(mass > 0.01)) continue;
    // A t with 8 degrees of freedom has 8/6 of its scale matrix as covariance; a little of the last spread stays.
    const scale = (FREEDOM - 2) / FREEDOM;
    const spread = matrix(size, (i, j) => {
      let old = 0;
      for (let k = 0; k <= Math.min(i, j); k++) old += cell(before.factor, i, k) * cell(before.factor, j, k);
      const own = entry(second, i * size + j) / mass;
      return 1.1 * (0.95 * own * scale + 0.05 * old) + (i === j ? 1e-10 : 0);
    });
    const factor = cholesky(spread);
    if (factor) fitted.push({ centre: first, factor, share: mass });
  }
  if (fitted.length === 0) return components;
  const total = fitted.reduce((sum, c) => sum + c.share, 0);
  return fitted.map((c) => ({ ...c, share: c.share / total }));
}

/** Weights raised to the largest power up to 1 that leaves that effective sample size. */
function tempered(logWeights: Float64Array, least: number): Float64Array {
  for (let power = 1; power > 0.05; power *= 0.8) {
    const logs = logWeights.map((log) => power * log);
    const total = logSumExp(logs);
    const weights = logs.map((log) => Math.exp(log - total));
    if (1 / weights.reduce((sum, w) => sum + w * w, 0) >= least) return weights;
  }
  return logWeights.map(() => 1 / logWeights.length);
}

/** More components along the longest spread of the draws: a bent ridge is several short ones. */
function spreadOut(
  components: readonly Component[],
  points: readonly EvaluatedPoint[],
  weights: Float64Array,
): readonly Component[] {
  const order = points
    .map((_, i) => i)
    .sort((a, b) => {
      const x = points[a]?.v[0] ?? 0;
      const y = points[b]?.v[0] ?? 0;
      return x - y || a - b;
    });
  const extra: Component[] = [];
  const count = MOST_COMPONENTS - components.length;
  const model = components[0] as Component;
  let mass = 0;
  let at = 0;
  for (const i of order) {
    mass += entry(weights, i);
    while (at < count && mass > (at + 0.5) / count) {
      const point = points[i] as EvaluatedPoint;
      extra.push({ centre: Float64Array.from(point.v), factor: model.factor, share: 0 });
      at++;
    }
  }
  return [...components, ...extra];
}
