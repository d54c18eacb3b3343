/** An evaluation whose numbers must not be shown, because evidence, a row, a prior or a setting is not in them. */
import type { Evaluation, Influence } from './evaluation';

/** The same shape with nothing defined: what depends on no number (names, order, reasons) stays. */
export function withoutNumbers(evaluation: Evaluation): Evaluation {
  const none = (values: Float64Array): Float64Array => new Float64Array(values.length).fill(Number.NaN);
  const unknown: readonly [number, number] = [Number.NaN, Number.NaN];
  const influence = ({ count, weight, single, shift, capability }: Influence): Influence => ({
    count,
    weight: none(weight),
    single: none(single),
    shift: none(shift),
    capability: none(capability),
  });
  const standing = (one: Evaluation['personas'][number]): Evaluation['personas'][number] => ({
    name: one.name,
    prior: Number.NaN,
    posterior: Number.NaN,
    logLikelihood: Number.NaN,
  });
  return {
    ...evaluation,
    defined: false,
    logMarginal: Number.NaN,
    personas: evaluation.personas.map(standing),
    capabilities: evaluation.capabilities.map((capability) => ({
      ...capability,
      before: Number.NaN,
      after: Number.NaN,
      intervalBefore: unknown,
      intervalAfter: unknown,
    })),
    episodes: influence(evaluation.episodes),
    datasets: influence(evaluation.datasets),
    reinforcements: evaluation.reinforcements.map(() => ({ selection: Number.NaN, propensityShift: Number.NaN })),
    probes: evaluation.probes.map((probe) => ({
      before: Number.NaN,
      after: Number.NaN,
      byPersona: none(probe.byPersona),
      byPersonaBefore: none(probe.byPersonaBefore),
      weightGiven: none(probe.weightGiven),
      weightGivenBefore: none(probe.weightGivenBefore),
    })),
    observed: evaluation.observed.map(({ predicted, logScore, saturated }) => ({
      predicted: none(predicted),
      logScore: none(logScore),
      saturated,
    })),
    expectations: evaluation.expectations.map(() => ({ value: Number.NaN, holds: false })),
    accounts: evaluation.accounts.map((account) => ({
      ...account,
      logMarginal: Number.NaN,
      probability: Number.NaN,
      probes: none(account.probes),
      predictive: none(account.predictive),
      logScore: Number.NaN,
      standings: account.standings.map(standing),
    })),
    predictiveBefore: none(evaluation.predictiveBefore),
    predictiveAfter: none(evaluation.predictiveAfter),
    rowsBefore: none(evaluation.rowsBefore),
    rowsAfter: none(evaluation.rowsAfter),
    counts: none(evaluation.counts),
    nearest: undefined,
  };
}
