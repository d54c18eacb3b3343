/**
 * Integrals over one latent probability κ, on the line t = log κ/(1−κ). There a Beta prior is smooth with exponential
 * tails, every factor log(u(1−κ) + vκ) is analytic in the strip |Im t| < π, and the trapezoid rule converges
 * geometrically: its error is squared with every halving of the step (Trefethen & Weideman, SIAM Review 56, 2014).
 * Two steps that agree to 2·10^-7 therefore mean an error of the order of 10^-13. The line is stretched by a hyperbolic sine around the
 * top, hardly where the integrand bends and exponentially beyond, so that the tail of a Beta(0.01, ·), thousands of
 * units long, costs a few hundred nodes.
 */

import type { Stepwise } from '../stepwise';

/** Where an unnormalised density over t bends, and how far it reaches. */
export interface Stretch {
  /** Places on the line where it bends, ascending; all but straight on both sides at `reach` from the outermost. */
  readonly landmarks: readonly number[];
  readonly extent: number;
  /** Size of the terms whose sum the log is: sets what rounding allows. */
  readonly magnitude: number;
}

/** An unnormalised density over t: log of the integrand with respect to dt (the Jacobian included). */
export interface LineDensity extends Stretch {
  /** Log integrand at t; -Infinity where it is 0. It must fall without end on both sides. */
  readonly log: (t: number) => number;
}

/** Nodes and weights that sum to 1: the density, ready for means of any function that does not vary faster. */
export interface QuadratureNodes {
  /** Log of the integral. */
  readonly log: number;
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
  /** The rule's own weights: ∫ g dt ≈ Σ spacing · g for whatever the nodes can resolve. */
  readonly spacing: Float64Array;
}

export const logistic = (t: number): number => (t >= 0 ? 1 / (1 + Math.exp(-t)) : Math.exp(t) / (1 + Math.exp(t)));
/** log κ at t; log(1−κ) is the same at −t. */
export const logLogistic = (t: number): number => (t >= 0 ? -Math.log1p(Math.exp(-t)) : t - Math.log1p(Math.exp(t)));

/** Relative log height below which a node adds nothing. */
const CUT = 42;
const AGREEMENT = 2e-7;
const MOST_HALVINGS = 12;
const MOST_NODES = 200_000;

function scanPoints({ landmarks, extent }: Stretch): number[] {
  const points: number[] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const mark of landmarks) {
    if (mark - before < 0.25) continue;
    before = mark;
    for (let d = 0; d <= 6; d += 0.75) points.push(mark - d, mark + d);
    for (let d = 8; d <= 16; d += 2) points.push(mark - d, mark + d);
    for (let d = 20; d < extent; d += 5) points.push(mark - d, mark + d);
    points.push(mark - extent, mark + extent);
  }
  const retained: number[] = [];
  for (const t of Float64Array.from(points).sort())
    if (retained.length === 0 || t - retained[retained.length - 1] > 0.3) retained.push(t);
  return retained;
}

/**
 * The rule as one who asks: it yields places and gets the log integrand there. Who answers decides how: at once, in
 * steps, or by another integral for every place.
 */
type Asking<T> = Generator<readonly number[], T, ArrayLike<number>>;

/** Golden-section search for the top between two neighbours of a high point, to a tenth of a nat: [place, height]. */
function* findMaximum(from: number, to: number): Asking<[number, number]> {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let a = from;
  let b = to;
  let low = Number.NEGATIVE_INFINITY;
  let x1 = b - ratio * (b - a);
  let x2 = a + ratio * (b - a);
  const both = yield [x1, x2];
  let f1 = both[0];
  let f2 = both[1];
  let ends = 0;
  for (let i = 0; i < 80 && b - a > 1e-12 * (1 + Math.abs(a)); i++) {
    if (f1 >= f2) {
      b = x2;
      low = f2;
      x2 = x1;
      f2 = f1;
      x1 = b - ratio * (b - a);
      f1 = (yield [x1])[0];
      ends |= 2;
    } else {
      a = x1;
      low = f1;
      x1 = x2;
      f1 = f2;
      x2 = a + ratio * (b - a);
      f2 = (yield [x2])[0];
      ends |= 1;
    }
    if (ends === 3 && Math.max(f1, f2) - Math.min(low, f1, f2) < 0.1) break;
  }
  return f1 >= f2 ? [x1, f1] : [x2, f2];
}

/** Half-width over which the log falls by ½ from a top: the scale that the step must resolve. */
function* widthAt(top: number, height: number): Asking<number> {
  let width = 1;
  for (let i = 0; i < 60; i++) {
    const [left, right] = Array.from(yield [top - width, top + width]);
    const drop = height - Math.min(left, right);
    if (drop <= 0.5) break;
    width /= 2;
  }
  return width;
}

/** A place between `above` and `below` where the log is just under `level`. */
function* crossing(above: number, below: number, level: number): Asking<number> {
  let a = above;
  let b = below;
  for (let i = 0; i < 40 && Math.abs(b - a) > 0.02 * Math.abs(b - above); i++) {
    const mid = (a + b) / 2;
    if ((yield [mid])[0] > level) a = mid;
    else b = mid;
  }
  return b;
}

/** From the last high place outwards, in growing strides, to one under `level`. */
function* bracketLevel(start: number, stepSize: number, level: number): Asking<number> {
  let above = start;
  let step = stepSize;
  for (let i = 0; i < 60; i++) {
    const t = start + step;
    if (!((yield [t])[0] > level)) return yield* crossing(above, t, level);
    above = t;
    step *= 2;
  }
  return above;
}

interface Shape {
  readonly anchor: number;
  readonly height: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** The top, how narrow it is, and how far the density reaches; undefined where it is 0 everywhere. */
function* locateShape(density: Stretch): Asking<Shape | undefined> {
  const points = scanPoints(density);
  const heights = yield points;
  const last = points.length - 1;
  let anchor = 0;
  let height = Number.NEGATIVE_INFINITY;
  const tops: [number, number][] = [];
  for (let i = 0; i <= last; i++) {
    const left = i > 0 ? heights[i - 1] : Number.NEGATIVE_INFINITY;
    const right = i < last ? heights[i + 1] : Number.NEGATIVE_INFINITY;
    if (!(heights[i] >= left && heights[i] >= right) || heights[i] === Number.NEGATIVE_INFINITY) continue;
    const found = yield* findMaximum(points[Math.max(0, i - 1)], points[Math.min(last, i + 1)]);
    const top: [number, number] = found[1] >= heights[i] ? found : [points[i], heights[i]];
    tops.push(top);
    if (top[1] > height) [anchor, height] = top;
  }
  if (!Number.isFinite(height)) return undefined;
  const level = height - CUT;
  let step = 0.8;
  let low = anchor;
  let high = anchor;
  for (const [t, f] of tops) {
    if (f < level) continue;
    step = Math.min(step, yield* widthAt(t, f));
    low = Math.min(low, t);
    high = Math.max(high, t);
  }
  for (let i = 0; i <= last; i++) {
    if (heights[i] <= level) continue;
    low = Math.min(low, points[i]);
    high = Math.max(high, points[i]);
  }
  let under = -1;
  while (under < last && points[under + 1] < low) under++;
  let over = last + 1;
  while (over > 0 && points[over - 1] > high) over--;
  const from =
    under < 0 ? yield* bracketLevel(low, -density.extent, level) : yield* crossing(low, points[under], level);
  const to =
    over > last ? yield* bracketLevel(high, density.extent, level) : yield* crossing(high, points[over], level);
  return { anchor, height, from, to, step };
}

/** Of what is 0 everywhere, or was not computed. */
function noLattice(): QuadratureNodes {
  const nothing = new Float64Array(0);
  return { log: Number.NEGATIVE_INFINITY, nodes: nothing, weights: nothing, spacing: nothing };
}

/** The rule for a density of that shape. The log of the result is -Infinity, and there are no nodes, where it is 0 everywhere. */
function* rule(density: Stretch, finer: number): Asking<QuadratureNodes> {
  const shape = yield* locateShape(density);
  if (!shape) return noLattice();
  const { landmarks } = density;
  const { anchor, height, from, to } = shape;
  const tolerance = AGREEMENT + 4e-16 * density.magnitude;
  // The stretch begins beyond all bends, where no singularity is near the line any more.
  const span = Math.max(anchor - landmarks[0], landmarks[landmarks.length - 1] - anchor, 0) + 20;
  const place = (s: number) => anchor + span * Math.sinh(s / span);
  const first = span * Math.asinh((from - anchor) / span);
  const final = span * Math.asinh((to - anchor) / span);
  // A top that is too narrow for so wide a line is not resolved: the number of nodes is bounded first.
  let h = Math.max(shape.step, (final - first) / (MOST_NODES / 4));
  // Every level adds the odd places; the even ones are the levels before.
  const levels: Level[] = [];
  let count = 0;
  let [mass, hit, miss] = [0, 0, 0];
  let sums: readonly number[] = [];
  let left = Number.POSITIVE_INFINITY;
  for (;;) {
    const depth = levels.length;
    const stepSize = depth === 0 ? 1 : 2;
    let low = Math.ceil(first / h);
    if (depth > 0 && low % 2 === 0) low++;
    const high = Math.floor(final / h);
    const fresh: number[] = [];
    for (let i = low; i <= high; i += stepSize) fresh.push(place(i * h));
    const logs = yield fresh;
    const values = new Float64Array(fresh.length);
    const stretch = new Float64Array(fresh.length);
    for (let j = 0; j < fresh.length; j++) {
      const t = fresh[j];
      stretch[j] = Math.cosh(((low + j * stepSize) * h) / span);
      const value = Math.exp(logs[j] - height) * stretch[j];
      values[j] = value;
      mass += value;
      const e = Math.exp(-Math.abs(t));
      const similar = value / (1 + e);
      hit += t >= 0 ? similar : e * similar;
      miss += t >= 0 ? e * similar : similar;
    }
    levels.push({ low, nodes: fresh, values, stretch });
    count += values.length;
    const now = [mass * h, hit * h, miss * h];
    const done = depth > 0 && now.every((x, i) => Math.abs(x - sums[i]) <= tolerance * Math.abs(x));
    sums = now;
    if (done) left = Math.min(left, finer + 1);
    left--;
    if (left <= 0 || 2 * count > MOST_NODES || depth === MOST_HALVINGS) break;
    h /= 2;
  }
  return { log: height + Math.log(sums[0]), ...inOrder(levels, count, mass, h) };
}

/** The places that one halving of the step adds: the first one's number, in steps, and the density at them. */
interface Level {
  readonly low: number;
  readonly nodes: readonly number[];
  readonly values: Float64Array;
  readonly stretch: Float64Array;
}

/** The nodes of all levels, from left to right. */
function inOrder(levels: readonly Level[], count: number, mass: number, h: number): Omit<QuadratureNodes, 'log'> {
  const last = levels.length - 1;
  // The first level's places are multiples of 2^last steps, every other's odd multiples of a smaller power.
  const steps = levels.map((_, depth) => 2 ** (last - depth));
  const left = Math.min(...levels.map(({ low }, depth) => low * steps[depth]));
  const nodes = new Float64Array(count);
  const weights = new Float64Array(count);
  const spacing = new Float64Array(count);
  levels.forEach((level, depth) => {
    const stepSize = (depth === 0 ? 1 : 2) * steps[depth];
    let index = level.low * steps[depth] - left;
    for (let j = 0; j < level.values.length; j++, index += stepSize) {
      nodes[index] = level.nodes[j];
      weights[index] = level.values[j] / mass;
      spacing[index] = h * level.stretch[j];
    }
  });
  return { nodes, weights, spacing };
}

/** Integrate. `finer`: halve the step so many times more, for means of functions that bend more than the density does. */
export function integrateLine(density: LineDensity, finer = 0): QuadratureNodes {
  const asking = rule(density, finer);
  let asked = asking.next();
  while (!asked.done) asked = asking.next(asked.value.map(density.log));
  return asked.value;
}

/** The same in steps: a stop after every so many evaluations of an integrand that costs much. */
export function* integrateInSteps(density: LineDensity, every: number, finer = 0): Stepwise<QuadratureNodes> {
  const asking = rule(density, finer);
  let count = 0;
  let asked = asking.next();
  while (!asked.done) {
    const values: number[] = [];
    for (const t of asked.value) {
      if (count++ % every === every - 1) yield;
      values.push(density.log(t));
    }
    asked = asking.next(values);
  }
  return asked.value;
}

/**
 * The same of an integrand that is itself computed in steps, as an integral along another line is. Nothing, at once, where
 * `stopped`.
 */
export function* integrateOver(
  density: Stretch,
  log: (t: number, count: number) => Stepwise<number>,
  finer = 0,
  stopped: () => boolean = () => false,
): Stepwise<QuadratureNodes> {
  const asking = rule(density, finer);
  let count = 0;
  let asked = asking.next();
  while (!asked.done) {
    const values: number[] = [];
    for (const t of asked.value) {
      if (stopped()) return noLattice();
      values.push(yield* log(t, count++));
    }
    asked = asking.next(values);
  }
  return asked.value;
}

/** Σ weights · g(t). */
export function quadratureMean(quadratureNodes: QuadratureNodes, g: (t: number) => number): number {
  let sum = 0;
  for (let i = 0; i < quadratureNodes.nodes.length; i++)
    sum += quadratureNodes.weights[i] * g(quadratureNodes.nodes[i]);
  return sum;
}
