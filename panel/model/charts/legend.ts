/** Legends: a sample of each mark, drawn with the charts' own classes, and its words. */
import type { LegendKey } from './figures';
import { SHAPES, type Shape, shapePath } from './rows';
import { type Drawing, NOTHING, px, type SvgTag, textWidth } from './tag';

export const SAMPLE_WIDTH = 16;
export const SAMPLE_HEIGHT = 12;

/** The sample of a key in a box of 16 by 12. */
export function sample<R>(svg: SvgTag<R>, { sample: kind, slot }: LegendKey): R {
  const colour = slot === undefined ? 'plain' : `c${slot}`;
  const box = (name: string): R => svg`<rect class=${name} x="1" y="2" width="14" height="8" rx="1"></rect>`;
  const mark = (shape: Shape, name: string): R =>
    svg`<path class=${`mark ${name}`} d=${shapePath(shape, 8, 6)}></path>`;
  switch (kind) {
    case 'line':
      return svg`<line class="before" x1="8" x2="8" y1="0" y2="12"></line>`;
    case 'solid':
      return mark('circle', colour);
    case 'hollow':
      return mark('circle', `hollow ${colour}`);
    case 'diamond':
      return mark('diamond', 'main-mark');
    case 'open-diamond':
      return mark('diamond', 'hollow open-mark');
    case 'ghost':
      return svg`<rect class="ghost" x="1" y="2" width="14" height="8"></rect>`;
    case 'pale':
      return box('what-if');
    case 'whisker':
      return svg`<path class="whisker" d="M1 2v8M1 6H15M15 2v8"></path>`;
    case 'band':
      return svg`${box('band')}<line class="seen" x1="8" x2="8" y1="0" y2="12"></line>`;
    case 'striped':
      return svg`${box('bar plain')}<path class="measured" d="M5 2v8M10 2v8"></path>`;
    case 'bound':
      return box('account bound');
    case 'brush':
      return box('brush');
    case 'bar':
      return box(`bar ${colour}`);
    case 'allowed':
    case 'for':
    case 'against':
    case 'account':
    case 'selection':
    case 'propensity':
      return box(kind);
    default: {
      const shape = SHAPES.find((one) => `shape-${one}` === kind);
      return shape ? mark(shape, slot === undefined ? 'full-mark' : colour) : svg``;
    }
  }
}

const LINE = 18;

/** All keys in lines of this width, for pictures that stand alone. */
export function drawLegend<R>(svg: SvgTag<R>, keys: readonly LegendKey[], width: number): Drawing<R> {
  let [x, y] = [0, 0];
  const placed = keys.map((key) => {
    const from = key.sample === '' ? 0 : SAMPLE_WIDTH + 5;
    const wide = from + textWidth(key.text, 11) + 14;
    if (x > 0 && x + wide > width) [x, y] = [0, y + LINE];
    const at = { key, x, y, from };
    x += wide;
    return at;
  });
  return {
    width,
    height: keys.length === 0 ? 0 : y + LINE,
    body: svg`${placed.map(({ key, x: left, y: top, from }) => svg`<g transform=${`translate(${px(left)} ${px(top)})`}>${key.sample === '' ? NOTHING : sample(svg, key)}<text class="sub" x=${from} y="10">${key.text}</text></g>`)}`,
  };
}
