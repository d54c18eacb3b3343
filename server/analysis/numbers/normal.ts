/** The standard normal distribution, with its digits in both tails. */
import erfc from '@stdlib/math-base-special-erfc';
import erfcinv from '@stdlib/math-base-special-erfcinv';

const LOG_ROOT_TWO_PI = Math.log(2 * Math.PI) / 2;

/** P(V < v). */
export const normalBelow = (v: number): number => erfc(-v / Math.SQRT2) / 2;

/** The v with P(V < v) = p, for p in [0, 1]; infinite at the ends. */
export const normalQuantile = (p: number): number => -Math.SQRT2 * erfcinv(2 * p);

export const normalLogDensity = (v: number): number => -(v * v) / 2 - LOG_ROOT_TWO_PI;
