/** The whole trajectory in a strip: what is shown above it is clear, the rest veiled. Brushing it looks closer. */
import { scaleLinear } from 'd3-scale';
import { area } from 'd3-shape';
import { type Drawing, px, type SvgTag } from './tag';
import { isDefined } from './trajectory';

const LEFT = 52;
const RIGHT = 10;

/** The step at a place of the strip, whole. */
export function stripStepAt(x: number, width: number, steps: number): number {
  const part = Math.max(0, Math.min(1, (x - LEFT) / (width - RIGHT - LEFT)));
  return Math.round(part * steps);
}

/** The strip of the whole way, with the shown part clear and the rest veiled. */
export function strip<R>(
  svg: SvgTag<R>,
  overview: readonly { readonly step: number; readonly shares: readonly number[] }[],
  {
    width,
    slots,
    steps: count,
    from,
    to,
  }: {
    readonly width: number;
    readonly slots: readonly number[];
    readonly steps: number;
    readonly from: number;
    readonly to: number;
  },
): Drawing<R> {
  const height = 30;
  const x = scaleLinear([0, Math.max(1, count)], [LEFT, width - RIGHT]);
  const y = scaleLinear([0, 1], [height - 1, 1]);
  const stack = overview.map(({ step, shares: values }) => {
    let sum = 0;
    return { step, values, edges: [0, ...values.map((share) => (sum += share))] };
  });
  const [left, right] = [px(x(from)), px(x(to))];
  return {
    width,
    height,
    body: svg`
      ${slots.map((slot, h) => {
        const path = area<(typeof stack)[number]>()
          .defined(({ values }) => isDefined(values))
          .x(({ step }) => px(x(step)))
          .y0(({ edges }) => px(y(edges[h]!)))
          .y1(({ edges }) => px(y(edges[h + 1]!)))(stack);
        return svg`<path class=${`area c${slot}`} d=${path ?? ''}></path>`;
      })}
      <rect class="mask" x=${LEFT} y="0" width=${px(left - LEFT)} height=${height}></rect>
      <rect class="mask" x=${right} y="0" width=${px(width - RIGHT - right)} height=${height}></rect>
      <rect class="brush" x=${left} y="0.5" width=${px(Math.max(2, right - left))} height=${height - 1} rx="2"></rect>`,
  };
}
