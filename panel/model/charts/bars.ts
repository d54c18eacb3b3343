/**
 * Rows of one quantity each: a filled bar for what is, a line for what was before the evidence, a dashed outline for
 * what was before the last edit, a second, pale bar for what would be. Used for posteriors, abilities and learned rows.
 */
import { type Axis, drawAxis, drawGrid, probabilityAxis, signedAxis } from './axis';
import { cut, type Drawing, NOTHING, px, type SvgTag, textWidth } from './tag';

export interface BarRow {
  readonly label: string;
  readonly sub?: string;
  readonly slot: number;
  /** NaN: not defined, drawn as an empty track. */
  readonly value: number;
  readonly text: string;
  /** Below the value: the factor, the log odds. */
  readonly note?: string;
  readonly before?: number;
  readonly previous?: number;
  readonly whatIf?: number;
  readonly whatIfText?: string;
  readonly interval?: readonly [number, number];
  /** An interval of another quantity on the same scale, with its mean: drawn under the bar. */
  readonly below?: { readonly mean: number; readonly interval: readonly [number, number] };
}

export interface BarsOptions {
  readonly width: number;
  /** `signed` draws dots on both sides of zero in place of bars from zero. */
  readonly scale: 'probability' | 'signed';
  readonly top?: number;
  /** Named at the axis of a signed scale. */
  readonly unit?: string;
  /** Row under the keyboard's or the mouse's cursor. */
  readonly cursor?: number;
}

const WIDE = 460;

interface Layout {
  readonly wide: boolean;
  readonly rowHeight: number;
  readonly left: number;
  readonly right: number;
  readonly axis: Axis;
}

/** Which row a point of the drawing belongs to. */
export function barRowAt(rows: readonly BarRow[], options: BarsOptions, y: number): number {
  const { rowHeight } = layoutOf(rows, options);
  const row = Math.floor((y - TOP) / rowHeight);
  return row >= 0 && row < rows.length ? row : -1;
}

const TOP = 4;

export function bars<R>(svg: SvgTag<R>, rows: readonly BarRow[], options: BarsOptions): Drawing<R> {
  const layout = layoutOf(rows, options);
  const { rowHeight, axis } = layout;
  const bottom = TOP + rows.length * rowHeight + 2;
  const height = bottom + (options.unit ? 32 : 20);
  return {
    width: options.width,
    height,
    body: svg`
      ${drawAxis(svg, axis, layout.wide ? TOP : bottom, bottom, options.unit)}
      ${rows.map((row, index) => drawRow(svg, row, TOP + index * rowHeight, layout, options, index))}`,
  };
}

function layoutOf(rows: readonly BarRow[], options: BarsOptions): Layout {
  const { width } = options;
  const wide = width >= WIDE;
  const longest = (pick: (row: BarRow) => number) => rows.reduce((most, row) => Math.max(most, pick(row)), 0);
  const both = rows.some((row) => row.whatIf !== undefined);
  const rowHeight = (wide ? 40 : rows.some((row) => row.below) ? 68 : 62) + (both ? 12 : 0);
  const named = longest((row) => Math.max(textWidth(row.label, 13.5), textWidth(row.sub ?? '', 11)));
  const left = wide ? Math.min(Math.max(72, named + 26), width * 0.36) : 8;
  const valued = longest((row) =>
    Math.max(textWidth(row.text, 13.5), textWidth(row.note ?? '', 11), textWidth(row.whatIfText ?? '', 12)),
  );
  const right = wide ? width - Math.max(56, valued + 12) : width - 16;
  const range = [left + (wide ? 8 : 4), right - 6] as const;
  const axis =
    options.scale === 'probability'
      ? probabilityAxis(range, options.top)
      : signedAxis(
          range,
          rows.flatMap((row) => [row.value, row.before ?? 0, row.previous ?? 0, row.whatIf ?? 0]),
        );
  return { wide, rowHeight, left, right, axis };
}

function drawRow<R>(svg: SvgTag<R>, row: BarRow, top: number, layout: Layout, options: BarsOptions, index: number): R {
  const { wide, rowHeight, left, axis } = layout;
  const { width } = options;
  const middle = wide ? top + rowHeight / 2 : top + 45 + (row.whatIf === undefined ? 0 : 5);
  const labelRoom = wide ? left - 6 : width - textWidth(row.text, 14) - 18;
  const labelY = wide ? (row.sub ? middle - 3 : middle + 4) : top + 15;
  const right = width - 2;
  return svg`<g class=${`row c${row.slot}`}>
    ${options.cursor === index ? svg`<rect class="row-cursor" x="0.5" y=${top + 0.5} width=${width - 1} height=${rowHeight - 1} rx="3"></rect>` : NOTHING}
    ${wide ? NOTHING : drawGrid(svg, axis, middle - 10, middle + 10)}
    <rect class="bar" x="2" y=${labelY - 9} width="4" height="10" rx="1"></rect>
    <text class="name" x="11" y=${labelY}>${cut(row.label, labelRoom - 12, 13.5)}<title>${row.label}</title></text>
    ${row.sub ? svg`<text class="sub" x="11" y=${wide ? middle + 12 : top + 28}>${cut(row.sub, wide ? left - 14 : width - textWidth(row.note ?? '', 11) - 28, 11)}<title>${row.sub}</title></text>` : NOTHING}
    ${options.scale === 'probability' ? drawBar(svg, row, middle, layout) : drawDots(svg, row, middle, layout)}
    <text class="strong" x=${right} y=${wide ? (row.note || row.whatIfText ? middle - 2 : middle + 4) : top + 15} text-anchor="end">${row.text}</text>
    ${row.whatIfText && !wide ? svg`<text class="if" x=${right} y=${top + 29} text-anchor="end">${row.whatIfText}</text>` : NOTHING}
    ${row.note && !row.whatIfText ? svg`<text class="sub" x=${right} y=${wide ? middle + 12 : top + 28} text-anchor="end">${row.note}</text>` : NOTHING}
    ${row.whatIfText && wide ? svg`<text class="if" x=${right} y=${middle + 14} text-anchor="end">${row.whatIfText}</text>` : NOTHING}
  </g>`;
}

function drawBar<R>(svg: SvgTag<R>, row: BarRow, middle: number, { axis }: Layout): R {
  const from = axis.x(0);
  const to = axis.x(axis.domain[1]);
  const both = row.whatIf !== undefined;
  const thickness = both ? 11 : 14;
  const y = middle - (both ? thickness + 1 : thickness / 2);
  const length = (value: number) => px(Math.max(value > 0 ? 1.5 : 0, axis.x(value) - from));
  return svg`
    <rect class=${Number.isNaN(row.value) ? 'empty' : 'track'} x=${from} y=${y} width=${px(to - from)} height=${thickness} rx="2"></rect>
    ${Number.isNaN(row.value) ? NOTHING : svg`<rect class="bar" x=${from} y=${y} width=${length(row.value)} height=${thickness} rx="2"></rect>`}
    ${both ? svg`<rect class="track" x=${from} y=${middle + 2} width=${px(to - from)} height=${thickness} rx="2"></rect><rect class="bar if" x=${from} y=${middle + 2} width=${length(row.whatIf!)} height=${thickness} rx="2"></rect>` : NOTHING}
    ${row.previous === undefined || Number.isNaN(row.previous) ? NOTHING : svg`<rect class="ghost" x=${from} y=${y - 2.5} width=${length(row.previous)} height=${thickness + 5} rx="3"></rect>`}
    ${row.interval ? whisker(svg, row.interval, y + thickness / 2, axis) : NOTHING}
    ${row.below && !both ? drawBelow(svg, row.below, y + thickness + 5, axis) : NOTHING}
    ${row.before === undefined ? NOTHING : priorMark(svg, axis.x(row.before), y, thickness)}`;
}

/** What was before the evidence: a line across the bar with a small triangle on it, to be found on any colour. */
function priorMark<R>(svg: SvgTag<R>, x: number, y: number, thickness: number): R {
  return svg`<g><line class="before" x1=${x} x2=${x} y1=${y - 3} y2=${y + thickness + 3}></line><path class="prior-head" d=${`M${px(x - 3.5)} ${y - 7}h7l-3.5 5z`}></path></g>`;
}

function whisker<R>(svg: SvgTag<R>, [low, high]: readonly [number, number], y: number, axis: Axis): R {
  const [a, b] = [axis.x(low), axis.x(high)];
  return svg`<path class="whisker" d=${`M${a} ${y - 4}v8M${a} ${y}H${b}M${b} ${y - 4}v8`}></path>`;
}

function drawBelow<R>(svg: SvgTag<R>, below: NonNullable<BarRow['below']>, y: number, axis: Axis): R {
  const [low, high] = below.interval;
  return svg`<g class="below"><path class="whisker" d=${`M${axis.x(low)} ${y}H${axis.x(high)}`}></path><circle class="below-mean" cx=${axis.x(below.mean)} cy=${y} r="2.5"></circle></g>`;
}

function drawDots<R>(svg: SvgTag<R>, row: BarRow, middle: number, { axis }: Layout): R {
  const from = axis.x(axis.domain[0]);
  const to = axis.x(axis.domain[1]);
  const y = row.whatIf === undefined ? middle : middle - 6;
  const at = (value: number) => axis.x(value);
  const moved = row.before !== undefined && !Number.isNaN(row.value);
  return svg`
    <line class="grid" x1=${from} x2=${to} y1=${y} y2=${y}></line>
    ${moved ? svg`<line class="link" x1=${at(row.before!)} x2=${at(row.value)} y1=${y} y2=${y}></line>` : NOTHING}
    ${row.previous === undefined || Number.isNaN(row.previous) ? NOTHING : svg`<circle class="ghost" cx=${at(row.previous)} cy=${y} r="8"></circle>`}
    ${row.before === undefined || Number.isNaN(row.before) ? NOTHING : svg`<circle class="dot hollow" cx=${at(row.before)} cy=${y} r="4.5"></circle>`}
    ${Number.isNaN(row.value) ? NOTHING : endMark(svg, row.value, axis, y)}
    ${row.whatIf === undefined || Number.isNaN(row.whatIf) ? NOTHING : svg`<line class="grid" x1=${from} x2=${to} y1=${middle + 8} y2=${middle + 8}></line><rect class="bar if" x=${at(row.whatIf) - 5} y=${middle + 3} width="10" height="10" rx="1"></rect>`}`;
}

/** A dot, or an arrow head at the end of the scale for what is infinite. */
function endMark<R>(svg: SvgTag<R>, value: number, axis: Axis, y: number): R {
  if (Number.isFinite(value)) return svg`<circle class="dot" cx=${axis.x(value)} cy=${y} r="6.5"></circle>`;
  const x = axis.x(value);
  const tip = value < 0 ? -9 : 9;
  return svg`<path class="bar" d=${`M${x} ${y - 6}v12l${tip} -6z`}></path>`;
}
