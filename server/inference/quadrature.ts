/**
 * Integrals over one latent probability κ, on the line t = log κ/(1−κ). There a Beta prior is smooth with exponential
 * tails, every factor log(u(1−κ) + vκ) is analytic in the strip |Im t| < π, and the trapezoid rule converges
 * geometrically: its error is squared with every halving of the step (Trefethen & Weideman, SIAM Review 56, 2014).
 * Two steps that agree to 10^-10 therefore mean full accuracy. Tails beyond the last bend are summed as the geometric
 * series that they are, so that a Beta(0.01, ·) costs no more than any other.
 */

/** An unnormalised density over t: log of the integrand with respect to dt (the Jacobian included). */
export interface LineDensity {
  /** Log integrand at t. */
  readonly log: (t: number) => number;
  /** Places on the line where it bends; straight on both sides at `reach` from the outermost. */
  readonly landmarks: readonly number[];
  readonly reach: number;
  /** Slope of the log far on the left (> 0) and, with the sign changed, far on the right (> 0). */
  readonly rise: number;
  readonly fall: number;
  /** Size of the terms whose sum the log is: sets what rounding allows. */
  readonly magnitude: number;
}

/** Nodes and normalised weights. The tails' masses stand for κ = 0 and κ = 1, to the last digit. */
export interface Lattice {
  /** Log of the integral. */
  readonly log: number;
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
  readonly lowTail: number;
  readonly highTail: number;
  readonly step: number;
}

export const logistic = (t: number): number => (t >= 0 ? 1 / (1 + Math.exp(-t)) : Math.exp(t) / (1 + Math.exp(t)));
/** log κ at t; log(1−κ) is the same at −t. */
export const logLogistic = (t: number): number => (t >= 0 ? -Math.log1p(Math.exp(-t)) : t - Math.log1p(Math.exp(t)));

/** Relative height below which a node adds nothing. */
const CUT = 48;
const AGREEMENT = 1e-10;

function scanPoints(density: LineDensity): number[] {
  const points: number[] = [];
  const { reach } = density;
  for (const mark of density.landmarks) {
    for (let d = 0; d <= 6; d += 0.5) points.push(mark - d, mark + d);
    for (let d = 7; d <= 16; d += 1) points.push(mark - d, mark + d);
    for (let d = 20; d < reach; d += 4) points.push(mark - d, mark + d);
    points.push(mark - reach, mark + reach);
  }
  points.sort((a, b) => a - b);
  return points.filter((t, i) => i === 0 || t - points[i - 1] > 1e-9);
}

/** Golden-section search for the top between two neighbours of a high point. */
function climb(log: (t: number) => number, from: number, to: number): [number, number] {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let a = from;
  let b = to;
  let x1 = b - ratio * (b - a);
  let x2 = a + ratio * (b - a);
  let f1 = log(x1);
  let f2 = log(x2);
  for (let i = 0; i < 60 && b - a > 1e-9 * (1 + Math.abs(a)); i++) {
    if (f1 >= f2) {
      b = x2;
      x2 = x1;
      f2 = f1;
      x1 = b - ratio * (b - a);
      f1 = log(x1);
    } else {
      a = x1;
      x1 = x2;
      f1 = f2;
      x2 = a + ratio * (b - a);
      f2 = log(x2);
    }
  }
  return f1 >= f2 ? [x1, f1] : [x2, f2];
}

/** Half-width over which the log falls by ½ from a top: the scale that the step must resolve. */
function widthAt(log: (t: number) => number, top: number, height: number): number {
  let width = 1;
  for (let i = 0; i < 60; i++) {
    const drop = height - Math.min(log(top - width), log(top + width));
    if (drop > 0.5) width /= 2;
    else break;
  }
  return width;
}

/** Where the log crosses `level` between a point above it and one below. */
function crossing(log: (t: number) => number, above: number, below: number, level: number): number {
  let a = above;
  let b = below;
  for (let i = 0; i < 40 && Math.abs(b - a) > 1e-3 * Math.abs(b - above); i++) {
    const mid = (a + b) / 2;
    if (log(mid) > level) a = mid;
    else b = mid;
  }
  return b;
}

function lastBelow(points: readonly number[], t: number): number | undefined {
  for (let i = points.length - 1; i >= 0; i--) if (points[i] < t) return points[i];
  return undefined;
}

/** Integrate. The log of the result is -Infinity where the integrand is 0 everywhere. */
export function integrateLine(density: LineDensity): Lattice {
  const { log, rise, fall } = density;
  const points = scanPoints(density);
  const heights = points.map(log);
  const last = points.length - 1;
  let best = 0;
  for (let i = 1; i <= last; i++) if (heights[i] > heights[best]) best = i;
  let anchor = points[best];
  let height = heights[best];
  if (!Number.isFinite(height))
    return { log: height, nodes: new Float64Array(0), weights: new Float64Array(0), lowTail: 0, highTail: 0, step: 1 };
  const tops: [number, number][] = [];
  for (let i = 0; i <= last; i++) {
    const left = i > 0 ? heights[i - 1] : Number.NEGATIVE_INFINITY;
    const right = i < last ? heights[i + 1] : Number.NEGATIVE_INFINITY;
    if (heights[i] < left || heights[i] < right) continue;
    const top = climb(log, points[Math.max(0, i - 1)], points[Math.min(last, i + 1)]);
    tops.push(top[1] >= heights[i] ? top : [points[i], heights[i]]);
    if (top[1] > height) [anchor, height] = top;
  }
  const level = height - CUT;
  let step = 0.8;
  let low = anchor;
  let high = anchor;
  for (const [t, f] of tops) {
    if (f < level) continue;
    step = Math.min(step, widthAt(log, t, f));
    low = Math.min(low, t);
    high = Math.max(high, t);
  }
  for (let i = 0; i <= last; i++) {
    if (heights[i] <= level) continue;
    low = Math.min(low, points[i]);
    high = Math.max(high, points[i]);
  }
  const below = lastBelow(points, low);
  const above = points.find((t) => t > high);
  const from = below === undefined ? points[0] : crossing(log, low, below, level);
  const to = above === undefined ? points[last] : crossing(log, high, above, level);
  const openLow = below === undefined;
  const openHigh = above === undefined;
  const tolerance = AGREEMENT + 4e-16 * density.magnitude;

  interface Sums {
    mass: number;
    hit: number;
    miss: number;
  }
  // Node i of a level stands at anchor + i·step; the outermost nodes are fixed when the first level is laid.
  const values = new Map<number, number>();
  let depth = 0;
  const unit = step;
  const nodesOf = (h: number): number[] => {
    const list: number[] = [];
    for (let i = Math.ceil((from - anchor) / h); anchor + i * h <= to; i++) list.push(i);
    return list;
  };
  const sumsAt = (): Sums & { indices: number[]; lowTail: number; highTail: number; h: number } => {
    const h = unit / 2 ** depth;
    const indices = nodesOf(h);
    if (indices.length === 0) indices.push(0);
    const scale = 2 ** (40 - depth);
    let mass = 0;
    let hit = 0;
    let miss = 0;
    let first = 0;
    let final = 0;
    indices.forEach((i, n) => {
      const at = i * scale;
      const t = anchor + i * h;
      let w = values.get(at);
      if (w === undefined) values.set(at, (w = Math.exp(log(t) - height)));
      mass += w;
      hit += w * logistic(t);
      miss += w * logistic(-t);
      if (n === 0) first = w;
      final = w;
    });
    const lowTail = openLow ? first / Math.expm1(rise * h) : 0;
    const highTail = openHigh ? final / Math.expm1(fall * h) : 0;
    return {
      mass: (mass + lowTail + highTail) * h,
      hit: (hit + highTail) * h,
      miss: (miss + lowTail) * h,
      indices,
      lowTail,
      highTail,
      h,
    };
  };
  const agree = (x: number, y: number) => Math.abs(x - y) <= tolerance * Math.abs(y);
  let result = sumsAt();
  for (depth = 1; depth <= 12; depth++) {
    const finer = sumsAt();
    const done = agree(result.mass, finer.mass) && agree(result.hit, finer.hit) && agree(result.miss, finer.miss);
    result = finer;
    if (done || finer.indices.length > 100_000) break;
  }
  const { h, indices } = result;
  const scale = 2 ** (40 - Math.round(Math.log2(unit / h)));
  const total = result.mass / h;
  return {
    log: height + Math.log(result.mass),
    nodes: Float64Array.from(indices, (i) => anchor + i * h),
    weights: Float64Array.from(indices, (i) => (values.get(i * scale) as number) / total),
    lowTail: result.lowTail / total,
    highTail: result.highTail / total,
    step: h,
  };
}

/** Σ weights · g(t), the tails at g of κ = 0 and 1. */
export function latticeMean(lattice: Lattice, g: (t: number) => number, atZero: number, atOne: number): number {
  let sum = lattice.lowTail * atZero + lattice.highTail * atOne;
  for (let i = 0; i < lattice.nodes.length; i++) sum += lattice.weights[i] * g(lattice.nodes[i]);
  return sum;
}
