/**
 * Evidence that the mathematics can use: negative counts (a reward below zero) have no meaning where they take a
 * Dirichlet or Beta parameter to 0 or below, or ask for less of what a persona never does; and measured rows need a
 * number for every hypothesis. What breaks this is left out and reported, and the rest is evaluated.
 */
import type { DatasetCounts } from '../../datasets/counts';
import type { Finding } from '../evaluation';
import { collectEvidence, type LeftOut } from '../evidence/collect';
import { countsOf, type Evidence } from '../evidence/effectiveCounts';
import { missingRows } from '../evidence/measured';
import { actingReinforcements } from '../evidence/stages';
import { updateEvidence } from '../evidence/update';
import type { Hypothesis } from '../model/hypotheses';
import type { Structure } from '../model/structure';
import { countProblems } from './countProblems';
import { type Likelihood, prepareLikelihood } from './likelihood';

export interface ValidEvidence {
  readonly evidence: Evidence;
  readonly likelihood: Likelihood;
  readonly findings: readonly Finding[];
  readonly leftOut: LeftOut;
}

export function validate(
  structure: Structure,
  hypotheses: readonly Hypothesis[],
  counts: ReadonlyMap<number, DatasetCounts>,
): ValidEvidence {
  const findings: Finding[] = [];
  const episodes = new Set<number>();
  const datasets = new Set<number>();
  for (;;) {
    const evidence = collectEvidence(structure, counts, { episodes, datasets });
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
    leaveOutLarge(evidence, episodes, datasets, findings);
    if (evidence.negatives > 0) leaveOutNegatives(evidence, likelihood, episodes, datasets, findings);
    if (episodes.size + datasets.size === before)
      return { evidence, likelihood, findings, leftOut: { episodes, datasets } };
  }
}

/**
 * The same for a program that differs from the one before in its episodes only, without gathering all anew. Undefined where
 * that cannot be: rewards are left out, or would have to be, or the preference pairs are others.
 */
export function validateAfter(before: ValidEvidence, structure: Structure): ValidEvidence | undefined {
  if (before.findings.some((f) => f.kind !== 'missing-measurement')) return undefined;
  const evidence = updateEvidence(before.evidence, structure);
  if (!evidence) return undefined;
  const old = before.likelihood;
  // A Dirichlet's plan depends on which cells have any evidence.
  const spoken = evidence.slotsOfKey.every(
    (list, key) => list.length > 0 === before.evidence.slotsOfKey[key].length > 0,
  );
  const likelihood =
    spoken || old.hypotheses.every((h) => h.concentration === 0)
      ? { ...old, structure, reinforcements: actingReinforcements(structure.program) }
      : prepareLikelihood(structure, old.hypotheses, evidence.pairs, evidence.slotsOfKey);
  const counts = countsOf(evidence);
  if (!inRange(counts) || (evidence.negatives > 0 && countProblems(likelihood, counts).length > 0)) return undefined;
  return { ...before, evidence, likelihood };
}

/** Counts above this leave no digits for sums of logs in a double. */
const LARGEST_COUNT = 1e301;

function inRange(counts: Float64Array): boolean {
  return counts.every((n) => Math.abs(n) <= LARGEST_COUNT);
}

/** Of every key whose count is out of range, leave out the episode or dataset that counts most; the caller tries again. */
function leaveOutLarge(evidence: Evidence, episodes: Set<number>, datasets: Set<number>, findings: Finding[]): void {
  const counts = countsOf(evidence);
  if (inRange(counts)) return;
  const { program } = evidence.structure;
  counts.forEach((n, key) => {
    if (Math.abs(n) <= LARGEST_COUNT) return;
    const slots = evidence.slotsOfKey[key];
    const sizes = program.evidence.map(({ kind, index }) => {
      if (kind === 'episode')
        return slots.includes(evidence.episodes.slot[index]) ? Math.abs(evidence.episodes.amount[index]) : -1;
      const pieces = slots.flatMap((s) => evidence.slots[s].pieces.filter((p) => p.dataset === index));
      return pieces.reduce((sum, part) => sum + Math.abs(part.amount), pieces.length > 0 ? 0 : -1);
    });
    let largest = 0;
    sizes.forEach((size, i) => {
      if (size > sizes[largest] || Number.isNaN(size)) largest = i;
    });
    const { kind, index } = program.evidence[largest];
    if (kind === 'episode') episodes.add(index);
    else datasets.add(index);
    findings.push({ kind: 'out-of-range', evidence: largest, leftOut: true });
  });
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
      for (const part of evidence.slots[s].pieces) {
        if (!part.negative || datasets.has(part.dataset)) continue;
        datasets.add(part.dataset);
        findings.push({ kind: 'negative-dataset', dataset: part.dataset, persona, reason });
      }
    }
  }
}
