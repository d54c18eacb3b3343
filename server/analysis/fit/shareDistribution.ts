/**
 * The posterior predictive distribution of how many of N answers are one response: a mixture, over the posterior's
 * draws, of beta-binomials with mean p and intraclass correlation ρ (binomial where ρ = 0), by exact enumeration.
 */
import { betaLogRatio, logGamma } from '../../inference/numbers/gamma';
import { entry } from '../numbers/entry';

/** One draw's prediction of a response. */
export interface ShareComponent {
  readonly weight: number;
  readonly p: number;
  readonly correlation: number;
}

/** P(N = n) by n; sums to 1 up to rounding. */
export type CountDistribution = Float64Array;

/** Terms below this relative height add nothing. */
const NEGLIGIBLE = 1e-18;

export function countDistribution(total: number, components: readonly ShareComponent[]): CountDistribution {
  const out = new Float64Array(total + 1);
  for (const { weight, p, correlation } of components) if (weight > 0) addCounts(out, weight, p, correlation);
  return out;
}

/** Add weight × beta-binomial(n | N, φp, φ(1−p)), from its mode outwards by the ratio of neighbours. */
function addCounts(out: Float64Array, weight: number, p: number, correlation: number): void {
  const total = out.length - 1;
  if (p <= 0 || p >= 1 || total === 0) {
    const all = p >= 1 ? total : 0;
    out[all] = entry(out, all) + weight;
    return;
  }
  const spread = correlation > 0;
  const a = spread ? (p * (1 - correlation)) / correlation : p;
  const b = spread ? ((1 - p) * (1 - correlation)) / correlation : 1 - p;
  // P(n+1)/P(n)
  const ratio = (n: number): number =>
    spread ? ((total - n) * (a + n)) / ((n + 1) * (b + total - n - 1)) : ((total - n) * a) / ((n + 1) * b);
  for (const start of spread && a < 1 && b < 1 ? [0, total] : [startOf(total, p, a, b, spread)]) {
    const height = weight * Math.exp(logCount(total, start, a, b, spread));
    if (a < 1 && b < 1 && spread) {
      // Two modes, at the ends: each half from its own end, the middle from the lower one.
      const middle = Math.floor(total / 2);
      let value = height;
      if (start === 0) {
        for (let n = 0; n <= middle; n++) {
          out[n] = entry(out, n) + value;
          value *= ratio(n);
        }
      } else {
        for (let n = total; n > middle; n--) {
          out[n] = entry(out, n) + value;
          value /= ratio(n - 1);
        }
      }
      continue;
    }
    let value = height;
    for (let n = start; n <= total && value > height * NEGLIGIBLE; n++) {
      out[n] = entry(out, n) + value;
      value *= ratio(n);
    }
    value = start > 0 ? height / ratio(start - 1) : 0;
    for (let n = start - 1; n >= 0 && value > height * NEGLIGIBLE; n--) {
      out[n] = entry(out, n) + value;
      if (n > 0) value /= ratio(n - 1);
    }
  }
}

/** A place at or near the mode. */
function startOf(total: number, p: number, a: number, b: number, spread: boolean): number {
  if (spread && a < 1) return 0;
  if (spread && b < 1) return total;
  const mode = spread && a + b > 2 ? ((total + 1) * (a - 1)) / (a + b - 2) : (total + 1) * p;
  return Math.min(total, Math.max(0, Math.floor(mode)));
}

function logCount(total: number, n: number, a: number, b: number, spread: boolean): number {
  const choose = logGamma(total + 1) - logGamma(n + 1) - logGamma(total - n + 1);
  return choose + (spread ? betaLogRatio(a, b, n, total - n) : n * Math.log(a) + (total - n) * Math.log(b));
}

/** Central interval of the share n/N that holds at least that mass: the smallest n whose P(≤ n) reaches each end. */
export function shareInterval(distribution: CountDistribution, mass: number): readonly [number, number] {
  const total = distribution.length - 1;
  if (total === 0) return [Number.NaN, Number.NaN];
  const at = (q: number): number => {
    let below = 0;
    for (let n = 0; n < total; n++) {
      below += entry(distribution, n);
      // Rounding of the sum must not decide.
      if (below >= q - 1e-12) return n / total;
    }
    return 1;
  };
  return [at((1 - mass) / 2), at((1 + mass) / 2)];
}

/** Two-sided mid-p of n: 2·min(P(N < n), P(N > n)) + P(N = n). */
export function midP(distribution: CountDistribution, n: number): number {
  let below = 0;
  let above = 0;
  for (const [k, probability] of distribution.entries()) {
    if (k < n) below += probability;
    else if (k > n) above += probability;
  }
  return Math.min(1, 2 * Math.min(below, above) + entry(distribution, n));
}

export type Verdict = 'inside 50' | 'inside 90' | 'outside 90' | 'outside 99';

export function verdictOf(p: number): Verdict {
  if (p >= 0.5) return 'inside 50';
  if (p >= 0.1) return 'inside 90';
  return p >= 0.01 ? 'outside 90' : 'outside 99';
}
