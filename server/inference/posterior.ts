/** The posterior over hypotheses: w_h ∝ π_h·L_h, the log marginal, and how one set of evidence moved it. */
import type { Likelihood } from './likelihood';
import { expm1MinusX, logSumExp, normaliseLogs } from './logarithms';
import type { Weighing } from './weighing';

export interface Posterior {
  /** log Σ π_h·L_h; -Infinity where every hypothesis with a prior is impossible. */
  readonly logMarginal: number;
  readonly defined: boolean;
  /** All NaN where undefined. */
  readonly weights: Float64Array;
  /** log π_h + log L_h. */
  readonly logJoint: Float64Array;
}

export function posteriorOf(likelihood: Likelihood, weighing: Weighing): Posterior {
  const logJoint = Float64Array.from(likelihood.hypotheses, (h, i) => Math.log(h.prior) + weighing.logLikelihood[i]);
  const weights = new Float64Array(logJoint.length);
  // An integral that could not be done makes all of it unknown, never just smaller.
  if (logJoint.some(Number.isNaN))
    return { logMarginal: Number.NaN, defined: false, weights: weights.fill(Number.NaN), logJoint };
  const logMarginal = normaliseLogs(logJoint, weights);
  return { logMarginal, defined: Number.isFinite(logMarginal), weights, logJoint };
}

export interface Move {
  /** By hypothesis: log odds with the evidence less log odds without it. */
  readonly weight: Float64Array;
  /** KL(with ‖ without). */
  readonly shift: number;
  /** By hypothesis: the posterior without the evidence; NaN where undefined. */
  readonly without: Float64Array;
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
 * W_h and the shift from the log factors (LANGUAGE section 5). `gain`: log L_h(D) − log L_h(D∖e) of the finite parts;
 * `impossible`: impossible keys left without e; `forbids`: whether h finds e itself impossible. W_h is the log Bayes
 * factor of h against the mixture of the others, so that it has a meaning for a zero prior as well; it is 0 where there
 * are no others.
 */
export function moveOf(
  posterior: Posterior,
  likelihood: Likelihood,
  weighing: Weighing,
  gain: Float64Array,
  impossible: Int32Array,
  forbids: (h: number) => boolean,
): Move {
  const size = gain.length;
  const { weights, logJoint } = posterior;
  const weight = new Float64Array(size);
  const without = new Float64Array(size);
  if (!posterior.defined) {
    weight.fill(Number.NaN);
    without.fill(Number.NaN);
    return { weight, shift: Number.NaN, without };
  }
  let top = 0;
  for (let h = 1; h < size; h++) if (weights[h] > weights[top]) top = h;
  const reference = gain[top];
  // Everything below is relative to the most probable hypothesis' own gain: x_h = reference − gain_h.
  const x = Float64Array.from(gain, (g) => reference - g);
  const rest = new Float64Array(size);
  let small = true;
  for (let h = 0; h < size; h++) {
    const logPrior = Math.log(likelihood.hypotheses[h].prior);
    rest[h] = impossible[h] > 0 ? Number.NEGATIVE_INFINITY : logPrior + weighing.finite[h] + x[h];
    const alive = weighing.impossible[h] === 0;
    if (alive !== impossible[h] <= 0 || (alive && logPrior > Number.NEGATIVE_INFINITY && !(Math.abs(x[h]) < 0.5)))
      small = false;
  }
  const total = normaliseLogs(rest, without);
  let mean = 0;
  for (let h = 0; h < size; h++) if (weights[h] > 0) mean += weights[h] * x[h];
  let shift: number;
  if (small) {
    let sum = 0;
    for (let h = 0; h < size; h++) if (weights[h] > 0) sum += weights[h] * expm1MinusX(x[h] - mean);
    shift = Math.log1p(sum);
  } else shift = Math.max(0, total - posterior.logMarginal - mean);

  const now = logSumOthers(logJoint);
  const then = small ? undefined : logSumOthers(rest);
  const sums = small ? othersRelative(logJoint, x, now) : undefined;
  for (let h = 0; h < size; h++) {
    const dead = weighing.impossible[h] > 0;
    let own = gain[h] - reference;
    if (dead && (impossible[h] === 0 || forbids(h))) own = Number.NEGATIVE_INFINITY;
    let others = 0;
    if (now[h] > Number.NEGATIVE_INFINITY) others = sums ? sums[h] : (then as Float64Array)[h] - now[h];
    else if (then && then[h] > Number.NEGATIVE_INFINITY) others = Number.POSITIVE_INFINITY;
    else own = dead ? own : 0;
    weight[h] = own + others;
  }
  return { weight, shift, without };
}

/** For every h: log of the mean of e^x over the others, by their joint weights, for small x. */
function othersRelative(logJoint: Float64Array, x: Float64Array, others: Float64Array): Float64Array {
  const size = x.length;
  const out = new Float64Array(size);
  let top = 0;
  for (let i = 1; i < size; i++) if (logJoint[i] > logJoint[top]) top = i;
  const term = (i: number, scale: number) => {
    const w = Math.exp(logJoint[i] - scale);
    return w > 0 ? w * Math.expm1(x[i]) : 0;
  };
  const before = new Float64Array(size + 1);
  for (let i = 0; i < size; i++) before[i + 1] = before[i] + term(i, logJoint[top]);
  let after = 0;
  for (let i = size - 1; i >= 0; i--) {
    if (i !== top) out[i] = Math.log1p((before[i] + after) * Math.exp(logJoint[top] - others[i]));
    after += term(i, logJoint[top]);
  }
  if (others[top] > Number.NEGATIVE_INFINITY) {
    let sum = 0;
    for (let i = 0; i < size; i++) if (i !== top) sum += term(i, others[top]);
    out[top] = Math.log1p(sum);
  }
  return out;
}

/** KL(w' ‖ w) where w' ∝ w·e^gain; Infinity never: a hypothesis without weight stays without. */
export function tiltedDivergence(weights: Float64Array, gain: Float64Array): number {
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
