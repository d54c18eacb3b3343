/** Quantiles of Beta distributions: where the regularised incomplete beta function reaches a probability. */
import betainc from '@stdlib/math-base-special-betainc';
import { logistic } from './quadrature';

/** Beyond this many logits a double's κ, or 1−κ, is 0. */
const FARTHEST = 745;

/**
 * The q-quantile of Beta(a, b), a and b positive. Halved on the line of logits, so that a quantile of 10^-200 is found as
 * well as one of a half; to about 10^-13 of a logit.
 */
export function betaQuantile(q: number, a: number, b: number): number {
  let low = -FARTHEST;
  let high = FARTHEST;
  while (high - low > 1e-13 * Math.max(1, Math.abs(low + high))) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (below(middle, a, b) < q) low = middle;
    else high = middle;
  }
  return logistic((low + high) / 2);
}

/** P(logit κ < t), from the end of the line on which κ keeps its digits. */
function below(t: number, a: number, b: number): number {
  return t < 0 ? betainc(logistic(t), a, b) : 1 - betainc(logistic(-t), b, a);
}
