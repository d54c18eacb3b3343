/** The preview of a dataset as a page of Markdown: its first rows, and what the mapping makes of each. */

import { formatCount } from '../../../panel/model/numbers';
import type { Preview, PreviewRow } from '../../datasets/preview/preview';
import type { DatasetSource, Program } from '../../program/model/program';
import { code, page, table } from '../hover/page';
import { escapeMarkdown } from '../markdown';
import { unknownName } from './uses';

const LONGEST_TEXT = 100;

interface Column {
  readonly header: string;
  readonly cell: (row: PreviewRow) => string;
  /** Columns that say the same of every row are left out. */
  readonly isNews: (row: PreviewRow) => boolean;
}

export function previewPage(program: Program, source: DatasetSource, preview: Preview): string {
  const { rows, failure } = preview;
  const columns: readonly Column[] = [
    { header: '>line', cell: ({ line }) => formatCount(line), isNews: () => true },
    { header: 'became', cell: (row) => became(program, source, row), isNews: () => true },
    { header: '>weight', cell: ({ weight }) => formatCount(weight), isNews: ({ weight }) => weight !== 1 },
    { header: '>epochs', cell: ({ epochs }) => formatCount(epochs), isNews: ({ epochs }) => epochs !== 1 },
    { header: '>tokens', cell: ({ tokens }) => number(tokens), isNews: ({ tokens }) => tokens !== undefined },
    { header: '>reward', cell: ({ reward }) => number(reward), isNews: ({ reward }) => reward !== undefined },
    { header: 'read as', cell: ({ format }) => escapeMarkdown(format), isNews: () => true },
    { header: 'system', cell: ({ system }) => excerpt(system), isNews: ({ system }) => system !== undefined },
    { header: 'user', cell: ({ user }) => excerpt(user), isNews: ({ user }) => user !== undefined },
    {
      header: 'assistant',
      cell: ({ assistant }) => excerpt(assistant),
      isNews: ({ assistant }) => assistant !== undefined,
    },
  ];
  const displayed = columns.filter(({ isNews }) => rows.some(isNews));
  return page(
    `## Dataset ${escapeMarkdown(source.name)}${source.title ? ` — ${escapeMarkdown(source.title)}` : ''}`,
    `${code(source.path)} · the first ${rows.length === 1 ? 'row' : `${formatCount(rows.length)} rows`}, each with what the mapping makes of it`,
    failure && `**Not readable:** ${escapeMarkdown(failure.message)}`,
    rows.length === 0
      ? undefined
      : table(
          displayed.map(({ header }) => header),
          rows.map((row) => displayed.map(({ cell }) => cell(row))),
        ),
  );
}

function became(program: Program, source: DatasetSource, row: PreviewRow): string {
  const { situation, response, over, problem } = row;
  if (problem) return `**no evidence:** ${escapeMarkdown(problem.message)}`;
  const names = [situation, response].filter((name) => name !== undefined);
  const cell = names.length === 0 ? '' : code(`${names.join(' -> ')}${over === undefined ? '' : ` over ${over}`}`);
  if (source.logprobs) return `${cell} measured`.trim();
  const unknown = unknownName(program, situation, [response, over]);
  return unknown === undefined ? cell : `${cell} **no evidence:** the program has no ${escapeMarkdown(unknown)}`;
}

function number(value: number | undefined): string {
  return value === undefined ? '' : formatCount(value);
}

function excerpt(text: string | undefined): string {
  const line = (text ?? '').replace(/\s+/gu, ' ').trim();
  const points = [...line];
  return escapeMarkdown(points.length > LONGEST_TEXT ? `${points.slice(0, LONGEST_TEXT - 1).join('')}…` : line);
}
