/** The posterior along the evidence: shares stacked to 1, or log odds against a rival, over what each step brought. */
import { leastIndex } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { area, curveBumpX, curveLinear, line } from 'd3-shape';
import { formatCount, formatPercent } from '../numbers';
import { cut, type Drawing, NOTHING, px, type SvgTag, textWidth } from './tag';

export interface TrajectoryChartPoint {
  readonly step: number;
  /** By hypothesis; NaN where undefined. */
  readonly shares: readonly number[];
  /** By hypothesis: log odds against the rival, in the unit to show. */
  readonly odds: readonly number[];
  /** In the unit to show. */
  readonly brought: number;
  readonly measured: boolean;
  readonly label: string;
}

export interface TrajectoryOptions {
  readonly width: number;
  readonly shape: 'shares' | 'odds';
  readonly from: number;
  readonly to: number;
  readonly slots: readonly number[];
  readonly names: readonly string[];
  readonly persona: number;
  readonly rival: number;
  readonly unit: string;
  /** Step of the evidence in which the editor's caret stands. */
  readonly caret?: number;
  /** Index among the points. */
  readonly cursor?: number;
  /** The same way with the what-if changes: drawn as a dashed curve (odds only). */
  readonly whatIf?: readonly TrajectoryChartPoint[];
}

const TOP = 8;
const GAP = 30;
const EVIDENCE = 72;

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly x: (step: number) => number;
}

function frameOf({ width, from, to }: TrajectoryOptions): Frame {
  const left = 46;
  const right = width - 10;
  const scale = scaleLinear([from, Math.max(to, from + 1)], [left, right]);
  return { left, right, bottom: TOP + Math.max(130, Math.min(260, width * 0.34)), x: (step) => px(scale(step)) };
}

/** The point nearest to a place of the drawing. */
export function trajectoryPointAt(
  points: readonly TrajectoryChartPoint[],
  options: TrajectoryOptions,
  x: number,
): number {
  const frame = frameOf(options);
  if (points.length === 0 || x < frame.left - 12 || x > frame.right + 12) return -1;
  return leastIndex(points, (point) => Math.abs(frame.x(point.step) - x)) ?? -1;
}

/** The step at a place of the drawing, whole. */
export function stepAt(options: TrajectoryOptions, x: number): number {
  const { left, right } = frameOf(options);
  const part = Math.max(0, Math.min(1, (x - left) / (right - left)));
  return Math.round(options.from + part * (options.to - options.from));
}

export function trajectoryChart<R>(
  svg: SvgTag<R>,
  points: readonly TrajectoryChartPoint[],
  options: TrajectoryOptions,
): Drawing<R> {
  const frame = frameOf(options);
  const middle = frame.bottom + GAP + EVIDENCE / 2;
  const height = frame.bottom + GAP + EVIDENCE + 34;
  const cursor = options.cursor === undefined ? undefined : points[options.cursor];
  const caret = options.caret !== undefined && options.caret >= options.from && options.caret <= options.to;
  const bottom = frame.bottom + GAP + EVIDENCE;
  return {
    width: options.width,
    height,
    body: svg`
      ${options.shape === 'shares' ? shares(svg, points, options, frame) : odds(svg, points, options, frame)}
      ${evidence(svg, points, options, frame, middle)}
      ${steps(svg, points, options, frame, bottom)}
      ${caret ? svg`<line class="caret-line" x1=${frame.x(options.caret!)} x2=${frame.x(options.caret!)} y1=${TOP} y2=${bottom}></line><path class="caret" d=${`M${frame.x(options.caret!) - 5} ${bottom + 8}h10l-5 -8z`}></path>` : NOTHING}
      ${cursor ? svg`<line class="cursor" x1=${frame.x(cursor.step)} x2=${frame.x(cursor.step)} y1=${TOP} y2=${bottom}></line>` : NOTHING}`,
  };
}

/** Few steps are joined so that the curve lies level where it was computed; many need no help. */
const bend = (points: readonly unknown[]) => (points.length <= 60 ? curveBumpX : curveLinear);

/** Points with numbers: there is a gap where the posterior is not defined. */
export const isDefined = (values: readonly number[]): boolean => values.every((value) => !Number.isNaN(value));

function shares<R>(
  svg: SvgTag<R>,
  points: readonly TrajectoryChartPoint[],
  options: TrajectoryOptions,
  frame: Frame,
): R {
  const y = scaleLinear([0, 1], [frame.bottom, TOP]);
  const stack = points.map((point) => {
    let sum = 0;
    return { point, edges: [0, ...point.shares.map((share) => (sum += share))] };
  });
  const layer = (h: number): string =>
    area<(typeof stack)[number]>()
      .curve(bend(points))
      .defined(({ point }) => isDefined(point.shares))
      .x(({ point }) => frame.x(point.step))
      .y0(({ edges }) => px(y(edges[h]!)))
      .y1(({ edges }) => px(y(edges[h + 1]!)))(stack) ?? '';
  return svg`
    <rect class="track" x=${frame.left} y=${TOP} width=${px(frame.right - frame.left)} height=${px(frame.bottom - TOP)}></rect>
    ${options.slots.map((slot, h) => svg`<path class=${`area c${slot}`} d=${layer(h)}></path>`)}
    ${[0, 0.5, 1].map((at) => svg`<text class="tick" x=${frame.left - 6} y=${px(y(at)) + 4} text-anchor="end">${formatPercent(at)}</text>`)}
    ${regionNames(svg, stack, options, frame, (share) => y(share))}`;
}

/** How many places along the way are tried for a name. */
const PLACES = 25;

interface Placed {
  readonly x: number;
  readonly middle: number;
  readonly half: number;
}

const collide = (a: Placed, b: Placed): boolean =>
  Math.abs(a.x - b.x) < a.half + b.half - 8 && Math.abs(a.middle - b.middle) < 15;

/** The name of each share where it is widest, if it fits. */
function regionNames<R>(
  svg: SvgTag<R>,
  stack: readonly { readonly point: TrajectoryChartPoint; readonly edges: readonly number[] }[],
  { slots, names }: TrajectoryOptions,
  frame: Frame,
  y: (share: number) => number,
): R {
  const used: Placed[] = [];
  const placed = slots.map((_, h) => {
    const half = textWidth(names[h]!, 12) / 2 + 8;
    const places = Array.from({ length: PLACES }, (_, at) => {
      const x = frame.left + half + ((frame.right - frame.left - 2 * half) * at) / (PLACES - 1);
      const similar = stack.filter(
        ({ point }, index) =>
          Math.abs(frame.x(point.step) - x) <= half + 4 ||
          (frame.x(point.step) < x && frame.x(stack[index + 1]?.point.step ?? point.step) > x) ||
          (frame.x(point.step) > x && frame.x(stack[index - 1]?.point.step ?? point.step) < x),
      );
      const low = Math.max(...similar.map(({ edges }) => edges[h]!));
      const high = Math.min(...similar.map(({ edges }) => edges[h + 1]!));
      return { x, middle: (y(low) + y(high)) / 2, space: y(low) - y(high) };
    }).filter(({ x, middle, space }) => space > 16 && !used.some((other) => collide(other, { x, middle, half })));
    // In the middle of where it is about as wide as anywhere.
    const most = Math.max(...places.map(({ space }) => space));
    const best = places.filter(({ space }) => space >= 0.9 * most);
    const place = best[best.length >> 1];
    if (!place) return NOTHING;
    const { x, middle } = place;
    used.push({ x, middle, half });
    return svg`<text class="on strong" x=${px(x)} y=${px(middle + 4)} text-anchor="middle">${names[h]!}</text>`;
  });
  return svg`${placed}`;
}

function odds<R>(svg: SvgTag<R>, points: readonly TrajectoryChartPoint[], options: TrajectoryOptions, frame: Frame): R {
  const finite = [...points, ...(options.whatIf ?? [])].flatMap((point) => point.odds.filter(Number.isFinite));
  const y = scaleLinear([Math.min(0, ...finite), Math.max(0, ...finite)], [frame.bottom, TOP])
    .nice(4)
    .clamp(true);
  const [low, high] = y.domain() as [number, number];
  const curve = (of: readonly TrajectoryChartPoint[], h: number): string =>
    line<TrajectoryChartPoint>()
      .curve(bend(points))
      .defined((point) => !Number.isNaN(point.odds[h]))
      .x((point) => frame.x(point.step))
      .y((point) => px(y(Math.max(low, Math.min(high, point.odds[h]!)))))(of) ?? '';
  // Whoever never had a chance has no place on this line.
  const drawn = options.slots.map((_, h) => h).filter((h) => points.some((point) => Number.isFinite(point.odds[h])));
  const others = drawn.filter((h) => h !== options.rival && h !== options.persona);
  const words = cut(`as likely as ${options.names[options.rival]!}`, frame.right - frame.left - 12, 11);
  const heights = (h: number) => points.map((point) => ({ x: frame.x(point.step), y: y(point.odds[h]!) }));
  const label = freePlace(words, y(0), drawn.filter((h) => h !== options.rival).map(heights), frame);
  return svg`
    ${y.ticks(5).map((at) => svg`<line class=${at === 0 ? 'zero' : 'grid'} x1=${frame.left} x2=${frame.right} y1=${px(y(at))} y2=${px(y(at))}></line><text class="tick" x=${frame.left - 6} y=${px(y(at)) + 4} text-anchor="end">${formatCount(at)}</text>`)}
    ${others.map((h) => svg`<path class=${`curve thin c${options.slots[h]!}`} d=${curve(points, h)}></path>`)}
    ${options.whatIf ? svg`<path class=${`curve if c${options.slots[options.persona]!}`} d=${curve(options.whatIf, options.persona)}></path>` : NOTHING}
    ${options.persona === options.rival ? NOTHING : svg`<path class=${`curve c${options.slots[options.persona]!}`} d=${curve(points, options.persona)}></path>`}
    <text class="tick" x=${label.x} y=${px(label.y)} text-anchor=${label.anchor}>${words}</text>`;
}

/** Beside the line of even odds, at the end and on the side of it where no curve is near. */
function freePlace(
  words: string,
  zero: number,
  curves: readonly (readonly { readonly x: number; readonly y: number }[])[],
  { left, right, bottom }: Frame,
): { readonly x: number; readonly y: number; readonly anchor: 'start' | 'end' } {
  const width = textWidth(words, 11) + 12;
  const places = [
    { x: left + 6, y: zero - 5, anchor: 'start' },
    { x: right - 6, y: zero - 5, anchor: 'end' },
    { x: left + 6, y: zero + 13, anchor: 'start' },
    { x: right - 6, y: zero + 13, anchor: 'end' },
  ] as const;
  const clearance = ({ y, anchor }: (typeof places)[number]): number => {
    if (y > bottom - 2 || y < TOP + 8) return -1;
    const from = anchor === 'start' ? left : right - width;
    const similar = curves.flatMap((curve) => {
      const heights = curve.flatMap((point, at) => {
        const next = curve[at + 1] ?? point;
        return point.x <= from + width && next.x >= from && !Number.isNaN(point.y) ? [point.y, next.y] : [];
      });
      // A curve that passes from one side of the words to the other passes through them.
      const [low, high] = [Math.min(...heights), Math.max(...heights)];
      return heights.length === 0
        ? []
        : [low - 4 <= y && y - 9 <= high + 4 ? 0 : Math.min(Math.abs(low - y), Math.abs(high - y))];
    });
    return Math.min(40, ...similar);
  };
  return places.reduce<(typeof places)[number]>(
    (best, one) => (clearance(one) > clearance(best) ? one : best),
    places[0],
  );
}

function evidence<R>(
  svg: SvgTag<R>,
  points: readonly TrajectoryChartPoint[],
  options: TrajectoryOptions,
  frame: Frame,
  middle: number,
): R {
  const largest = points.reduce(
    (top, { brought }) => (Number.isFinite(brought) ? Math.max(top, Math.abs(brought)) : top),
    0,
  );
  const half = EVIDENCE / 2 - 4;
  const y = scaleLinear([0, largest || 1], [0, half]).clamp(true);
  const slot = (frame.right - frame.left) / Math.max(1, points.length);
  const width = Math.max(1, Math.min(14, slot - 1));
  const [persona, rival] = [options.names[options.persona]!, options.names[options.rival]!];
  const text = (at: number) => formatCount(Number(at.toPrecision(2)));
  return svg`
    <text class="sub" x=${frame.left} y=${frame.bottom + GAP - 6}>${cut(`What each brought for ${persona} against ${rival}, ${options.unit}`, frame.right - frame.left, 11)}</text>
    <line class="zero" x1=${frame.left} x2=${frame.right} y1=${middle} y2=${middle}></line>
    ${largest > 0 ? svg`<text class="tick" x=${frame.left - 6} y=${middle - half + 8} text-anchor="end">${text(largest)}</text><text class="tick" x=${frame.left - 6} y=${middle + half} text-anchor="end">${text(-largest)}</text>` : NOTHING}
    <text class="tick" x=${frame.left - 6} y=${middle + 4} text-anchor="end">0</text>
    ${points.map((point) => {
      if (point.brought === 0 || Number.isNaN(point.brought)) return NOTHING;
      const size = px(Math.max(1, y(Math.abs(point.brought))));
      const x = px(Math.max(frame.left, Math.min(frame.right - width, frame.x(point.step) - width / 2)));
      const top = point.brought > 0 ? middle - size : middle;
      return svg`<rect class=${point.brought > 0 ? 'for' : 'against'} x=${x} y=${px(top)} width=${px(width)} height=${size}></rect>${point.measured ? svg`<path class="measured" d=${stripes(x, top, width, size)}></path>` : NOTHING}`;
    })}`;
}

/** Stripes across a bar of measured evidence. */
function stripes(x: number, y: number, width: number, height: number): string {
  const lines: string[] = [];
  for (let at = 4; at < height; at += 6) lines.push(`M${px(x)} ${px(y + at)}h${px(width)}`);
  return lines.join('');
}

function steps<R>(
  svg: SvgTag<R>,
  points: readonly TrajectoryChartPoint[],
  { from, to }: TrajectoryOptions,
  frame: Frame,
  bottom: number,
): R {
  const space = (frame.right - frame.left) / Math.max(1, to - from);
  if (space >= 76 && points.length === to - from + 1) {
    return svg`${points.map(({ step, label }) => {
      const [anchor, x, wide] =
        step === from
          ? ['start', frame.left, 0.5]
          : step === to
            ? ['end', frame.right, 0.5]
            : ['middle', frame.x(step), 1];
      return svg`<text class="tick" x=${x} y=${bottom + 14} text-anchor=${anchor}>${step === 0 ? 'prior' : formatCount(step)}</text><text class="tick" x=${x} y=${bottom + 28} text-anchor=${anchor}>${step === 0 ? '' : cut(label, space * wide - 6, 11)}</text>`;
    })}`;
  }
  const scale = scaleLinear([from, Math.max(to, from + 1)], [frame.left, frame.right]);
  const ticks = scale
    .ticks(Math.max(2, Math.min(10, Math.floor((frame.right - frame.left) / 60))))
    .filter(Number.isInteger);
  return svg`
    ${ticks.map((at) => svg`<text class="tick" x=${frame.x(at)} y=${bottom + 14} text-anchor=${frame.x(at) > frame.right - 16 ? 'end' : 'middle'}>${at === 0 ? 'prior' : formatCount(at)}</text>`)}
    <text class="tick" x=${frame.right} y=${bottom + 28} text-anchor="end">evidence in the order of the text</text>`;
}
