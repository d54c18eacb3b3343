/**
 * What each hypothesis predicts, before and after the evidence: capabilities and Dirichlet rows at their posterior means,
 * tilted by reinforcement (after only). A mixture's prediction is the weighted sum.
 */
import type { Method, Target } from '../../program/model/program';
import { discountFactor } from '../evidence/effectiveCounts';
import type { Likelihood } from '../likelihood/likelihood';
import type { LogLikelihoods } from '../likelihood/logLikelihoods';
import { tilt } from '../likelihood/reinforcement';
import type { CapabilityMeans } from '../likelihood/sharedMeans';
import { cellForm, formAt } from '../model/forms';
import type { Structure } from '../model/structure';

export interface Predictions {
  /** H × cells. */
  readonly row: Float64Array;
  readonly predictive: Float64Array;
  /** Reinforcements × H: KL of the tilted answers from the untilted. */
  readonly tilts: Float64Array;
  /** H × cells: log of the answers whose own value has lost digits, NaN elsewhere; undefined where there are none. */
  readonly logs?: Float64Array;
}

/** P_h(y|x) from a row of propensities and capabilities by capability. */
export function fillPredictive(
  likelihood: Likelihood,
  h: number,
  row: Float64Array,
  capability: ArrayLike<number>,
  out: Float64Array,
): void {
  const { structure, hypotheses } = likelihood;
  for (let cell = 0; cell < structure.cells; cell++) {
    out[cell] = Math.min(1, formAt(cellForm(structure, hypotheses[h], cell, row), capability));
  }
}

/** Predictions under no evidence: prior rows and prior mean capabilities. */
export function predictBefore(likelihood: Likelihood): Predictions {
  const { structure, hypotheses } = likelihood;
  const { cells } = structure;
  const row = new Float64Array(hypotheses.length * cells);
  const predictive = new Float64Array(hypotheses.length * cells);
  hypotheses.forEach((hypothesis, h) => {
    row.set(hypothesis.row, h * cells);
    fillPredictive(likelihood, h, hypothesis.row, structure.value, predictive.subarray(h * cells, (h + 1) * cells));
  });
  return { row, predictive, tilts: new Float64Array(0) };
}

/** Each hypothesis' posterior mean capability, by capability. */
export function meanCapabilities(likelihood: Likelihood, logLikelihoods: LogLikelihoods, h: number): Float64Array {
  const own = likelihood.hypotheses[h].capability;
  return Float64Array.from(likelihood.structure.value, (value, c) => {
    const marginal = Number.isNaN(own[c]) ? logLikelihoods.capabilities[h]?.marginals[c] : undefined;
    return marginal ? marginal.mean : value;
  });
}

/** E[θ·κ] and what is lost of it, where propensities and capabilities depend on each other. */
function fillCached(
  structure: Structure,
  row: Float64Array,
  retained: CapabilityMeans | undefined,
  out: Float64Array,
): void {
  for (const cell of retained?.keys() ?? []) out[structure.fallback[cell]] = 0;
  for (const [cell, capability] of retained ?? []) {
    out[cell] = row[cell] * capability;
    out[structure.fallback[cell]] += row[cell] * (1 - capability);
  }
}

export function predictAfter(likelihood: Likelihood, logLikelihoods: LogLikelihoods): Predictions {
  const { structure, hypotheses, reinforcements } = likelihood;
  const { cells, offset } = structure;
  const size = hypotheses.length;
  const row = new Float64Array(size * cells);
  const predictive = new Float64Array(size * cells);
  const tilts = new Float64Array(reinforcements.length * size);
  const acting = reinforcements.slice(0, logLikelihoods.reinforced);
  const situations = [...new Set(acting.map((r) => r.situation))];
  let logs: Float64Array | undefined;
  hypotheses.forEach((hypothesis, h) => {
    const theta = logLikelihoods.rows[h] ?? hypothesis.row;
    row.set(theta, h * cells);
    const out = predictive.subarray(h * cells, (h + 1) * cells);
    fillPredictive(likelihood, h, theta, meanCapabilities(likelihood, logLikelihoods, h), out);
    fillCached(structure, theta, logLikelihoods.retained[h], out);
    for (const x of situations) {
      const list = acting.filter((r) => r.situation === x);
      const tilted = tilt(out, offset[x], offset[x + 1], list);
      list.forEach((r, j) => {
        tilts[reinforcements.indexOf(r) * size + h] = tilted.divergence[j];
      });
      if (!tilted.logs) continue;
      logs ??= new Float64Array(size * cells).fill(Number.NaN);
      logs.set(tilted.logs, h * cells + offset[x]);
    }
  });
  return { row, predictive, tilts, logs };
}

/** Σ_h weights_h · P_h(cell). */
export function mixture(weights: ArrayLike<number>, predictive: Float64Array, cells: number, cell: number): number {
  let sum = 0;
  for (let h = 0; h < weights.length; h++) {
    const w = weights[h];
    if (Number.isNaN(w)) return Number.NaN;
    if (w > 0) sum += w * predictive[h * cells + cell];
  }
  return Math.min(1, sum);
}

/** The cells of a `given`, each once, with what they count under method `context`. */
export function givenCounts(
  target: Target,
  offset: Int32Array,
  context: Method,
): readonly { cell: number; situation: number; count: number }[] {
  const times = new Map<number, { cell: number; situation: number; count: number }>();
  for (const item of target.given) {
    const cell = offset[item.situation] + item.response;
    const entry = times.get(cell) ?? { cell, situation: item.situation, count: 0 };
    entry.count += item.times;
    times.set(cell, entry);
  }
  return [...times.values()].map((g) => ({
    ...g,
    count: context.strength * g.count * discountFactor(g.count, context.discount),
  }));
}

/** Weights with their logs, which also hold what is too small for a double. */
export interface Weights {
  readonly weights: Float64Array;
  readonly logWeights: Float64Array;
}

/** Weights of which none is too small for a double. */
export function withLogs(weights: Float64Array): Weights {
  return { weights, logWeights: weights.map(Math.log) };
}

/** Weights multiplied by what a context says: w_h ∝ w_h·Π P_h^N, with the same P as the prediction. NaN where it is impossible under all. */
export function givenWeights(
  { weights, logWeights }: Weights,
  given: readonly { readonly cell: number; readonly count: number }[],
  { predictive, logs }: Pick<Predictions, 'predictive' | 'logs'>,
  cells: number,
): Float64Array {
  if (given.length === 0) return weights;
  const joint = Float64Array.from(logWeights, (w, h) => {
    let log = w;
    for (const g of given) {
      if (g.count === 0) continue;
      const at = h * cells + g.cell;
      const own = logs?.[at] ?? Number.NaN;
      log += g.count * (Number.isNaN(own) ? Math.log(predictive[at]) : own);
    }
    return log;
  });
  let top = Number.NEGATIVE_INFINITY;
  for (const log of joint) if (log > top) top = log;
  const out = new Float64Array(weights.length);
  if (!Number.isFinite(top)) return out.fill(Number.NaN);
  let sum = 0;
  for (let h = 0; h < out.length; h++) {
    out[h] = Math.exp(joint[h] - top);
    sum += out[h];
  }
  for (let h = 0; h < out.length; h++) out[h] /= sum;
  return out;
}
