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
  /** Best 90% intervals; asked for at the end only, for they cost more than the rest. */
  readonly intervals: () => readonly (readonly [number, number])[];
  /** Where an ascent for a problem close by may begin. */
  readonly counts?: Float64Array<ArrayBuffer>;
}

/** Exact for one or two components; a bound for more. `near`: the solution of a problem close by. */
export function* solveMixture(problem: MixtureProblem, near?: MixtureSolution): Stepwise<MixtureSolution> {
  if (problem.alpha.length === 1) return solveOne(problem);
  return problem.alpha.length === 2 ? solveTwo(problem) : yield* solveMany(problem, near?.counts);
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
  const lattice = integrateLine(lineOf(alpha[0], alpha[1], curves));
  const mean = Float64Array.of(
    latticeMean(lattice, logistic),
    latticeMean(lattice, (t) => logistic(-t)),
  );
  const [low, high] = latticeInterval(lattice);
  return {
    log: lattice.log,
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
  return { log: lattice.log, mean, intervals: () => [interval(0), interval(1), interval(2)] };
}

const MOST_ROUNDS = 4000;
/** So few components are tried from each one alone as well. */
const FEW = 8;
/** Rounds over which the bound must have stood still, to the rounding of its sum, for an ascent to end. */
const STILL_ROUNDS = 12;
const STILL = 1e-15;

/** The best of several ascents: from the prior, from equal shares, and (few components) from each one alone. */
function* solveMany(problem: MixtureProblem, near?: Float64Array<ArrayBuffer>): Stepwise<MixtureSolution> {
  const { alpha, cells } = problem;
  const size = alpha.length;
  const total = cells.reduce((sum, c) => sum + Math.max(0, c.count), 0);
  // Many components that are solved again and again, along an ability, begin where they ended.
  const starts = near && size > FEW ? [near] : [new Float64Array(size), new Float64Array(size).fill(total / size)];
  if (size <= FEW) {
    for (let h = 0; h < size; h++) {
      const start = new Float64Array(size);
      start[h] = total;
      starts.push(start);
    }
  }
  const round = new Round(problem);
  let best = { counts: starts[0], bound: Number.NEGATIVE_INFINITY };
  for (const start of starts) {
    const top = yield* climb(round, alpha, start);
    if (top.bound > best.bound) best = top;
  }
  const q = Float64Array.from(alpha, (a, h) => a + best.counts[h]);
  const sum = q.reduce((a, b) => a + b, 0);
  return {
    log: best.bound,
    mean: q.map((v) => v / sum),
    intervals: () => Array.from(q, (v) => betaInterval(v, sum - v)),
    counts: best.counts,
  };
}

interface Ascent {
  readonly counts: Float64Array<ArrayBuffer>;
  readonly bound: number;
}

/** Coordinate ascent with squared extrapolation (SQUAREM; Varadhan & Roland 2008), kept only where the bound rises. */
function* climb(round: Round, alpha: Float64Array, start: Float64Array<ArrayBuffer>): Stepwise<Ascent> {
  let counts = start;
  let bound = Number.NEGATIVE_INFINITY;
  let mark = Number.NEGATIVE_INFINITY;
  for (let i = 1; i <= MOST_ROUNDS; i++) {
    const one = round.counts(counts);
    const two = round.counts(one);
    let norm = 0;
    let bend = 0;
    let size = 0;
    for (let h = 0; h < alpha.length; h++) {
      const r = one[h] - counts[h];
      const v = two[h] - one[h] - r;
      norm += r * r;
      bend += v * v;
      size += (alpha[h] + two[h]) ** 2;
    }
    const settled = norm <= 1e-26 * size;
    let next: Ascent | undefined;
    if (!settled && bend > 0) {
      const a = -Math.sqrt(norm / bend);
      const leap = new Float64Array(alpha.length);
      let inside = true;
      for (let h = 0; h < leap.length; h++) {
        const r = one[h] - counts[h];
        const v = two[h] - one[h] - r;
        leap[h] = counts[h] - 2 * a * r + a * a * v;
        // A count can come close to 0 and not below it.
        if (!(leap[h] >= 0)) {
          leap[h] = two[h] / 2;
          inside &&= alpha.length > FEW;
        }
      }
      if (inside) {
        const tried = round.ascent(leap);
        if (tried.bound >= bound) next = tried;
      }
    }
    next ??= { counts: two, bound: round.bound(one) };
    counts = next.counts;
    bound = next.bound;
    if (settled) break;
    if (i % STILL_ROUNDS === 0) {
      if (bound - mark <= STILL * (Math.abs(bound) + 1)) break;
      mark = bound;
      yield;
    }
  }
  return { counts, bound };
}

/** One round of the ascent, for one problem: shares from counts, the counts that they make, and the bound that they give. */
class Round {
  private readonly problem: MixtureProblem;
  /** p by cell and component relative to the cell's largest, and the log of that. */
  private readonly relative: readonly Float64Array[];
  private readonly tops: Float64Array;
  private readonly logW: Float64Array;
  private readonly weight: Float64Array;

  constructor(problem: MixtureProblem) {
    const { alpha, cells } = problem;
    this.problem = problem;
    this.tops = Float64Array.from(cells, ({ logs }) => logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY));
    this.relative = cells.map(({ logs }, c) => logs.map((log) => Math.exp(log - this.tops[c])));
    this.logW = new Float64Array(alpha.length);
    this.weight = new Float64Array(alpha.length);
  }

  /** The counts that shares from n make. */
  counts(n: Float64Array): Float64Array<ArrayBuffer> {
    return this.round(n).counts;
  }

  /** The bound at shares from n. */
  bound(n: Float64Array): number {
    return this.ascent(n).bound;
  }

  ascent(n: Float64Array): Ascent {
    const { counts, bound } = this.round(n);
    return { counts, bound: bound + dirichletLogRatio(this.problem.alpha, counts) };
  }

  /** The bound without the gain of the counts' own Dirichlet. */
  private round(n: Float64Array): Ascent {
    const { problem, logW, weight } = this;
    const { alpha, cells } = problem;
    const size = alpha.length;
    let total = 0;
    for (let h = 0; h < size; h++) total += alpha[h] + n[h];
    const logTotal = digamma(total);
    for (let h = 0; h < size; h++) {
      logW[h] = digamma(alpha[h] + n[h]) - logTotal;
      weight[h] = Math.exp(logW[h]);
    }
    const counts = new Float64Array(size);
    let bound = 0;
    for (let c = 0; c < cells.length; c++) bound += this.addCell(c, counts, n, total);
    bound += this.addRatios(counts, n, total);
    // What the shares cost, and what the counts gain.
    for (let h = 0; h < size; h++) if (counts[h] > 0) bound -= counts[h] * logW[h];
    return { counts, bound };
  }

  /** Σ_h N·r_h·(log p_h/r_h + log w̃_h), the shares' counts added; a tangent for a negative power. */
  private addCell(c: number, counts: Float64Array, n: Float64Array, total: number): number {
    const { problem, logW, weight } = this;
    const { count, logs } = problem.cells[c];
    const p = this.relative[c];
    if (count < 0) {
      let s = 0;
      for (let h = 0; h < p.length; h++) s += ((problem.alpha[h] + n[h]) / total) * p[h];
      const slope = p.map((value) => (count * value) / s);
      return count * (Math.log(s) + this.tops[c] - 1) + this.addLinear(slope, counts);
    }
    let sum = 0;
    for (let h = 0; h < p.length; h++) sum += weight[h] * p[h];
    if (sum > 1e-280) {
      const scale = count / sum;
      for (let h = 0; h < p.length; h++) counts[h] += scale * weight[h] * p[h];
      return count * (Math.log(sum) + this.tops[c]);
    }
    // Weights too small for a double: by their logs.
    const shares = logs.map((log, h) => log + logW[h]);
    const logSum = logSumExp(shares);
    for (let h = 0; h < p.length; h++) counts[h] += count * Math.exp(shares[h] - logSum);
    return count * logSum;
  }

  /** c·w as fractional counts, c moved to be non-negative (Σ w = 1). */
  private addLinear(slope: Float64Array, counts: Float64Array): number {
    let low = Number.POSITIVE_INFINITY;
    for (const value of slope) low = Math.min(low, value);
    let sum = low;
    for (let h = 0; h < slope.length; h++) {
      const share = (slope[h] - low) * this.weight[h];
      counts[h] += share;
      sum += share;
    }
    return sum;
  }

  private addRatios(counts: Float64Array, n: Float64Array, total: number): number {
    const { alpha, ratios } = this.problem;
    let bound = 0;
    for (const { numerator, denominator } of ratios) {
      let top = 0;
      let bottom = 0;
      for (let h = 0; h < alpha.length; h++) {
        const mean = (alpha[h] + n[h]) / total;
        top += mean * numerator[h];
        bottom += mean * denominator[h];
      }
      const ratio = top / bottom;
      // Tangent at the mean; exact for a constant denominator.
      const constant = denominator.every((d) => d === denominator[0]);
      if (!constant) bound += ratio;
      const slope = numerator.map((v, h) => (constant ? v / denominator[0] : (v - ratio * denominator[h]) / bottom));
      bound += this.addLinear(slope, counts);
    }
    return bound;
  }
}
