/** Scales and their ticks: probabilities from 0 to 100%, logs on both sides of zero, counts. */
import { scaleLinear } from 'd3-scale';
import { formatCount, formatPercent } from '../numbers';
import { NOTHING, px, type SvgTag, textWidth } from './tag';

export interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface Axis {
  readonly domain: readonly [number, number];
  /** From a value to pixels; values outside go to the nearer end. */
  readonly x: (value: number) => number;
  readonly ticks: readonly Tick[];
}

/** Probabilities; `top` below 1 looks closer. */
export function probabilityAxis(range: readonly [number, number], top = 1): Axis {
  const space = range[1] - range[0];
  const scale = scaleLinear([0, top], range).clamp(true);
  const ticks = scale
    .ticks(Math.max(2, Math.min(5, Math.floor(space / 64))))
    .map((at) => ({ at, text: formatPercent(at) }));
  return { domain: [0, top], x: (value) => px(scale(value)), ticks };
}

/** The top of an axis that shows these probabilities as large as possible: a round number, at most 1. */
export function fitTop(values: Iterable<number>): number {
  let top = 0;
  for (const value of values) if (Number.isFinite(value)) top = Math.max(top, value);
  if (top === 0 || top > 0.5) return 1;
  return Math.min(
    1,
    scaleLinear([0, top * 1.05], [0, 1])
      .nice(4)
      .domain()[1]!,
  );
}

/** Signed quantities in the unit to show. Infinities go to the ends. */
export function signedAxis(range: readonly [number, number], values: Iterable<number>, bothSides = true): Axis {
  let low = 0;
  let high = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low === 0 && high === 0) [low, high] = [-1, 1];
  if (bothSides) {
    const size = Math.max(-low, high);
    [low, high] = [Math.min(low, -size / 12), Math.max(high, size / 12)];
  }
  const scale = scaleLinear([low, high], range).nice(5).clamp(true);
  const space = range[1] - range[0];
  const ticks = scale
    .ticks(Math.max(2, Math.min(7, Math.floor(Math.abs(space) / 56))))
    .map((at) => ({ at, text: formatCount(at) }));
  const [from, to] = scale.domain() as [number, number];
  return { domain: [from, to], x: (value) => px(scale(value)), ticks };
}

/** Grid lines from one height to another. */
export function drawGrid<R>(svg: SvgTag<R>, axis: Axis, top: number, bottom: number): R {
  return svg`${axis.ticks.map(
    ({ at }) =>
      svg`<line class=${at === 0 ? 'zero' : 'grid'} x1=${axis.x(at)} x2=${axis.x(at)} y1=${top} y2=${bottom}></line>`,
  )}`;
}

/**
 * The axis below a chart: grid lines up through it (down from `top`; none where that is the bottom) and texts under it.
 * Texts that would collide are left out.
 */
export function drawAxis<R>(
  svg: SvgTag<R>,
  axis: Axis,
  top: number,
  bottom: number,
  unit = '',
  width = Number.POSITIVE_INFINITY,
): R {
  const last = axis.x(axis.domain[1]);
  return svg`<g class="axis">
    ${top < bottom ? drawGrid(svg, axis, top, bottom) : NOTHING}
    ${drawTicks(svg, axis, bottom + 14, width)}
    ${unit === '' ? NOTHING : svg`<text class="tick" x=${last} y=${bottom + 27} text-anchor="end">${unit}</text>`}
  </g>`;
}

/** The texts of an axis on a line of the drawing, moved inwards where they would be cut at its edges. */
export function drawTicks<R>(svg: SvgTag<R>, axis: Axis, y: number, width: number): R {
  let end = Number.NEGATIVE_INFINITY;
  return svg`${axis.ticks.flatMap(({ at, text }) => {
    const wide = textWidth(text, 11);
    const from = Math.min(Math.max(0, axis.x(at) - wide / 2), width - wide);
    if (from < end + 8) return [];
    end = from + wide;
    return [svg`<text class="tick" x=${px(from + wide / 2)} y=${y} text-anchor="middle">${text}</text>`];
  })}`;
}
