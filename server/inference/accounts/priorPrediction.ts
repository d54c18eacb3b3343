/** p₀, the program's own prediction before any evidence: every hypothesis by its prior, capabilities at their prior means. */
import { pointAt } from '../model/capabilityPoint';
import { cellForm, formAt } from '../model/forms';
import type { Hypothesis } from '../model/hypotheses';
import type { Structure } from '../model/structure';

/** By cell. */
export function priorPrediction(structure: Structure, hypotheses: readonly Hypothesis[]): Float64Array {
  const { hit } = pointAt(structure);
  return Float64Array.from({ length: structure.cells }, (_, cell) => {
    let sum = 0;
    for (const h of hypotheses) if (h.prior > 0) sum += h.prior * formAt(cellForm(structure, h, cell), hit);
    return Math.min(1, sum);
  });
}
