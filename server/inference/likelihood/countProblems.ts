/** Where counts below zero (rewards against a response) have no meaning: what they would take to 0 or below. */

import { pureSide } from '../model/forms';
import { dirichletProblem } from './dirichlet';
import type { Likelihood } from './likelihood';
import { type DirichletPreferences, shareBeta } from './preference';
import { profileProblem } from './wholeRows';

/** A rule that the counts break: what falls to 0 or below. */
export interface CountProblem {
  readonly key: number;
  readonly hypothesis: number;
  readonly reason: 'dirichlet' | 'impossible' | 'capability';
}

/** Counts below zero where the mathematics has no meaning for them, by hypothesis and key. */
export function countProblems(likelihood: Likelihood, counts: Float64Array): CountProblem[] {
  const { hypotheses, keys, scale, structure } = likelihood;
  const problems: CountProblem[] = [];
  for (let h = 0; h < hypotheses.length; h++) {
    for (let key = 0; key < keys; key++) {
      if (counts[key] < 0 && scale[h * keys + key] === Number.NEGATIVE_INFINITY)
        problems.push({ key, hypothesis: h, reason: 'impossible' });
    }
    const pieces = likelihood.dirichlet[h];
    for (const plan of pieces?.plans ?? []) {
      const key = plan ? dirichletProblem(plan, counts) : -1;
      if (key >= 0) problems.push({ key, hypothesis: h, reason: 'dirichlet' });
      for (const unit of plan?.units ?? []) {
        if (!unit.lossyResponses || !(counts[unit.fallback] < 0)) continue;
        // Where both capabilities are near 1 the factor grows as the sum of both losses to that power.
        const own = profileProblem(likelihood, likelihood.profileOf[h], counts);
        const latent = unit.lossyResponses.map((l) => l.capability).filter((c) => c >= 0);
        const space = latent.reduce((sum, c) => sum + structure.priorMiss[c] + own.miss[c], 0);
        if (latent.length === 2 && !(space + counts[unit.fallback] > 0))
          problems.push({ key: unit.fallback, hypothesis: h, reason: 'capability' });
      }
    }
    for (const s of pieces?.shares ?? []) {
      const { a, b, n, m } = shareBeta(pieces as DirichletPreferences, s, counts);
      if (n < 0 && !(a + n > 0)) problems.push({ key: s.aOverB, hypothesis: h, reason: 'dirichlet' });
      if (m < 0 && !(b + m > 0)) problems.push({ key: s.bOverA, hypothesis: h, reason: 'dirichlet' });
    }
  }
  likelihood.profiles.forEach((factors, profile) => {
    const problem = profileProblem(likelihood, profile, counts);
    for (let c = 0; c < structure.value.length; c++) {
      if (!structure.learnable[c]) continue;
      const low = !(structure.priorHit[c] + problem.hit[c] > 0);
      const high = !(structure.priorMiss[c] + problem.miss[c] > 0);
      if (!low && !high) continue;
      for (const f of factors) {
        const side = f.form.capabilities[0] === c ? pureSide(f.form) : undefined;
        if (f.sign * counts[f.key] < 0 && ((low && side === 'hit') || (high && side === 'miss'))) {
          problems.push({ key: f.key, hypothesis: likelihood.profileOf.indexOf(profile), reason: 'capability' });
        }
      }
    }
  });
  return problems;
}
