/** Hover over a row of training data: what it was read as, what one such row moved, and where else its text stands. */
import { type Hover, MarkupKind, type Position } from 'vscode-languageserver-types';
import { formatCount, formatLog } from '../../../panel/model/numbers';
import { describeRow, type RowDescription } from '../../datasets/preview/describe';
import type { Settings } from '../../settings';
import { toLocation } from '../../snapshot';
import { lineIndex } from '../../syntax/lines';
import type { DataSnapshot } from '../feature';
import { weightTable } from '../hover/evidence';
import { code, heading, page, table, unitOf } from '../hover/page';
import { escapeMarkdown } from '../markdown';
import { cellText, declaringFile, influenceOf, rowAtPosition, rowState, type Use, usesOf } from './uses';

/** Scenarios beyond these would make the hover a list. */
const MOST_USES = 3;
const MOST_LINES = 8;
/** A file with more kinds of rows than this is not ranked: a hover should not wait. */
const MOST_RANKED = 100;

export function rowHover(data: DataSnapshot, position: Position, settings: Settings): Hover | null {
  const lines = lineIndex(data.text);
  const pages = usesOf(data)
    .slice(0, MOST_USES)
    .flatMap((use) => {
      const row = rowAtPosition(use, data.text, lines, position);
      const described = row === undefined ? undefined : describeRow(use.counts, row);
      return described ? [useHover(use, described, settings)] : [];
    });
  if (pages.length === 0) return null;
  return { contents: { kind: MarkupKind.Markdown, value: pages.join('\n\n---\n\n') } };
}

function useHover(use: Use, described: RowDescription, settings: Settings): string {
  const { source, counts } = use;
  const state = rowState(use, described.row);
  const title = page(
    heading('row of dataset', source.name, source.title),
    `Row ${formatCount(described.row + 1)} of ${formatCount(counts.rows)} · ${escapeMarkdown(counts.format)} · method ${counts.method}`,
  );
  if (state.kind !== 'used' || !described.episode)
    return page(
      title,
      `**${state.kind === 'left out' ? 'Left out' : state.kind === 'unclassified' ? 'Unclassified' : 'Not usable'}**, so it is no evidence: ${escapeMarkdown('message' in state ? state.message : '')}`,
      link(use),
    );
  return page(
    title,
    readAs(use, described.episode),
    repeats(use, described),
    weight(use, described.episode, settings),
    link(use),
  );
}

type Episode = NonNullable<RowDescription['episode']>;

function readAs(use: Use, episode: Episode): string {
  const cell = cellText(use, episode.group);
  const measured = use.counts.measured;
  const facts = [
    ...(cell === undefined ? [] : [code(cell)]),
    ...(episode.weight === 1 ? [] : [`weight ${formatCount(episode.weight)}`]),
    ...(episode.tokens === undefined ? [] : [`${formatCount(episode.tokens)} tokens`]),
    ...(episode.reward === undefined ? [] : [`reward ${formatCount(episode.reward)}`]),
  ];
  const read = `Read as ${facts.length > 0 ? facts.join(' · ') : 'an episode'}${measured ? `, measured (${measured.aggregate === 'mean' ? 'means per token' : 'sums'}):` : '.'}`;
  if (!episode.logprobs) return read;
  const rows = episode.logprobs.map(({ persona, value }) => [code(persona), formatLog(value, 'nats')]);
  return page(read, table(['persona', '>log-likelihood'], rows));
}

function repeats({ counts, snapshot }: Use, { sameText, copies, episode }: RowDescription): string {
  if (copies === 0 || !episode) return '';
  const { repeats: exponent } = snapshot.program.methods[counts.method];
  const displayed = sameText.slice(0, MOST_LINES).map((row) => formatCount(counts.index!.line[row]!));
  const more = copies > displayed.length ? ` and ${formatCount(copies - displayed.length)} more` : '';
  const worth =
    episode.epochs > 0 && exponent !== 0
      ? `${formatCount(episode.epochs ** exponent)} (\`repeats ${formatCount(exponent)}\`)`
      : `one (\`repeats ${formatCount(exponent)}\`)`;
  return `The same text stands on ${copies === 1 ? 'line' : 'lines'} ${displayed.join(', ')}${more}: together one episode, shown ${formatCount(episode.epochs)} times and worth ${worth}.`;
}

function weight(use: Use, { group, times }: Episode, settings: Settings): string {
  const { snapshot } = use;
  const moved = influenceOf(use)(group);
  if (!moved) return 'The dataset is left out of the evidence; its declaration says why.';
  if (Number.isNaN(moved.shift)) return 'The posterior is undefined, so what this row moved is too.';
  const unit = unitOf(snapshot, settings);
  const others = times > 1 ? ` ${formatCount(times)} episodes of the dataset say the same.` : '';
  return page(
    'What one such episode weighs, after all the rest:',
    weightTable(snapshot, moved.weight, 0, unit),
    `Shift of the posterior **${formatLog(moved.shift, unit)}**${rank(use, moved.shift)}.${others}`,
  );
}

/** Rank by shift among the dataset's kinds of rows (measured: its rows); equals share the better rank. */
function rank(use: Use, shift: number): string {
  const { groups, measured } = use.counts;
  const kinds = measured ? measured.rows : groups.size;
  if (kinds < 2 || kinds > MOST_RANKED) return '';
  const influence = influenceOf(use);
  let place = 1;
  for (let group = 0; group < kinds; group++) if ((influence(group)?.shift ?? Number.NaN) > shift) place++;
  return `, rank ${formatCount(place)} of the dataset’s ${formatCount(kinds)} ${measured ? 'measured rows' : 'kinds of rows'}`;
}

/** To the declaration, by the command that shows a place beside the panel. */
function link(use: Use): string {
  const { snapshot, source } = use;
  const argument = encodeURIComponent(JSON.stringify([toLocation(snapshot, source.nameOrigin)])).replace(
    /[()]/g,
    (bracket) => (bracket === '(' ? '%28' : '%29'),
  );
  const lens = escapeMarkdown(declaringFile(use));
  return `[Declared in ${lens}](command:dramatis.reveal?${argument})`;
}
