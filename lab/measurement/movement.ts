/**
 * How far answers moved against how far they were predicted to move: slope and correlation of changes in log odds. Must
 * not know accounts or networks.
 */

/** Log odds of each probability, nats. */
export function logOdds(p: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: p.length }, (_, i) => Math.log((p[i] ?? 0) / (1 - (p[i] ?? 0))));
}

export interface Movement {
  /** Least squares through the origin of measured on predicted change; null where nothing was predicted to move. */
  readonly slope: number | null;
  /** Pearson's, null where either does not vary. */
  readonly correlation: number | null;
}

/** Changes in log odds, cell by cell; cells where one is not finite are left out. */
export function movement(predicted: ArrayLike<number>, measured: ArrayLike<number>): Movement {
  const pairs = Array.from(
    { length: predicted.length },
    (_, i) => [predicted[i] ?? 0, measured[i] ?? 0] as const,
  ).filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  const n = pairs.length;
  const mean = (pick: (pair: readonly [number, number]) => number) =>
    pairs.reduce((sum, pair) => sum + pick(pair), 0) / Math.max(1, n);
  const squares = mean(([x]) => x * x);
  const mx = mean(([x]) => x);
  const my = mean(([, y]) => y);
  const sxx = mean(([x]) => (x - mx) ** 2);
  const syy = mean(([, y]) => (y - my) ** 2);
  const sxy = mean(([x, y]) => (x - mx) * (y - my));
  const varies = sxx > 1e-18 && syy > 1e-18;
  return {
    slope: squares > 1e-18 ? mean(([x, y]) => x * y) / squares : null,
    correlation: varies ? sxy / Math.sqrt(sxx * syy) : null,
  };
}
