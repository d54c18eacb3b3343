/** What the editor's caret is on, and what that does: one sentence for the strip over the views. */

import { logJoint, logOdds } from '../../server/inference/posterior/logOdds';
import type { Origin } from '../../server/program/model/origin';
import type { PosteriorSnapshot } from '../../server/snapshot';
import { formatCount, formatInterval, formatLog, formatProbability, fromWire } from '../model/numbers';
import type { Unit } from '../model/units';
import { displayText, episodeWords } from './common';
import { type EvidenceItem, evidenceItems } from './effects';
import { evaluationRow } from './predictions';

export interface CaretInfo {
  /** Place in the order in which evidence acts, where the caret is on an item of evidence. */
  readonly evidence?: number;
  /** What the line does. */
  readonly text: string;
}

/** `offset` is in file number `file` of the program; undefined where nothing that has numbers is there. */
export function caretInfo(
  snapshot: PosteriorSnapshot,
  file: number,
  offset: number,
  unit: Unit = snapshot.program.units,
): CaretInfo | undefined {
  const { program, evaluation } = snapshot;
  const here = ({ origin }: { readonly origin: Origin }): boolean =>
    origin.file === file && origin.start <= offset && offset <= origin.end;
  const items = evidenceItems(program);
  const declared = ({ kind, index }: EvidenceItem) =>
    kind === 'episode'
      ? program.episodes[index]
      : kind === 'dataset'
        ? program.datasets[index]
        : program.reinforcements[index];
  const at = items.findIndex((item) => {
    const found = declared(item);
    return found !== undefined && here(found);
  });
  const item = items[at];
  if (item) return { evidence: at, text: evidenceWords(snapshot, item, unit) };
  const h = program.personas.findIndex(here);
  const hypothesis = h >= 0 ? h : program.novel && here(program.novel) ? program.personas.length : -1;
  const row = evaluation.personas[hypothesis];
  if (row) {
    const odds = logOdds(logJoint(evaluation))[hypothesis];
    return { text: `${row.name}: ${formatProbability(row.prior)} → ${formatProbability(row.posterior, odds)}` };
  }
  const probe = program.probes.findIndex(here);
  const result = evaluation.probes[probe];
  if (result)
    return {
      text: `${displayText(program.probes[probe]?.target.text ?? '')}: ${formatProbability(result.before)} → ${formatProbability(result.after)}`,
    };
  const expectation = program.expectations.findIndex(here);
  const expected = evaluation.expectations[expectation];
  if (expected) {
    const verdict = Number.isNaN(expected.value) ? 'not defined' : expected.holds ? 'holds' : 'fails';
    return {
      text: `${displayText(program.expectations[expectation]?.text ?? '')}: ${formatProbability(expected.value)}, ${verdict}`,
    };
  }
  const observed = program.observed.find(here);
  if (observed) {
    const { responses, total } = evaluationRow(snapshot, observed);
    const pieces = responses.map(({ name, predicted, share, interval }) =>
      total > 0
        ? `${name} predicted ${formatProbability(fromWire(predicted))}, measured ${formatProbability(share)} (${formatInterval(...interval)})`
        : `${name} predicted ${formatProbability(fromWire(predicted))}, not measured yet`,
    );
    return { text: pieces.join('; ') };
  }
  const account = program.accounts.findIndex(here);
  const compared = evaluation.accounts[account];
  if (compared && compared.notComputable === undefined && !Number.isNaN(compared.logScore))
    return { text: `${compared.name}: log score ${formatLog(compared.logScore, unit)}` };
  return undefined;
}

function evidenceWords({ program, evaluation }: PosteriorSnapshot, { kind, index }: EvidenceItem, unit: Unit): string {
  if (kind === 'reinforcement') {
    const split = evaluation.reinforcements[index];
    const situation = program.situations[program.reinforcements[index]?.situation ?? -1]?.name ?? '';
    return `reinforce ${situation}: selection ${formatLog(split?.selection ?? Number.NaN, unit)}, propensity shift ${formatLog(split?.propensityShift ?? Number.NaN, unit)}`;
  }
  const influence = kind === 'episode' ? evaluation.episodes : evaluation.datasets;
  const episode = kind === 'episode' ? program.episodes[index] : undefined;
  const times = episode && episode.times !== 1 ? ` × ${formatCount(episode.times)}` : '';
  const name = episode ? (episode.label ?? episodeWords(program, episode)) : (program.datasets[index]?.name ?? '');
  const size = evaluation.hypotheses.length;
  const strongest = evaluation.hypotheses
    .map((hypothesis, h) => ({ hypothesis, weight: influence.weight[index * size + h] ?? Number.NaN }))
    .filter(({ weight }) => !Number.isNaN(weight) && weight !== 0)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, 2)
    .map(({ hypothesis, weight }) => `${formatLog(weight, unit, { sign: true })} for ${hypothesis}`);
  const shift = influence.shift[index] ?? Number.NaN;
  const moved = Number.isNaN(shift) ? 'posterior not defined' : `shift ${formatLog(shift, unit)}`;
  return [`${name}${times}: ${moved}`, ...strongest].join(', ');
}
