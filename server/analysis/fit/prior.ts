/**
 * The prior of one parameter on its scale (LANGUAGE section 8): uniform over its range, or normal around the written
 * value and cut to the range. All computations happen in *quantile space*, v = Φ⁻¹(F(z)): there every prior is a standard
 * normal, so that a posterior is smooth and falls on both sides also where it leans against an end of its range.
 */
import { normalBelow, normalQuantile } from '../numbers/normal';

export interface Prior {
  /** Ends of the range on the scale; infinite where there is none. */
  readonly from: number;
  readonly to: number;
  /** Standard deviation on the scale. */
  readonly deviation: number;
  /** Whether a change of range is a change of this prior: uniform. */
  readonly uniform: boolean;
  /** Log density at a place on the scale. */
  readonly logDensity: (z: number) => number;
  /** From quantile space to the scale, and back. */
  readonly place: (v: number) => number;
  readonly quantile: (z: number) => number;
}

export function uniformPrior(from: number, to: number): Prior {
  const width = to - from;
  return {
    from,
    to,
    deviation: width / Math.sqrt(12),
    uniform: true,
    logDensity: (z) => (z >= from && z <= to ? -Math.log(width) : Number.NEGATIVE_INFINITY),
    place: (v) => (v < 0 ? from + width * normalBelow(v) : to - width * normalBelow(-v)),
    quantile: (z) => (z - from < to - z ? normalQuantile((z - from) / width) : -normalQuantile((to - z) / width)),
  };
}

/** Normal with that mean and standard deviation, cut to [from, to] (infinite for no end). */
export function normalPrior(mean: number, deviation: number, from: number, to: number): Prior {
  const alpha = (from - mean) / deviation;
  const beta = (to - mean) / deviation;
  // Masses outside, each from its own side, so that a range far out in a tail keeps its digits.
  const under = normalBelow(alpha);
  const over = normalBelow(-beta);
  // Far above the mean the mass inside is a difference of upper tails.
  const inside = alpha > 0 ? normalBelow(-alpha) - over : beta < 0 ? normalBelow(beta) - under : 1 - under - over;
  const logInside = Math.log(inside);
  const standard = (v: number): number => {
    if (inside === 1) return v;
    const p = normalBelow(v);
    const q = normalBelow(-v);
    // From whichever side the standard normal's own tail is shorter.
    const low = under + p * inside;
    return low < 0.5 ? normalQuantile(low) : -normalQuantile(over + q * inside);
  };
  const phi = (x: number) => (Number.isFinite(x) ? Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI) : 0);
  const tilt = (phi(alpha) - phi(beta)) / inside;
  const ends = (Number.isFinite(alpha) ? alpha * phi(alpha) : 0) - (Number.isFinite(beta) ? beta * phi(beta) : 0);
  return {
    from,
    to,
    deviation: deviation * Math.sqrt(Math.max(0, 1 + ends / inside - tilt * tilt)),
    uniform: false,
    logDensity: (z) =>
      z >= from && z <= to
        ? -(((z - mean) / deviation) ** 2 / 2) - Math.log(deviation) - Math.log(2 * Math.PI) / 2 - logInside
        : Number.NEGATIVE_INFINITY,
    place: (v) => Math.min(to, Math.max(from, mean + deviation * standard(v))),
    quantile: (z) => {
      const x = (z - mean) / deviation;
      if (inside === 1) return x;
      const below = (normalBelow(x) - under) / inside;
      return below < 0.5 ? normalQuantile(below) : -normalQuantile((normalBelow(-x) - over) / inside);
    },
  };
}
