/**
 * The weights of a mixture whose components are known: w ~ Dirichlet(α), L(w) = Π_c (Σ_h w_h p_ch)^{N_c}.
 *
 * One component: nothing to integrate. Two, and three: exact, on the line of logit w, or on two of them. More: the lower bound of mean-field
 * variational Bayes (Bishop, Pattern Recognition and Machine Learning, section 10.2, with the components fixed):
 * for any shares r with Σ_h r_ch = 1,
 *   log ∫ ≥ Σ_c N_c Σ_h r_ch·log(p_ch/r_ch) + log B(α+n) − log B(α),   n_h = Σ_c N_c r_ch,
 * which is highest at r_ch ∝ p_ch·exp(ψ(α_h+n_h)). What is not a positive power enters by a tangent: a negative power
 * through −log s ≥ −log s₀ − (s−s₀)/s₀, and a linear term c·w with c ≥ 0 through w ≥ w₀(1 + log w − log w₀), which
 * turns both into fractional counts.
 */
import digamma from '@stdlib/math-base-special-digamma';
import { betaInterval, latticeInterval } from '../abilityStandings';
import { affineCurve, type Curve, lineOf } from '../betaLine';
import { dirichletLogRatio } from '../gamma';
import { logSumExp } from '../logarithms';
import { integrateInSteps, integrateLine, latticeMean, logistic } from '../quadrature';
import type { Stepwise } from '../stepwise';

export interface MixtureProblem {
  readonly alpha: Float64Array;
  readonly cells: readonly { readonly count: number; readonly logs: Float64Array }[];
  /** Σ w·numerator / Σ w·denominator, added to the log. */
  readonly ratios: readonly { readonly numerator: Float64Array; readonly denominator: Float64Array }[];
}

export interface MixtureSolution {
  readonly log: number;
  readonly mean: Float64Array;
  readonly intervals: readonly (readonly [number, number])[];
}

/** Exact for one or two components; a bound for more. */
export function solveMixture(problem: MixtureProblem): MixtureSolution {
  if (problem.alpha.length === 1) return solveOne(problem);
  return problem.alpha.length === 2 ? solveTwo(problem) : solveMany(problem);
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
  return { log, mean: Float64Array.of(1), intervals: [[1, 1]] };
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
  const lattice = integrateLine(lineOf(alpha[0], alpha[1], curves));
  const mean = Float64Array.of(
    latticeMean(lattice, logistic),
    latticeMean(lattice, (t) => logistic(-t)),
  );
  const [low, high] = latticeInterval(lattice);
  return {
    log: lattice.log,
    mean,
    intervals: [
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
  const density = { ...base, reach: base.reach + Math.log1p(size), magnitude: base.magnitude + size };
  const lattice = yield* integrateInSteps(density, PLANE_BUDGET);
  const mean = new Float64Array(3);
  const nodes: { w: readonly [number, number, number]; weight: number }[] = [];
  for (let i = 0; i < lattice.nodes.length; i++) {
    if (!(lattice.weights[i] > 1e-25)) continue;
    if (i % PLANE_BUDGET === 0) yield;
    const t = lattice.nodes[i];
    const [w, rest] = [logistic(t), logistic(-t)];
    const line = integrateLine(inner(w, rest));
    line.nodes.forEach((s, j) => {
      const at = [w, rest * logistic(s), rest * logistic(-s)] as const;
      const weight = lattice.weights[i] * line.weights[j];
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
  return { log: lattice.log, mean, intervals: [interval(0), interval(1), interval(2)] };
}

const MOST_ROUNDS = 4000;

/** The best of several ascents: from the prior, from equal shares, and (few components) from each one alone. */
function solveMany(problem: MixtureProblem): MixtureSolution {
  const { alpha, cells } = problem;
  const size = alpha.length;
  const total = cells.reduce((sum, c) => sum + Math.max(0, c.count), 0);
  const starts = [new Float64Array(size), new Float64Array(size).fill(total / size)];
  if (size <= 8) {
    for (let h = 0; h < size; h++) {
      const start = new Float64Array(size);
      start[h] = total;
      starts.push(start);
    }
  }
  let best = { counts: starts[0], bound: Number.NEGATIVE_INFINITY };
  for (const start of starts) {
    const top = climb(problem, start);
    if (top.bound > best.bound) best = top;
  }
  const q = Float64Array.from(alpha, (a, h) => a + best.counts[h]);
  const sum = q.reduce((a, b) => a + b, 0);
  return { log: best.bound, mean: q.map((v) => v / sum), intervals: Array.from(q, (v) => betaInterval(v, sum - v)) };
}

interface Ascent {
  readonly counts: Float64Array<ArrayBuffer>;
  readonly bound: number;
}

/** Coordinate ascent with squared extrapolation (SQUAREM; Varadhan & Roland 2008), kept only where the bound rises. */
function climb(problem: MixtureProblem, start: Float64Array<ArrayBuffer>): Ascent {
  const { alpha } = problem;
  let counts = start;
  let bound = Number.NEGATIVE_INFINITY;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const one = ascend(problem, counts);
    const two = ascend(problem, one.counts);
    let norm = 0;
    let bend = 0;
    let size = 0;
    for (let h = 0; h < alpha.length; h++) {
      const r = one.counts[h] - counts[h];
      const v = two.counts[h] - one.counts[h] - r;
      norm += r * r;
      bend += v * v;
      size += (alpha[h] + two.counts[h]) ** 2;
    }
    const settled = norm <= 1e-26 * size;
    let next: Ascent = two;
    if (!settled && bend > 0) {
      const a = -Math.sqrt(norm / bend);
      const leap = Float64Array.from(counts, (n, h) => {
        const r = one.counts[h] - n;
        const v = two.counts[h] - one.counts[h] - r;
        return n - 2 * a * r + a * a * v;
      });
      if (leap.every((n) => n >= 0)) {
        const tried = ascend(problem, leap);
        if (tried.bound >= two.bound) next = tried;
      }
    }
    counts = next.counts;
    bound = next.bound;
    if (settled) break;
  }
  return { counts, bound };
}

/** One round from counts n: shares, the counts that they make, and the bound that they give. */
function ascend({ alpha, cells, ratios }: MixtureProblem, n: Float64Array): Ascent {
  const size = alpha.length;
  const total = alpha.reduce((a, b, h) => a + b + n[h], 0);
  const logTotal = digamma(total);
  const logW = Float64Array.from(alpha, (a, h) => digamma(a + n[h]) - logTotal);
  const mean = Float64Array.from(alpha, (a, h) => (a + n[h]) / total);
  const counts = new Float64Array(size);
  const logs = new Float64Array(size);
  let bound = 0;
  /** c·w as fractional counts, c moved to be non-negative (Σ w = 1). */
  const linear = (c: Float64Array) => {
    let low = Number.POSITIVE_INFINITY;
    for (const value of c) low = Math.min(low, value);
    bound += low;
    for (let h = 0; h < size; h++) {
      const w = Math.exp(logW[h]);
      const share = (c[h] - low) * w;
      counts[h] += share;
      bound += share * (1 - logW[h]);
    }
  };
  for (const cell of cells) {
    if (cell.count >= 0) {
      for (let h = 0; h < size; h++) logs[h] = cell.logs[h] + logW[h];
      const sum = logSumExp(logs);
      for (let h = 0; h < size; h++) {
        const r = Math.exp(logs[h] - sum);
        if (r === 0) continue;
        counts[h] += cell.count * r;
        // log(p/r) = sum − log w̃.
        bound += cell.count * r * (sum - logW[h]);
      }
      continue;
    }
    const p = cell.logs.map(Math.exp);
    let s = 0;
    for (let h = 0; h < size; h++) s += mean[h] * p[h];
    bound += cell.count * (Math.log(s) - 1);
    linear(p.map((value) => (cell.count * value) / s));
  }
  for (const { numerator, denominator } of ratios) {
    let top = 0;
    let bottom = 0;
    for (let h = 0; h < size; h++) {
      top += mean[h] * numerator[h];
      bottom += mean[h] * denominator[h];
    }
    const ratio = top / bottom;
    // Tangent at the mean; exact for a constant denominator.
    bound += denominator.every((d) => d === denominator[0]) ? 0 : ratio;
    linear(
      numerator.map((v, h) =>
        denominator.every((d) => d === denominator[0]) ? v / denominator[0] : (v - ratio * denominator[h]) / bottom,
      ),
    );
  }
  bound += dirichletLogRatio(alpha, counts);
  return { counts, bound };
}
