/** Measured log-likelihoods: what the rows of a dataset add to each hypothesis, as they are (LANGUAGE section 5). */

import type { Hypothesis } from '../model/hypotheses';
import type { MeasuredEvidence } from './effectiveCounts';

/** The column of a hypothesis: a persona's own, or `novel`'s. */
export function measuredColumn(evidence: MeasuredEvidence, hypothesis: Hypothesis): Float64Array | undefined {
  return evidence.columns[hypothesis.persona < 0 ? evidence.columns.length - 1 : hypothesis.persona];
}

/** How many rows that count have no number for the hypothesis. */
export function missingRows(evidence: MeasuredEvidence, hypothesis: Hypothesis): number {
  const column = measuredColumn(evidence, hypothesis);
  if (!column) return evidence.rows;
  let missing = 0;
  for (const value of column) if (Number.isNaN(value)) missing++;
  return missing;
}

/** Σ count · logprob by hypothesis, nats; undefined where nothing is measured. A row counted 0 says nothing. */
export function measuredSums(
  { hypotheses }: { readonly hypotheses: readonly Hypothesis[] },
  measured: readonly MeasuredEvidence[],
  counts: (row: number, evidence: MeasuredEvidence) => boolean = () => true,
): Float64Array | undefined {
  if (measured.length === 0) return undefined;
  return Float64Array.from(hypotheses, (hypothesis) => {
    let sum = 0;
    for (const m of measured) {
      const column = measuredColumn(m, hypothesis);
      if (!column) continue;
      for (let i = 0; i < m.rows; i++) if (m.count[i] !== 0 && counts(i, m)) sum += m.count[i] * column[i];
    }
    return sum;
  });
}
