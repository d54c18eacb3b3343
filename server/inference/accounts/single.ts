/**
 * Accounts on which one hypothesis holds for everything: `selection`, `drift`, `novel`, and, without personas to choose
 * from, `unstructured`. log marginal = log Σ_h π_h·L_h over the observations.
 */
import type { Standing } from '../evaluation';
import { measuredSums } from '../evidence/measured';
import { computeLogLikelihoods } from '../likelihood/logLikelihoods';
import { posteriorOf } from '../posterior/posterior';
import { givenWeights, mixture, predictAfter } from '../posterior/predictions';
import { runToEnd, type Stepwise } from '../stepwise';
import { type AccountNumbers, COUPLED, contextOf, type Reading } from './account';
import { targetsOf } from './targets';

/**
 * What a context says: about who answers (`persona`), what more evidence of its situation would (`evidence`), or `nothing`.
 */
export type ContextMeaning = 'persona' | 'evidence' | 'nothing';

export function* singleAccount(
  reading: Reading,
  options: { readonly context: ContextMeaning },
): Stepwise<AccountNumbers | string> {
  const { likelihood, evidence, observed, all } = reading;
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
  const answers = Float64Array.from(targetsOf(program), (target) => {
    const cell = structure.offset[target.situation] + target.response;
    const given = contextOf(structure, target);
    if (options.context === 'evidence' && given.length > 0) return learnedFrom(reading, given, cell);
    const weights = givenWeights(posterior, options.context === 'persona' ? given : [], after, cells);
    return mixture(weights, after.predictive, cells, cell);
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
  return { logMarginal: marginal.logMarginal, bound: false, predictive, answers, standings, approximate };
}

/** The answer of a lone hypothesis that learns from a context as from evidence of its situation. */
function learnedFrom(
  { likelihood, evidence, all }: Reading,
  given: ReturnType<typeof contextOf>,
  cell: number,
): number {
  const counts = all.slice();
  for (const item of given) counts[item.cell] += item.count;
  const learned = runToEnd(
    computeLogLikelihoods(
      likelihood,
      counts,
      measuredSums(likelihood, evidence.measured),
      likelihood.reinforcements.length,
    ),
  );
  const impossible = !posteriorOf(likelihood, learned).defined;
  return impossible ? Number.NaN : predictAfter(likelihood, learned).predictive[cell];
}
