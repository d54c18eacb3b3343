/** Medians and quantiles with intervals, by the bootstrap with a written seed. */

export interface Interval {
  readonly value: number;
  /** 95% percentile interval over 2,000 resamples. */
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 2000;

/** The `q` quantile, interpolated between the order statistics beside it. NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), q);
}

/** A quantile of one sample. */
export function estimate(values: readonly number[], q: number): Interval {
  return interval((draw) => quantileOfSorted(draw(values), q), quantile(values, q));
}

/** How far the quantile of one sample lies above that of another; the two are drawn again independently. */
export function above(values: readonly number[], floor: readonly number[], q: number): Interval {
  const difference = quantile(values, q) - quantile(floor, q);
  return interval((draw) => quantileOfSorted(draw(values), q) - quantileOfSorted(draw(floor), q), difference);
}

export function show({ value, low, high }: Interval): string {
  return `${value.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`;
}

function interval(once: (draw: (values: readonly number[]) => Float64Array) => number, value: number): Interval {
  let state = 0x2545f491;
  const random = (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const draw = (values: readonly number[]): Float64Array =>
    Float64Array.from(values, () => values[random(values.length)] ?? Number.NaN).sort();
  const resampled = Float64Array.from({ length: RESAMPLES }, () => once(draw)).sort();
  return { value, low: quantileOfSorted(resampled, 0.025), high: quantileOfSorted(resampled, 0.975) };
}

function quantileOfSorted(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const next = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (next - below) * (at - Math.floor(at));
}
