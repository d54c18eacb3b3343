/** Hovers over evidence: what an episode or a dataset says for and against each persona, and how much it moved. */

import { formatCount, formatLog } from '../../../panel/model/numbers';
import { verbal } from '../../../panel/model/verbalScale';
import type { DatasetCounts } from '../../datasets/counts';
import type { Episode, Program } from '../../program/model/program';
import type { PosteriorSnapshot } from '../../snapshot';
import type { Unit } from '../../syntax/tree';
import { datasetTally } from '../datasetTally';
import { hasNumbers, type MaybeNumbers } from '../feature';
import { whatIfLink } from '../whatIf';
import { labelsPage } from './labels';
import { code, evidenceIn, heading, largestOf, page, signedBar, table } from './page';

/** More personas than this are too many for a table; those that moved most are listed. */
const MOST_PERSONAS = 12;

export function episodeHover(snapshot: MaybeNumbers, episode: Episode, unit: Unit): string {
  const { program } = snapshot;
  const over = episode.over === undefined ? '' : ` over ${responseName(program, episode, episode.over)}`;
  const cell = `${program.situations[episode.situation]!.name} -> ${responseName(program, episode, episode.response)}`;
  const title = heading(`${episode.method} episode`, `${cell}${over}`, episode.label, episode.doc);
  if (!hasNumbers(snapshot)) return title;
  const { evaluation } = snapshot;
  const { single, shift, capability } = evaluation.episodes;
  const at = episode.index;
  return page(
    title,
    weightTable(snapshot, evaluation.episodes.weight, at, unit),
    summary(snapshot, at, shift, unit),
    capabilityLine(snapshot, capability[at]!, unit),
    episode.times !== 1 ? singleLine(snapshot, single, at, episode.times, unit) : undefined,
    whatIfLink(snapshot, episode),
  );
}

export function datasetHover(snapshot: MaybeNumbers, index: number, unit: Unit): string {
  const { program } = snapshot;
  const source = program.datasets[index]!;
  const title = heading(`dataset`, source.name, source.title, source.doc);
  if (!hasNumbers(snapshot)) return page(title, code(source.path));
  const counts = snapshot.counts.get(index);
  if (!counts) return page(title, code(source.path), 'Still being read: its evidence is not in the numbers yet.');
  if (counts.failure) return page(title, code(source.path), counts.failure.message);
  const { datasets } = snapshot.evaluation;
  return page(
    title,
    facts(program, counts, source.path),
    labelsPage(counts),
    weightTable(snapshot, datasets.weight, index, unit),
    summary(snapshot, index, datasets.shift, unit, 'dataset'),
    capabilityLine(snapshot, datasets.capability[index]!, unit),
    whatIfLink(snapshot, source),
  );
}

/** An estimate from a sample says so: small families of near-duplicates hide between its texts. */
function sampled(compared: number, texts: number): string {
  return compared < texts ? ` (estimated from ${formatCount(compared)} of ${formatCount(texts)} texts)` : '';
}

function facts(program: Program, counts: DatasetCounts, path: string): string {
  const { rows, classified, unclassified, duplicates } = datasetTally(program, counts);
  const pieces = [
    `${formatCount(rows)} rows`,
    `${formatCount(classified)} used`,
    ...(counts.leftOut ? [`${formatCount(counts.leftOut.total)} left out`] : []),
    ...(unclassified > 0 ? [`${formatCount(unclassified)} unclassified`] : []),
    ...(duplicates > 0 ? [`${formatCount(duplicates)} repeats`] : []),
  ];
  const similar =
    counts.similar && counts.similar.rows > 0
      ? `, about ${formatCount(counts.similar.unique)} distinct ones up to small changes${sampled(counts.similar.compared, classified - duplicates)}`
      : '';
  return `${code(path)} · ${counts.format} · method ${counts.method} · ${pieces.join(', ')}${similar}`;
}

/** Weight of evidence for each persona against the rest (the `at`-th row of `weights`, nats), with a bar and the words of the scale. */
export function weightTable({ evaluation }: PosteriorSnapshot, weights: Float64Array, at: number, unit: Unit): string {
  const count = evaluation.hypotheses.length;
  const rows = evaluation.hypotheses
    .map((name, h) => ({ name, weight: weights[at * count + h]! }))
    .sort((a, b) => size(b.weight) - size(a.weight));
  if (rows.length === 0 || rows.every(({ weight }) => Number.isNaN(weight))) return '';
  const displayed = rows.slice(0, MOST_PERSONAS);
  const largest = largestOf(displayed.map(({ weight }) => weight));
  const lines = displayed.map(({ name, weight }) => [
    code(name),
    evidenceIn(weight, unit),
    signedBar(weight, largest),
    weight === 0 ? 'none' : verbal(weight),
  ]);
  const rest = rows.length - displayed.length;
  return page(
    table(['persona', '>weight of evidence', '', 'in words'], lines),
    rest > 0 ? `… and ${rest} more that it moves less.` : undefined,
  );
}

function size(weight: number): number {
  return Number.isNaN(weight) ? -1 : Math.abs(weight);
}

function summary(
  snapshot: PosteriorSnapshot,
  at: number,
  shift: Float64Array,
  unit: Unit,
  kind: 'episode' | 'dataset' = 'episode',
): string | undefined {
  if (Number.isNaN(shift[at]!)) return 'The posterior is undefined, so what this moved is too.';
  const { rank, of } = rankAmongAll(snapshot, kind, at);
  return `Shift of the posterior **${formatLog(shift[at]!, unit)}**, rank ${formatCount(rank)} of ${formatCount(of)}.`;
}

/** Rank by shift among all evidence, episodes and datasets together; equals share the better rank. */
function rankAmongAll(
  { evaluation }: PosteriorSnapshot,
  kind: 'episode' | 'dataset',
  at: number,
): { readonly rank: number; readonly of: number } {
  const { episodes, datasets } = evaluation;
  const own = (kind === 'episode' ? episodes : datasets).shift[at]!;
  let rank = 1;
  for (const shift of episodes.shift) if (shift > own) rank++;
  for (const shift of datasets.shift) if (shift > own) rank++;
  return { rank, of: episodes.count + datasets.count };
}

function capabilityLine({ program }: PosteriorSnapshot, moved: number, unit: Unit): string | undefined {
  if (!program.capabilities.some(({ learnable }) => learnable)) return undefined;
  return `It moved the learnable capabilities by **${formatLog(moved, unit)}**.`;
}

function singleLine(
  { evaluation }: PosteriorSnapshot,
  single: Float64Array,
  at: number,
  times: number,
  unit: Unit,
): string | undefined {
  const count = evaluation.hypotheses.length;
  const strongest = evaluation.hypotheses
    .map((name, h) => ({ name, weight: single[at * count + h]! }))
    .filter(({ weight }) => !Number.isNaN(weight))
    .sort((a, b) => size(b.weight) - size(a.weight))
    .slice(0, 2)
    .map(({ name, weight }) => `${code(name)} ${evidenceIn(weight, unit)}`);
  if (strongest.length === 0) return undefined;
  return `A single one of the ${formatCount(times)}: ${strongest.join(', ')}.`;
}

function responseName(program: Program, { situation }: Episode, response: number): string {
  return program.situations[situation]!.responses[response]!.name;
}
