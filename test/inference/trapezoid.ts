/**
 * Integrals of functions on (0, 1), by the trapezoid rule in the logit t = log(u/(1−u)). Integrands of the form
 * u^a·(1−u)^b times something smooth fall off exponentially in t on both sides, where the rule converges exponentially.
 */
const STEP = 0.05;

export interface LogitPoint {
  readonly u: number;
  /** log u, log(1−u), log(du/dt). */
  readonly logU: number;
  readonly logV: number;
  readonly logJacobian: number;
}

/** Points far enough out for exponents from `smallest` on: beyond, tails of e^(−smallest·|t|) are below 1e-18. */
export function logitPoints(smallest: number, step = STEP): readonly LogitPoint[] {
  const extent = 42 / Math.min(1, smallest);
  const count = Math.ceil(extent / step);
  return Array.from({ length: 2 * count + 1 }, (_, i) => {
    const t = (i - count) * step;
    const logU = -softplus(-t);
    const logV = -softplus(t);
    return { u: Math.exp(logU), logU, logV, logJacobian: logU + logV + Math.log(step) };
  });
}

function softplus(t: number): number {
  return t > 0 ? t + Math.log1p(Math.exp(-t)) : Math.log1p(Math.exp(t));
}

/** ∫ of each of `values` against exp(log) over the points, with the largest log taken out: integrals and that log. */
export function integrals(points: readonly { readonly log: number; readonly values: readonly number[] }[]): {
  readonly log: number;
  readonly mass: number;
  readonly values: readonly number[];
} {
  const log = Math.max(...points.map((p) => p.log));
  let mass = 0;
  const values = points[0]!.values.map(() => 0);
  for (const p of points) {
    const w = Math.exp(p.log - log);
    mass += w;
    p.values.forEach((v, i) => {
      values[i]! += w * v;
    });
  }
  return { log: log + Math.log(mass), mass, values: values.map((v) => v / mass) };
}

/** log of the density of Beta(a, b) up to its constant; the constant comes from integrating it by the same points. */
export function logBetaKernel(a: number, b: number, p: LogitPoint): number {
  return (a - 1) * p.logU + (b - 1) * p.logV + p.logJacobian;
}
