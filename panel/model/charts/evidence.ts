/** Evidence as rows: what it says, how strongly, and a cell for each hypothesis; and all of it as one heat map. */
import { scaleLinear } from 'd3-scale';
import { cut, type Drawing, NOTHING, px, type SvgTag, textWidth } from './tag';

export interface EvidenceBar {
  readonly label: string;
  readonly sub: string;
  readonly count: string;
  /** In the unit to show; infinite goes to the end of the scale. */
  readonly value: number;
  readonly text: string;
  readonly measured: boolean;
  readonly dataset: boolean;
  /** By hypothesis, as a part of the largest: −1 to 1, NaN where not defined. */
  readonly cells: readonly number[];
  /** The value without the what-if changes. */
  readonly previous?: number;
  readonly caret?: boolean;
  readonly cursor?: boolean;
}

export interface EvidenceOptions {
  readonly width: number;
  readonly slots: readonly number[];
  readonly largest: number;
  /** Shifts are never negative: the bar begins at the left. */
  readonly oneSided: boolean;
}

const WIDE = 520;
const CELL = 15;

export function evidenceRowHeight(width: number): number {
  return width >= WIDE ? 36 : 52;
}

interface Columns {
  readonly wide: boolean;
  readonly label: number;
  readonly bar: readonly [number, number];
  readonly cells: number;
  readonly x: (value: number) => number;
}

function columnsOf(rows: readonly EvidenceBar[], { width, slots, largest, oneSided }: EvidenceOptions): Columns {
  const wide = width >= WIDE;
  const size = wide ? CELL : 11;
  const cells = width - slots.length * size - 6;
  const valued = Math.max(44, ...rows.map((row) => textWidth(row.text, 13))) + 14;
  const label = wide ? Math.min(380, width * 0.4) : width - valued - 10;
  const from = wide ? label + 12 : 10;
  const to = wide ? cells - valued - 6 : cells - 12;
  const scale = scaleLinear(oneSided ? [0, largest || 1] : [-(largest || 1), largest || 1], [from, to]).clamp(true);
  return { wide, label, bar: [from, to], cells, x: (value) => px(scale(value)) };
}

export function evidenceRows<R>(svg: SvgTag<R>, rows: readonly EvidenceBar[], options: EvidenceOptions): Drawing<R> {
  const height = evidenceRowHeight(options.width);
  const columns = columnsOf(rows, options);
  const total = Math.max(1, rows.length * height);
  return {
    width: options.width,
    height: total,
    body: svg`${rows.map((row, index) => drawRow(svg, row, index * height, height, columns, options))}`,
  };
}

function drawRow<R>(
  svg: SvgTag<R>,
  row: EvidenceBar,
  top: number,
  height: number,
  columns: Columns,
  { width, oneSided }: EvidenceOptions,
): R {
  const { wide, label, cells, x } = columns;
  const size = wide ? CELL : 11;
  const first = top + (wide ? 15 : 16);
  const y = wide ? top + height / 2 - 6 : top + 35;
  const thickness = wide ? 12 : 9;
  const zero = x(0);
  const end = x(row.value);
  const from = Math.min(zero, end);
  const length = Math.max(row.value === 0 || Number.isNaN(row.value) ? 0 : 1.5, Math.abs(end - zero));
  return svg`<g class="row">
    ${row.cursor ? svg`<rect class="row-cursor" x="0.5" y=${top + 0.5} width=${width - 1} height=${height - 1} rx="3"></rect>` : NOTHING}
    ${row.caret ? svg`<path class="caret" d=${`M1 ${top + height / 2 - 5}v10l6 -5z`}></path>` : NOTHING}
    <text class=${row.dataset ? 'name' : ''} x="10" y=${first}>${cut(row.label, label - 16, 13)}<title>${row.label}</title></text>
    <text class="sub" x="10" y=${first + 14}>${cut(`${row.sub}${row.count}`, wide ? label - 16 : width * 0.6, 11)}</text>
    <line class="zero" x1=${zero} x2=${zero} y1=${wide ? top : y - 3} y2=${wide ? top + height : y + thickness + 3}></line>
    ${Number.isNaN(row.value) ? NOTHING : svg`<rect class=${oneSided ? 'account' : row.value < 0 ? 'against' : 'for'} x=${px(from)} y=${y} width=${px(length)} height=${thickness} rx="1"></rect>`}
    ${row.measured && !Number.isNaN(row.value) ? svg`<path class="measured" d=${stripes(from, y, length, thickness)}></path>` : NOTHING}
    ${row.previous === undefined || Number.isNaN(row.previous) ? NOTHING : svg`<rect class="ghost" x=${px(Math.min(zero, x(row.previous)))} y=${y - 2} width=${px(Math.max(2, Math.abs(x(row.previous) - zero)))} height=${thickness + 4}></rect>`}
    <text class="strong" x=${wide ? cells - 8 : width - 8} y=${wide ? top + height / 2 + 4.5 : first} text-anchor="end">${row.text}</text>
    ${row.cells.map((value, h) => {
      const left = cells + h * size;
      const cellTop = wide ? top + height / 2 - size / 2 : top + 33;
      return heatCell(svg, value, left, cellTop, size, size);
    })}
  </g>`;
}

/** Blue for, orange against, as strong as the part of the largest; nothing at all is an empty cell. */
function heatCell<R>(svg: SvgTag<R>, value: number, x: number, y: number, width: number, height: number): R {
  if (Number.isNaN(value))
    return svg`<rect class="empty" x=${px(x + 0.5)} y=${px(y + 0.5)} width=${px(width - 1)} height=${px(height - 1)}></rect>`;
  const strength = value === 0 ? 0 : 0.12 + 0.88 * Math.sqrt(Math.min(1, Math.abs(value)));
  return svg`<rect class=${`cell ${strength === 0 ? 'track' : value > 0 ? 'for' : 'against'}`} x=${px(x)} y=${px(y)} width=${px(width)} height=${px(height)} fill-opacity=${strength === 0 ? 1 : px(strength * 10) / 10}></rect>`;
}

function stripes(x: number, y: number, width: number, height: number): string {
  const lines: string[] = [];
  for (let at = 4; at < width; at += 6) lines.push(`M${px(x + at)} ${px(y)}v${px(height)}`);
  return lines.join('');
}

export interface HeatOptions {
  readonly width: number;
  readonly names: readonly string[];
  readonly slots: readonly number[];
  readonly total: number;
  /** The rows in view. */
  readonly start: number;
  readonly count: number;
}

/** All evidence from left to right, a line for each hypothesis. */
export function heatMap<R>(
  svg: SvgTag<R>,
  buckets: readonly { readonly start: number; readonly count: number; readonly cells: readonly number[] }[],
  { width, names, slots, total, start, count }: HeatOptions,
): Drawing<R> {
  const left = heatLeft(names, width);
  const row = 16;
  const x = scaleLinear([0, Math.max(1, total)], [left, width - 2]);
  const height = names.length * row + 4;
  return {
    width,
    height,
    body: svg`
      ${names.map((name, h) => svg`<g class=${`c${slots[h]!}`}><rect class="bar" x="2" y=${h * row + 5} width="4" height="10" rx="1"></rect><text class="label" x="11" y=${h * row + 14}>${cut(name, left - 16, 12)}</text></g>`)}
      ${buckets.map((bucket) => {
        const from = x(bucket.start);
        const wide = Math.max(1, x(bucket.start + bucket.count) - from);
        return svg`${bucket.cells.map((value, h) => heatCell(svg, value, from, h * row + 3, wide, row - 2))}`;
      })}
      <rect class="brush" x=${px(x(start))} y="1" width=${px(Math.max(3, x(Math.min(total, start + count)) - x(start)))} height=${height - 2} rx="2"></rect>`,
  };
}

function heatLeft(names: readonly string[], width: number): number {
  return Math.min(width * 0.3, Math.max(...names.map((name) => textWidth(name, 12)), 30) + 22);
}

/** Which evidence stands at a place of the heat map, in the shown order. */
export function heatIndexAt({ width, names, total }: HeatOptions, x: number): number {
  const left = heatLeft(names, width);
  return Math.max(0, Math.min(total - 1, Math.floor(((x - left) / (width - 2 - left)) * total)));
}
