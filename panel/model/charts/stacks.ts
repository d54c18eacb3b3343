/**
 * A probability and whose it is: each row a bar made of the parts of the personas, a thin one for before the evidence
 * above a thick one for after it.
 */
import { type Axis, drawAxis, drawGrid, probabilityAxis } from './axis';
import { cut, type Drawing, NOTHING, px, type SvgTag, textWidth } from './tag';

export interface StackRow {
  readonly label: string;
  readonly sub?: string;
  readonly text: string;
  readonly note?: string;
  /** By hypothesis; NaN where not defined. */
  readonly pieces: readonly number[];
  readonly partsBefore: readonly number[];
  /** A mark at the value without the context of `given`. */
  readonly without?: number;
  /** The total under the what-if changes. */
  readonly whatIf?: number;
  readonly whatIfText?: string;
  /** The total before the last edit, or the pinned one. */
  readonly previous?: number;
}

export interface StacksOptions {
  readonly width: number;
  /** Colour slot by hypothesis. */
  readonly slots: readonly number[];
  readonly top: number;
  readonly cursor?: number;
}

const TOP = 4;

/** Below this width label and number have a line each. */
const WIDE = 420;

function rowHeightOf(rows: readonly StackRow[], width: number): number {
  return (width >= WIDE ? 60 : 76) + (rows.some((row) => row.whatIf !== undefined) ? 10 : 0);
}

export function stackRowAt(rows: readonly StackRow[], width: number, y: number): number {
  const row = Math.floor((y - TOP) / rowHeightOf(rows, width));
  return row >= 0 && row < rows.length ? row : -1;
}

export function stacks<R>(svg: SvgTag<R>, rows: readonly StackRow[], options: StacksOptions): Drawing<R> {
  const { width } = options;
  const rowHeight = rowHeightOf(rows, width);
  const bottom = TOP + rows.length * rowHeight + 2;
  const axis = probabilityAxis([10, width - 16], options.top);
  return {
    width,
    height: bottom + 20,
    body: svg`
      ${drawAxis(svg, axis, bottom, bottom)}
      ${rows.map((row, index) => drawRow(svg, row, TOP + index * rowHeight, rowHeight, axis, options, index))}`,
  };
}

function drawRow<R>(
  svg: SvgTag<R>,
  row: StackRow,
  top: number,
  height: number,
  axis: Axis,
  { width, slots, cursor }: StacksOptions,
  index: number,
): R {
  const valueWidth = textWidth(row.text, 14);
  const from = axis.x(0);
  const to = axis.x(axis.domain[1]);
  const wide = width >= WIDE;
  const thin = top + (wide ? 25 : 41);
  const thick = thin + 8;
  const total = row.pieces.reduce((sum, part) => sum + part, 0);
  return svg`<g class="row">
    ${cursor === index ? svg`<rect class="row-cursor" x="0.5" y=${top + 0.5} width=${width - 1} height=${height - 1} rx="3"></rect>` : NOTHING}
    <text class="name" x="10" y=${top + 17}>${cut(row.label, wide ? width - valueWidth - 28 : width - 14, 13.5)}<title>${row.label}</title></text>
    <text class="strong" x=${width - 8} y=${top + (wide ? 17 : 33)} text-anchor="end">${row.text}</text>
    ${drawGrid(svg, axis, thin - 3, thick + 19)}
    <rect class="track" x=${from} y=${thin} width=${px(to - from)} height="5" rx="1"></rect>
    <g opacity="0.75">${pieces(svg, row.partsBefore, slots, axis, thin, 5)}</g>
    <rect class=${Number.isNaN(total) ? 'empty' : 'track'} x=${from} y=${thick} width=${px(to - from)} height="15" rx="1"></rect>
    ${pieces(svg, row.pieces, slots, axis, thick, 15)}
    ${row.previous === undefined || Number.isNaN(row.previous) ? NOTHING : svg`<rect class="ghost" x=${from} y=${thick - 2} width=${px(axis.x(row.previous) - from)} height="19"></rect>`}
    ${row.without === undefined || Number.isNaN(row.without) ? NOTHING : svg`<path class="before" fill="none" d=${`M${axis.x(row.without)} ${thick - 3}v21`}></path><circle class="dot hollow" cx=${axis.x(row.without)} cy=${thick + 7.5} r="4"></circle>`}
    ${row.whatIf === undefined ? NOTHING : svg`<rect class="track" x=${from} y=${thick + 17} width=${px(to - from)} height="7"></rect>${Number.isNaN(row.whatIf) ? NOTHING : svg`<rect class="what-if" x=${from} y=${thick + 17} width=${px(Math.max(1.5, axis.x(row.whatIf) - from))} height="7"></rect>`}`}
  </g>`;
}

function pieces<R>(
  svg: SvgTag<R>,
  values: readonly number[],
  slots: readonly number[],
  axis: Axis,
  y: number,
  height: number,
): R {
  let sum = 0;
  const total = values.reduce((all, part) => all + part, 0);
  const drawn = values.flatMap((part, h) => {
    if (!(part > 0)) return [];
    const x = axis.x(sum);
    sum += part;
    const width = Math.max(h === 0 && total < 1e-3 ? 1.5 : 0, axis.x(sum) - x);
    return width < 0.3
      ? []
      : [svg`<rect class=${`bar c${slots[h]!} part`} x=${x} y=${y} width=${px(width)} height=${height}></rect>`];
  });
  if (drawn.length === 0 && total > 0)
    return svg`<rect class="before" x=${axis.x(0)} y=${y} width="1.5" height=${height}></rect>`;
  return svg`${drawn}`;
}
