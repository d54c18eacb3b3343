/**
 * Logarithms and exponentials where plain formulas lose their digits: differences of nearly equal numbers, sums of
 * numbers far apart, and divergences near zero. Nats throughout.
 */

/** log Σ exp(x_i). -Infinity for nothing or for nothing but -Infinity; never NaN for input without NaN. */
export function logSumExp(values: ArrayLike<number>, from = 0, to = values.length): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) if (values[i] > top) top = values[i];
  if (!Number.isFinite(top)) return top;
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.exp(values[i] - top);
  return top + Math.log(sum);
}

/** Weights exp(x_i) / Σ exp(x_j) into `out`; all NaN where every x is -Infinity. Returns log Σ exp(x). */
export function normaliseLogs(values: ArrayLike<number>, out: Float64Array): number {
  const total = logSumExp(values);
  if (!Number.isFinite(total)) {
    out.fill(Number.NaN);
    return total;
  }
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < out.length; i++) if (values[i] > top) top = values[i];
  let sum = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.exp(values[i] - top);
    sum += out[i];
  }
  for (let i = 0; i < out.length; i++) out[i] /= sum;
  return total;
}

/** Probabilities from here up have all their digits; below, a double loses them, and then the probability itself. */
const LEAST_PLAIN = 1e-290;

/** log p, where p is e^log and may have lost its digits: `log` is asked only then. */
export function logOf(p: number, log: () => number): number {
  return p >= LEAST_PLAIN ? Math.log(p) : log();
}

/** Normalised logs beside normalised weights: log w where w has its digits, else x − log Σ e^x. -Infinity where x is. */
export function normalisedLogs(values: ArrayLike<number>, weights: Float64Array, total: number): Float64Array {
  return weights.map((w, i) => (w >= LEAST_PLAIN ? Math.log(w) : Number.isNaN(w) ? w : (values[i] as number) - total));
}

/** e^x − 1 − x without cancellation near 0. */
export function expm1MinusX(x: number): number {
  if (Math.abs(x) > 0.5) return Math.expm1(x) - x;
  let term = (x * x) / 2;
  let sum = term;
  for (let k = 3; k < 24 && Math.abs(term) > Math.abs(sum) * 1e-18; k++) {
    term *= x / k;
    sum += term;
  }
  return sum;
}

/** t − log(1+t) without cancellation near 0; the Bregman divergence of −log. */
export function xMinusLog1p(t: number): number {
  if (Math.abs(t) > 0.1) return t - Math.log1p(t);
  let power = t * t;
  let sum = power / 2;
  for (let k = 3; k < 24; k++) {
    power *= -t;
    sum += power / k;
  }
  return sum;
}

/** (1+t)·log(1+t) − t without cancellation near 0, 1 at t = −1; the Bregman divergence of x·log x − x at 1. */
export function entropyGap(t: number): number {
  if (t <= -1) return 1;
  if (Math.abs(t) > 0.1) return (1 + t) * Math.log1p(t) - t;
  let power = t * t;
  let sum = power / 2;
  for (let k = 3; k < 24; k++) {
    power *= -t;
    sum += power / (k * (k - 1));
  }
  return sum;
}

/** e^d·d − (e^d − 1): what a cell with p/q = e^d adds to KL(p‖q), per unit of q. Never negative. */
export function tiltGap(d: number): number {
  if (d === Number.NEGATIVE_INFINITY) return 1;
  if (Math.abs(d) > 0.5) return Math.exp(d) * d - Math.expm1(d);
  let power = (d * d) / 2;
  let sum = power;
  // Σ_{k≥2} (k−1)·d^k/k!
  for (let k = 3; k < 24; k++) {
    power *= d / k;
    sum += (k - 1) * power;
  }
  return sum;
}

/**
 * KL(p‖q) = Σ p·log(p/q) in nats, summed as p·log(p/q) − p + q so that every term is non-negative and near-equal
 * distributions keep their digits. Infinity where q lacks what p has. Both must sum to the same.
 */
export function divergence(p: ArrayLike<number>, q: ArrayLike<number>, from = 0, to = p.length): number {
  let sum = 0;
  for (let i = from; i < to; i++) {
    if (q[i] <= 0) {
      if (p[i] > 0) return Number.POSITIVE_INFINITY;
      continue;
    }
    sum += q[i] * entropyGap((p[i] - q[i]) / q[i]);
  }
  return sum;
}

/** log(p/(p+q)), exact also where p or q is tiny; log ½ where both are 0 (neither answer can be given). */
export function logShare(p: number, q: number): number {
  if (p === 0) return q === 0 ? -Math.LN2 : Number.NEGATIVE_INFINITY;
  const odds = q / p;
  return odds < 1e290 ? -Math.log1p(odds) : Math.log(p) - Math.log(q);
}
