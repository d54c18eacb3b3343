/** The posterior over hypotheses: w_h ∝ π_h·L_h, the log marginal, and how one set of evidence moved it. */
import type { Likelihood } from '../likelihood/likelihood';
import type { LogLikelihoods } from '../likelihood/logLikelihoods';
import { expm1MinusX, logSumExp, normalisedLogs, normaliseLogs } from '../numbers/logarithms';

export interface Posterior {
  /** log Σ π_h·L_h; -Infinity where every hypothesis with a prior is impossible. */
  readonly logMarginal: number;
  readonly defined: boolean;
  /** All NaN where undefined. */
  readonly weights: Float64Array;
  /** log w_h, also where w_h itself is too small for a double. */
  readonly logWeights: Float64Array;
  /** log π_h + log L_h. */
  readonly logJoint: Float64Array;
}

export function posteriorOf(likelihood: Likelihood, logLikelihoods: LogLikelihoods): Posterior {
  const { hypotheses } = likelihood;
  const logJoint = new Float64Array(hypotheses.length);
  for (let h = 0; h < logJoint.length; h++) logJoint[h] = hypotheses[h].logPrior + logLikelihoods.logLikelihood[h];
  const weights = new Float64Array(logJoint.length);
  // An integral that could not be done makes all of it unknown, never just smaller.
  if (logJoint.some(Number.isNaN))
    return {
      logMarginal: Number.NaN,
      defined: false,
      weights: weights.fill(Number.NaN),
      logWeights: weights.slice(),
      logJoint,
    };
  const logMarginal = normaliseLogs(logJoint, weights);
  const logWeights = normalisedLogs(logJoint, weights, logMarginal);
  return { logMarginal, defined: Number.isFinite(logMarginal), weights, logWeights, logJoint };
}

/** For every h: log Σ_{g≠h} exp(x_g), without subtracting from a total. */
function logSumOthers(x: Float64Array): Float64Array {
  const size = x.length;
  const out = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  let top = 0;
  for (let i = 1; i < size; i++) if (x[i] > x[top]) top = i;
  if (x[top] === Number.NEGATIVE_INFINITY) return out;
  const others: number[] = [];
  for (let i = 0; i < size; i++) if (i !== top) others.push(x[i]);
  out[top] = logSumExp(others);
  const before = new Float64Array(size + 1);
  for (let i = 0; i < size; i++) before[i + 1] = before[i] + Math.exp(x[i] - x[top]);
  let after = 0;
  for (let i = size - 1; i >= 0; i--) {
    if (i !== top) out[i] = x[top] + Math.log(before[i] + after);
    after += Math.exp(x[i] - x[top]);
  }
  return out;
}

/**
 * W_h and the shift from the log factors (LANGUAGE section 5), for one posterior and any evidence in it. W_h is the log
 * Bayes factor of h against the mixture of the others, so that it has a meaning for a zero prior as well; it is 0 where
 * there are no others.
 */
export class InfluenceCalculator {
  private readonly size: number;
  private readonly logPrior: Float64Array;
  /** The most probable hypothesis. */
  private readonly top: number;
  /** By hypothesis: log of the joint of all others, and each one's own joint relative to the largest. */
  private readonly others: Float64Array;
  private readonly relative: Float64Array;
  /** By hypothesis: the largest joint relative to that of all others; and each one's joint relative to all but the largest. */
  private readonly topToOthers: Float64Array;
  private readonly shareOfOthers: Float64Array;
  private readonly grown: Float64Array;
  private readonly x: Float64Array;
  private readonly rest: Float64Array;
  private readonly terms: Float64Array;

  constructor(
    private readonly posterior: Posterior,
    likelihood: Likelihood,
    private readonly logLikelihoods: LogLikelihoods,
  ) {
    const { weights, logJoint } = posterior;
    this.size = weights.length;
    this.logPrior = Float64Array.from(likelihood.hypotheses, (h) => h.logPrior);
    this.top = 0;
    for (let h = 1; h < this.size; h++) if (weights[h] > weights[this.top]) this.top = h;
    this.others = logSumOthers(logJoint);
    this.relative = logJoint.map((log) => Math.exp(log - logJoint[this.top]));
    this.topToOthers = this.others.map((log) => Math.exp(logJoint[this.top] - log));
    this.shareOfOthers = logJoint.map((log) => Math.exp(log - this.others[this.top]));
    this.grown = new Float64Array(this.size);
    this.x = new Float64Array(this.size);
    this.rest = new Float64Array(this.size);
    this.terms = new Float64Array(this.size);
  }

  /**
   * Write W into `out` from `at` on, and give the shift. `gain`: log L_h(D) − log L_h(D∖e) of the finite parts; `impossible`: impossible
   * keys left without e; `forbids`: whether h finds e itself impossible. All NaN where the posterior is undefined.
   */
  move(
    gain: Float64Array,
    impossible: Int32Array,
    forbids: (h: number) => boolean,
    out: Float64Array,
    at: number,
  ): number {
    const { size, posterior, logLikelihoods, top, x, rest } = this;
    const { weights } = posterior;
    if (!posterior.defined) {
      out.fill(Number.NaN, at, at + size);
      return Number.NaN;
    }
    const reference = gain[top];
    // Everything below is relative to the most probable hypothesis' own gain: x_h = reference − gain_h.
    let small = true;
    let mean = 0;
    for (let h = 0; h < size; h++) {
      x[h] = reference - gain[h];
      rest[h] = impossible[h] > 0 ? Number.NEGATIVE_INFINITY : this.logPrior[h] + logLikelihoods.finite[h] + x[h];
      const alive = logLikelihoods.impossible[h] === 0;
      if (
        alive !== impossible[h] <= 0 ||
        (alive && this.logPrior[h] > Number.NEGATIVE_INFINITY && !(Math.abs(x[h]) < 0.5))
      )
        small = false;
      if (weights[h] > 0) mean += weights[h] * x[h];
    }
    let shift: number;
    if (small) {
      let sum = 0;
      for (let h = 0; h < size; h++) if (weights[h] > 0) sum += weights[h] * expm1MinusX(x[h] - mean);
      shift = Math.log1p(sum);
      this.othersMoved(out, at);
    } else {
      shift = Math.max(0, logSumExp(rest) - posterior.logMarginal - mean);
      const then = logSumOthers(rest);
      for (let h = 0; h < size; h++) {
        if (this.others[h] > Number.NEGATIVE_INFINITY) out[at + h] = then[h] - this.others[h];
        else out[at + h] = then[h] > Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : Number.NaN;
      }
    }
    for (let h = 0; h < size; h++) {
      const dead = logLikelihoods.impossible[h] > 0;
      let own = gain[h] - reference;
      if (dead && (impossible[h] === 0 || forbids(h))) own = Number.NEGATIVE_INFINITY;
      // Against no others, before and after, there is nothing to be weighed.
      if (Number.isNaN(out[at + h])) out[at + h] = dead ? own : 0;
      else out[at + h] += own;
    }
    return shift;
  }

  /** The posterior without the evidence that was moved last; NaN where undefined. */
  without(): Float64Array {
    const out = new Float64Array(this.size);
    if (this.posterior.defined) normaliseLogs(this.rest, out);
    else out.fill(Number.NaN);
    return out;
  }

  /** For every h: log of the mean of e^x over the others, by their joint weights, for small x; NaN where there are none. */
  private othersMoved(out: Float64Array, at: number): void {
    const { size, top, x, others, relative, terms, grown, topToOthers, shareOfOthers } = this;
    let before = 0;
    for (let h = 0; h < size; h++) {
      grown[h] = Math.expm1(x[h]);
      terms[h] = relative[h] > 0 ? relative[h] * grown[h] : 0;
      out[at + h] = before;
      before += terms[h];
    }
    let after = 0;
    for (let h = size - 1; h >= 0; h--) {
      if (others[h] === Number.NEGATIVE_INFINITY) out[at + h] = Number.NaN;
      else if (h !== top) out[at + h] = Math.log1p((out[at + h] + after) * topToOthers[h]);
      after += terms[h];
    }
    if (others[top] === Number.NEGATIVE_INFINITY) return;
    let sum = 0;
    for (let h = 0; h < size; h++) {
      if (h === top) continue;
      // The others alone may be far below the largest: relative to their own sum.
      const share = shareOfOthers[h];
      if (share > 0) sum += share * grown[h];
    }
    out[at + top] = Math.log1p(sum);
  }
}

/** Gains, and depths of logs, up to which plain weights keep the digits of their divergence, nats. */
const PLAIN_GAIN = 500;

/** KL(to ‖ from) in nats, where to ∝ from·e^gain; NaN where one of the two is undefined. */
export function tiltedDivergence(from: Posterior, to: Posterior, gain: Float64Array): number {
  if (!from.defined || !to.defined) return Number.NaN;
  const plain = gain.every(
    (g, h) => from.logWeights[h] === Number.NEGATIVE_INFINITY || (Math.abs(g) < PLAIN_GAIN && from.weights[h] > 1e-200),
  );
  if (plain) return plainDivergence(from.weights, gain);
  let sum = 0;
  for (let h = 0; h < gain.length; h++)
    if (to.weights[h] > 0) sum += to.weights[h] * (to.logWeights[h] - from.logWeights[h]);
  return Math.max(0, sum);
}

/** KL(w' ‖ w) where w' ∝ w·e^gain; Infinity never: a hypothesis without weight stays without. */
function plainDivergence(weights: Float64Array, gain: Float64Array): number {
  const logs = Float64Array.from(weights, (w, h) => (w > 0 ? Math.log(w) + gain[h] : Number.NEGATIVE_INFINITY));
  const tilted = new Float64Array(weights.length);
  const total = normaliseLogs(logs, tilted);
  if (!Number.isFinite(total)) return Number.NaN;
  let mean = 0;
  for (let h = 0; h < weights.length; h++) if (tilted[h] > 0) mean += tilted[h] * gain[h];
  // KL = mean − log Σ w·e^gain; the same seen from w', where the reverse gains are centred and small ones keep digits.
  let sum = 0;
  let largest = 0;
  for (let h = 0; h < weights.length; h++) {
    if (tilted[h] === 0) continue;
    largest = Math.max(largest, Math.abs(gain[h] - mean));
    sum += tilted[h] * expm1MinusX(mean - gain[h]);
  }
  return largest < 0.5 ? Math.log1p(sum) : Math.max(0, mean - total);
}
