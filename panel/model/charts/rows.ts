/**
 * Rows on one shared axis: a label, marks on the axis and a number each, in groups, compact enough for a hundred of
 * them. Posteriors, capabilities, predictions, expectations, evaluations, evidence and accounts are all drawn so. What
 * a mark means is said in the chart's legend; sizes are never rounded up, so nothing at all looks like nothing.
 */
import { type Axis, drawAxis, drawTicks } from './axis';
import { fitLabels } from './labels';
import { type Drawing, NOTHING, px, type SvgTag, textWidth } from './tag';

export type Shape = 'circle' | 'diamond' | 'square' | 'triangle' | 'down' | 'cross' | 'plus' | 'hexagon';

/** `tone` is a class of the charts' style sheet. */
export type Mark =
  | {
      readonly kind: 'bar';
      readonly from: number;
      readonly to: number;
      readonly tone: string;
      readonly measured?: boolean;
    }
  /** A second bar under the first: what would be. */
  | { readonly kind: 'lower'; readonly from: number; readonly to: number }
  /** The outline of a bar that was. */
  | { readonly kind: 'outline'; readonly from: number; readonly to: number }
  | { readonly kind: 'tick'; readonly at: number; readonly tone: string }
  | {
      readonly kind: 'dot';
      readonly at: number;
      readonly tone: string;
      readonly shape?: Shape;
      readonly hollow?: boolean;
      readonly title?: string;
    }
  | { readonly kind: 'whisker'; readonly from: number; readonly to: number; readonly tone?: string }
  | { readonly kind: 'band'; readonly from: number; readonly to: number; readonly tone: string };

export interface ChartRow {
  readonly kind: 'row' | 'group' | 'fold';
  readonly label: string;
  /** Beside the label, where there is space. */
  readonly sub?: string;
  /** Colour of the persona that the row belongs to. */
  readonly slot?: number;
  readonly text?: string;
  readonly tone?: 'good' | 'bad' | 'if';
  /** Smaller, after the text. */
  readonly note?: string;
  readonly marks?: readonly Mark[];
  /** The editor's caret is on it. */
  readonly caret?: boolean;
  /** Not defined: the lane is empty. */
  readonly empty?: boolean;
}

export interface RowsOptions {
  readonly width: number;
  readonly axis: (range: readonly [number, number]) => Axis;
  /** Named under the axis. */
  readonly unit?: string;
  /** Row under the keyboard's or the mouse's cursor. */
  readonly cursor?: number;
  /** Height of each row, 22 where not given. */
  readonly height?: number;
}

/** Below this width, or where less than so much would be left for the marks, a label has a line of its own. */
const WIDE = 480;
const LANE = 190;
const TOP = 18;
const NAME = 12.5;
const SMALL = 11;
const GROUP = 26;

interface Layout {
  readonly wide: boolean;
  readonly left: number;
  readonly texts: number;
  /** A label, a number and the marks have a line each. */
  readonly tall: boolean;
  /** Width of the notes: texts end before it, one below another. */
  readonly notes: number;
  readonly axis: Axis;
  /** Tops of all rows, and the bottom. */
  readonly tops: readonly number[];
}

function heightOf(row: ChartRow, wide: boolean, tall: boolean, { height = 22 }: RowsOptions): number {
  if (row.kind === 'group') return GROUP;
  return wide ? height : height + (tall ? 29 : 15);
}

function layoutOf(rows: readonly ChartRow[], options: RowsOptions): Layout {
  const { width } = options;
  const longest = (of: (row: ChartRow) => number): number => rows.reduce((most, row) => Math.max(most, of(row)), 0);
  const named = longest((row) => (row.kind === 'group' ? 0 : textWidth(row.label, NAME)));
  const noted = longest((row) => (row.note ? textWidth(row.note, SMALL) + 8 : 0));
  const numbered = longest((row) => textWidth(row.text ?? '', NAME)) + noted + 12;
  const column = Math.min(Math.max(64, named + 24), width * 0.38);
  const wide = width >= WIDE && width - column - numbered >= LANE;
  const left = wide ? column : 8;
  const texts = wide ? numbered : 8;
  const notes = wide ? noted : 0;
  const beside = (row: ChartRow): number =>
    textWidth(row.text ?? '', NAME) + (row.note ? textWidth(row.note, SMALL) + 8 : 0);
  const tall = !wide && width - longest(beside) - 22 < Math.min(named, width * 0.5);
  const tops = [TOP];
  for (const row of rows) tops.push((tops.at(-1) ?? TOP) + heightOf(row, wide, tall, options));
  return { wide, tall, left, texts, notes, axis: options.axis([left + 4, width - texts - 6]), tops };
}

/** Which row a height of the drawing belongs to; −1 for none and for the name of a group. */
export function rowAt(rows: readonly ChartRow[], options: RowsOptions, y: number): number {
  const { tops } = layoutOf(rows, options);
  const row = rows.findIndex((_, at) => y >= (tops[at] ?? 0) && y < (tops[at + 1] ?? 0));
  return rows[row]?.kind === 'group' ? -1 : row;
}

export function drawRows<R>(svg: SvgTag<R>, rows: readonly ChartRow[], options: RowsOptions): Drawing<R> {
  const layout = layoutOf(rows, options);
  const { axis, tops, wide, tall, left } = layout;
  const { width } = options;
  const bottom = tops.at(-1) ?? TOP;
  const spaces = rows.map((row) =>
    wide
      ? left - 18
      : tall
        ? width - 22
        : width - 22 - textWidth(row.text ?? '', NAME) - (row.note ? textWidth(row.note, SMALL) + 8 : 0),
  );
  const space = Math.min(...spaces, width);
  const labels = fitLabels(
    rows.map((row) => (row.kind === 'group' ? '' : row.label)),
    Math.max(60, space),
    NAME,
  );
  return {
    width,
    height: bottom + (options.unit ? 32 : 20),
    body: svg`
      ${drawTicks(svg, axis, 10, width)}
      ${drawAxis(svg, axis, TOP - 4, bottom, options.unit, width)}
      ${rows.map((row, index) => drawRow(svg, row, labels[index] ?? '', index, layout, options))}`,
  };
}

function drawRow<R>(
  svg: SvgTag<R>,
  row: ChartRow,
  label: string,
  index: number,
  layout: Layout,
  options: RowsOptions,
): R {
  const { wide, tall, tops, left } = layout;
  const { width } = options;
  const top = tops[index] ?? 0;
  const height = (tops[index + 1] ?? top) - top;
  if (row.kind === 'group')
    return svg`<text class="group" x="8" y=${top + 18}>${fitLabels([row.label], width - 12, 13)[0] ?? ''}<title>${row.label}</title></text><line class="grid" x1="0" x2=${width} y1=${top + height - 1} y2=${top + height - 1}></line>`;
  const base = top + (wide ? height / 2 + 4.5 : 14);
  const header = tall ? 29 : 15;
  const middle = wide ? top + height / 2 : top + header + (height - header) / 2;
  const beside = tall ? base + 14 : base;
  const noteWidth = wide ? layout.notes : row.note ? textWidth(row.note, SMALL) + 8 : 0;
  const x = row.slot === undefined ? 8 : 14;
  const subRoom = wide ? left - 10 - x - textWidth(label, NAME) - 8 : 0;
  return svg`<g class=${`row ${row.kind === 'fold' ? 'fold' : ''} ${row.slot === undefined ? '' : `c${row.slot}`}`}>
    <rect class=${options.cursor === index ? 'row-cursor' : 'row-back'} x="0.5" y=${top + 0.5} width=${width - 1} height=${height - 1} rx="3"></rect>
    ${row.caret ? svg`<path class="caret" d=${`M1 ${px(middle - 5)}v10l6 -5z`}></path>` : NOTHING}
    ${row.slot === undefined ? NOTHING : svg`<rect class="swatch-bar" x="4" y=${base - 9.5} width="5" height="10" rx="1"></rect>`}
    <text class=${row.kind === 'fold' ? 'name muted' : 'name'} x=${x} y=${base}>${label}<title>${row.sub ? `${row.label}: ${row.sub}` : row.label}</title></text>
    ${row.sub && subRoom > 80 ? svg`<text class="sub" x=${px(x + textWidth(label, NAME) + 8)} y=${base}>${fitLabels([row.sub], subRoom, SMALL)[0] ?? ''}</text>` : NOTHING}
    ${row.marks === undefined ? NOTHING : lane(svg, row, middle, layout)}
    ${row.note ? svg`<text class="sub" x=${width - 6} y=${beside} text-anchor="end">${row.note}</text>` : NOTHING}
    ${row.text ? svg`<text class=${`strong ${row.tone ?? ''}`} x=${px(width - 6 - noteWidth)} y=${beside} text-anchor="end">${row.text}</text>` : NOTHING}
  </g>`;
}

function lane<R>(svg: SvgTag<R>, row: ChartRow, y: number, { axis }: Layout): R {
  const from = axis.x(axis.domain[0]);
  const to = axis.x(axis.domain[1]);
  const lower = row.marks?.some(({ kind }) => kind === 'lower') ?? false;
  return svg`
    ${row.empty ? svg`<rect class="empty" x=${from} y=${px(y - 5)} width=${px(to - from)} height="10" rx="2"></rect>` : NOTHING}
    ${(row.marks ?? []).map((mark) => drawMark(svg, mark, y, axis, lower))}`;
}

/** Whether a value has a place on the axis; what has none gets an arrow at the end. */
const inside = (axis: Axis, value: number): boolean => value >= axis.domain[0] && value <= axis.domain[1];

function drawMark<R>(svg: SvgTag<R>, mark: Mark, y: number, axis: Axis, lower: boolean): R {
  switch (mark.kind) {
    case 'bar':
    case 'lower':
    case 'outline':
    case 'band':
      return drawSpan(svg, mark, y, axis, lower);
    case 'whisker': {
      if (Number.isNaN(mark.from) || Number.isNaN(mark.to)) return svg``;
      const [a, b] = [axis.x(mark.from), axis.x(mark.to)];
      const ends = `${inside(axis, mark.from) ? `M${a} ${px(y - 4)}v8` : ''}${inside(axis, mark.to) ? `M${b} ${px(y - 4)}v8` : ''}`;
      return svg`<path class=${`whisker ${mark.tone ?? ''}`} d=${`${ends}M${a} ${px(y)}H${b}`}></path>`;
    }
    case 'tick': {
      if (Number.isNaN(mark.at)) return svg``;
      if (!inside(axis, mark.at)) return arrow(svg, mark.at, mark.tone, y, axis);
      const x = axis.x(mark.at);
      return svg`<line class=${mark.tone} x1=${x} x2=${x} y1=${px(y - 7)} y2=${px(y + 7)}></line>`;
    }
    case 'dot': {
      if (Number.isNaN(mark.at)) return svg``;
      if (!inside(axis, mark.at)) return arrow(svg, mark.at, mark.tone, y, axis);
      const title = mark.title ? svg`<title>${mark.title}</title>` : NOTHING;
      return svg`<path class=${`mark ${mark.hollow ? 'hollow' : ''} ${mark.tone}`} d=${shapePath(mark.shape ?? 'circle', axis.x(mark.at), y)}>${title}</path>`;
    }
  }
}

function drawSpan<R>(
  svg: SvgTag<R>,
  mark: Extract<Mark, { readonly from: number }>,
  y: number,
  axis: Axis,
  lower: boolean,
): R {
  if (Number.isNaN(mark.from) || Number.isNaN(mark.to)) return svg``;
  const [a, b] = [axis.x(mark.from), axis.x(mark.to)];
  const [x, width] = [Math.min(a, b), px(Math.abs(b - a))];
  const beyond = inside(axis, mark.to) ? NOTHING : arrow(svg, mark.to, mark.kind === 'bar' ? mark.tone : '', y, axis);
  switch (mark.kind) {
    case 'bar': {
      const top = px(y - (lower ? 7 : 6));
      const height = lower ? 7 : 12;
      return svg`<rect class=${mark.tone} x=${x} y=${top} width=${width} height=${height}></rect>${mark.measured ? svg`<path class="measured" d=${stripes(x, top, width, height)}></path>` : NOTHING}${beyond}`;
    }
    case 'lower':
      return svg`<rect class="what-if" x=${x} y=${px(y + 2)} width=${width} height="5"></rect>${beyond}`;
    case 'outline':
      return svg`<rect class="ghost" x=${x} y=${px(y - 8)} width=${width} height="16"></rect>`;
    default:
      return svg`<rect class=${'tone' in mark ? (mark.tone ?? '') : ''} x=${x} y=${px(y - 8)} width=${width} height="16" rx="2"></rect>`;
  }
}

/** At the end of the axis, pointing outwards: the value has no place on it. */
function arrow<R>(svg: SvgTag<R>, value: number, tone: string, y: number, axis: Axis): R {
  const high = value > axis.domain[1];
  const x = axis.x(axis.domain[high ? 1 : 0]);
  return svg`<path class=${`mark ${tone}`} d=${`M${x} ${px(y - 5)}v10l${high ? 7 : -7} -5z`}></path>`;
}

function stripes(x: number, y: number, width: number, height: number): string {
  const lines: string[] = [];
  for (let at = 4; at < width; at += 6) lines.push(`M${px(x + at)} ${px(y)}v${px(height)}`);
  return lines.join('');
}

export const SHAPES: readonly Shape[] = ['circle', 'square', 'triangle', 'cross', 'down', 'plus', 'hexagon', 'diamond'];

/** A mark of about nine pixels about a point. */
export function shapePath(shape: Shape, x: number, y: number): string {
  const at = (dx: number, dy: number): string => `${px(x + dx)} ${px(y + dy)}`;
  switch (shape) {
    case 'circle':
      return `M${at(-4, 0)}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z`;
    case 'diamond':
      return `M${at(0, -6)}l6 6l-6 6l-6 -6z`;
    case 'square':
      return `M${at(-3.8, -3.8)}h7.6v7.6h-7.6z`;
    case 'triangle':
      return `M${at(0, -5)}l4.8 8.6h-9.6z`;
    case 'down':
      return `M${at(0, 5)}l4.8 -8.6h-9.6z`;
    case 'cross':
      return `M${at(-4.5, -3)}l1.5 -1.5l3 3l3 -3l1.5 1.5l-3 3l3 3l-1.5 1.5l-3 -3l-3 3l-1.5 -1.5l3 -3z`;
    case 'plus':
      return `M${at(-1.2, -5)}h2.4v3.8h3.8v2.4h-3.8v3.8h-2.4v-3.8h-3.8v-2.4h3.8z`;
    case 'hexagon':
      return `M${at(-5, 0)}l2.5 -4.3h5l2.5 4.3l-2.5 4.3h-5z`;
  }
}
