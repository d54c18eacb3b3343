/**
 * Values against what is allowed or was seen: a shaded band for the range, a line for what was seen, dots for what each
 * account says. Used for expectations and for evaluations.
 */
import { type Axis, drawAxis, drawGrid, probabilityAxis } from './axis';
import { cut, type Drawing, NOTHING, px, type SvgTag, textWidth } from './tag';

export interface RangeDot {
  readonly label: string;
  readonly value: number;
  readonly text: string;
  readonly kind: 'main' | 'account' | 'before' | 'if';
}

export interface RangeGroup {
  readonly label: string;
  readonly text: string;
  readonly band: readonly [number, number];
  /** `allowed`: what an expectation asks for. `seen`: the interval of what was observed. */
  readonly bandKind: 'allowed' | 'seen';
  readonly line?: number;
  /** How the text is set: an expectation that fails is marked. */
  readonly tone?: 'good' | 'bad';
  readonly dots: readonly RangeDot[];
}

export interface RangesOptions {
  readonly width: number;
  readonly top: number;
  readonly cursor?: number;
}

/** Below this width label and text have a line each. */
const WIDE = 420;
const LINE = 19;
const GAP = 12;
const TOP = 2;

const headOf = (width: number) => (width >= WIDE ? 26 : 42);
const heightOf = (group: RangeGroup, width: number) => headOf(width) + group.dots.length * LINE + GAP;

/** Group and, in it, dot of a point; the group alone (dot −1) for its head. */
export function rangeRowAt(groups: readonly RangeGroup[], width: number, y: number): number {
  let top = TOP;
  for (const [index, group] of groups.entries()) {
    if (y >= top && y < top + heightOf(group, width)) return index;
    top += heightOf(group, width);
  }
  return -1;
}

export function ranges<R>(svg: SvgTag<R>, groups: readonly RangeGroup[], options: RangesOptions): Drawing<R> {
  const { width } = options;
  const named = groups.flatMap(({ dots }) => dots.map((dot) => textWidth(dot.label, 11.5)));
  const valued = groups.flatMap(({ dots }) => dots.map((dot) => textWidth(dot.text, 12)));
  const widest = Math.max(0, ...named);
  const left = widest === 0 ? 10 : Math.min(Math.max(58, widest) + 20, width * 0.36);
  const right = width - Math.min(Math.max(40, ...valued) + 22, width * 0.3);
  const axis = probabilityAxis([left, right], options.top);
  let top = TOP;
  const drawn = groups.map((group, index) => {
    const result = drawGroup(svg, group, top, axis, options, index);
    top += heightOf(group, width);
    return result;
  });
  return {
    width,
    height: top + 20,
    body: svg`${drawAxis(svg, axis, top, top)}${drawn}`,
  };
}

function drawGroup<R>(
  svg: SvgTag<R>,
  group: RangeGroup,
  top: number,
  axis: Axis,
  { width, cursor }: RangesOptions,
  index: number,
): R {
  const height = heightOf(group, width);
  const [low, high] = [axis.x(group.band[0]), axis.x(group.band[1])];
  const first = top + headOf(width);
  const bottom = first + group.dots.length * LINE;
  const textRoom = textWidth(group.text, 13);
  const wide = width >= WIDE;
  return svg`<g class="row">
    ${cursor === index ? svg`<rect class="row-cursor" x="0.5" y=${top + 0.5} width=${width - 1} height=${height - 2} rx="3"></rect>` : NOTHING}
    <text class="name" x="8" y=${top + 17}>${cut(group.label, wide ? width - textRoom - 30 : width - 14, 13.5)}<title>${group.label}</title></text>
    <text class=${`strong ${group.tone ?? ''}`} x=${width - 8} y=${top + (wide ? 17 : 33)} text-anchor="end">${group.text}</text>
    ${drawGrid(svg, axis, first - 3, bottom + 3)}
    <rect class=${group.bandKind === 'allowed' ? 'allowed' : 'band'} x=${low} y=${first - 2} width=${px(Math.max(2, high - low))} height=${bottom - first + 4} rx="2"></rect>
    ${group.line === undefined ? NOTHING : svg`<line class="seen" x1=${axis.x(group.line)} x2=${axis.x(group.line)} y1=${first - 4} y2=${bottom + 4}></line>`}
    ${group.dots.map((dot, at) => drawDot(svg, dot, first + at * LINE + LINE / 2, axis, width))}
  </g>`;
}

function drawDot<R>(svg: SvgTag<R>, dot: RangeDot, y: number, axis: Axis, width: number): R {
  const left = axis.x(0);
  const x = axis.x(dot.value);
  const mark =
    dot.kind === 'main'
      ? svg`<path class="main-mark" d=${`M${x} ${y - 6}l6 6l-6 6l-6 -6z`}></path>`
      : dot.kind === 'if'
        ? svg`<path class="if-mark" d=${`M${x} ${y - 6}l6 6l-6 6l-6 -6z`}></path>`
        : dot.kind === 'before'
          ? svg`<circle class="open-mark" cx=${x} cy=${y} r="4"></circle>`
          : svg`<circle class="full-mark" cx=${x} cy=${y} r="4"></circle>`;
  return svg`
    <text class=${dot.kind === 'main' ? 'label strong' : 'label'} x=${left - 10} y=${y + 4} text-anchor="end">${cut(dot.label, left - 18, 11.5)}<title>${dot.label}</title></text>
    <line class="grid" x1=${left} x2=${axis.x(axis.domain[1])} y1=${y} y2=${y}></line>
    ${Number.isNaN(dot.value) ? NOTHING : mark}
    <text class=${dot.kind === 'main' ? 'label strong' : 'label'} x=${width - 8} y=${y + 4} text-anchor="end">${dot.text}</text>`;
}
