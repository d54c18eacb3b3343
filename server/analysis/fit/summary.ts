/** Numbers for people from a posterior of parameters: marginals, correlations, principal directions. */
import type { Stepwise } from '../../inference/stepwise';
import { entry } from '../numbers/entry';
import { eigen, matrix } from '../numbers/matrix';
import { type Maximum, maximumFrom, type Objective } from './maximum';
import type { FreeParameter } from './model';
import type { FitPosterior } from './posterior';
import type { Direction, ParameterSummary } from './result';

const DENSITY_POINTS = 101;
/** Standard deviations of a normal prior without a range that the density is shown over. */
const SHOWN_DEVIATIONS = 4;
const EDGE = 0.01;
const EDGE_MASS = 0.05;
const NOT_IDENTIFIED = 0.9;

/** The joint mode on the scale: where likelihood × prior density is highest, ends of ranges included. */
export function* jointMode(posterior: FitPosterior): Stepwise<Float64Array> {
  const { density, maxima, points, logWeights } = posterior;
  const { parameters } = density;
  const objective: Objective = function* (z) {
    const point = yield* density.onScale(z);
    let sum = point.logLikelihood;
    for (const [i, p] of parameters.entries()) sum += p.prior.logDensity(entry(z, i));
    return sum;
  };
  const box = {
    low: Float64Array.from(parameters, (p) => p.prior.from),
    high: Float64Array.from(parameters, (p) => p.prior.to),
  };
  const unit = Float64Array.from(parameters, (p) => p.prior.deviation);
  const starts: Float64Array[] = maxima.map((m) => m.x.map((v, i) => parameters[i]?.prior.place(v) ?? Number.NaN));
  const heaviest = points[logWeights.indexOf(Math.max(...logWeights))];
  if (heaviest) starts.push(heaviest.z);
  let best: Maximum = { x: starts[0] ?? new Float64Array(0), value: Number.NEGATIVE_INFINITY };
  for (const start of [...starts.slice(0, 1), ...starts.slice(-1)]) {
    const found = yield* maximumFrom(objective, start, box, unit);
    if (found.value > best.value) best = found;
  }
  return best.x;
}

export function* parameterSummaries(posterior: FitPosterior): Stepwise<readonly ParameterSummary[]> {
  const { parameters } = posterior.density;
  if (posterior.points.length === 0 || parameters.length === 0) return [];
  const mode = yield* jointMode(posterior);
  const weights = posterior.logWeights.map(Math.exp);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const summaries: ParameterSummary[] = [];
  for (const [i, parameter] of parameters.entries()) {
    yield;
    const { prior, scale } = parameter;
    const marginal = posterior.marginals[i];
    const value = (mass: number) => scale.value(prior.place(marginal?.quantile(mass) ?? Number.NaN));
    let mean = 0;
    for (const [n, point] of posterior.points.entries()) mean += (entry(weights, n) / total) * entry(point.values, i);
    const bounded = Number.isFinite(prior.from) && Number.isFinite(prior.to);
    const centre = prior.place(0);
    const low = Number.isFinite(prior.from) ? prior.from : centre - SHOWN_DEVIATIONS * prior.deviation;
    const high = Number.isFinite(prior.to) ? prior.to : centre + SHOWN_DEVIATIONS * prior.deviation;
    const density = Array.from({ length: DENSITY_POINTS }, (_, k): readonly [number, number] => {
      const z = k === DENSITY_POINTS - 1 ? high : low + ((high - low) * k) / (DENSITY_POINTS - 1);
      return [scale.value(z), (marginal?.ratio(prior.quantile(z)) ?? Number.NaN) * Math.exp(prior.logDensity(z))];
    });
    const similar = (high - low) * EDGE;
    const atEdge =
      bounded && marginal !== undefined
        ? Math.max(marginal.below(prior.quantile(low + similar)), 1 - marginal.below(prior.quantile(high - similar))) >
          EDGE_MASS
        : false;
    summaries.push({
      name: parameter.name,
      mode: scale.value(entry(mode, i)),
      mean,
      median: value(0.5),
      interval90: posterior.reliable ? ([value(0.05), value(0.95)] as const) : null,
      learned: marginal?.learned ?? Number.NaN,
      atEdge,
      density,
    });
  }
  return summaries;
}

interface Moments {
  readonly correlations: readonly (readonly number[])[];
  readonly directions: readonly Direction[];
}

export function moments(posterior: FitPosterior): Moments {
  const { parameters } = posterior.density;
  const size = parameters.length;
  if (posterior.points.length === 0 || size === 0) return { correlations: [], directions: [] };
  const weights = posterior.logWeights.map(Math.exp);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mean = new Float64Array(size);
  for (const [n, point] of posterior.points.entries())
    for (let i = 0; i < size; i++) mean[i] = entry(mean, i) + (entry(weights, n) / total) * entry(point.z, i);
  const second = new Float64Array(size * size);
  for (const [n, point] of posterior.points.entries()) {
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++)
        second[i * size + j] =
          entry(second, i * size + j) +
          (entry(weights, n) / total) * (entry(point.z, i) - entry(mean, i)) * (entry(point.z, j) - entry(mean, j));
  }
  const deviation = parameters.map((_, i) => Math.sqrt(entry(second, i * size + i)));
  const correlations = parameters.map((_, i) =>
    parameters.map((_other, j) => {
      if (i === j) return 1;
      const product = entry(deviation, i) * entry(deviation, j);
      return product > 0 ? entry(second, i * size + j) / product : 0;
    }),
  );
  const scaled = matrix(
    size,
    (i, j) =>
      entry(second, i * size + j) / ((parameters[i]?.prior.deviation ?? 1) * (parameters[j]?.prior.deviation ?? 1)),
  );
  const { values, vectors } = eigen(scaled);
  const directions = values.map((value, k): Direction => {
    const vector = vectors[k] ?? [];
    const ratio = Math.sqrt(Math.max(0, value));
    return {
      loadings: Object.fromEntries(parameters.map((p, i) => [p.name, entry(vector, i)])),
      ratio,
      ...(ratio > NOT_IDENTIFIED ? { notIdentified: directionName(parameters, vector) } : {}),
    };
  });
  return { correlations, directions };
}

/**
 * What is not known, in words: parameters that rise together along the direction are a product, those of which one falls
 * where the other rises a quotient (on the scale; of logarithms that is exact).
 */
function directionName(parameters: readonly FreeParameter[], vector: readonly number[]): string {
  const largest = Math.max(...vector.map(Math.abs));
  const names = parameters
    .map((p, i) => ({ name: p.name, load: entry(vector, i) }))
    .filter(({ load }) => Math.abs(load) > 0.2 * largest)
    // Equal loads stay in the order of the parameters, whatever rounding says.
    .sort((a, b) => Math.round(1e6 * (Math.abs(b.load) - Math.abs(a.load))));
  const sign = Math.sign(names[0]?.load ?? 1);
  return names.map(({ name, load }, i) => (i === 0 ? name : `${load * sign < 0 ? ' ÷ ' : ' × '}${name}`)).join('');
}
