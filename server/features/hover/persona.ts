/** Hovers over personas, novel and capabilities: before → after, and the evidence that speaks loudest on either side. */

import { formatCount, formatLog, formatOdds, formatProbability } from '../../../panel/model/numbers';
import type { Evaluation } from '../../inference/evaluation';
import { standingOdds } from '../../inference/posterior/logOdds';
import type { Persona, Program } from '../../program/model/program';
import type { PosteriorSnapshot } from '../../snapshot';
import { positionAt } from '../../syntax/lines';
import type { Unit } from '../../syntax/tree';
import { hasNumbers, type MaybeNumbers } from '../feature';
import { bar, code, evidenceIn, heading, page, table } from './page';

const SPOKESMEN = 3;

export function personaHover(snapshot: MaybeNumbers, persona: Persona, unit: Unit): string {
  const { program } = snapshot;
  const base = persona.extends === undefined ? '' : `extends ${code(program.personas[persona.extends]!.name)}`;
  const firm =
    persona.concentration === undefined
      ? ''
      : `its rows are worth ${formatCount(persona.concentration)} observations (concentration)`;
  return page(
    heading('persona', persona.name, persona.title, persona.doc),
    [base, firm].filter(Boolean).join('; '),
    hasNumbers(snapshot) ? standing(snapshot, persona.index, unit) : `prior ${formatProbability(persona.prior)}`,
  );
}

export function novelHover(snapshot: MaybeNumbers, unit: Unit): string {
  const { novel, personas } = snapshot.program;
  if (!novel) return '';
  const about = `A persona that pre-training never wrote: its rows are uniform Dirichlets of concentration ${formatCount(novel.concentration)}, learned from the evidence alone.`;
  if (!hasNumbers(snapshot)) return page(heading('persona', 'novel', novel.title, novel.doc), about);
  const { nearest } = snapshot.evaluation;
  const named = nearest && personas[nearest.overall.persona];
  return page(
    heading('persona', 'novel', novel.title, novel.doc),
    about,
    standing(snapshot, personas.length, unit),
    named ? `Nearest named persona: ${code(named.name)}, ${formatLog(nearest.overall.divergence, unit)} away.` : '',
  );
}

/** Prior → posterior and the loudest evidence for and against the hypothesis. */
function standing(snapshot: PosteriorSnapshot, h: number, unit: Unit): string {
  const { evaluation } = snapshot;
  const found = evaluation.personas[h];
  if (!found) return '';
  const { prior, posterior, logLikelihood } = found;
  const odds = standingOdds(evaluation);
  const [before, after] = [odds.prior[h], odds.posterior[h]];
  const rows = [
    ['prior', formatProbability(prior, before), bar(prior), formatOdds(before ?? Number.NaN)],
    [
      'posterior',
      formatProbability(posterior, after),
      bar(posterior),
      formatOdds(evaluation.defined ? (after ?? Number.NaN) : Number.NaN),
    ],
  ];
  return page(
    table(['', '>probability', '', 'odds'], rows),
    `Log likelihood ${formatLog(logLikelihood, unit)}.`,
    evaluation.defined ? loudest(snapshot, h, unit) : 'The posterior is undefined.',
  );
}

function loudest(snapshot: PosteriorSnapshot, h: number, unit: Unit): string {
  const { program, evaluation } = snapshot;
  const all = program.evidence.map((ref) => ({ ref, weight: weightOf(evaluation, ref, h) }));
  const list = (sign: 1 | -1): string[] =>
    all
      .filter(({ weight }) => weight * sign > 0)
      .sort((a, b) => (b.weight - a.weight) * sign)
      .slice(0, SPOKESMEN)
      .map(({ ref, weight }) => `- ${evidenceIn(weight, unit)}: ${placeOf(snapshot, ref)}`);
  const [pro, contra] = [list(1), list(-1)];
  return page(
    pro.length > 0 ? `Evidence for it:\n${pro.join('\n')}` : undefined,
    contra.length > 0 ? `Evidence against it:\n${contra.join('\n')}` : undefined,
  );
}

function weightOf(evaluation: Evaluation, { kind, index }: Program['evidence'][number], h: number): number {
  const { weight } = kind === 'episode' ? evaluation.episodes : evaluation.datasets;
  return weight[index * evaluation.hypotheses.length + h]!;
}

function placeOf({ program, fileLines }: PosteriorSnapshot, { kind, index }: Program['evidence'][number]): string {
  if (kind === 'dataset') return `dataset ${code(program.datasets[index]!.name)}`;
  const { origin, situation, response, times } = program.episodes[index]!;
  const { name, responses } = program.situations[situation]!;
  const line = positionAt(fileLines[origin.file]!, origin.start).line + 1;
  const many = times === 1 ? '' : ` × ${formatCount(times)}`;
  return `${code(`${name} -> ${responses[response]!.name}`)}${many} (line ${line})`;
}

export function capabilityHover(snapshot: MaybeNumbers, index: number): string {
  const capability = snapshot.program.capabilities[index]!;
  const { name, title, doc, learnable, strength, value } = capability;
  const kind = learnable
    ? `Learnable, shared by all personas: κ ~ Beta(${formatCount(value * strength)}, ${formatCount((1 - value) * strength)}) before the evidence. Evidence updates κ, not persona weights.`
    : 'Fixed: no evidence moves it.';
  if (!hasNumbers(snapshot)) return page(heading('capability', name, title, doc), kind);
  const { before, after, intervalAfter, intervalBefore } = snapshot.evaluation.capabilities[index]!;
  const interval = ([low, high]: readonly [number, number]): string =>
    learnable ? `${formatProbability(low)} to ${formatProbability(high)}` : '';
  const rows = [
    ['before', formatProbability(before), bar(before), interval(intervalBefore)],
    ['after', formatProbability(after), bar(after), interval(intervalAfter)],
  ];
  return page(
    heading('capability', name, title, doc),
    kind,
    table(['', '>mean capability', '', learnable ? '90% interval' : ''], rows),
  );
}
