/** A view as text of its own: CSV with full numbers, one table a file; Markdown as people read it. */

import type { PosteriorSnapshot } from '../../server/snapshot';
import type { PanelRequest } from '../model/messages';
import type { DataTable } from '../model/tables';
import type { ViewExtra } from './extra';
import { VIEW_KINDS } from './view';

export interface Exported {
  readonly text: string;
  /** A name for the file, without a folder. */
  readonly name: string;
}

export interface ExportOptions {
  readonly extra?: ViewExtra;
  /** Title of the table, for CSV; the first where there is none of this title. */
  readonly table?: string;
}

/** What the exported file is called, without its extension: the scenario's file and the view. */
export function exportName({ program, outOfDate }: PosteriorSnapshot, view: string): string {
  const file = fileName(program.files[0]?.uri ?? 'scenario').replace(/\.\w+$/, '');
  return `${file}-${view}${outOfDate ? '-out-of-date' : ''}`;
}

/** The view that is asked for, all of it: windows of the screen do not cut what is exported. */
export function exportView(
  snapshot: PosteriorSnapshot,
  request: PanelRequest,
  format: 'csv' | 'markdown',
  { extra = {}, table }: ExportOptions = {},
): Exported {
  const { program, evaluation, outOfDate } = snapshot;
  const kind = VIEW_KINDS.find(({ id }) => id === request.view);
  const entire = { ...request, query: { ...request.query, start: 0, count: Number.MAX_SAFE_INTEGER } };
  const view = kind?.build(snapshot, entire, extra);
  const tables = (view && kind?.table(view, evaluation.hypotheses, extra.unit ?? program.units)) ?? [];
  const base = exportName(snapshot, request.view);
  if (format === 'csv') {
    const chosen = tables.find(({ title }) => title === table) ?? tables[0];
    const part = tables.length > 1 && chosen ? `-${chosen.title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-')}` : '';
    return { name: `${base}${part}.csv`, text: chosen ? csv(chosen) : '' };
  }
  const title = program.scenario?.title ?? fileName(program.files[0]?.uri ?? '');
  const header = [
    `## ${markdownText(title)}`,
    ...(outOfDate ? [`*Out of date, the last valid result.* ${markdownText(outOfDate.message)}`] : []),
    ...(view && view.headline !== '' ? [markdownText(view.headline)] : []),
  ];
  return { name: `${base}.md`, text: `${[...header, ...tables.map(markdown)].join('\n\n')}\n` };
}

function fileName(uri: string): string {
  const last = uri.split('/').pop() ?? uri;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

function csv({ header, rows }: DataTable): string {
  const lines = [header.map(csvCell), ...rows.map((row) => row.map(({ raw }) => csvCell(raw)))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** Texts that a spreadsheet would take for a formula get an apostrophe before them. */
function csvCell(value: number | string): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) && value !== '-inf' ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function markdown({ title, header, rows }: DataTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  const rule = `| ${header.map((_, at) => (at === 0 ? '---' : '---:')).join(' | ')} |`;
  return [
    `### ${title}`,
    '',
    line(header),
    rule,
    ...rows.map((row) => line(row.map(({ displayed }) => displayed))),
  ].join('\n');
}

function markdownText(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, '\\$&').replace(/\s+/g, ' ');
}
