/** The evidence with every uniform range halved and doubled about its middle: how much of it is the range's doing. */
import { logSumExp } from '../../inference/numbers/logarithms';
import type { Stepwise } from '../../inference/stepwise';
import { entry } from '../numbers/entry';
import { normalLogDensity } from '../numbers/normal';
import type { Draw, Pool } from './importance';
import type { FreeParameter } from './model';
import { type FitPosterior, posteriorOf } from './posterior';
import { logPosterior, type PosteriorDensity } from './posteriorDensity';
import type { Prior } from './prior';

/** What other ranges would give need not be known as exactly as the evidence itself. */
const RANGE_TOLERANCE = 2e-5;

export type WithPriors = (parameters: readonly FreeParameter[]) => PosteriorDensity;

/** `density` makes the same account's posterior over parameters with other priors. */
export function* evidenceRanges(
  posterior: FitPosterior,
  density: WithPriors,
): Stepwise<{ readonly halved: number; readonly doubled: number }> {
  const { parameters } = posterior.density;
  if (posterior.logEvidence === Number.NEGATIVE_INFINITY || parameters.every((p) => !p.prior.uniform))
    return { halved: posterior.logEvidence, doubled: posterior.logEvidence };
  return {
    halved: yield* evidenceWith(posterior, density, (p) => p.halved),
    doubled: yield* evidenceWith(posterior, density, (p) => p.doubled),
  };
}

function* evidenceWith(
  posterior: FitPosterior,
  density: WithPriors,
  range: (p: FreeParameter) => Prior,
): Stepwise<number> {
  const old = posterior.density.parameters;
  const parameters = old.map((p) => ({ ...p, prior: range(p) }));
  const changed = density(parameters);
  const move = (v: Float64Array) => v.map((x, i) => moved(x, old[i]?.prior, parameters[i]?.prior));
  const maxima = posterior.maxima
    .map((m) => ({ x: move(m.x).map((v) => Math.max(-6, Math.min(6, v))), value: Number.NaN }))
    .filter((m) => !m.x.some(Number.isNaN));
  const pool = posterior.pool ? movedPool(posterior.pool, old, parameters, move) : undefined;
  const result = yield* posteriorOf(changed, { maxima, tolerance: RANGE_TOLERANCE, ...(pool ? { pool } : {}) });
  return result.logEvidence;
}

function moved(v: number, from: Prior | undefined, to: Prior | undefined): number {
  return from && to ? to.quantile(from.place(v)) : Number.NaN;
}

/** The same draws in the quantile space of other priors; those outside of the new ranges weigh nothing there. */
function movedPool(
  pool: Pool,
  old: readonly FreeParameter[],
  parameters: readonly FreeParameter[],
  move: (v: Float64Array) => Float64Array,
): Pool {
  /** log |dv/dv'| of one coordinate. */
  const stretch = (v: Float64Array, z: Float64Array, w: Float64Array) => {
    let sum = 0;
    for (const [i, x] of v.entries()) {
      const before = old[i]?.prior.logDensity(entry(z, i)) ?? Number.NaN;
      const after = parameters[i]?.prior.logDensity(entry(z, i)) ?? Number.NaN;
      sum += before - normalLogDensity(x) + normalLogDensity(entry(w, i)) - after;
    }
    return sum;
  };
  const draws: Draw[] = [];
  for (const { point, under } of pool.draws) {
    const inside = parameters.every(({ prior }, i) => prior.logDensity(entry(point.z, i)) > Number.NEGATIVE_INFINITY);
    const v = inside ? move(point.v) : point.v;
    // A draw that the new prior excludes counts among the draws, with weight 0.
    if (!inside || v.some((x) => !Number.isFinite(x))) {
      draws.push({ point: { ...point, logLikelihood: Number.NEGATIVE_INFINITY }, under });
      continue;
    }
    const log = stretch(point.v, point.z, v);
    draws.push({ point: { ...point, v }, under: under.map((u) => u + log) });
  }
  const proposals = pool.proposals.map((p) => ({
    draws: p.draws,
    logDensity: (w: Float64Array) => {
      const z = w.map((x, i) => parameters[i]?.prior.place(x) ?? Number.NaN);
      const v = z.map((x, i) => old[i]?.prior.quantile(x) ?? Number.NaN);
      if (v.some((x) => !Number.isFinite(x))) return Number.NEGATIVE_INFINITY;
      return p.logDensity(v) + stretch(v, z, w);
    },
  }));
  const retained = draws.filter((d) => logPosterior(d.point) > Number.NEGATIVE_INFINITY);
  const components = componentsFrom(retained, proposals, pool);
  return { draws, proposals, components };
}

/** One component with the draws' own mean and spread in the new space, to go on from. */
function componentsFrom(retained: readonly Draw[], proposals: Pool['proposals'], pool: Pool): Pool['components'] {
  const size = pool.components[0]?.centre.length ?? 0;
  const total = proposals.reduce((sum, p) => sum + p.draws, 0);
  const shares = proposals.map((p) => Math.log(p.draws / total));
  const logs = retained.map(
    ({ point, under }) => logPosterior(point) - logSumExp(under.map((u, i) => u + entry(shares, i))),
  );
  const sum = logSumExp(logs);
  const centre = new Float64Array(size);
  for (const [n, { point }] of retained.entries())
    for (let i = 0; i < size; i++) centre[i] = entry(centre, i) + Math.exp(entry(logs, n) - sum) * entry(point.v, i);
  const spread = new Float64Array(size);
  for (const [n, { point }] of retained.entries())
    for (let i = 0; i < size; i++)
      spread[i] = entry(spread, i) + Math.exp(entry(logs, n) - sum) * (entry(point.v, i) - entry(centre, i)) ** 2;
  const values = new Float64Array(size * size);
  for (let i = 0; i < size; i++) values[i * size + i] = Math.sqrt(Math.max(1e-8, entry(spread, i)));
  return [{ centre, factor: { size, values }, share: 1 }];
}
