/**
 * Ratios of gamma and beta functions for real arguments. Log-gamma itself is never subtracted from log-gamma: at a
 * concentration of 10^12, or for an increment of 10^-6, that would leave no digits.
 */
import { entropyGap, xMinusLog1p } from './logarithms';

/** Below this an argument is moved up by the recurrence Γ(x+1) = x·Γ(x) before Stirling's series is used. */
const STIRLING_FROM = 12;
/** B_{2j} / (2j(2j−1)) of Stirling's series (Abramowitz & Stegun 6.1.41); the next term is below 10^-17 from 12 on. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

/**
 * log Γ(a+n) − log Γ(a) − n·log a, for a > 0 and a + n > 0: by how much a rising factorial exceeds a plain power.
 * Exactly 0 for n = 0, and of order n²/a for large a.
 */
export function risingExcess(a: number, n: number): number {
  if (n === 0) return 0;
  const low = Math.min(a, a + n);
  const steps = low >= STIRLING_FROM ? 0 : Math.ceil(STIRLING_FROM - low);
  const base = a + steps;
  const t = n / base;
  const log = Math.log1p(t);
  let sum = base * entropyGap(t) - log / 2;
  let power = 1 / base;
  for (let j = 0; j < STIRLING.length; j++) {
    sum += STIRLING[j] * power * Math.expm1(-(2 * j + 1) * log);
    power /= base * base;
  }
  if (steps === 0) return sum;
  sum += n * Math.log1p(steps / a);
  for (let j = 0; j < steps; j++) sum -= Math.log1p(n / (a + j));
  return sum;
}

/**
 * log B(α+n) − log B(α) over the entries with α > 0: the Dirichlet-multinomial log likelihood of real counts n, without
 * the multinomial coefficient. Written as Σ n·log(α/A) + excesses, so that A → ∞ tends to the plain multinomial
 * digit by digit. Entries with α = 0 are skipped: what impossible counts mean is the caller's business.
 */
export function dirichletLogRatio(alpha: ArrayLike<number>, n: ArrayLike<number>, size = alpha.length): number {
  let total = 0;
  let counts = 0;
  for (let i = 0; i < size; i++) {
    if (alpha[i] <= 0) continue;
    total += alpha[i];
    counts += n[i];
  }
  let sum = 0;
  for (let i = 0; i < size; i++) {
    if (alpha[i] <= 0 || n[i] === 0) continue;
    sum += n[i] * Math.log(alpha[i] / total) + risingExcess(alpha[i], n[i]);
  }
  return sum === 0 && counts === 0 ? 0 : sum - risingExcess(total, counts);
}

/** log B(a+n, b+m) − log B(a, b). */
export function betaLogRatio(a: number, b: number, n: number, m: number): number {
  let sum = -risingExcess(a + b, n + m);
  if (n !== 0) sum += n * Math.log(a / (a + b)) + risingExcess(a, n);
  if (m !== 0) sum += m * Math.log(b / (a + b)) + risingExcess(b, m);
  return sum;
}

/** log Γ(x) for x > 0, for sums whose rounding does not matter; ratios have functions of their own. */
export function logGamma(x: number): number {
  let product = 1;
  let base = x;
  while (base < STIRLING_FROM) product *= base++;
  let sum = (base - 0.5) * Math.log(base) - base + Math.log(2 * Math.PI) / 2 - Math.log(product);
  let power = 1 / base;
  for (let j = 0; j < STIRLING.length; j++) {
    sum += STIRLING[j] * power;
    power /= base * base;
  }
  return sum;
}

/** log B(a, b) − a·log p − b·log(1−p) at p = a/(a+b): what is left of the log of a large Beta function beside its height. */
export function betaHeight(a: number, b: number): number {
  const s = a + b;
  let sum = (Math.log(2 * Math.PI) + Math.log(s) - Math.log(a) - Math.log(b)) / 2;
  for (let j = 0; j < STIRLING.length; j++) {
    const power = -(2 * j + 1);
    sum += STIRLING[j] * (a ** power + b ** power - s ** power);
  }
  return sum;
}

/** log Γ(x0) − log Γ(x1) − (x0−x1)·ψ(x1): the Bregman divergence of log-gamma, for positive arguments; never negative. */
export function gammaDivergence(x0: number, x1: number): number {
  if (x0 === x1) return 0;
  const low = Math.min(x0, x1);
  const steps = low >= STIRLING_FROM ? 0 : Math.ceil(STIRLING_FROM - low);
  let sum = 0;
  for (let j = 0; j < steps; j++) sum += xMinusLog1p((x0 - x1) / (x1 + j));
  const base = x1 + steps;
  const t = (x0 - x1) / base;
  sum += base * entropyGap(t) + xMinusLog1p(t) / 2;
  let power = 1 / base;
  for (let j = 0; j < STIRLING.length; j++) {
    sum += STIRLING[j] * power * powerGap(2 * j + 1, t);
    power /= base * base;
  }
  return sum;
}

/** (1+t)^−p − 1 + p·t. */
function powerGap(p: number, t: number): number {
  if (Math.abs(t) > 0.01) return Math.expm1(-p * Math.log1p(t)) + p * t;
  let term = (p * (p + 1) * t * t) / 2;
  let sum = term;
  for (let k = 3; k < 16; k++) {
    term *= (-(p + k - 1) * t) / k;
    sum += term;
  }
  return sum;
}

/** KL(Beta(a1, b1) ‖ Beta(a0, b0)) in nats. */
export function betaDivergence(a1: number, b1: number, a0: number, b0: number): number {
  const sum = gammaDivergence(a0, a1) + gammaDivergence(b0, b1) - gammaDivergence(a0 + b0, a1 + b1);
  return Math.max(0, sum);
}
