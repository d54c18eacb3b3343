/** Accounts against each other: how far each lies behind the best, and what each predicts. */
import { scaleLinear } from 'd3-scale';
import { formatCount } from '../numbers';
import { cut, type Drawing, NOTHING, px, type SvgTag, textWidth } from './tag';

export interface AccountBar {
  readonly name: string;
  readonly sub: string;
  /** In the unit to show: 0 for the best, negative for the others; NaN where it cannot be computed. */
  readonly behind: number;
  /** Only a lower bound is known: the bar may be shorter. */
  readonly bound: boolean;
  readonly text: string;
  readonly grade: string;
  readonly whatIf?: number;
}

export interface AccountsOptions {
  readonly width: number;
  readonly unit: string;
  /** Limits of the verbal scale, as sizes in the unit. */
  readonly limits: readonly { readonly at: number; readonly word: string }[];
  readonly cursor?: number;
}

const WIDE = 520;
const TOP = 20;

const heightOf = (width: number) => (width >= WIDE ? 46 : 82);

export function accountRowAt(count: number, width: number, y: number): number {
  const row = Math.floor((y - TOP) / heightOf(width));
  return row >= 0 && row < count ? row : -1;
}

export function accountBars<R>(svg: SvgTag<R>, rows: readonly AccountBar[], options: AccountsOptions): Drawing<R> {
  const { width } = options;
  const wide = width >= WIDE;
  const height = heightOf(width);
  const named = Math.max(
    60,
    ...rows.map((row) => textWidth(row.name, 13.5)),
    ...rows.map((row) => textWidth(row.sub, 11)),
  );
  const left = wide ? Math.min(named + 16, width * 0.42) : 8;
  const valued = Math.max(40, ...rows.map((row) => Math.max(textWidth(row.text, 13.5), textWidth(row.grade, 11)))) + 14;
  const right = wide ? width - Math.min(valued, width * 0.34) : width - 12;
  const sizes = rows.flatMap((row) => [row.behind, row.whatIf ?? 0]).filter(Number.isFinite);
  const largest = Math.max(...sizes.map((size) => -size), options.limits.at(-1)?.at ?? 1);
  const scale = scaleLinear([-largest, 0], [left, right - 4]).clamp(true);
  const x = (value: number) => px(scale(value));
  const bottom = TOP + rows.length * height;
  return {
    width,
    height: bottom + 30,
    body: svg`
      ${limitLines(svg, options, x, wide ? bottom : TOP)}
      <line class="zero" x1=${x(0)} x2=${x(0)} y1=${TOP - 4} y2=${wide ? bottom : TOP}></line>
      ${scale.ticks(Math.max(2, Math.min(5, Math.floor((right - left) / 70)))).map((at) => svg`<text class="tick" x=${x(at)} y=${bottom + 14} text-anchor="middle">${at === 0 ? 'best' : formatCount(at)}</text>`)}
      <text class="tick" x=${x(0)} y=${bottom + 27} text-anchor="end">${options.unit} behind</text>
      ${rows.map((row, index) => {
        const top = TOP + index * height;
        const y = wide ? top + height / 2 - 6 : top + 58;
        const from = x(row.behind);
        return svg`<g class="row">
          ${options.cursor === index ? svg`<rect class="row-cursor" x="0.5" y=${top + 0.5} width=${width - 1} height=${height - 1} rx="3"></rect>` : NOTHING}
          <text class="name" x="8" y=${top + (wide ? height / 2 - 2 : 16)}>${cut(row.name, wide ? left - 16 : width - textWidth(row.text, 14) - 20, 13)}</text>
          <text class="sub" x="8" y=${top + (wide ? height / 2 + 13 : 31)}>${cut(row.sub, wide ? left - 16 : width - 12, 11)}<title>${row.sub}</title></text>
          ${wide ? NOTHING : svg`<line class="zero" x1=${x(0)} x2=${x(0)} y1=${y - 4} y2=${y + 16}></line>${options.limits.map(({ at }) => svg`<line class="grid" x1=${x(-at)} x2=${x(-at)} y1=${y - 4} y2=${y + 16}></line>`)}`}
          ${Number.isNaN(row.behind) ? svg`<line class="grid" x1=${left} x2=${right} y1=${y + 6} y2=${y + 6}></line>` : svg`<rect class=${row.bound ? 'account bound' : 'account'} x=${from} y=${y} width=${px(Math.max(row.behind === 0 ? 0 : 1.5, x(0) - from))} height="12" rx="1"></rect>`}
          ${row.behind === 0 ? svg`<path class="main-mark" d=${`M${x(0)} ${y - 1}l7 7l-7 7l-7 -7z`}></path>` : NOTHING}
          ${row.whatIf === undefined || Number.isNaN(row.whatIf) ? NOTHING : svg`<line class="what-if-line" x1=${x(row.whatIf)} x2=${x(row.whatIf)} y1=${y - 5} y2=${y + 17}></line>`}
          <text class="strong" x=${width - 4} y=${top + (wide ? height / 2 - 2 : 16)} text-anchor="end">${row.text}</text>
          <text class="sub" x=${wide ? width - 4 : 8} y=${top + (wide ? height / 2 + 13 : 46)} text-anchor=${wide ? 'end' : 'start'}>${cut(row.grade, wide ? width - right - 6 : width - 12, 11)}</text>
        </g>`;
      })}`,
  };
}

function limitLines<R>(svg: SvgTag<R>, options: AccountsOptions, x: (value: number) => number, bottom: number): R {
  let end = Number.POSITIVE_INFINITY;
  return svg`${options.limits.map(({ at, word }) => {
    const place = x(-at);
    const wide = textWidth(word, 11);
    const displayed = place + wide / 2 < end && place - wide / 2 > 4;
    if (displayed) end = place - wide / 2 - 6;
    return svg`<line class="grid" x1=${place} x2=${place} y1=${TOP - 4} y2=${bottom}></line>${displayed ? svg`<text class="tick" x=${place} y=${TOP - 8} text-anchor="middle">${word}</text>` : NOTHING}`;
  })}`;
}

export interface MatrixOptions {
  readonly width: number;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Row-major: probability (NaN where none) and its text. */
  readonly cells: readonly (readonly { readonly value: number; readonly text: string }[])[];
  readonly cursor?: number;
}

const HEAD = 22;
const LINE = 26;

export function matrixRowAt({ rows }: MatrixOptions, y: number): number {
  const row = Math.floor((y - HEAD) / LINE);
  return row >= 0 && row < rows.length ? row : -1;
}

/** A small table of probabilities, each with a bar of its size under it. */
export function matrix<R>(svg: SvgTag<R>, options: MatrixOptions): Drawing<R> {
  const { width, rows, columns, cells } = options;
  const left = Math.min(width * 0.34, Math.max(60, ...rows.map((row) => textWidth(row, 13))) + 18);
  const each = (width - left - 4) / Math.max(1, columns.length);
  return {
    width,
    height: HEAD + rows.length * LINE + 4,
    body: svg`
      ${columns.map((column, at) => svg`<text class="tick" x=${px(left + (at + 1) * each - 8)} y="14" text-anchor="end">${cut(column, each - 10, 11)}<title>${column}</title></text>`)}
      ${rows.map((row, index) => {
        const top = HEAD + index * LINE;
        return svg`<g class="row">
          ${options.cursor === index ? svg`<rect class="row-cursor" x="0.5" y=${top + 0.5} width=${width - 1} height=${LINE - 1} rx="3"></rect>` : NOTHING}
          <text class="name" x="8" y=${top + 16}>${cut(row, left - 16, 13)}</text>
          ${cells[index]!.map(({ value, text }, at) => {
            const x = left + at * each + 8;
            const space = each - 16;
            return svg`<text class="label" x=${px(x + space)} y=${top + 15} text-anchor="end">${text}</text><rect class="track" x=${px(x)} y=${top + 19} width=${px(space)} height="4"></rect>${value > 0 ? svg`<rect class="account" x=${px(x)} y=${top + 19} width=${px(Math.max(1, space * value))} height="4"></rect>` : NOTHING}`;
          })}
        </g>`;
      })}`,
  };
}

export interface SplitRow {
  readonly label: string;
  /** Selection and propensity shift, in the unit to show. */
  readonly pieces: readonly [number, number];
  readonly texts: readonly [string, string];
}

/** The two parts of a reinforcement beside each other: selection among personas, and the shift inside them. */
export function splitBars<R>(
  svg: SvgTag<R>,
  rows: readonly SplitRow[],
  { width, cursor }: { readonly width: number; readonly cursor?: number },
): Drawing<R> {
  const each = 54;
  const largest = Math.max(1e-300, ...rows.flatMap(({ pieces }) => pieces.filter(Number.isFinite)));
  const scale = scaleLinear([0, largest], [0, Math.max(40, width - 210)]).clamp(true);
  return {
    width,
    height: rows.length * each + 4,
    body: svg`${rows.map((row, index) => {
      const top = index * each;
      return svg`<g class="row">
        ${cursor === index ? svg`<rect class="row-cursor" x="0.5" y=${top + 0.5} width=${width - 1} height=${each - 1} rx="3"></rect>` : NOTHING}
        <text class="name" x="8" y=${top + 15}>${cut(row.label, width - 16, 13)}</text>
        ${row.pieces.map((part, at) => {
          const y = top + 21 + at * 15;
          const length = part > 0 ? Math.max(1.5, scale(part)) : 0;
          return svg`<text class="label" x="8" y=${y + 9}>${at === 0 ? 'selection' : 'propensity shift'}</text><rect class=${at === 0 ? 'selection' : 'propensity'} x="108" y=${y} width=${px(length)} height="10" rx="1"></rect><text class="label" x=${px(108 + length + 8)} y=${y + 9}>${row.texts[at]!}</text>`;
        })}
      </g>`;
    })}`,
  };
}

export function splitRowAt(count: number, y: number): number {
  const row = Math.floor(y / 54);
  return row >= 0 && row < count ? row : -1;
}
