/**
 * The `transfer` account (LANGUAGE section 7): in situation x' personas weigh π_h·L_h(D_x')·Π_{x≠x'} L_h(D_x)^g. A rule of prediction,
 * without a log marginal of its own. Where a capability is learnable κ stands at its posterior mean under `selection`.
 */
import type { Standing } from '../evaluation';
import { measuredSums } from '../evidence/measured';
import { computeLogLikelihoods } from '../likelihood/logLikelihoods';
import { tilt } from '../likelihood/reinforcement';
import { type CapabilityPoint, pointAt } from '../model/capabilityPoint';
import { cellForm, formAt } from '../model/forms';
import { normalisedLogs, normaliseLogs } from '../numbers/logarithms';
import { posteriorOf } from '../posterior/posterior';
import { givenWeights, meanCapabilities, mixture, type Weights } from '../posterior/predictions';
import type { Stepwise } from '../stepwise';
import { type AccountNumbers, COUPLED, contextOf, type Reading } from './account';
import { partAt, placesOf } from './places';
import { targetsOf } from './targets';

const NO_MARGINAL = 'a transfer between 0 and 1 is a rule of prediction: it has no log marginal';

export function* transferAccount(reading: Reading, g: number): Stepwise<AccountNumbers | string> {
  const { likelihood, evidence, all } = reading;
  const { structure, hypotheses, reinforcements } = likelihood;
  const { cells, offset, program } = structure;
  const size = hypotheses.length;
  const point = yield* capabilitiesUnderSelection(reading);
  if (!point) return COUPLED;
  const places = placesOf(likelihood, evidence, all, true).map((place) =>
    Float64Array.from(place, (part) => (part.impossible ? Number.NEGATIVE_INFINITY : partAt(part, point))),
  );
  /** log L_h to the power g; a power of 0 says nothing, also of the impossible. */
  const power = (log: number, exponent: number) => (exponent === 0 ? 0 : exponent * log);
  const drawn: Weights[] = program.situations.map(({ index }) => {
    const joint = Float64Array.from(hypotheses, (h, i) =>
      places.reduce((sum, place, x) => sum + power(place[i] as number, x === index ? 1 : g), h.logPrior),
    );
    const weights = new Float64Array(size);
    const total = normaliseLogs(joint, weights);
    return { weights, logWeights: normalisedLogs(joint, weights, total) };
  });
  yield;
  const rows = new Float64Array(size * cells);
  const logs = new Float64Array(size * cells).fill(Number.NaN);
  hypotheses.forEach((hypothesis, h) => {
    const row = rows.subarray(h * cells, (h + 1) * cells);
    for (let cell = 0; cell < cells; cell++)
      row[cell] = Math.min(1, formAt(cellForm(structure, hypothesis, cell), point.hit));
    for (const { index } of program.situations) {
      const acting = reinforcements.filter((r) => r.situation === index);
      const tilted = tilt(row, offset[index] as number, offset[index + 1] as number, acting);
      if (tilted.logs) logs.set(tilted.logs, h * cells + (offset[index] as number));
    }
  });
  const predictive = Float64Array.from({ length: cells }, (_, cell) =>
    mixture((drawn[structure.situationOf[cell] as number] as Weights).weights, rows, cells, cell),
  );
  const answers = Float64Array.from(targetsOf(program), (target) => {
    const given = contextOf(structure, target).map((item) => ({
      ...item,
      count: item.situation === target.situation ? item.count : power(item.count, g),
    }));
    const weights = givenWeights(drawn[target.situation] as Weights, given, { predictive: rows, logs }, cells);
    return mixture(weights, rows, cells, (offset[target.situation] as number) + target.response);
  });
  // As in `contextual`: means over the situations that have evidence.
  const touched = program.situations.filter(({ index }) => places[index]?.some((log) => log !== 0));
  const standings = hypotheses.map(({ name, prior }, i): Standing => {
    const sum = touched.reduce((total, { index }) => total + ((drawn[index] as Weights).weights[i] as number), 0);
    const logLikelihood = places.reduce((total, place) => total + (place[i] as number), 0);
    return { name, prior, posterior: touched.length > 0 ? sum / touched.length : prior, logLikelihood };
  });
  return { logMarginal: Number.NaN, withoutMarginal: NO_MARGINAL, bound: false, predictive, answers, standings };
}

/** κ at its posterior mean under `selection`; the prior means where nothing is learnable. */
function* capabilitiesUnderSelection({ likelihood, evidence, all }: Reading): Stepwise<CapabilityPoint | undefined> {
  const { structure, hypotheses } = likelihood;
  if (!structure.learnable.some(Boolean)) return pointAt(structure);
  const logLikelihoods = yield* computeLogLikelihoods(
    likelihood,
    all,
    measuredSums(likelihood, evidence.measured),
    likelihood.reinforcements.length,
  );
  const { weights, defined } = posteriorOf(likelihood, logLikelihoods);
  if (!defined) return logLikelihoods.capabilities.some((c) => c?.failed) ? undefined : pointAt(structure);
  const hit = new Float64Array(structure.value.length);
  hypotheses.forEach((_, h) => {
    const own = meanCapabilities(likelihood, logLikelihoods, h);
    // A persona with a capability of its own leaves the shared one at its prior.
    hit.forEach((sum, c) => {
      const mean = logLikelihoods.capabilities[h]?.marginals[c]?.mean ?? (own[c] as number);
      hit[c] = sum + (weights[h] as number) * mean;
    });
  });
  const miss = hit.map((v) => 1 - v);
  return { hit, miss, logHit: hit.map(Math.log), logMiss: miss.map(Math.log) };
}
