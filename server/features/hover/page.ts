/** The parts that hovers are made of: headings, paragraphs, tables and bars, as Markdown in which text stays text. */

import { formatLog } from '../../../panel/model/numbers';
import type { Settings } from '../../settings';
import type { SemanticSnapshot } from '../../snapshot';
import type { Unit } from '../../syntax/tree';
import { escapeMarkdown } from '../markdown';

/** Paragraphs under each other; empty ones are left out. */
export function page(...pieces: readonly (string | undefined)[]): string {
  return pieces.filter((part) => part !== undefined && part !== '').join('\n\n');
}

/** `persona` **name** — title, with the `///` documentation under it. */
export function heading(kind: string, name: string, title?: string, doc?: string): string {
  return page(`${kind} **${escapeMarkdown(name)}**${title ? ` — ${escapeMarkdown(title)}` : ''}`, doc && prose(doc));
}

/** Documentation of the user's, line by line, as text. */
function prose(doc: string): string {
  return doc
    .split(/\r?\n/)
    .map((line) => escapeMarkdown(line))
    .join('  \n');
}

export function code(text: string): string {
  return `\`${text.replaceAll('`', 'ˋ').replaceAll('|', '\\|')}\``;
}

/** A Markdown table; columns whose head begins with `>` are right-aligned. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(heads.map((header) => header.replace(/^>/, ''))),
    line(heads.map((header) => (header.startsWith('>') ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}

/** Spaces that a renderer does not fold. */
const SPACE = '\u00a0';
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A probability as a bar; what is not zero shows. */
export function bar(value: number, width = 12): string {
  if (!(value >= 0)) return '';
  const eighths = value === 0 ? 0 : Math.max(1, Math.min(width * 8, Math.round(value * width * 8)));
  const text = '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]!;
  return `\`${text.padEnd(width, SPACE)}\``;
}

/** A signed value as a bar from the middle, in proportion to `largest`; infinities fill their side. */
export function signedBar(value: number, largest: number, half = 6): string {
  if (Number.isNaN(value)) return '';
  const share = Number.isFinite(value) ? Math.abs(value) / (largest || 1) : 1;
  const length = value === 0 ? 0 : Math.max(1, Math.min(half, Math.round(share * half)));
  const left = value < 0 ? '█'.repeat(length).padStart(half, SPACE) : SPACE.repeat(half);
  const right = value > 0 ? '█'.repeat(length).padEnd(half, SPACE) : SPACE.repeat(half);
  return `\`${left}│${right}\``;
}

/** The largest finite size, to draw the others against. */
export function largestOf(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return largest;
}

export function unitOf({ program }: SemanticSnapshot, settings: Settings): Unit {
  return settings.unit === 'scenario' ? program.units : settings.unit;
}

/** A weight of evidence in the unit: the sign is the message. */
export function evidenceIn(nats: number, unit: Unit): string {
  return formatLog(nats, unit, { sign: true });
}
