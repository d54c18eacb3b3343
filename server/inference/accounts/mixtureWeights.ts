/**
 * The weights of a mixture whose components are known: w ~ Dirichlet(α), L(w) = Π_c (Σ_h w_h p_ch)^{N_c}.
 *
 * One component: nothing to integrate. Two, and three: exact, on the line of logit w, or on two of them. More: a lower bound
 * (`variational`).
 */

import { affineCurve, type Curve, lineOf } from '../capabilities/betaLine';
import { integrateInSteps, integrateLine, logistic, quadratureMean } from '../numbers/quadrature';
import { betaInterval, latticeInterval } from '../posterior/capabilityStandings';
import type { Stepwise } from '../stepwise';
import { lowerBound, type MixtureProblem } from './variational';

export interface MixtureSolution {
  readonly log: number;
  readonly mean: Float64Array;
  /** Best 90% intervals; asked for at the end only, for they cost more than the rest. */
  readonly intervals: () => readonly (readonly [number, number])[];
  /** Where an ascent to a bound ended, from which one for a similar problem may start. */
  readonly ascent?: Float64Array;
}

/** Exact for one or two components; a bound for more, by ascents from the given starts or from a few of its own. */
export function* solveMixture(problem: MixtureProblem, from?: readonly Float64Array[]): Stepwise<MixtureSolution> {
  if (problem.alpha.length === 1) return solveOne(problem);
  return problem.alpha.length === 2 ? solveTwo(problem) : yield* solveMany(problem, from);
}

function* solveMany(problem: MixtureProblem, from?: readonly Float64Array[]): Stepwise<MixtureSolution> {
  const { counts, bound } = yield* lowerBound(problem, from);
  const q = Float64Array.from(problem.alpha, (a, h) => a + counts[h]);
  const sum = q.reduce((a, b) => a + b, 0);
  const intervals = () => Array.from(q, (v) => betaInterval(v, sum - v));
  return { log: bound, mean: q.map((v) => v / sum), intervals, ascent: counts };
}

/** More factors than this make the plane too slow for three components. */
const MOST_FACTORS_IN_PLANE = 300;

/** Whether three components are few enough factors for the plane. */
export function fitsPlane({ alpha, cells }: Pick<MixtureProblem, 'alpha' | 'cells'>): boolean {
  return alpha.length === 3 && cells.length <= MOST_FACTORS_IN_PLANE;
}

/** Inner integrals between two stops. */
const PLANE_BUDGET = 12;

function solveOne({ cells, ratios }: MixtureProblem): MixtureSolution {
  let log = 0;
  for (const c of cells) log += c.count * c.logs[0];
  for (const r of ratios) log += r.numerator[0] / r.denominator[0];
  return { log, mean: Float64Array.of(1), intervals: () => [[1, 1]] };
}

function solveTwo({ alpha, cells, ratios }: MixtureProblem): MixtureSolution {
  const curves: Curve[] = cells.map((c) => affineCurve(Math.exp(c.logs[1]), Math.exp(c.logs[0]), c.count));
  for (const { numerator, denominator } of ratios) {
    curves.push({
      at: (_, w, v) => (numerator[0] * w + numerator[1] * v) / (denominator[0] * w + denominator[1] * v),
      bend: [Math.log(denominator[1]) - Math.log(denominator[0])],
      size: Math.abs(numerator[0] / denominator[0]) + Math.abs(numerator[1] / denominator[1]),
    });
  }
  const quadratureNodes = integrateLine(lineOf(alpha[0], alpha[1], curves));
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
export function* solveThree({ alpha, cells, ratios }: MixtureProblem): Stepwise<MixtureSolution> {
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
    log: (t) => integrateLine(inner(logistic(t), logistic(-t))).log,
    marks,
  });
  const density = { ...base, extent: base.extent + Math.log1p(size), magnitude: base.magnitude + size };
  const quadratureNodes = yield* integrateInSteps(density, PLANE_BUDGET);
  const mean = new Float64Array(3);
  const nodes: { w: readonly [number, number, number]; weight: number }[] = [];
  for (let i = 0; i < quadratureNodes.nodes.length; i++) {
    if (!(quadratureNodes.weights[i] > 1e-25)) continue;
    if (i % PLANE_BUDGET === 0) yield;
    const t = quadratureNodes.nodes[i];
    const [w, rest] = [logistic(t), logistic(-t)];
    const line = integrateLine(inner(w, rest));
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
