/**
 * The mixture of personas that is nearest to measured answers: min over weights w of Σ_x KL(p_x ‖ Σ_h w_h P_h(·|x)). What
 * remains at the minimum is what *no* mixture of these personas explains. Must not know networks.
 *
 * The problem is convex in w. Mass is moved between one pair of personas at a time, by Newton's method on the line, confined
 * inside its ends, until the Karush-Kuhn-Tucker conditions hold: with q = Σ w_h P_h and g_h = Σ p·P_h/q, the minimum lies
 * at most Σp·log(max_h g_h / Σp) below (Jensen's inequality on log Σ w*_h P_h/q).
 */

export interface NearestMixture {
  /** H: weights, summing to 1. */
  readonly weights: Float64Array;
  /** Σ_x KL(p_x ‖ mixture), nats; Infinity where no persona can do what was seen. */
  readonly divergence: number;
  /** The minimum is at most so far below, nats. */
  readonly gap: number;
}

const GAP = 1e-10;
const SWEEPS = 5000;

/**
 * `observed`: C probabilities (each situation's part sums to 1, or is 0 where it is left out). `rows`: H × C.
 */
export function nearestMixture(observed: ArrayLike<number>, rows: Float64Array, personas: number): NearestMixture {
  const cells = observed.length;
  const seen = Array.from({ length: cells }, (_, c) => c).filter((c) => (observed[c] ?? 0) > 0);
  const p = Float64Array.from(seen, (c) => observed[c] ?? 0);
  const columns = Array.from({ length: personas }, (_, h) => Float64Array.from(seen, (c) => rows[h * cells + c] ?? 0));
  const total = p.reduce((sum, x) => sum + x, 0);
  const weights = new Float64Array(personas).fill(1 / personas);
  const mixture = Float64Array.from(
    seen,
    (_, i) => columns.reduce((sum, column) => sum + (column[i] ?? 0), 0) / personas,
  );
  if (mixture.some((q) => q === 0)) return { weights, divergence: Number.POSITIVE_INFINITY, gap: 0 };
  let gap = total === 0 ? 0 : Number.POSITIVE_INFINITY;
  for (let sweep = 0; sweep < SWEEPS && gap > GAP; sweep++) {
    for (let i = 0; i < personas; i++) {
      for (let j = i + 1; j < personas; j++) moveBetween(p, columns, weights, mixture, i, j);
    }
    gap = gapOf(p, columns, mixture, total);
  }
  let divergence = 0;
  p.forEach((x, c) => {
    divergence += x * Math.log(x / (mixture[c] ?? 0));
  });
  return { weights, divergence: Math.max(0, divergence), gap };
}

function gapOf(p: Float64Array, columns: readonly Float64Array[], mixture: Float64Array, total: number): number {
  let highest = 0;
  for (const column of columns) {
    let gradient = 0;
    for (let c = 0; c < p.length; c++) gradient += ((p[c] ?? 0) * (column[c] ?? 0)) / (mixture[c] ?? 0);
    highest = Math.max(highest, gradient);
  }
  return Math.max(0, total * Math.log(highest / total));
}

/** The best t in w_i + t, w_j − t: the slope Σ p·d/(q + t·d), d = P_i − P_j, falls in t. */
function moveBetween(
  p: Float64Array,
  columns: readonly Float64Array[],
  weights: Float64Array,
  mixture: Float64Array,
  i: number,
  j: number,
): void {
  const a = columns[i] ?? new Float64Array(0);
  const b = columns[j] ?? new Float64Array(0);
  const slopeAt = (t: number): readonly [number, number] => {
    let slope = 0;
    let curvature = 0;
    for (let c = 0; c < p.length; c++) {
      const d = (a[c] ?? 0) - (b[c] ?? 0);
      const q = (mixture[c] ?? 0) + t * d;
      // At an end of the line q may be 0 where d is not: the slope there is infinite, back into the line.
      if (q <= 0) {
        if (d !== 0) return [d > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY, 1];
        continue;
      }
      const ratio = d / q;
      slope += (p[c] ?? 0) * ratio;
      curvature += (p[c] ?? 0) * ratio * ratio;
    }
    return [slope, curvature];
  };
  let low = -(weights[i] ?? 0);
  let high = weights[j] ?? 0;
  if (!(high > low)) return;
  let t = 0;
  if (slopeAt(high)[0] >= 0) t = high;
  else if (slopeAt(low)[0] <= 0) t = low;
  else {
    for (let step = 0; step < 100; step++) {
      const [slope, curvature] = slopeAt(t);
      if (slope > 0) low = t;
      else high = t;
      const newton = t + slope / curvature;
      const next = newton > low && newton < high ? newton : (low + high) / 2;
      if (Math.abs(next - t) <= 1e-15) break;
      t = next;
    }
  }
  weights[i] = Math.max(0, (weights[i] ?? 0) + t);
  weights[j] = Math.max(0, (weights[j] ?? 0) - t);
  for (let c = 0; c < p.length; c++) mixture[c] = (mixture[c] ?? 0) + t * ((a[c] ?? 0) - (b[c] ?? 0));
}
