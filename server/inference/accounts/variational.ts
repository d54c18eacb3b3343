/**
 * A lower bound for the weights of a mixture of more than three known components, w ~ Dirichlet(α), L(w) = Π_c (Σ_h w_h p_ch)^{N_c}:
 * mean-field variational Bayes (Bishop, Pattern Recognition and Machine Learning, section 10.2, with the components
 * fixed). For any shares r with Σ_h r_ch = 1,
 *   log ∫ ≥ Σ_c N_c Σ_h r_ch·log(p_ch/r_ch) + log B(α+n) − log B(α),   n_h = Σ_c N_c r_ch,
 * which is highest at r_ch ∝ p_ch·exp(ψ(α_h+n_h)). What is not a positive power enters by a tangent: a negative power
 * through −log s ≥ −log s₀ − (s−s₀)/s₀, and a linear term c·w with c ≥ 0 through w ≥ w₀(1 + log w − log w₀), which
 * turns both into fractional counts.
 */
import digamma from '@stdlib/math-base-special-digamma';
import { dirichletLogRatio, logGamma } from '../numbers/gamma';
import { logSumExp } from '../numbers/logarithms';
import type { Stepwise } from '../stepwise';
import type { Work } from './work';

/** Known components, and what is observed of their mixture. */
export interface MixtureProblem {
  readonly alpha: Float64Array;
  readonly cells: readonly { readonly count: number; readonly logs: Float64Array }[];
  /** Σ w·numerator / Σ w·denominator, added to the log. */
  readonly ratios: readonly { readonly numerator: Float64Array; readonly denominator: Float64Array }[];
}

export interface Ascent {
  /** n_h: how many of the counts each component is thought to have given. */
  readonly counts: Float64Array;
  readonly bound: number;
}

/** Rounds of three between two stops, and at most. */
const ROUNDS_A_STEP = 8;
const MOST_ROUNDS = 4000;
/** The bound has settled where it rises by no more than this, relatively, so many rounds after another. */
const RISE = 1e-13;
const QUIET_ROUNDS = 3;

/** The problem laid out for rounds: each is two products of the matrix p with a vector. */
class Rounds {
  readonly size: number;
  private readonly positive: readonly {
    readonly count: number;
    readonly logs: Float64Array;
    readonly p: Float64Array;
  }[];
  private readonly negative: readonly { readonly count: number; readonly p: Float64Array }[];
  private readonly logW: Float64Array;
  private readonly w: Float64Array;
  private readonly mean: Float64Array;
  /** Counts that no weight multiplies. */
  private readonly apart: Float64Array;
  private readonly gammaAlpha: number;

  constructor(private readonly problem: MixtureProblem) {
    const { alpha, cells } = problem;
    this.size = alpha.length;
    this.positive = cells.filter((c) => c.count >= 0).map((c) => ({ ...c, p: c.logs.map(Math.exp) }));
    this.negative = cells.filter((c) => c.count < 0).map((c) => ({ count: c.count, p: c.logs.map(Math.exp) }));
    this.logW = new Float64Array(this.size);
    this.w = new Float64Array(this.size);
    this.mean = new Float64Array(this.size);
    this.apart = new Float64Array(this.size);
    this.gammaAlpha = alpha.reduce((sum, a) => sum - logGamma(a), logGamma(alpha.reduce((a, b) => a + b, 0)));
  }

  /** What three rounds take. */
  get cost(): number {
    return 0.5 * this.size * (this.positive.length + this.negative.length + this.problem.ratios.length);
  }

  /** One round from counts n: the counts that the best shares make, into `out`, and the bound that these give. */
  next(n: Float64Array, out: Float64Array, exact = false): number {
    const { alpha } = this.problem;
    const { size, logW, w, mean, apart } = this;
    let total = 0;
    for (let h = 0; h < size; h++) total += alpha[h] + n[h];
    const logTotal = digamma(total);
    let top = Number.NEGATIVE_INFINITY;
    for (let h = 0; h < size; h++) {
      logW[h] = digamma(alpha[h] + n[h]) - logTotal;
      if (logW[h] > top) top = logW[h];
    }
    for (let h = 0; h < size; h++) {
      w[h] = Math.exp(logW[h] - top);
      mean[h] = (alpha[h] + n[h]) / total;
    }
    out.fill(0);
    apart.fill(0);
    let bound = 0;
    for (const cell of this.positive) bound += this.share(cell, top, out);
    // log(p/r) = log s − log w̃, whose second part is the same for all cells.
    for (let h = 0; h < size; h++) {
      out[h] = out[h] * w[h] + apart[h];
      if (out[h] > 0) bound -= out[h] * logW[h];
    }
    bound += this.tangents(out);
    return bound + (exact ? dirichletLogRatio(alpha, out) : this.ratio(out));
  }

  /** Add a cell's count / s to what each component's weight will be multiplied with; returns its count · log s. */
  private share(
    { count, logs, p }: { readonly count: number; readonly logs: Float64Array; readonly p: Float64Array },
    top: number,
    out: Float64Array,
  ): number {
    const { size, w, logW } = this;
    if (count === 0) return 0;
    let s = 0;
    for (let h = 0; h < size; h++) s += p[h] * w[h];
    if (s > 1e-200) {
      const scale = count / s;
      for (let h = 0; h < size; h++) out[h] += p[h] * scale;
      return count * (Math.log(s) + top);
    }
    // Components that alone can give it have weights that underflow.
    const own = logs.map((log, h) => log + logW[h]);
    const sum = logSumExp(own);
    for (let h = 0; h < size; h++) this.apart[h] += count * Math.exp(own[h] - sum);
    return count * sum;
  }

  /** What enters by a tangent: fractional counts into `out`; returns its part of the bound. */
  private tangents(out: Float64Array): number {
    const { size, mean, logW } = this;
    let bound = 0;
    /** c·w as fractional counts, c moved to be non-negative (Σ w = 1). */
    const linear = (c: (h: number) => number) => {
      let low = Number.POSITIVE_INFINITY;
      for (let h = 0; h < size; h++) low = Math.min(low, c(h));
      bound += low;
      for (let h = 0; h < size; h++) {
        const share = (c(h) - low) * Math.exp(logW[h]);
        out[h] += share;
        bound += share * (1 - logW[h]);
      }
    };
    for (const { count, p } of this.negative) {
      let s = 0;
      for (let h = 0; h < size; h++) s += mean[h] * p[h];
      bound += count * (Math.log(s) - 1);
      linear((h) => (count * p[h]) / s);
    }
    for (const { numerator, denominator } of this.problem.ratios) {
      let above = 0;
      let below = 0;
      for (let h = 0; h < size; h++) {
        above += mean[h] * numerator[h];
        below += mean[h] * denominator[h];
      }
      const ratio = above / below;
      // Tangent at the mean; exact for a constant denominator.
      const constant = denominator.every((d) => d === denominator[0]);
      bound += constant ? 0 : ratio;
      linear((h) => (constant ? numerator[h] / denominator[0] : (numerator[h] - ratio * denominator[h]) / below));
    }
    return bound;
  }

  /** log B(α+n) − log B(α), to the rounding of log-gammas: for comparing rounds. */
  private ratio(n: Float64Array): number {
    const { alpha } = this.problem;
    let sum = this.gammaAlpha;
    let total = 0;
    for (let h = 0; h < this.size; h++) {
      sum += logGamma(alpha[h] + n[h]);
      total += alpha[h] + n[h];
    }
    return sum - logGamma(total);
  }
}

/** The best of several ascents: from the given starts, or from the prior, from equal shares, and (few components) from each one alone. */
export function* lowerBound(problem: MixtureProblem, work: Work, from?: readonly Float64Array[]): Stepwise<Ascent> {
  const rounds = new Rounds(problem);
  let best: Ascent = { counts: new Float64Array(rounds.size), bound: Number.NEGATIVE_INFINITY };
  for (const start of from ?? starts(problem)) {
    const top = yield* findMaximum(rounds, start, work);
    if (top.bound > best.bound) best = top;
  }
  const counts = new Float64Array(rounds.size);
  const bound = rounds.next(best.counts, counts, true);
  return { counts, bound };
}

function starts({ alpha, cells }: MixtureProblem): Float64Array[] {
  const size = alpha.length;
  const total = cells.reduce((sum, c) => sum + Math.max(0, c.count), 0);
  const list = [new Float64Array(size), new Float64Array(size).fill(total / size)];
  if (size > 8) return list;
  for (let h = 0; h < size; h++) {
    const start = new Float64Array(size);
    start[h] = total;
    list.push(start);
  }
  return list;
}

/** Coordinate ascent with squared extrapolation (SQUAREM; Varadhan & Roland 2008), kept only where the bound rises. */
function* findMaximum(rounds: Rounds, start: Float64Array, work: Work): Stepwise<Ascent> {
  const { size } = rounds;
  let counts = Float64Array.from(start);
  let [one, two, leap, tried] = [0, 1, 2, 3].map(() => new Float64Array(size));
  let bound = Number.NEGATIVE_INFINITY;
  let quiet = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (round % ROUNDS_A_STEP === ROUNDS_A_STEP - 1) yield;
    // Wherever an ascent ends, it has a bound.
    if (round > 0 && work.left < 0) break;
    work.left -= rounds.cost;
    rounds.next(counts, one);
    let now = rounds.next(one, two);
    let norm = 0;
    let bend = 0;
    for (let h = 0; h < size; h++) {
      const r = one[h] - counts[h];
      const v = two[h] - one[h] - r;
      norm += r * r;
      bend += v * v;
    }
    let next = two;
    if (bend > 0) {
      const a = -Math.sqrt(norm / bend);
      let possible = true;
      for (let h = 0; h < size; h++) {
        const r = one[h] - counts[h];
        const v = two[h] - one[h] - r;
        leap[h] = counts[h] - 2 * a * r + a * a * v;
        possible &&= leap[h] >= 0;
      }
      if (possible) {
        const higher = rounds.next(leap, tried);
        if (higher >= now) [next, now] = [tried, higher];
      }
    }
    const rise = now - bound;
    if (next === tried) [counts, tried] = [tried, counts];
    else [counts, two] = [two, counts];
    quiet = rise <= RISE * Math.abs(now) ? quiet + 1 : 0;
    bound = Math.max(bound, now);
    if (norm === 0 || quiet >= QUIET_ROUNDS) break;
  }
  return { counts, bound };
}
