/** A view to take away: CSV with full numbers, JSON with everything, Markdown as people read it. */

import type { PosteriorSnapshot } from '../../server/snapshot';
import type { Unit } from '../../server/syntax/tree';
import type { PanelRequest } from '../model/messages';
import { type DataTable, viewTables } from './tables';
import { panelView, type ViewExtra } from './view';

export type ExportFormat = 'csv' | 'json' | 'markdown';

export interface Exported {
  readonly text: string;
  /** A name for the file, without a folder. */
  readonly name: string;
}

/** The view that is asked for, all of it: windows of the screen do not cut what is taken away. */
export function exportView(
  snapshot: PosteriorSnapshot,
  request: PanelRequest,
  format: ExportFormat,
  extra: ViewExtra = {},
  unit: Unit = snapshot.program.units,
): Exported {
  const entire = { ...request, query: { ...request.query, start: 0, count: Number.MAX_SAFE_INTEGER } };
  const view = panelView(snapshot, entire, extra);
  const title = snapshot.program.scenario?.title ?? fileName(snapshot.program.files[0]?.uri ?? '');
  const stale = snapshot.outOfDate;
  const base = `${fileName(snapshot.program.files[0]?.uri ?? 'scenario').replace(/\.\w+$/, '')}-${request.view}${stale ? '-out-of-date' : ''}`;
  const tables = viewTables(view, snapshot.evaluation.hypotheses, unit);
  switch (format) {
    case 'csv':
      return { name: `${base}.csv`, text: tables.map((table) => csv(table, tables.length > 1)).join('\r\n') };
    case 'json': {
      const { hypotheses } = snapshot.evaluation;
      return {
        name: `${base}.json`,
        text: `${JSON.stringify({ scenario: title, complete: stale === undefined, outOfDate: stale?.message, logs: 'nats', hypotheses, ...view }, null, 2)}\n`,
      };
    }
    case 'markdown': {
      const notice = stale ? [`*Out of date, the last valid result.* ${markdownText(stale.message)}`] : [];
      return {
        name: `${base}.md`,
        text: [`## ${markdownText(title)}`, ...notice, ...tables.map(markdown)].join('\n\n') + '\n',
      };
    }
  }
}

function fileName(uri: string): string {
  const last = uri.split('/').pop() ?? uri;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

function csv({ title, header, rows }: DataTable, titled: boolean): string {
  const lines = [header.map(csvCell), ...rows.map((row) => row.map(({ raw }) => csvCell(raw)))];
  return [...(titled ? [csvCell(title)] : []), ...lines.map((cells) => cells.join(','))]
    .map((line) => `${line}\r\n`)
    .join('');
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
