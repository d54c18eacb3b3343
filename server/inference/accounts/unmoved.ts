/** The `unmoved` account (LANGUAGE section 7): predictions are the ones before, log marginal Σ N·log p₀. */
import { measuredColumn } from '../evidence/measured';
import { logShare, logSumExp } from '../numbers/logarithms';
import { givenWeights, mixture, predictBefore } from '../posterior/predictions';
import { type AccountNumbers, contextOf, type Reading } from './account';
import { priorPrediction } from './priorPrediction';
import { targetsOf } from './targets';

export function unmovedAccount({ likelihood, evidence, observed }: Reading): AccountNumbers {
  const { structure, hypotheses, pairs } = likelihood;
  const { cells, offset, program } = structure;
  const predictive = priorPrediction(structure, hypotheses);
  let logMarginal = 0;
  observed.forEach((n, key) => {
    if (n === 0) return;
    const pair = pairs[key - cells];
    const own = pair ? (predictive[pair.preferred] as number) : (predictive[key] as number);
    logMarginal += n * (pair ? logShare(own, predictive[pair.over] as number) : Math.log(own));
  });
  for (const m of evidence.measured) {
    if (m.rl) continue;
    const columns = hypotheses.map((h) => measuredColumn(m, h));
    m.count.forEach((n, row) => {
      // The row's own term: what a persona drawn by its prior would have given it.
      if (n !== 0)
        logMarginal += n * logSumExp(hypotheses.map((h, i) => h.logPrior + (columns[i]?.[row] ?? Number.NaN)));
    });
  }
  const before = predictBefore(likelihood);
  const priors = {
    weights: Float64Array.from(hypotheses, (h) => h.prior),
    logWeights: Float64Array.from(hypotheses, (h) => h.logPrior),
  };
  const answers = Float64Array.from(targetsOf(program), (target) => {
    const weights = givenWeights(priors, contextOf(structure, target), before, cells);
    return mixture(weights, before.predictive, cells, (offset[target.situation] as number) + target.response);
  });
  const standings = hypotheses.map(({ name, prior }) => ({ name, prior, posterior: prior, logLikelihood: 0 }));
  return { logMarginal, bound: false, predictive, answers, standings };
}
