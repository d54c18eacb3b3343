/**
 * Maxima of a density whose values are expensive: many deterministic starts, the best of them followed uphill by a
 * quasi-Newton method (BFGS, Nocedal & Wright, Numerical Optimization, chapter 6) with central differences, inside a box.
 */
import type { Stepwise } from '../../inference/stepwise';
import { entry } from '../numbers/entry';
import { cell, cholesky, inverseOf, type Matrix, matrix } from '../numbers/matrix';

/** A function to be maximised; -Infinity where it is not defined. */
export type Objective = (x: Float64Array) => Stepwise<number>;

export interface Maximum {
  readonly x: Float64Array;
  readonly value: number;
}

export interface Box {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

const MOST_STEPS = 60;
const MOST_HALVINGS = 30;

/** Step of a central difference for a coordinate of order 1: the cube root of rounding. */
const STEP = 6e-6;

export function* maximumFrom(
  objective: Objective,
  start: ArrayLike<number>,
  box: Box,
  unit: Float64Array,
): Stepwise<Maximum> {
  const size = start.length;
  const clip = (x: number, i: number) => Math.min(entry(box.high, i), Math.max(entry(box.low, i), x));
  let x = Float64Array.from(start, clip);
  let value = yield* objective(x);
  if (value === Number.NEGATIVE_INFINITY) return { x, value };
  let gradient = yield* slope(objective, x, value, box, unit);
  let inverse = matrix(size, (i, j) => (i === j ? entry(unit, i) ** 2 : 0));
  let fresh = true;
  for (let step = 0; step < MOST_STEPS; step++) {
    // Against an end of the box, with the slope pointing out of it, a coordinate stands still.
    const bound = Array.from(
      x,
      (xi, i) =>
        (xi <= entry(box.low, i) && entry(gradient, i) <= 0) || (xi >= entry(box.high, i) && entry(gradient, i) >= 0),
    );
    const direction = new Float64Array(size);
    let gain = 0;
    let length = 0;
    for (let i = 0; i < size; i++) {
      if (bound[i]) continue;
      for (let j = 0; j < size; j++)
        if (!bound[j]) direction[i] = entry(direction, i) + cell(inverse, i, j) * entry(gradient, j);
      gain += entry(direction, i) * entry(gradient, i);
      length = Math.max(length, Math.abs(entry(direction, i)) / entry(unit, i));
    }
    if (!(gain > 1e-12)) {
      if (fresh || !(gain <= 0)) break;
      inverse = matrix(size, (i, j) => (i === j ? entry(unit, i) ** 2 : 0));
      fresh = true;
      continue;
    }
    // No step is longer than two units of the space.
    let scale = Math.min(1, 2 / length);
    let next = x;
    let found = Number.NEGATIVE_INFINITY;
    for (let halving = 0; halving < MOST_HALVINGS; halving++, scale /= 2) {
      next = x.map((xi, i) => clip(xi + scale * entry(direction, i), i));
      found = yield* objective(next);
      if (found >= value + 1e-4 * scale * gain) break;
    }
    if (!(found > value)) {
      if (fresh) break;
      inverse = matrix(size, (i, j) => (i === j ? entry(unit, i) ** 2 : 0));
      fresh = true;
      continue;
    }
    const nextGradient = yield* slope(objective, next, found, box, unit);
    inverse = updated(inverse, next, x, nextGradient, gradient);
    fresh = false;
    const small = found - value < 1e-10 * (1 + Math.abs(found));
    x = next;
    value = found;
    gradient = nextGradient;
    if (small) break;
  }
  return { x, value };
}

/** The gradient by central differences; one-sided at an end of the box or of where the objective is defined. */
function* slope(
  objective: Objective,
  x: Float64Array,
  value: number,
  box: Box,
  unit: Float64Array,
): Stepwise<Float64Array> {
  const out = new Float64Array(x.length);
  for (const [i, xi] of x.entries()) {
    const h = STEP * entry(unit, i);
    const up = Math.min(entry(box.high, i), xi + h);
    const down = Math.max(entry(box.low, i), xi - h);
    const at = (to: number) => objective(x.map((other, j) => (j === i ? to : other)));
    const above = up > xi ? yield* at(up) : value;
    const below = down < xi ? yield* at(down) : value;
    const finiteAbove = Number.isFinite(above) ? above : value;
    const finiteBelow = Number.isFinite(below) ? below : value;
    const width = (Number.isFinite(above) ? up : xi) - (Number.isFinite(below) ? down : xi);
    out[i] = width > 0 ? (finiteAbove - finiteBelow) / width : 0;
  }
  return out;
}

/** BFGS update of the inverse Hessian of the negated objective. */
function updated(inverse: Matrix, x1: Float64Array, x0: Float64Array, g1: Float64Array, g0: Float64Array): Matrix {
  const { size } = inverse;
  const s = x1.map((x, i) => x - entry(x0, i));
  const y = g1.map((g, i) => entry(g0, i) - g);
  let sy = 0;
  for (let i = 0; i < size; i++) sy += entry(s, i) * entry(y, i);
  if (!(sy > 1e-14)) return inverse;
  const hy = y.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += cell(inverse, i, j) * entry(y, j);
    return sum;
  });
  let yhy = 0;
  for (let i = 0; i < size; i++) yhy += entry(y, i) * entry(hy, i);
  return matrix(
    size,
    (i, j) =>
      cell(inverse, i, j) +
      ((1 + yhy / sy) * entry(s, i) * entry(s, j) - entry(hy, i) * entry(s, j) - entry(s, i) * entry(hy, j)) / sy,
  );
}

const CURVATURE_STEP = 2e-3;

/**
 * Covariance of a normal approximation at a maximum, and its factor: the inverse of the negated second derivatives,
 * whose eigenvalues are kept between `floor` and 1 (in quantile space no posterior is much wider than its prior).
 */
export function* curvatureAt(objective: Objective, top: Maximum): Stepwise<Matrix> {
  const size = top.x.length;
  const at = (i: number, a: number, j: number, b: number) =>
    objective(top.x.map((x, k) => x + (k === i ? a : 0) + (k === j ? b : 0)));
  // Each coordinate's own step is where the density falls by about a tenth, found by doubling or halving.
  const steps = new Float64Array(size);
  const diagonal = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let h = CURVATURE_STEP;
    let second = 0;
    for (let trial = 0; trial < 40; trial++) {
      const up = yield* at(i, h, i, 0);
      const down = yield* at(i, -h, i, 0);
      const fall = 2 * top.value - up - down;
      if (!Number.isFinite(fall) || fall > 0.5) {
        if (trial > 0 && Number.isFinite(fall) && fall < 4) {
          second = fall / (h * h);
          break;
        }
        h /= 4;
        continue;
      }
      second = fall / (h * h);
      if (fall > 0.02 || h > 1) break;
      h *= 2;
    }
    steps[i] = h;
    diagonal[i] = Math.max(second, 0.05);
  }
  const hessian = matrix(size, (i, j) => (i === j ? entry(diagonal, i) : 0));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const a = entry(steps, i);
      const b = entry(steps, j);
      const pp = yield* at(i, a, j, b);
      const mm = yield* at(i, -a, j, -b);
      const pm = yield* at(i, a, j, -b);
      const mp = yield* at(i, -a, j, b);
      const mixed = -(pp + mm - pm - mp) / (4 * a * b);
      const most = 0.999 * Math.sqrt(entry(diagonal, i) * entry(diagonal, j));
      const retained = Number.isFinite(mixed) ? Math.min(most, Math.max(-most, mixed)) : 0;
      hessian.values[i * size + j] = retained;
      hessian.values[j * size + i] = retained;
    }
  }
  // Pull towards the diagonal until it is positive definite.
  for (let share = 1; share > 1e-3; share *= 0.8) {
    const factor = cholesky(matrix(size, (i, j) => cell(hessian, i, j) * (i === j ? 1 : share)));
    if (factor) return inverseOf(factor);
  }
  return matrix(size, (i, j) => (i === j ? 1 / entry(diagonal, i) : 0));
}

/** Distinct maxima: those of higher value first; one within `apart` units of a better one is the same. */
export function distinctMaxima(found: readonly Maximum[], apart: number): readonly Maximum[] {
  const retained: Maximum[] = [];
  for (const one of [...found].sort((a, b) => b.value - a.value)) {
    if (one.value === Number.NEGATIVE_INFINITY) continue;
    const similar = retained.some((other) => one.x.every((x, i) => Math.abs(x - entry(other.x, i)) < apart));
    if (!similar) retained.push(one);
  }
  return retained;
}
