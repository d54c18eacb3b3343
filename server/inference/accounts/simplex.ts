/**
 * The weights of a mixture of a few known components, w ~ Dirichlet(α), L(w) = Π_c (Σ_h w_h p_ch)^{N_c}, by integrals inside
 * each other: w_0 is Beta(α_0, α_1 + …), the share of the next in what is left is Beta(α_1, α_2 + …), and so on. Each integral
 * is a `LogitLine`; where what is left can change nothing any more, the rest is its prior mean.
 */
import betaln from '@stdlib/math-base-special-betaln';
import { betaQuantile } from '../numbers/betaQuantile';
import { FINE, type Fineness, type LineShape, LogitLine, ROUGH } from '../numbers/logitLine';
import { logistic, logLogistic } from '../numbers/quadrature';
import type { Stepwise } from '../stepwise';
import type { MixtureProblem } from './variational';
import type { Work } from './work';

export interface SimplexIntegral {
  /** log ∫ L(w) Dir(w) dw; -Infinity with `work.left` below 0 means that the work ran out. */
  readonly log: number;
  /** E[w_h]. */
  readonly mean: Float64Array;
}

/** Components whose shares are integrated over between two stops. */
const LEVELS_A_STEP = 3;
/** What is left may move the log by this many nats before it counts. */
const NOTHING = 2e-5;
/** Logits beyond all bends at which an integrand is its own tail. */
const MARGIN = 9;

/** Components that no factor tells apart are one: their weights add to a Dirichlet again. */
function merge({ alpha, cells, ratios }: MixtureProblem): { readonly group: Int32Array; readonly count: number } {
  const known = new Map<string, number>();
  const group = Int32Array.from(alpha, (_, h) => {
    const key = [...cells.map((c) => c.logs[h]), ...ratios.flatMap((r) => [r.numerator[h], r.denominator[h]])].join();
    const found = known.get(key) ?? known.size;
    known.set(key, found);
    return found;
  });
  return { group, count: known.size };
}

/** How many components remain once those that look alike are one: the number of integrals is one less. */
export function distinctComponents(problem: MixtureProblem): number {
  return merge(problem).count;
}

export function* simplexIntegral(problem: MixtureProblem, fineness: Fineness, work: Work): Stepwise<SimplexIntegral> {
  const { group, count } = merge(problem);
  const alpha = new Float64Array(count);
  group.forEach((g, h) => {
    alpha[g] += problem.alpha[h];
  });
  const nested = new Nested(problem, group, alpha, fineness, work);
  const log = yield* nested.solve();
  const mean = Float64Array.from(group, (g, h) => nested.share(g) * (problem.alpha[h] / alpha[g]));
  return { log, mean };
}

/** The central 90% interval of one weight, for showing: read off the outermost of the integrals, over that weight. */
export function* simplexInterval(
  problem: MixtureProblem,
  component: number,
  work: Work,
): Stepwise<readonly [number, number]> {
  const rest = problem.alpha.reduce((sum, a, h) => (h === component ? sum : sum + a), 0);
  if (rest === 0) return [1, 1];
  const { group, count } = merge(problem);
  // The component stands alone and first; what is merged with it is a component of its own.
  const own = Int32Array.from(group, (g, h) => (h === component ? 0 : g + 1));
  const used = [...new Set(own)].sort((a, b) => a - b);
  const compact = own.map((g) => used.indexOf(g));
  const alpha = new Float64Array(used.length);
  compact.forEach((g, h) => {
    alpha[g] += problem.alpha[h];
  });
  const nested = new Nested(problem, compact, alpha, count > 3 ? ROUGH : FINE, work, 0);
  const log = yield* nested.solve();
  return nested.interval(log);
}

class Nested {
  private readonly size: number;
  private readonly cells: number;
  /** Components by falling α; `order[i]` is the group at level i. */
  private readonly order: Int32Array;
  private readonly alpha: Float64Array;
  /** From level i on: Σ α. */
  private readonly rest: Float64Array;
  private readonly count: Float64Array;
  /** Level × cells. */
  private readonly p: Float64Array;
  private readonly numerator: Float64Array;
  private readonly denominator: Float64Array;
  private readonly ratios: number;
  /** By level: prior mean of the cell over the components from there on, and the largest difference between two of them. */
  private readonly meanP: Float64Array;
  private readonly spreadP: Float64Array;
  private readonly width: number;
  private readonly lines: readonly LogitLine[];
  /** By level: what the components before have given of each cell, and of each ratio's two sides. */
  private readonly sums: readonly Float64Array[];
  /** By level: shares of what is left, by component. */
  private readonly shares: readonly Float64Array[];
  /** By level and evaluation: the shares of the level below. */
  private readonly below: readonly Float64Array[];
  private readonly logBeta: Float64Array;
  private readonly concave: boolean;

  constructor(
    problem: MixtureProblem,
    group: Int32Array,
    alpha: Float64Array,
    private readonly fineness: Fineness,
    private readonly work: Work,
    /** The group of the outermost integral; else the one with the largest α. */
    first = -1,
  ) {
    const size = alpha.length;
    this.size = size;
    this.cells = problem.cells.length;
    this.ratios = problem.ratios.length;
    this.order = Int32Array.from(alpha, (_, i) => i).sort(
      (a, b) => Number(b === first) - Number(a === first) || alpha[b] - alpha[a] || a - b,
    );
    this.alpha = Float64Array.from(this.order, (g) => alpha[g]);
    this.rest = new Float64Array(size + 1);
    for (let i = size - 1; i >= 0; i--) this.rest[i] = this.rest[i + 1] + this.alpha[i];
    this.count = Float64Array.from(problem.cells, (c) => c.count);
    const sample = Array.from(this.order, (g) => group.indexOf(g));
    const table = (columns: readonly ArrayLike<number>[], of: (x: number) => number = (x) => x) =>
      Float64Array.from({ length: size * columns.length }, (_, k) =>
        of(columns[k % columns.length][sample[Math.floor(k / columns.length)]]),
      );
    this.p = table(
      problem.cells.map((c) => c.logs),
      Math.exp,
    );
    this.numerator = table(problem.ratios.map((r) => r.numerator));
    this.denominator = table(problem.ratios.map((r) => r.denominator));
    this.meanP = new Float64Array(size * this.cells);
    this.spreadP = new Float64Array(size * this.cells);
    let spread = 0;
    let largest = 0;
    for (let c = 0; c < this.cells; c++) {
      let low = Number.POSITIVE_INFINITY;
      let high = 0;
      let sum = 0;
      let [least, most] = [Number.POSITIVE_INFINITY, 0];
      for (let i = size - 1; i >= 0; i--) {
        const p = this.p[i * this.cells + c];
        sum += this.alpha[i] * p;
        low = Math.min(low, p);
        high = Math.max(high, p);
        if (p > 0) [least, most] = [Math.min(least, p), Math.max(most, p)];
        this.meanP[i * this.cells + c] = sum / this.rest[i];
        this.spreadP[i * this.cells + c] = high - low;
      }
      if (most > 0) spread = Math.max(spread, Math.log(most / least));
      largest = Math.max(largest, Math.abs(this.count[c]));
    }
    this.width = MARGIN + spread + Math.log1p(largest);
    this.lines = Array.from({ length: Math.max(0, size - 1) }, () => new LogitLine());
    this.sums = Array.from({ length: size }, () => new Float64Array(this.cells + 2 * this.ratios));
    this.shares = Array.from({ length: size }, () => new Float64Array(size));
    this.below = this.lines.map((line) => new Float64Array(line.t.length * size));
    this.logBeta = Float64Array.from(this.lines, (_, i) => betaln(this.alpha[i], this.rest[i + 1]));
    this.concave = problem.cells.every((c) => c.count >= 0) && this.ratios === 0;
  }

  *solve(): Stepwise<number> {
    return yield* this.levelInSteps(0, 1);
  }

  /** The central 90% interval of the outermost share, from its density at the nodes, log-linear between them. */
  interval(log: number): readonly [number, number] {
    const [line] = this.lines;
    const nodes: { t: number; log: number; weight: number }[] = [];
    for (let k = 0; line && k < line.evaluations; k++) {
      const weight = Math.exp(line.log[k] + line.logWeight[k] - log);
      if (weight > 0) nodes.push({ t: line.t[k], log: line.log[k], weight });
    }
    nodes.sort((a, b) => a.t - b.t);
    // Nothing was seen that depends on the weights.
    if (nodes.length < 3)
      return [betaQuantile(0.05, this.alpha[0], this.rest[1]), betaQuantile(0.95, this.alpha[0], this.rest[1])];
    /** Nodes at the ends carry the tails. */
    const tails = [nodes[0].weight, nodes[nodes.length - 1].weight];
    const steps: { t: number; mass: number }[] = [{ t: nodes[0].t, mass: tails[0] / 2 }];
    for (let k = 1; k < nodes.length; k++) {
      const [a, b] = [nodes[k - 1], nodes[k]];
      const d = b.log - a.log;
      const mean = Math.exp(a.log - log) * (Math.abs(d) < 1e-6 ? 1 : Math.expm1(d) / d);
      steps.push({ t: b.t, mass: mean * (b.t - a.t) });
    }
    steps.push({ t: nodes[nodes.length - 1].t, mass: tails[1] / 2 });
    const total = steps.reduce((sum, s) => sum + s.mass, 0);
    const quantile = (q: number) => {
      let mass = 0;
      for (let k = 0; k < steps.length; k++) {
        const next = mass + steps[k].mass / total;
        if (next >= q) {
          if (k === 0) return 0;
          if (k === steps.length - 1) return 1;
          const from = steps[k - 1].t;
          return logistic(from + ((q - mass) / (next - mass)) * (steps[k].t - from));
        }
        mass = next;
      }
      return 1;
    };
    return [quantile(0.05), quantile(0.95)];
  }

  /** E[w] of a group. */
  share(group: number): number {
    return this.shares[0][this.order.indexOf(group)];
  }

  /** As `level`, with a stop after each integral over two shares. */
  private *levelInSteps(i: number, left: number): Stepwise<number> {
    if (this.size - i <= LEVELS_A_STEP) {
      yield;
      return this.level(i, left);
    }
    const flat = this.flat(i, left);
    if (!Number.isNaN(flat)) return flat;
    const line = this.lines[i];
    if (!this.concave) line.forget();
    const log = yield* line.integrateInSteps(
      (t, k) => this.innerInSteps(i, left, t, k),
      this.shape(i, left),
      this.fineness,
    );
    this.average(i, log, false);
    return log;
  }

  /** log of the integral over the shares of the components from level i on, of a remainder `left`. */
  private level(i: number, left: number): number {
    const flat = this.flat(i, left);
    if (!Number.isNaN(flat)) return flat;
    if (this.work.left < 0) return Number.NEGATIVE_INFINITY;
    const line = this.lines[i];
    if (!this.concave) line.forget();
    const last = i === this.size - 2;
    const log = line.integrate(
      last ? (t) => this.innermost(i, left, t) : (t, k) => this.inner(i, left, t, k),
      this.shape(i, left),
      this.fineness,
    );
    this.average(i, log, last);
    return log;
  }

  /** Where what is left hardly changes anything, or one component is left: the log there, with shares at prior means; else NaN. */
  private flat(i: number, left: number): number {
    const sums = this.sums[i];
    const at = i * this.cells;
    const one = i === this.size - 1;
    let bend = 0;
    for (let c = 0; !one && c < this.cells; c++) {
      const part = left * this.spreadP[at + c];
      if (part > 0) bend += (Math.abs(this.count[c]) * part) / sums[c];
      if (!(bend < NOTHING)) return Number.NaN;
    }
    if (!one && this.ratios > 0) return Number.NaN;
    const shares = this.shares[i];
    for (let j = i; j < this.size; j++) shares[j] = this.alpha[j] / this.rest[i];
    let log = 0;
    for (let c = 0; c < this.cells; c++) {
      const s = sums[c] + left * this.meanP[at + c];
      if (this.count[c] !== 0) log += this.count[c] * Math.log(s);
    }
    this.work.left -= this.cells;
    return log + this.ratioSum(i, left, 0);
  }

  private shape(i: number, left: number): LineShape {
    const sums = this.sums[i];
    let least = 1;
    for (let c = 0; c < this.cells; c++) {
      const part = sums[c] / left;
      if (part > 0 && part < least) least = part;
    }
    const low = -this.width + Math.log(least);
    const [a, b] = [this.alpha[i], this.rest[i + 1]];
    return { low, high: -low, left: a, right: b, mode: Math.log(a / b) };
  }

  private prior(i: number, t: number): number {
    return this.alpha[i] * logLogistic(t) + this.rest[i + 1] * logLogistic(-t) - this.logBeta[i];
  }

  private innermost(i: number, left: number, t: number): number {
    const { cells, count, p } = this;
    const sums = this.sums[i];
    const one = left * logistic(t);
    const two = left * logistic(-t);
    const at = i * cells;
    let log = this.prior(i, t);
    for (let c = 0; c < cells; c++) log += count[c] * Math.log(sums[c] + one * p[at + c] + two * p[at + cells + c]);
    this.work.left -= cells + 2;
    return log + this.ratioSum(i, one, two);
  }

  /** The ratios with `one` of component i and `two` of the next. */
  private ratioSum(i: number, one: number, two: number): number {
    const { cells, ratios, numerator: n, denominator: d } = this;
    const sums = this.sums[i];
    let sum = 0;
    for (let r = 0; r < ratios; r++) {
      const at = i * ratios + r;
      const next = two === 0 ? 0 : two * n[at + ratios];
      const under = two === 0 ? 0 : two * d[at + ratios];
      sum += (sums[cells + 2 * r] + one * n[at] + next) / (sums[cells + 2 * r + 1] + one * d[at] + under);
    }
    return sum;
  }

  private inner(i: number, left: number, t: number, evaluation: number): number {
    this.enter(i, left, t);
    return this.prior(i, t) + this.leave(i, evaluation, this.level(i + 1, left * logistic(-t)));
  }

  private *innerInSteps(i: number, left: number, t: number, evaluation: number): Stepwise<number> {
    this.enter(i, left, t);
    return this.prior(i, t) + this.leave(i, evaluation, yield* this.levelInSteps(i + 1, left * logistic(-t)));
  }

  /** Give component i its share, at t, of what is left. */
  private enter(i: number, left: number, t: number): void {
    const { cells, ratios } = this;
    const one = left * logistic(t);
    const [from, to] = [this.sums[i], this.sums[i + 1]];
    for (let c = 0; c < cells; c++) to[c] = from[c] + one * this.p[i * cells + c];
    for (let r = 0; r < ratios; r++) {
      to[cells + 2 * r] = from[cells + 2 * r] + one * this.numerator[i * ratios + r];
      to[cells + 2 * r + 1] = from[cells + 2 * r + 1] + one * this.denominator[i * ratios + r];
    }
  }

  /** Keep the shares that the level below has found. */
  private leave(i: number, evaluation: number, log: number): number {
    this.below[i].set(this.shares[i + 1], evaluation * this.size);
    return log;
  }

  /** Shares at this level, averaged over its line. */
  private average(i: number, log: number, last: boolean): void {
    const { size } = this;
    const { evaluations, t, log: logs, logWeight } = this.lines[i];
    const shares = this.shares[i].fill(0);
    let sum = 0;
    for (let k = 0; k < evaluations; k++) {
      const weight = Math.exp(logs[k] + logWeight[k] - log);
      if (!(weight > 0)) continue;
      sum += weight;
      const rest = weight * logistic(-t[k]);
      shares[i] += weight * logistic(t[k]);
      if (last) shares[i + 1] += rest;
      else for (let j = i + 1; j < size; j++) shares[j] += rest * this.below[i][k * size + j];
    }
    // Weights of logs in the billions have their rounding.
    for (let j = i; j < size; j++) shares[j] /= sum;
  }
}
