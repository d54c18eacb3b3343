/**
 * Accounts on which one hypothesis holds for everything: `selection`, `drift`, `novel`, and, with nobody to choose
 * from, `unstructured`. log marginal = log Σ_h π_h·L_h over the observations.
 */
import type { Standing } from '../evaluation';
import { measuredSums } from '../evidence/measured';
import { computeLogLikelihoods } from '../likelihood/logLikelihoods';
import { posteriorOf } from '../posterior/posterior';
import { givenWeights, mixture, predictAfter } from '../posterior/predictions';
import type { Stepwise } from '../stepwise';
import { type AccountNumbers, COUPLED, contextOf, type Reading } from './account';

/** `context: false` where a prompt can say nothing about who answers: the personless account. */
export function* singleAccount(
  { likelihood, evidence, observed, all }: Reading,
  options: { context: boolean },
): Stepwise<AccountNumbers | string> {
  const { structure, hypotheses } = likelihood;
  const { cells, program } = structure;
  const observations = measuredSums(
    likelihood,
    evidence.measured.filter((m) => !m.rl),
  );
  const marginal = posteriorOf(likelihood, yield* computeLogLikelihoods(likelihood, observed, observations, 0));
  const logLikelihoods = yield* computeLogLikelihoods(
    likelihood,
    all,
    measuredSums(likelihood, evidence.measured),
    likelihood.reinforcements.length,
  );
  const posterior = posteriorOf(likelihood, logLikelihoods);
  if (Number.isNaN(marginal.logMarginal) || Number.isNaN(posterior.logMarginal)) return COUPLED;
  const after = predictAfter(likelihood, logLikelihoods);
  const predictive = Float64Array.from({ length: cells }, (_, cell) =>
    mixture(posterior.weights, after.predictive, cells, cell),
  );
  const probes = Float64Array.from(program.probes, ({ target }) => {
    const given = options.context ? contextOf(structure, target) : [];
    const weights = givenWeights(posterior, given, after, cells);
    return mixture(weights, after.predictive, cells, structure.offset[target.situation] + target.response);
  });
  const standings = hypotheses.map(
    (h, i): Standing => ({
      name: h.name,
      prior: h.prior,
      posterior: posterior.weights[i],
      logLikelihood: logLikelihoods.logLikelihood[i],
    }),
  );
  const approximate = likelihood.notes.some((note) => note.kind === 'approximate-preference');
  return { logMarginal: marginal.logMarginal, bound: false, predictive, probes, standings, approximate };
}
