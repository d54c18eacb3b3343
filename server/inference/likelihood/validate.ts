/**
 * Evidence that the mathematics can use: negative counts (a reward below zero) have no meaning where they take a
 * Dirichlet or Beta parameter to 0 or below, or ask for less of what a persona never does; and measured rows need a
 * number for every hypothesis. What breaks this is left out and reported, and the rest is evaluated.
 */
import type { DatasetCounts } from '../../datasets/counts';
import type { Finding } from '../evaluation';
import { gatherEvidence, type LeftOut } from '../evidence/collect';
import { countsOf, type Evidence } from '../evidence/effectiveCounts';
import { missingRows } from '../evidence/measured';
import { regather } from '../evidence/update';
import type { Hypothesis } from '../model/hypotheses';
import type { Structure } from '../model/structure';
import { countProblems } from './countProblems';
import { type Likelihood, prepareLikelihood } from './likelihood';

export interface Settled {
  readonly evidence: Evidence;
  readonly likelihood: Likelihood;
  readonly findings: readonly Finding[];
  readonly leftOut: LeftOut;
}

export function settle(
  structure: Structure,
  hypotheses: readonly Hypothesis[],
  counts: ReadonlyMap<number, DatasetCounts>,
): Settled {
  const findings: Finding[] = [];
  const episodes = new Set<number>();
  const datasets = new Set<number>();
  for (;;) {
    const evidence = gatherEvidence(structure, counts, { episodes, datasets });
    const likelihood = prepareLikelihood(structure, hypotheses, evidence.pairs, evidence.slotsOfKey);
    const before = episodes.size + datasets.size;
    for (const m of evidence.measured) {
      for (const hypothesis of hypotheses) {
        const rows = missingRows(m, hypothesis);
        if (rows === 0) continue;
        datasets.add(m.dataset);
        findings.push({ kind: 'missing-measurement', dataset: m.dataset, persona: hypothesis.name, rows });
      }
    }
    if (evidence.negatives > 0) leaveOutNegatives(evidence, likelihood, episodes, datasets, findings);
    if (episodes.size + datasets.size === before)
      return { evidence, likelihood, findings, leftOut: { episodes, datasets } };
  }
}

/**
 * The same for a program that differs from the one before in its episodes only, without gathering all anew. Undefined where
 * that cannot be: rewards are left out, or would have to be, or the preference pairs are others.
 */
export function settleAfter(before: Settled, structure: Structure): Settled | undefined {
  if (before.findings.some((f) => f.kind !== 'missing-measurement')) return undefined;
  const evidence = regather(before.evidence, structure);
  if (!evidence) return undefined;
  const old = before.likelihood;
  // A Dirichlet's plan depends on which cells have any evidence.
  const spoken = evidence.slotsOfKey.every(
    (list, key) => list.length > 0 === before.evidence.slotsOfKey[key].length > 0,
  );
  const likelihood =
    spoken || old.hypotheses.every((h) => h.concentration === 0)
      ? { ...old, structure, reinforcements: structure.program.reinforcements }
      : prepareLikelihood(structure, old.hypotheses, evidence.pairs, evidence.slotsOfKey);
  if (evidence.negatives > 0 && countProblems(likelihood, countsOf(evidence)).length > 0) return undefined;
  return { ...before, evidence, likelihood };
}

function leaveOutNegatives(
  evidence: Evidence,
  likelihood: Likelihood,
  episodes: Set<number>,
  datasets: Set<number>,
  findings: Finding[],
): void {
  const problems = countProblems(likelihood, countsOf(evidence));
  const seen = new Set<number>();
  for (const { key, hypothesis, reason } of problems) {
    if (seen.has(key)) continue;
    seen.add(key);
    const persona = likelihood.hypotheses[hypothesis].name;
    const { slot, term } = evidence.episodes;
    for (let e = 0; e < slot.length; e++) {
      if (slot[e] < 0 || term[e] >= 0 || evidence.slots[slot[e]].key !== key) continue;
      episodes.add(e);
      findings.push({ kind: 'negative-evidence', episode: e, persona, reason });
    }
    for (const s of evidence.slotsOfKey[key]) {
      for (const part of evidence.slots[s].parts) {
        if (!part.negative || datasets.has(part.dataset)) continue;
        datasets.add(part.dataset);
        findings.push({ kind: 'negative-dataset', dataset: part.dataset, persona, reason });
      }
    }
  }
}
