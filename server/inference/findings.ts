/** Findings that only the numbers show (`Finding`), in a fixed order: what breaks the posterior first, then the lints. */
import type { EvidenceRef } from '../program/model/program';
import type { Finding, Influence } from './evaluation';
import { cellForm, formAt } from './model/forms';
import type { PosteriorState } from './posterior/posteriorState';
import { meanCapabilities } from './posterior/predictions';

/** Below this many nats a single episode tells hypotheses apart as good as not at all. */
const NEXT_TO_NOTHING = 0.01;
/** Above this many it would, if every persona had the capability. */
const SOMETHING = 0.1;
/** Rounding of sums: what counts as not moved. */
const UNMOVED = 1e-12;

export function findingsOf(state: PosteriorState, episodes: Influence): Finding[] {
  const found = [...ruleFindings(state), ...impossibleFindings(state)];
  if (!state.posterior.defined && !found.some(({ kind }) => EXPLAINS.has(kind))) found.push(unexplained(state));
  return [...found, ...capabilityFindings(state, episodes)];
}

/** The findings that say why a posterior is undefined: one of them stands wherever it is. */
const EXPLAINS: ReadonlySet<Finding['kind']> = new Set(['undefined-posterior', 'too-many-abilities']);

/** Why there is no posterior where no rule of the language is broken: no persona, or numbers beyond the range of a double. */
function unexplained({ likelihood, logLikelihoods, evidence }: PosteriorState): Finding {
  const { hypotheses, reinforcements, structure } = likelihood;
  const coupled = logLikelihoods.capabilities.findIndex((a) => a?.failed);
  if (hypotheses.length === 0) return { kind: 'no-persona' };
  if (coupled >= 0) {
    const latent = (cell: number) => structure.needs[cell] >= 0 && structure.learnable[structure.needs[cell]];
    const situation = Array.from(structure.situationOf, (x, cell) => (latent(cell) ? x : -1)).find((x) => x >= 0);
    return { kind: 'too-many-abilities', situation: situation ?? 0 };
  }
  const large = reinforcements.findIndex(({ reward, beta, rigidity }) =>
    reward.some((r) => !Number.isFinite(r / beta) || !Number.isFinite(r / (beta * (rigidity ?? 1)))),
  );
  if (large >= 0) return { kind: 'out-of-range', reinforcement: large };
  let largest = 0;
  structure.program.evidence.forEach((ref, index) => {
    if (sizeOf(evidence, ref) > sizeOf(evidence, structure.program.evidence[largest])) largest = index;
  });
  return { kind: 'out-of-range', evidence: largest };
}

/** How much a piece of evidence counts, before discount and strength. */
function sizeOf({ episodes, slots }: PosteriorState['evidence'], ref: EvidenceRef): number {
  if (ref.kind === 'episode') return Math.abs(episodes.amount[ref.index]);
  return slots.reduce(
    (sum, { pieces }) => pieces.reduce((s, p) => (p.dataset === ref.index ? s + Math.abs(p.amount) : s), sum),
    0,
  );
}

/** Rules of LANGUAGE section 5 that the program breaks whatever the counts are. */
function ruleFindings(state: PosteriorState): Finding[] {
  const { structure, hypotheses, notes } = state.likelihood;
  const findings: Finding[] = [...notes];
  const seen = new Set(
    notes.map((n) => (n.kind === 'intended-fallback' ? `${n.situation}/${n.response}/${n.persona}` : '')),
  );
  const failed = state.logLikelihoods.capabilities.some((a) => a?.failed);
  for (const situation of structure.program.situations) {
    const capabilities = new Set<number>();
    for (let cell = structure.offset[situation.index]; cell < structure.offset[situation.index + 1]; cell++) {
      const needs = structure.needs[cell];
      if (needs >= 0 && structure.learnable[needs]) capabilities.add(needs);
      // A fallback that another persona intends does not break the closed form, and is against the rule all the same.
      if (structure.lossyResponses[cell].length === 0 || !hypotheses.some((h) => h.persona >= 0 && h.row[cell] > 0))
        continue;
      for (const h of hypotheses) {
        if (h.concentration === 0 || h.persona < 0) continue;
        if (!structure.lossyResponses[cell].some((y) => h.row[y] > 0 && h.capability[structure.needs[y]] !== 1))
          continue;
        const response = cell - structure.offset[situation.index];
        if (seen.has(`${situation.index}/${response}/${h.name}`)) continue;
        findings.push({ kind: 'intended-fallback', situation: situation.index, response, persona: h.name });
      }
    }
    if (capabilities.size > 2 || (failed && capabilities.size === 2))
      findings.push({ kind: 'too-many-abilities', situation: situation.index });
  }
  return findings;
}

/** The keys that a piece of evidence adds to: an episode's one, a dataset's many; measured rows apart. */
function keysOf(state: PosteriorState, ref: EvidenceRef): readonly number[] {
  const { evidence } = state;
  if (ref.kind === 'episode') {
    const slot = evidence.episodes.slot[ref.index];
    return slot >= 0 && evidence.episodes.term[ref.index] > 0 ? [evidence.slots[slot].key] : [];
  }
  return evidence.slots.flatMap((slot) =>
    slot.pieces.some((p) => p.dataset === ref.index && p.term > 0) ? [slot.key] : [],
  );
}

function impossibleFindings(state: PosteriorState): Finding[] {
  const { likelihood, evidence, logLikelihoods, posterior } = state;
  const { hypotheses, keys, scale, structure } = likelihood;
  const findings: Finding[] = [];
  if (logLikelihoods.impossible.every((n) => n === 0)) return findings;
  const size = hypotheses.length;
  const killers = new Int32Array(size);
  const firstKiller = new Int32Array(size).fill(-1);
  let undefinedAt = -1;
  const everywhere: number[] = [];
  structure.program.evidence.forEach((ref, index) => {
    const touched = keysOf(state, ref).filter((key) => logLikelihoods.counts[key] !== 0);
    const rows = ref.kind === 'dataset' ? evidence.measured.filter((m) => m.dataset === ref.index) : [];
    let noPersona = touched.length + rows.length > 0;
    for (let h = 0; h < size; h++) {
      const column = (m: (typeof rows)[number]) =>
        m.columns[hypotheses[h].persona < 0 ? m.columns.length - 1 : hypotheses[h].persona];
      const kills =
        touched.some((key) => scale[h * keys + key] === Number.NEGATIVE_INFINITY) ||
        rows.some((m) => column(m)?.some((p, i) => p === Number.NEGATIVE_INFINITY && m.count[i] > 0));
      if (kills) {
        killers[h]++;
        if (firstKiller[h] < 0) firstKiller[h] = index;
      } else if (hypotheses[h].logPrior > Number.NEGATIVE_INFINITY) noPersona = false;
    }
    if (undefinedAt < 0 && hypotheses.every((h, i) => h.logPrior === Number.NEGATIVE_INFINITY || killers[i] > 0))
      undefinedAt = index;
    else if (noPersona) everywhere.push(index);
  });
  if (!posterior.defined && undefinedAt >= 0) findings.push({ kind: 'undefined-posterior', evidence: undefinedAt });
  for (const index of everywhere) findings.push({ kind: 'impossible-everywhere', evidence: index });
  if (posterior.defined) {
    for (let h = 0; h < size; h++) {
      if (hypotheses[h].logPrior > Number.NEGATIVE_INFINITY && killers[h] === 1)
        findings.push({ kind: 'killed-by-one', persona: h, evidence: firstKiller[h] });
    }
  }
  return findings;
}

/** What teaches the difference between a capability and a propensity; once per cell, at its first episode. */
function capabilityFindings(state: PosteriorState, episodes: Influence): Finding[] {
  const { likelihood, posterior, logLikelihoods, evidence } = state;
  const { structure, hypotheses } = likelihood;
  if (!posterior.defined || !structure.learnable.some(Boolean)) return [];
  const size = hypotheses.length;
  const findings: Finding[] = [];
  const seen = new Set<number>();
  for (const episode of structure.program.episodes) {
    if (episode.over !== undefined || evidence.episodes.slot[episode.index] < 0) continue;
    const cell = structure.offset[episode.situation] + episode.response;
    if (seen.has(cell)) continue;
    seen.add(cell);
    const alive = hypotheses.flatMap((h, i) => (h.prior > 0 && posterior.weights[i] > 0 ? [i] : []));
    if (alive.length < 2) continue;
    const largest = (values: Float64Array) =>
      alive.reduce((most, h) => Math.max(most, Math.abs(values[episode.index * size + h])), 0);
    const needs = structure.needs[cell];
    if (
      needs >= 0 &&
      structure.learnable[needs] &&
      episodes.capability[episode.index] > 0 &&
      largest(episodes.weight) < UNMOVED
    ) {
      findings.push({ kind: 'moves-no-persona', episode: episode.index });
      continue;
    }
    const lossyResponses = structure.lossyResponses[cell].filter((y) => structure.learnable[structure.needs[y]]);
    if (lossyResponses.length === 0 || !(largest(episodes.single) < NEXT_TO_NOTHING)) continue;
    const spread = (able: boolean) => {
      const logs = alive.map((h) => {
        const capability = meanCapabilities(likelihood, logLikelihoods, h);
        if (able) for (const y of lossyResponses) capability[structure.needs[y]] = 1;
        return Math.log(formAt(cellForm(structure, hypotheses[h], cell), capability));
      });
      return Math.max(...logs) - Math.min(...logs);
    };
    if (spread(true) > SOMETHING && spread(false) < NEXT_TO_NOTHING)
      findings.push({ kind: 'says-nothing-yet', episode: episode.index });
  }
  return findings;
}
