/** Quantiles of Student's t distribution. */
import betaincinv from '@stdlib/math-base-special-betaincinv';

/**
 * The t with P(T < t) = p for p in (½, 1), with `freedom` degrees of freedom (1 or more):
 * P(|T| > t) = I_x(ν/2, ½) at x = ν/(ν+t²) (Abramowitz & Stegun 26.7.1).
 */
export function studentQuantile(p: number, freedom: number): number {
  const x = betaincinv(2 * (1 - p), freedom / 2, 0.5);
  return Math.sqrt((freedom * (1 - x)) / x);
}
