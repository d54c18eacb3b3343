/**
 * How well an account predicts what was held out. Must not know networks or how predictions are made.
 *
 * Skill = 1 − ΣKL(account ‖ network)/ΣKL(unmoved ‖ network) over untrained situations: 1 is exact, 0 is as good as saying
 * that nothing moves. Sums are taken within a world before the ratio: the unit is a world.
 */

/** The mean over worlds with its 95% interval by Student's t; null intervals below two worlds. */
export interface OverWorlds {
  readonly mean: number;
  readonly standardError: number | null;
  readonly interval95: readonly [number, number] | null;
  readonly worlds: number;
}

export function overWorlds(values: readonly number[]): OverWorlds {
  const n = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / Math.max(1, n);
  if (n < 2) return { mean, standardError: null, interval95: null, worlds: n };
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1);
  const standardError = Math.sqrt(variance / n);
  const half = studentQuantile(0.975, n - 1) * standardError;
  return { mean, standardError, interval95: [mean - half, mean + half], worlds: n };
}

/** One world's skill from summed divergences; null where nothing moved that could be predicted. */
export function skill(account: number, unmoved: number): number | null {
  return unmoved > 0 && Number.isFinite(account) ? 1 - account / unmoved : null;
}

/**
 * Quantile of Student's t by bisection on the distribution function, which is a sum of elementary terms for integer degrees
 * of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4).
 */
export function studentQuantile(p: number, degrees: number): number {
  let [low, high] = [-1e4, 1e4];
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (studentDistribution(middle, degrees) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function studentDistribution(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cosine = Math.cos(angle);
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  const inside = odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  return (1 + inside) / 2;
}

/**
 * Least two-sided mid-p over the responses of one situation, times their number (LANGUAGE section 8). `overdispersion` is
 * the intraclass correlation of answers in one run: 0 is binomial, else beta-binomial with φ = (1−ρ)/ρ.
 */
export function midP(counts: ArrayLike<number>, probabilities: ArrayLike<number>, overdispersion = 0): number {
  const m = counts.length;
  const n = Array.from(counts).reduce((sum, c) => sum + c, 0);
  let least = 1;
  for (let y = 0; y < m; y++)
    least = Math.min(least, oneMidP(counts[y] ?? 0, n, probabilities[y] ?? 0, overdispersion));
  return Math.min(1, (m > 2 ? m : 1) * least);
}

/** 2·min(P(N<seen), P(N>seen)) + P(N=seen). */
function oneMidP(seen: number, n: number, p: number, overdispersion: number): number {
  if (Number.isNaN(p)) return Number.NaN;
  const masses = countMasses(n, p, overdispersion);
  let below = 0;
  let above = 0;
  masses.forEach((mass, k) => {
    if (k < seen) below += mass;
    else if (k > seen) above += mass;
  });
  return Math.min(1, 2 * Math.min(below, above) + (masses[seen] ?? 0));
}

/** P(N = k) for k = 0 … n, from the ratios of neighbours, normalised. */
export function countMasses(n: number, p: number, overdispersion: number): Float64Array {
  const logs = new Float64Array(n + 1);
  if (p <= 0 || p >= 1) {
    const only = new Float64Array(n + 1);
    only[p <= 0 ? 0 : n] = 1;
    return only;
  }
  const scale = overdispersion > 0 ? (1 - overdispersion) / overdispersion : Number.POSITIVE_INFINITY;
  for (let k = 0; k < n; k++) {
    const ratio = scale === Number.POSITIVE_INFINITY ? p / (1 - p) : (scale * p + k) / (scale * (1 - p) + n - k - 1);
    logs[k + 1] = (logs[k] ?? 0) + Math.log((n - k) / (k + 1)) + Math.log(ratio);
  }
  const top = Math.max(...logs);
  const masses = logs.map((log) => Math.exp(log - top));
  const sum = masses.reduce((total, mass) => total + mass, 0);
  return masses.map((mass) => mass / sum);
}
