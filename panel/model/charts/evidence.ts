/** All evidence as one heat map: a column for each item or run of items, a line for each hypothesis. */
import { scaleLinear } from 'd3-scale';
import { fitLabels } from './labels';
import { type Drawing, px, type SvgTag, textWidth } from './tag';

/** Blue for, orange against, as strong as the part of the largest; nothing at all is an empty cell. */
function heatCell<R>(svg: SvgTag<R>, value: number, x: number, y: number, width: number, height: number): R {
  if (Number.isNaN(value))
    return svg`<rect class="empty" x=${px(x + 0.5)} y=${px(y + 0.5)} width=${px(width - 1)} height=${px(height - 1)}></rect>`;
  const strength = value === 0 ? 0 : 0.12 + 0.88 * Math.sqrt(Math.min(1, Math.abs(value)));
  return svg`<rect class=${`cell ${strength === 0 ? 'track' : value > 0 ? 'for' : 'against'}`} x=${px(x)} y=${px(y)} width=${px(width)} height=${px(height)} fill-opacity=${strength === 0 ? 1 : px(strength * 10) / 10}></rect>`;
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
  const labels = fitLabels(names, left - 16, 12);
  return {
    width,
    height,
    body: svg`
      ${names.map((name, h) => svg`<g class=${`c${slots[h]!}`}><rect class="bar" x="2" y=${h * row + 5} width="4" height="10" rx="1"></rect><text class="label" x="11" y=${h * row + 14}>${labels[h] ?? name}</text></g>`)}
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
