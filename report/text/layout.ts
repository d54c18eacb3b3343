/** Tables, bars and lines for a terminal of a given width. Knows nothing of what it lays out. */

export interface Style {
  readonly width: number;
  readonly colour: boolean;
}

export interface Column {
  readonly header: string;
  readonly right?: boolean;
  /** Cells are numbers from 0 to 1, drawn as bars in the width that is left. */
  readonly bar?: boolean;
  /** Cut short where the row is too long. */
  readonly flexible?: boolean;
}

const CODES = { bold: '1', dim: '2', good: '32', warn: '33', bad: '31' } as const;

export function paint(text: string, tone: keyof typeof CODES, { colour }: Style): string {
  return colour ? `\u001b[${CODES[tone]}m${text}\u001b[0m` : text;
}

const GAP = '  ';
const LONGEST_BAR = 30;
const SHORTEST_BAR = 6;
const SHORTEST_TEXT = 12;

/** A table with a dim head. Where it is too wide, bars go first, then flexible columns are cut. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly (string | number)[])[],
  style: Style,
): string[] {
  const natural = columns.map(({ header, bar }, at) =>
    bar ? 0 : Math.max(visible(header), ...rows.map((row) => visible(String(row[at])))),
  );
  const spare = style.width - sum(natural) - GAP.length * columns.length;
  const barRoom = columns.some((column) => column.bar) ? Math.min(LONGEST_BAR, spare) : 0;
  const showBar = barRoom >= SHORTEST_BAR;
  const widths = natural.map((width, at) => {
    if (columns[at]!.bar) return showBar ? barRoom : 0;
    return spare < 0 && columns[at]!.flexible ? Math.max(SHORTEST_TEXT, width + spare) : width;
  });
  const line = (cells: readonly (string | number)[]): string =>
    cells
      .flatMap((cell, at) => {
        const { bar, right } = columns[at]!;
        if (bar && !showBar) return [];
        const text = bar ? drawBar(cell, widths[at]!) : cut(String(cell), widths[at]!);
        const padding = ' '.repeat(Math.max(0, widths[at]! - visible(text)));
        return [right ? padding + text : text + padding];
      })
      .join(GAP)
      .trimEnd();
  const header = line(columns.map((column) => column.header));
  return [paint(`${header}`, 'dim', style), ...rows.map(line)];
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of `value` (0 to 1) in eighths of a character; what is not zero shows at least one eighth. */
function drawBar(value: string | number, width: number): string {
  if (typeof value !== 'number' || !(value > 0)) return '';
  const eighths = Math.max(1, Math.min(width * 8, Math.round(value * width * 8)));
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]!;
}

/** Words in lines of at most this width; a word that is longer stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line && visible(line) + 1 + visible(word) > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return line ? [...lines, line] : lines;
}

/** Shortened to the width: a list loses whole items, anything else its end. */
function cut(text: string, width: number): string {
  if (visible(text) <= width) return text;
  const items = text.split(', ');
  while (items.length > 1) {
    items.pop();
    const shorter = `${items.join(', ')}, …`;
    if (visible(shorter) <= width) return shorter;
  }
  return `${[...text].slice(0, width - 1).join('')}…`;
}

/** Characters that take width: colour codes do not. */
function visible(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one
  return [...text.replace(/\u001b\[\d+m/g, '')].length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
