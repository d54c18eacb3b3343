/**
 * The weights of a mixture whose components are known: w ~ Dirichlet(α), L(w) = Π_c (Σ_h w_h p_ch)^{N_c}.
 *
 * One component: nothing to integrate. Two, and three: to 13 digits, on the line of logit w, or on two of them. Up to five, and
 * where that takes too much: to 0.1% (`simplex`). More: a lower bound (`variational`).
 */

import { affineCurve, type Curve, lineOf } from '../capabilities/betaLine';
import type { CapabilityPoint } from '../model/capabilityPoint';
import { FINE, FINEST, type Fineness, ROUGH } from '../numbers/logitLine';
import { integrateInSteps, integrateLine, logistic, quadratureMean } from '../numbers/quadrature';
import { betaInterval, latticeInterval } from '../posterior/capabilityStandings';
import type { Stepwise } from '../stepwise';
import { simplexIntegral, simplexInterval } from './simplex';
import { lowerBound, type MixtureProblem } from './variational';
import { MOST_WORK, type Work } from './work';

export interface MixtureSolution {
  readonly log: number;
  readonly mean: Float64Array;
  /** Best 90% intervals; asked for at the end only, for they cost more than the rest. */
  readonly intervals: () => readonly (readonly [number, number])[];
  /** Where an ascent to a bound ended, from which one for a similar problem may start. */
  readonly ascent?: Float64Array;
}

/** A way to integrate over the weights, and over capabilities around them. */
export interface Way {
  readonly kind: 'digits' | 'nodes' | 'bound';
  /** Of all its integrals; undefined: 13 digits. */
  readonly fineness?: Fineness;
  readonly work: number;
}

/** More components than this have too many integrals inside each other. */
const MOST_NESTED = 5;
const MOST_FACTORS_IN_DIGITS = 300;

/** The ways to try, each where the one before runs out of work; `distinct` components differ in some factor. */
export function waysFor(size: number, unique: number, capabilities: number, factors: number): readonly Way[] {
  const ways: Way[] = [];
  if (capabilities <= 2 && (size <= 2 || (size === 3 && capabilities === 0 && factors <= MOST_FACTORS_IN_DIGITS)))
    ways.push({ kind: 'digits', work: MOST_WORK.digits });
  const integrals = unique - 1 + capabilities;
  if (unique <= MOST_NESTED) {
    if (integrals <= 3) ways.push({ kind: 'nodes', fineness: FINEST, work: MOST_WORK.fine });
    if (integrals <= 4) ways.push({ kind: 'nodes', fineness: FINE, work: MOST_WORK.fine });
    ways.push({ kind: 'nodes', fineness: ROUGH, work: MOST_WORK.rough });
  }
  return [...ways, { kind: 'bound', fineness: ROUGH, work: MOST_WORK.bound }];
}

/** The mixture's solution at a point of the capabilities, in one of the ways; each point is solved once. */
export function solver(
  { kind, fineness }: Way,
  problemAt: (point: CapabilityPoint) => MixtureProblem,
  work: Work,
): (point: CapabilityPoint) => Stepwise<MixtureSolution> {
  const known = new Map<string, MixtureSolution>();
  let warm: readonly Float64Array[] | undefined;
  function* solve(problem: MixtureProblem): Stepwise<MixtureSolution> {
    if (!fineness) return yield* solveInDigits(problem, work);
    if (kind === 'nodes') return yield* solveRoughly(problem, fineness, work);
    // An ascent starts also from where the one before, for capabilities nearby, has ended.
    const solution = yield* solveBound(problem, work, warm);
    warm = solution.ascent && [solution.ascent, ...(warm ?? []).slice(0, 1)];
    return solution;
  }
  return function* (point) {
    const key = point.logHit.join();
    const solution = known.get(key) ?? (yield* solve(problemAt(point)));
    known.set(key, solution);
    return solution;
  };
}

/** Best 90% intervals of the weights, with no capability around them. */
export function* intervalsOf(
  solution: MixtureSolution,
  problem: MixtureProblem,
  { kind, fineness }: Way,
): Stepwise<readonly (readonly [number, number] | undefined)[]> {
  if (kind !== 'nodes' || !fineness) return solution.intervals();
  const intervals: (readonly [number, number])[] = [];
  for (let h = 0; h < problem.alpha.length; h++) {
    yield;
    intervals.push(yield* simplexInterval(problem, h, { left: MOST_WORK.fine }));
  }
  return intervals;
}

/** To 13 digits for one to three components. */
export function* solveInDigits(problem: MixtureProblem, work: Work): Stepwise<MixtureSolution> {
  const size = problem.alpha.length;
  if (work.left < 0) return { log: Number.NEGATIVE_INFINITY, mean: new Float64Array(size), intervals: () => [] };
  if (size === 1) return solveOne(problem);
  return size === 2 ? solveTwo(problem, work) : yield* solveThree(problem, work);
}

/** A lower bound, by ascents from the given starts or from a few of its own. */
export function* solveBound(
  problem: MixtureProblem,
  work: Work,
  from?: readonly Float64Array[],
): Stepwise<MixtureSolution> {
  const { counts, bound } = yield* lowerBound(problem, work, from);
  const q = Float64Array.from(problem.alpha, (a, h) => a + counts[h]);
  const sum = q.reduce((a, b) => a + b, 0);
  const intervals = () => Array.from(q, (v) => betaInterval(v, sum - v));
  return { log: bound, mean: q.map((v) => v / sum), intervals, ascent: counts };
}

/** To about 0.1% or 1%, as fine as the rule is. */
export function* solveRoughly(problem: MixtureProblem, fineness: Fineness, work: Work): Stepwise<MixtureSolution> {
  const { log, mean } = yield* simplexIntegral(problem, fineness, work);
  return { log, mean, intervals: () => [] };
}

/** Evaluations of a line beside its nodes, about. */
const SURVEY = 60;
/** What a density takes beside its factors. */
const OWN = 6;
/** Inner integrals between two stops. */
const PLANE_BUDGET = 12;

function solveOne({ cells, ratios }: MixtureProblem): MixtureSolution {
  let log = 0;
  for (const c of cells) log += c.count * c.logs[0];
  for (const r of ratios) log += r.numerator[0] / r.denominator[0];
  return { log, mean: Float64Array.of(1), intervals: () => [[1, 1]] };
}

function solveTwo({ alpha, cells, ratios }: MixtureProblem, work: Work): MixtureSolution {
  const curves: Curve[] = cells.map((c) => affineCurve(Math.exp(c.logs[1]), Math.exp(c.logs[0]), c.count));
  for (const { numerator, denominator } of ratios) {
    curves.push({
      at: (_, w, v) => (numerator[0] * w + numerator[1] * v) / (denominator[0] * w + denominator[1] * v),
      bend: [Math.log(denominator[1]) - Math.log(denominator[0])],
      size: Math.abs(numerator[0] / denominator[0]) + Math.abs(numerator[1] / denominator[1]),
    });
  }
  const quadratureNodes = integrateLine(lineOf(alpha[0], alpha[1], curves));
  work.left -= (quadratureNodes.nodes.length + SURVEY) * (curves.length + OWN);
  const mean = Float64Array.of(
    quadratureMean(quadratureNodes, logistic),
    quadratureMean(quadratureNodes, (t) => logistic(-t)),
  );
  const [low, high] = latticeInterval(quadratureNodes);
  return {
    log: quadratureNodes.log,
    mean,
    intervals: () => [
      [low, high],
      [1 - high, 1 - low],
    ],
  };
}

/** Exact for three: w_0 outermost, then the share of the second in what is left: w_1 = (1−w_0)·u with u ~ Beta(α_1, α_2). */
function* solveThree({ alpha, cells, ratios }: MixtureProblem, work: Work): Stepwise<MixtureSolution> {
  const p = cells.map((c) => c.logs.map(Math.exp));
  const inner = (w: number, rest: number) => {
    const curves: Curve[] = cells.map((c, i) =>
      affineCurve(w * p[i][0] + rest * p[i][2], w * p[i][0] + rest * p[i][1], c.count),
    );
    for (const { numerator: n, denominator: d } of ratios) {
      const at = (x: Float64Array, u: number, v: number) => w * x[0] + rest * (u * x[1] + v * x[2]);
      curves.push({
        at: (_, u, v) => at(n, u, v) / at(d, u, v),
        bend: [],
        size: Math.max(...n.map((x, h) => Math.abs(x / d[h]))),
      });
    }
    return lineOf(alpha[1], alpha[2], curves);
  };
  const marks = cells.flatMap((_, i) =>
    [1, 2].flatMap((h) => (p[i][0] > 0 && p[i][h] > 0 ? [Math.log(p[i][h] / p[i][0])] : [])),
  );
  const size = cells.reduce((sum, c) => sum + Math.abs(c.count), 0);
  const base = lineOf(alpha[0], alpha[1] + alpha[2], [], {
    log: (t) => {
      if (work.left < 0) return Number.NEGATIVE_INFINITY;
      const line = integrateLine(inner(logistic(t), logistic(-t)));
      work.left -= (line.nodes.length + SURVEY) * (cells.length + OWN);
      return line.log;
    },
    marks,
  });
  const density = { ...base, extent: base.extent + Math.log1p(size), magnitude: base.magnitude + size };
  const quadratureNodes = yield* integrateInSteps(density, PLANE_BUDGET);
  const mean = new Float64Array(3);
  const nodes: { w: readonly [number, number, number]; weight: number }[] = [];
  for (let i = 0; i < quadratureNodes.nodes.length; i++) {
    if (!(quadratureNodes.weights[i] > 1e-25) || work.left < 0) continue;
    if (i % PLANE_BUDGET === 0) yield;
    const t = quadratureNodes.nodes[i];
    const [w, rest] = [logistic(t), logistic(-t)];
    const line = integrateLine(inner(w, rest));
    work.left -= (line.nodes.length + SURVEY) * (cells.length + OWN);
    line.nodes.forEach((s, j) => {
      const at = [w, rest * logistic(s), rest * logistic(-s)] as const;
      const weight = quadratureNodes.weights[i] * line.weights[j];
      for (let h = 0; h < 3; h++) mean[h] += weight * at[h];
      if (weight > 1e-12) nodes.push({ w: at, weight });
    });
  }
  const interval = (h: 0 | 1 | 2): readonly [number, number] => {
    const sorted = [...nodes].sort((a, b) => a.w[h] - b.w[h]);
    const quantile = (q: number) => {
      let mass = 0;
      for (const n of sorted) {
        mass += n.weight;
        if (mass >= q) return n.w[h];
      }
      return 1;
    };
    return [quantile(0.05), quantile(0.95)];
  };
  return { log: quadratureNodes.log, mean, intervals: () => [interval(0), interval(1), interval(2)] };
}
