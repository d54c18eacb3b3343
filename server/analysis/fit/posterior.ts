/**
 * The posterior of one account's parameters given what is fitted: weighted points with their predictions, the evidence
 * and each parameter's marginal. By quadrature for one and two parameters, by importance sampling for three to eight.
 */
import { logSumExp } from '../../inference/numbers/logarithms';
import type { Stepwise } from '../../inference/stepwise';
import { entry } from '../numbers/entry';
import { cholesky, identity } from '../numbers/matrix';
import { normalQuantile } from '../numbers/normal';
import { sobol } from '../numbers/sobol';
import { domainsOf } from './domains';
import { integrate, TOLERANCE } from './grid';
import { type Component, effortFor, importanceSample, type Pool } from './importance';
import { type Marginal, marginalFromDraws } from './marginal';
import { type Box, curvatureAt, distinctMaxima, type Maximum, maximumFrom, type Objective } from './maximum';
import { type EvaluatedPoint, logPosterior, type PosteriorDensity } from './posteriorDensity';

export const MOST_PARAMETERS = 8;

/** Section 8: below this effective sample size, or above this k̂, no intervals are given. */
export const LEAST_SAMPLE = 400;
export const LARGEST_SHAPE = 0.7;

export interface FitPosterior {
  readonly density: PosteriorDensity;
  /** -Infinity where no values of the parameters can have produced the data; the rest is then empty. */
  readonly logEvidence: number;
  readonly points: readonly EvaluatedPoint[];
  /** Logs of normalised weights. */
  readonly logWeights: Float64Array;
  readonly marginals: readonly Marginal[];
  /** Highest points in quantile space. */
  readonly maxima: readonly Maximum[];
  /** Importance sampling, or a quadrature that did not settle. */
  readonly approximate: boolean;
  readonly effectiveSampleSize: number | null;
  readonly paretoShape: number | null;
  /** False where the limits of section 8 are not met. */
  readonly reliable: boolean;
  /** Why not, in a sentence. */
  readonly reason?: string;
  /** The draws, for a posterior near this one. */
  readonly pool?: Pool;
}

/** What is known from a posterior near this one. */
export interface Beginning {
  readonly maxima: readonly Maximum[];
  readonly pool?: Pool;
  /** Relative error of the evidence, where it need not be that of a result. */
  readonly tolerance?: number;
}

/** Quantile space ends where a double's tail probability does. */
const FARTHEST = 8;

export function* posteriorOf(density: PosteriorDensity, known?: Beginning): Stepwise<FitPosterior> {
  const size = density.parameters.length;
  if (size === 0) return yield* pointPosterior(density);
  const objective: Objective = function* (x) {
    return logPosterior(yield* density.at(x));
  };
  if (size > 2 && known?.pool) return yield* sampled(density, known.maxima, known.pool);
  const maxima = yield* findMaxima(objective, size, known?.maxima);
  const top = maxima[0];
  if (!top) return nothing(density);
  if (size <= 2) {
    const covariance = yield* curvatureAt(objective, top);
    const domains = size === 1 ? yield* domainsOf(density.at) : undefined;
    const integral = yield* integrate(density.at, maxima, covariance, domains, known?.tolerance);
    const converged = integral.error <= (known?.tolerance ?? TOLERANCE);
    return {
      density,
      ...integral,
      maxima,
      approximate: !converged,
      effectiveSampleSize: null,
      paretoShape: null,
      reliable: converged,
      ...(converged ? {} : { reason: `The evidence is known to ${integral.error.toExponential(1)} only.` }),
    };
  }
  const components: Component[] = [];
  const logs: number[] = [];
  for (const maximum of maxima.slice(0, 4)) {
    const covariance = yield* curvatureAt(objective, maximum);
    const factor = cholesky(covariance) ?? identity(size);
    components.push({ centre: maximum.x, factor, share: 0 });
    let volume = 0;
    for (let i = 0; i < size; i++) volume += Math.log(entry(factor.values, i * size + i));
    logs.push(maximum.value + volume);
  }
  const total = logSumExp(logs);
  // No maximum is left without draws: its approximation may be far too narrow.
  const shares = logs.map((log) => 0.8 * Math.exp(log - total) + 0.2 / logs.length);
  const start = components.map((c, i) => ({ ...c, share: entry(shares, i) }));
  return yield* sampled(density, maxima, { draws: [], proposals: [], components: start });
}

function* sampled(density: PosteriorDensity, maxima: readonly Maximum[], pool: Pool): Stepwise<FitPosterior> {
  const sample = yield* importanceSample(density.at, pool, effortFor(density.parameters.length));
  const weights = sample.logWeights.map(Math.exp);
  const marginals: Marginal[] = [];
  for (const [i] of density.parameters.entries()) {
    // Thousands of draws at hundreds of places: a slice for each parameter.
    yield;
    marginals.push(
      marginalFromDraws(
        Float64Array.from(sample.points, (p) => entry(p.v, i)),
        weights,
      ),
    );
  }
  const few = sample.effectiveSampleSize < LEAST_SAMPLE;
  const heavy = !(sample.paretoShape <= LARGEST_SHAPE);
  return {
    density,
    ...sample,
    maxima,
    marginals,
    approximate: true,
    effectiveSampleSize: sample.effectiveSampleSize,
    paretoShape: sample.paretoShape,
    reliable: !few && !heavy,
    ...(few || heavy ? { reason: unreliable(sample.effectiveSampleSize, sample.paretoShape) } : {}),
  };
}

function unreliable(size: number, shape: number): string {
  const pieces = [
    ...(size < LEAST_SAMPLE ? [`the effective sample size is ${Math.round(size)}, below ${LEAST_SAMPLE}`] : []),
    ...(shape <= LARGEST_SHAPE ? [] : [`Pareto k is ${shape.toFixed(2)}, above ${LARGEST_SHAPE}`]),
  ];
  return `No intervals: ${pieces.join(', and ')}.`;
}

function* pointPosterior(density: PosteriorDensity): Stepwise<FitPosterior> {
  const point = yield* density.at([]);
  return {
    ...nothing(density),
    logEvidence: point.logLikelihood,
    points: [point],
    logWeights: Float64Array.of(0),
  };
}

function nothing(density: PosteriorDensity): FitPosterior {
  return {
    density,
    logEvidence: Number.NEGATIVE_INFINITY,
    points: [],
    logWeights: new Float64Array(0),
    marginals: [],
    maxima: [],
    approximate: false,
    effectiveSampleSize: null,
    paretoShape: null,
    reliable: true,
  };
}

const SEED = 71;

/** Many starts over the prior, the best of them followed to their tops. */
function* findMaxima(
  objective: Objective,
  size: number,
  known: readonly Maximum[] | undefined,
): Stepwise<readonly Maximum[]> {
  const next = sobol(size, SEED);
  const starts: Maximum[] = [];
  for (const { x } of known ?? []) starts.push({ x, value: yield* objective(x) });
  // Near a posterior whose maxima are known a coarser look is enough.
  const scan = known ? 8 : size === 1 ? 33 : size === 2 ? 81 : 64 + 32 * size;
  for (let n = 0; n < scan; n++) {
    const x =
      size === 1
        ? Float64Array.of(((n - (scan - 1) / 2) * 8) / (scan - 1))
        : next().map((u) => 1.3 * normalQuantile(u));
    starts.push({ x, value: yield* objective(x) });
  }
  const box: Box = { low: new Float64Array(size).fill(-FARTHEST), high: new Float64Array(size).fill(FARTHEST) };
  const unit = new Float64Array(size).fill(1);
  const found: Maximum[] = [];
  const chosen = distinctMaxima(starts, 0.75).slice(0, known ? 2 : 4);
  for (const start of chosen) found.push(yield* maximumFrom(objective, start.x, box, unit));
  return distinctMaxima(found, 0.05).filter((m, _, [top]) => m.value > (top?.value ?? 0) - 40);
}
