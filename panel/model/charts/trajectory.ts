/**
 * The posterior by step: stacked shares, or log odds against a rival; below, what each step contributes. Lines are
 * straight between points that were computed, and there is a gap where nothing is defined.
 */
import { leastIndex } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { formatCount, formatPercent } from '../numbers';
import { fitLabels } from './labels';
import { type Drawing, NOTHING, px, type SvgTag, textWidth } from './tag';

export interface TrajectoryChartPoint {
  /** 0 is the prior; a fraction is inside an evidence. */
  readonly step: number;
  /** By series. */
  readonly shares: readonly number[];
  /** Log odds of each series against the rival, in the unit to show. */
  readonly odds: readonly number[];
  /** Change of the log odds of `persona` against `rival` at this step; NaN where the point is inside one. */
  readonly contribution: number;
  readonly measured: boolean;
  readonly label: string;
}

/** A persona that is drawn by itself, or all others together. */
export interface Series {
  readonly name: string;
  readonly slot: number;
}

export interface TrajectoryOptions {
  readonly width: number;
  readonly shape: 'shares' | 'odds';
  readonly from: number;
  readonly to: number;
  readonly series: readonly Series[];
  /** Names of whom the contributions are for and against. */
  readonly persona: string;
  readonly rival: string;
  readonly unit: string;
  /** Steps before the first reinforcement. */
  readonly evidence: number;
  /** Step of the evidence in which the editor's caret stands. */
  readonly caret?: number;
  /** Index among the points. */
  readonly cursor?: number;
  /** The same way with the what-if changes, and as it was: drawn as dashed curves (odds only). */
  readonly whatIf?: readonly TrajectoryChartPoint[];
  readonly past?: readonly TrajectoryChartPoint[];
}

const TOP = 18;
const GAP = 34;
const EVIDENCE = 76;
const LABEL = 12;

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly x: (step: number) => number;
  /** Labels stand at the right of the lines. */
  readonly labelled: boolean;
}

export function frameOf({
  width,
  from,
  to,
  series,
}: Pick<TrajectoryOptions, 'width' | 'from' | 'to' | 'series'>): Frame {
  const left = 52;
  const labelled = width >= 480;
  const widest = Math.max(0, ...series.map(({ name }) => textWidth(name, LABEL)));
  const right = width - (labelled ? Math.min(widest + 14, width * 0.26) : 10);
  const scale = scaleLinear([from, Math.max(to, from + 1)], [left, right]);
  return {
    left,
    right,
    labelled,
    bottom: TOP + Math.max(140, Math.min(260, width * 0.34)),
    x: (step) => px(scale(step)),
  };
}

/** The point nearest to a place of the drawing. */
export function trajectoryPointAt(
  points: readonly TrajectoryChartPoint[],
  options: Pick<TrajectoryOptions, 'width' | 'from' | 'to' | 'series'>,
  x: number,
): number {
  const frame = frameOf(options);
  if (points.length === 0 || x < frame.left - 12 || x > frame.right + 12) return -1;
  return leastIndex(points, (point) => Math.abs(frame.x(point.step) - x)) ?? -1;
}

export function trajectoryChart<R>(
  svg: SvgTag<R>,
  points: readonly TrajectoryChartPoint[],
  options: TrajectoryOptions,
): Drawing<R> {
  const frame = frameOf(options);
  const middle = frame.bottom + GAP + EVIDENCE / 2;
  const bottom = frame.bottom + GAP + EVIDENCE;
  const cursor = options.cursor === undefined ? undefined : points[options.cursor];
  const { caret, from, to, evidence: end } = options;
  const vertical = (x: number, name: string): R =>
    svg`<line class=${name} x1=${x} x2=${x} y1=${TOP} y2=${bottom}></line>`;
  return {
    width: options.width,
    height: bottom + 34,
    body: svg`
      ${options.shape === 'shares' ? shares(svg, points, options, frame) : odds(svg, points, options, frame)}
      ${contributions(svg, points, options, frame, middle)}
      ${end > from && end < to ? svg`${vertical(frame.x(end), 'phase')}<text class="tick" x=${frame.x(end) + 3} y=${TOP - 6}>reinforcement</text>` : NOTHING}
      ${steps(svg, points, options, frame, bottom)}
      ${caret !== undefined && caret >= from && caret <= to ? svg`${vertical(frame.x(caret), 'caret-line')}<path class="caret" d=${`M${frame.x(caret) - 5} ${bottom + 8}h10l-5 -8z`}></path>` : NOTHING}
      ${cursor ? vertical(frame.x(cursor.step), 'cursor') : NOTHING}`,
  };
}

/** There is a gap where the posterior is not defined. */
export const isDefined = (values: readonly number[]): boolean => values.every((value) => !Number.isNaN(value));

interface Stacked {
  readonly point: TrajectoryChartPoint;
  readonly edges: readonly number[];
}

function shares<R>(
  svg: SvgTag<R>,
  points: readonly TrajectoryChartPoint[],
  options: TrajectoryOptions,
  frame: Frame,
): R {
  const y = scaleLinear([0, 1], [frame.bottom, TOP]);
  const stack = points.map((point): Stacked => {
    let sum = 0;
    return { point, edges: [0, ...point.shares.map((share) => (sum += share))] };
  });
  const edge = ({ edges }: Stacked, at: number): number => edges[at] ?? 0;
  const layer = (at: number): string =>
    area<Stacked>()
      .defined(({ point }) => isDefined(point.shares))
      .x(({ point }) => frame.x(point.step))
      .y0((one) => px(y(edge(one, at))))
      .y1((one) => px(y(edge(one, at + 1))))(stack) ?? '';
  const last = stack.filter(({ point }) => isDefined(point.shares)).at(-1);
  const ends = options.series.map(({ name }, at) => ({
    name,
    at,
    y: last ? (y(edge(last, at)) + y(edge(last, at + 1))) / 2 : Number.NaN,
    size: last ? edge(last, at + 1) - edge(last, at) : 0,
  }));
  const labelled = frame.labelled ? ends.filter(({ size }) => size >= 0.01) : [];
  return svg`
    <rect class="track" x=${frame.left} y=${TOP} width=${px(frame.right - frame.left)} height=${px(frame.bottom - TOP)}></rect>
    ${options.series.map(({ slot }, at) => svg`<path class=${`area c${slot}`} d=${layer(at)}></path>`)}
    <text class="tick" x="2" y=${TOP - 6}>posterior</text>
    ${[0, 0.25, 0.5, 0.75, 1].map((at) => svg`<text class="tick" x=${frame.left - 6} y=${px(y(at)) + 4} text-anchor="end">${formatPercent(at)}</text>`)}
    ${regionNames(svg, stack, options, frame, y, new Set(labelled.map(({ at }) => at)))}
    ${endLabels(svg, labelled, options, frame)}`;
}

/** Names at the right end of the lines, moved apart where they would collide. */
function endLabels<R>(
  svg: SvgTag<R>,
  ends: readonly { readonly name: string; readonly at: number; readonly y: number }[],
  { width, series }: TrajectoryOptions,
  frame: Frame,
): R {
  const sorted = ends.filter(({ y }) => !Number.isNaN(y)).sort((a, b) => a.y - b.y);
  const places = sorted.map(({ y }) => y);
  for (let at = 1; at < places.length; at++) places[at] = Math.max(places[at] ?? 0, (places[at - 1] ?? 0) + 13);
  for (let at = places.length - 1; at >= 0; at--)
    places[at] = Math.min(places[at] ?? 0, at === places.length - 1 ? frame.bottom : (places[at + 1] ?? 0) - 13);
  const names = fitLabels(
    sorted.map(({ name }) => name),
    width - frame.right - 10,
    LABEL,
  );
  return svg`${sorted.map(({ at, y }, index) => {
    const place = px(places[index] ?? y);
    return svg`<g class=${`c${series[at]?.slot ?? 0}`}><path class="leader" d=${`M${px(frame.right)} ${px(y)}L${px(frame.right + 6)} ${place}`}></path><text class="label" x=${px(frame.right + 9)} y=${place + 4}>${names[index] ?? ''}</text></g>`;
  })}`;
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

/** The name of each share where it is widest, if it fits and does not stand at the end. */
function regionNames<R>(
  svg: SvgTag<R>,
  stack: readonly Stacked[],
  { series }: TrajectoryOptions,
  frame: Frame,
  y: (share: number) => number,
  named: ReadonlySet<number>,
): R {
  const used: Placed[] = [];
  const placed = series.map(({ name }, at) => {
    if (named.has(at)) return NOTHING;
    const half = textWidth(name, LABEL) / 2 + 8;
    const places = Array.from({ length: PLACES }, (_, place) => {
      const x = frame.left + half + ((frame.right - frame.left - 2 * half) * place) / (PLACES - 1);
      const similar = stack.filter(({ point }, index) => {
        const here = frame.x(point.step);
        const next = frame.x(stack[index + 1]?.point.step ?? point.step);
        const before = frame.x(stack[index - 1]?.point.step ?? point.step);
        return Math.abs(here - x) <= half + 4 || (here < x && next > x) || (here > x && before < x);
      });
      const low = Math.max(...similar.map(({ edges }) => edges[at] ?? 0));
      const high = Math.min(...similar.map(({ edges }) => edges[at + 1] ?? 0));
      return { x, middle: (y(low) + y(high)) / 2, space: y(low) - y(high) };
    }).filter(({ x, middle, space }) => space > 16 && !used.some((other) => collide(other, { x, middle, half })));
    const most = Math.max(...places.map(({ space }) => space));
    const best = places.filter(({ space }) => space >= 0.9 * most);
    const place = best[best.length >> 1];
    if (!place) return NOTHING;
    const { x, middle } = place;
    used.push({ x, middle, half });
    return svg`<text class="on strong" x=${px(x)} y=${px(middle + 4)} text-anchor="middle">${name}</text>`;
  });
  return svg`${placed}`;
}

function odds<R>(svg: SvgTag<R>, points: readonly TrajectoryChartPoint[], options: TrajectoryOptions, frame: Frame): R {
  const { series, whatIf = [], past = [] } = options;
  const finite = [...points, ...whatIf, ...past].flatMap((point) => point.odds.filter(Number.isFinite));
  const y = scaleLinear([Math.min(0, ...finite), Math.max(0, ...finite)], [frame.bottom, TOP]).nice(4);
  const curve = (of: readonly TrajectoryChartPoint[], at: number): string =>
    line<TrajectoryChartPoint>()
      .defined((point) => Number.isFinite(point.odds[at]))
      .x((point) => frame.x(point.step))
      .y((point) => px(y(point.odds[at] ?? 0)))(of) ?? '';
  const drawn = series.map((_, at) => at).filter((at) => series[at]?.name !== options.rival);
  const chosen = series.findIndex(({ name }) => name === options.persona);
  const ends = drawn.flatMap((at) => {
    const last = [...points].reverse().find((point) => Number.isFinite(point.odds[at]));
    return last ? [{ name: series[at]?.name ?? '', at, y: y(last.odds[at] ?? 0) }] : [];
  });
  // What is impossible has no place on this line: an arrow says on which side it is.
  const beyond = drawn.flatMap((at) =>
    points.flatMap((point) => {
      const value = point.odds[at];
      if (value === undefined || Number.isNaN(value) || Number.isFinite(value)) return [];
      const [place, tip] = value > 0 ? [TOP + 6, -6] : [frame.bottom - 6, 6];
      return [
        svg`<path class=${`mark c${series[at]?.slot ?? 0}`} d=${`M${frame.x(point.step) - 3} ${place}h6l-3 ${tip}z`}></path>`,
      ];
    }),
  );
  return svg`
    <text class="tick" x="2" y=${TOP - 6}>${`log odds against ${options.rival}, ${options.unit}`}</text>
    ${y.ticks(5).map((at) => svg`<line class=${at === 0 ? 'zero' : 'grid'} x1=${frame.left} x2=${frame.right} y1=${px(y(at))} y2=${px(y(at))}></line><text class="tick" x=${frame.left - 6} y=${px(y(at)) + 4} text-anchor="end">${formatCount(at)}</text>`)}
    ${drawn.map((at) => svg`<path class=${`curve ${at === chosen ? '' : 'thin'} c${series[at]?.slot ?? 0}`} d=${curve(points, at)}></path>`)}
    ${past.length > 0 && chosen >= 0 ? svg`<path class="curve past" d=${curve(past, chosen)}></path>` : NOTHING}
    ${whatIf.length > 0 && chosen >= 0 ? svg`<path class="curve if" d=${curve(whatIf, chosen)}></path>` : NOTHING}
    ${beyond}
    ${frame.labelled ? endLabels(svg, ends, options, frame) : NOTHING}`;
}

function contributions<R>(
  svg: SvgTag<R>,
  points: readonly TrajectoryChartPoint[],
  options: TrajectoryOptions,
  frame: Frame,
  middle: number,
): R {
  const largest = points.reduce(
    (top, { contribution }) => (Number.isFinite(contribution) ? Math.max(top, Math.abs(contribution)) : top),
    0,
  );
  const half = EVIDENCE / 2 - 4;
  const y = scaleLinear([0, largest || 1], [0, half]).clamp(true);
  const slot = (frame.right - frame.left) / Math.max(1, options.to - options.from);
  const width = Math.max(1, Math.min(14, slot - 1));
  const title = `Contribution to ${options.persona} against ${options.rival}, ${options.unit}`;
  const text = (at: number) => formatCount(Number(at.toPrecision(2)));
  return svg`
    <text class="sub" x=${frame.left} y=${frame.bottom + GAP - 8}>${fitLabels([title], options.width - frame.left, 11)[0] ?? ''}</text>
    <line class="zero" x1=${frame.left} x2=${frame.right} y1=${middle} y2=${middle}></line>
    ${largest > 0 ? svg`<text class="tick" x=${frame.left - 6} y=${middle - half + 8} text-anchor="end">${text(largest)}</text><text class="tick" x=${frame.left - 6} y=${middle + half} text-anchor="end">${text(-largest)}</text>` : NOTHING}
    <text class="tick" x=${frame.left - 6} y=${middle + 4} text-anchor="end">0</text>
    ${points.map((point) => {
      const { contribution } = point;
      if (contribution === 0 || Number.isNaN(contribution)) return NOTHING;
      const size = px(Number.isFinite(contribution) ? y(Math.abs(contribution)) : half);
      const x = px(Math.max(frame.left, Math.min(frame.right - width, frame.x(point.step) - width / 2)));
      const up = contribution > 0;
      const top = up ? middle - size : middle;
      const arrow = Number.isFinite(contribution)
        ? NOTHING
        : svg`<path class=${up ? 'for' : 'against'} d=${`M${x - 2} ${px(up ? top : top + size)}h${px(width + 4)}l${px(-width / 2 - 2)} ${up ? -5 : 5}z`}></path>`;
      return svg`<rect class=${up ? 'for' : 'against'} x=${x} y=${px(top)} width=${px(width)} height=${size}></rect>${arrow}${point.measured ? svg`<path class="measured" d=${stripes(x, top, width, size)}></path>` : NOTHING}`;
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
  const entire = points.filter(({ step }) => Number.isInteger(step));
  const space = (frame.right - frame.left) / Math.max(1, to - from);
  if (space >= 76 && entire.length === to - from + 1) {
    const labels = fitLabels(
      entire.map(({ label }) => label),
      space - 8,
      11,
    );
    return svg`${entire.map(({ step }, at) => {
      const anchor = step === from ? 'start' : step === to ? 'end' : 'middle';
      const x = step === from ? frame.left : step === to ? frame.right : frame.x(step);
      // The first and the last have half of the space.
      const label = anchor === 'middle' ? labels[at] : fitLabels([labels[at] ?? ''], space / 2 + 8, 11)[0];
      return svg`<text class="tick" x=${x} y=${bottom + 14} text-anchor=${anchor}>${step === 0 ? 'prior' : formatCount(step)}</text><text class="tick" x=${x} y=${bottom + 28} text-anchor=${anchor}>${step === 0 ? '' : (label ?? '')}</text>`;
    })}`;
  }
  const scale = scaleLinear([from, Math.max(to, from + 1)], [frame.left, frame.right]);
  const ticks = scale
    .ticks(Math.max(2, Math.min(10, Math.floor((frame.right - frame.left) / 60))))
    .filter(Number.isInteger);
  return svg`
    ${ticks.map((at) => svg`<text class="tick" x=${frame.x(at)} y=${bottom + 14} text-anchor=${frame.x(at) > frame.right - 16 ? 'end' : 'middle'}>${at === 0 ? 'prior' : formatCount(at)}</text>`)}
    <text class="tick" x=${frame.right} y=${bottom + 28} text-anchor="end">step: evidence in the order of the text</text>`;
}
