/** Two personas that no evidence separates: they differ on paper, and the data cannot tell. */

import { CODES } from '../../program/codes';
import type { Diagnostic } from '../../program/diagnostic';
import type { Persona } from '../../program/model/program';
import type { PosteriorSnapshot } from '../../snapshot';

export function unseparatedPersonas({ program, evaluation }: PosteriorSnapshot): readonly Diagnostic[] {
  if (!evaluation.defined || program.evidence.length === 0) return [];
  const byLikelihood = new Map<number, Persona>();
  const found: Diagnostic[] = [];
  program.personas.forEach((persona, index) => {
    const { logLikelihood } = evaluation.personas[index]!;
    if (persona.prior === 0 || !Number.isFinite(logLikelihood)) return;
    const earlier = byLikelihood.get(logLikelihood);
    if (!earlier) byLikelihood.set(logLikelihood, persona);
    else if (!sameRows(earlier, persona))
      found.push({
        code: 'unseparated-personas',
        severity: CODES['unseparated-personas'].severity,
        origin: persona.nameOrigin,
        message: `No evidence separates ${persona.name} from ${earlier.name}: they keep the odds of their priors.`,
        related: [{ origin: earlier.nameOrigin, message: `${earlier.name} is as likely under every evidence.` }],
        data: { persona: persona.name, other: earlier.name },
      });
  });
  return found;
}

/** Personas that are the same in everything are another finding, and the text alone shows it. */
function sameRows(a: Persona, b: Persona): boolean {
  return a.row.every((value, cell) => value === b.row[cell]);
}
