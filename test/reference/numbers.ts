/**
 * The reference's own arithmetic: logarithms, ratios of gamma functions, and quadrature over capabilities.
 *
 * Slow and plain on purpose, and written without looking at the product's. Logs are natural.
 */

export function logSumExp(logs: readonly number[]): number {
  const top = Math.max(...logs);
  if (top === -Infinity || top === Infinity) return top;
  return top + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - top), 0));
}

/** log of p^n for p = exp(logP): nothing happened n = 0 times, whatever p. */
export function logPower(logP: number, n: number): number {
  if (logP === -Infinity && n < 0) throw new Unsupported('a negative count of what is impossible');
  return n === 0 ? 0 : n * logP;
}

/** KL(p‖q) = Σ p log(p/q) for distributions given as probabilities; 0·log(0/q) = 0. */
export function divergence(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, value, i) => sum + divergenceTerm(value, q[i]!), 0);
}

/** p·log(p/q) − p + q: its sum is the divergence, each is ≥ 0, and where p is near q nothing cancels. */
export function divergenceTerm(p: number, q: number): number {
  if (p === 0) return q;
  if (q === 0) return Infinity;
  const r = (p - q) / q;
  if (Math.abs(r) > 0.01) return p * Math.log(p / q) - p + q;
  // (1+r)·log(1+r) − r = Σ (−r)^k / (k(k−1)) from k = 2.
  let sum = 0;
  for (let k = 12; k >= 2; k--) sum += (-r) ** k / (k * (k - 1));
  return q * sum;
}

/**
 * log Γ(x+n)/Γ(x) for real n with x > 0, x+n > 0, without the cancellation of two log-gammas: both arguments are raised
 * above 30 by Γ(x+1) = xΓ(x), then Stirling's series is subtracted from itself term by term.
 */
export function logRising(x: number, n: number): number {
  if (n === 0) return 0;
  let low = x;
  let correction = 0;
  while (Math.min(low, low + n) < 30) {
    correction += Math.log(low) - Math.log(low + n);
    low += 1;
  }
  const high = low + n;
  // (high−½)·log high − high − (low−½)·log low + low, written with log1p.
  const main = (high - 0.5) * Math.log1p(n / low) + n * Math.log(low) - n;
  return correction + main + stirlingTail(high) - stirlingTail(low);
}

/** log Γ(x) − [(x−½)·log x − x + ½·log 2π] for x ≥ 30: Bernoulli numbers over 2k(2k−1)x^(2k−1). */
function stirlingTail(x: number): number {
  const y = 1 / (x * x);
  return (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y * (1 / 1188 - (y * 691) / 360360))))) / x;
}

/** log B(α+n) − log B(α) for the multivariate beta function; a cell with α = 0 is impossible: 0 if never seen, −∞ if seen. */
export function logDirichletRatio(alpha: readonly number[], counts: readonly number[]): number {
  let sum = 0;
  let total = 0;
  let seen = 0;
  for (let i = 0; i < alpha.length; i++) {
    const n = counts[i]!;
    if (alpha[i] === 0) {
      if (n > 0) return -Infinity;
      if (n < 0) throw new Unsupported('negative count of an impossible response');
      continue;
    }
    if (alpha[i]! + n <= 0) throw new Unsupported('a Dirichlet parameter at or below 0');
    sum += logRising(alpha[i]!, n);
    total += alpha[i]!;
    seen += n;
  }
  return total === 0 ? sum : sum - logRising(total, seen);
}

/** What the language does not define, or this evaluator does not know how to integrate. */
export class Unsupported extends Error {}

/** What the language itself calls not computable. */
export class NotComputable extends Error {}

/** A number x in (0,1) held by its logs, so that neither x nor 1−x underflows. */
export interface UnitPoint {
  readonly log: number;
  readonly logRest: number;
  readonly value: number;
}

export function unitPoint(value: number): UnitPoint {
  return { value, log: Math.log(value), logRest: Math.log1p(-value) };
}

function fromLogit(t: number): UnitPoint {
  // log κ = −log(1+e^−t), log(1−κ) = −log(1+e^t), each without overflow.
  const softplus = (x: number) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
  const log = -softplus(-t);
  return { log, logRest: -softplus(t), value: Math.exp(log) };
}

export interface WeightedPoint extends UnitPoint {
  /** log of the prior probability that this node stands for. */
  readonly logWeight: number;
}

/**
 * Nodes for integrals against Beta(a, b) on (0,1): the trapezoidal rule in s, where logit κ = centre + width·sinh(s). In s
 * the integrand falls off doubly exponentially at both ends, also for the spikes of a < 1, and the rule converges
 * exponentially in 1/step. `centre` and `width` say where the likelihood will be sharp. Weights are normalised to sum to 1.
 */
export function betaNodes(a: number, b: number, centre: number, width: number, step: number): WeightedPoint[] {
  if (!(a > 0 && b > 0)) throw new Unsupported('a Beta parameter at or below 0');
  const nodes: (UnitPoint & { logWeight: number })[] = [];
  for (let i = Math.ceil(-16 / step); i <= 16 / step; i++) {
    const s = i * step;
    const point = fromLogit(centre + width * Math.sinh(s));
    // Beta density in κ times dκ/dt = κ(1−κ) times dt/ds = width·cosh(s).
    nodes.push({ ...point, logWeight: a * point.log + b * point.logRest + Math.log(width * Math.cosh(s)) });
  }
  const top = Math.max(...nodes.map((node) => node.logWeight));
  const retained = nodes.filter((node) => node.logWeight > top - 745);
  const total = logSumExp(retained.map((node) => node.logWeight));
  return retained.map((node) => ({ ...node, logWeight: node.logWeight - total }));
}

/** Where Beta(a, b) has its logit's mean and spread, roughly: good places to put nodes. */
export function betaPlace(a: number, b: number): { centre: number; width: number } {
  const low = Math.max(a, 0.05);
  const high = Math.max(b, 0.05);
  return { centre: Math.log(low / high), width: Math.min(1, Math.sqrt(1 / low + 1 / high)) };
}

/** The place of the highest value of f over logits in ±60 and its curvature there, by looking everywhere. */
export function findPlace(logf: (point: UnitPoint) => number): { centre: number; width: number } {
  let best = -Infinity;
  let centre = 0;
  for (let t = -60; t <= 60; t += 0.02) {
    const value = logf(fromLogit(t));
    if (value > best) {
      best = value;
      centre = t;
    }
  }
  const h = 0.02;
  const bend = (logf(fromLogit(centre + h)) + logf(fromLogit(centre - h)) - 2 * best) / (h * h);
  return { centre, width: bend < -1 ? 1 / Math.sqrt(-bend) : 1 };
}
