/** What the Trajectory view shows: the posterior by step. */
import { formatLog, formatProbability, fromWire, inUnit } from '../numbers';
import { trajectoryTable } from '../tables';
import type { Unit } from '../units';
import type { TrajectoryPoint, TrajectoryView } from '../viewTypes';
import { type Figure, type FigureContext, mainHypotheses, OTHERS_SLOT, othersText } from './figures';
import { type Series, type TrajectoryChartPoint, trajectoryChart, trajectoryPointAt } from './trajectory';

type Context = FigureContext<TrajectoryView>;

/** Two equal infinities differ by nothing. */
const difference = (a: number, b: number): number => (a === b ? 0 : a - b);

/** Ranked by the largest share that each has at any step: those that the picture shows. */
function byPeak(hypotheses: Context['hypotheses'], view: TrajectoryView): Context['hypotheses'] {
  const peaks = hypotheses.map((_, h) =>
    view.points.reduce((top, { posterior }) => Math.max(top, fromWire(posterior[h]) || 0), 0),
  );
  const order = hypotheses.map((_, h) => h).sort((a, b) => (peaks[b] ?? 0) - (peaks[a] ?? 0) || a - b);
  return hypotheses.map((hypothesis, h) => ({ ...hypothesis, rank: order.indexOf(h) }));
}

/** The hypotheses that are drawn by themselves, with persona and rival always among them, and the rest as one. */
function seriesOf({ hypotheses }: Context, view: TrajectoryView): { series: Series[]; members: number[][] } {
  const { main: displayed, slots } = mainHypotheses(byPeak(hypotheses, view), [view.persona, view.rival]);
  const rest = hypotheses.map((_, h) => h).filter((h) => !displayed.includes(h));
  const series: Series[] = displayed.map((h) => ({ name: hypotheses[h]?.name ?? '', slot: slots[h] ?? OTHERS_SLOT }));
  const members = displayed.map((h) => [h]);
  if (rest.length > 0) {
    series.push({ name: othersText(rest.length), slot: OTHERS_SLOT });
    members.push(rest);
  }
  return { series, members };
}

function chartPoints(
  points: readonly TrajectoryPoint[],
  view: TrajectoryView,
  members: readonly (readonly number[])[],
  unit: Unit,
): TrajectoryChartPoint[] {
  return points.map((point) => {
    const logs = point.logPosterior.map(fromWire);
    const rival = logs[view.rival] ?? Number.NaN;
    return {
      step: point.step,
      shares: members.map((group) => group.reduce((sum, h) => sum + fromWire(point.posterior[h]), 0)),
      // All others together have no odds of their own on this picture.
      odds: members.map((group) =>
        group.length === 1 ? inUnit(difference(logs[group[0] ?? -1] ?? Number.NaN, rival), unit) : Number.NaN,
      ),
      contribution: inUnit(fromWire(point.contribution), unit),
      measured: point.measured ?? false,
      label: point.label ?? 'prior',
    };
  });
}

export function trajectoryFigures(view: TrajectoryView, context: Context): Figure[] {
  const { hypotheses, unit, whatIf, past } = context;
  const shape = context.shape ?? 'shares';
  const { series, members } = seriesOf(context, view);
  const nameOf = (h: number): string => hypotheses[h]?.name ?? '';
  const [persona, rival] = [nameOf(view.persona), nameOf(view.rival)];
  const one = (displayed: TrajectoryView, id: string, title: string): Figure => {
    const points = chartPoints(displayed.points, view, members, unit);
    const other = (against: TrajectoryView | undefined) =>
      against && shape === 'odds' ? chartPoints(against.points, view, members, unit) : undefined;
    const options = {
      shape,
      from: displayed.from,
      to: displayed.to,
      series,
      persona,
      rival,
      unit,
      evidence: displayed.evidence,
      caret: context.caret === undefined ? undefined : context.caret + 1,
      whatIf: id === 'trajectory' ? other(whatIf) : undefined,
      past: id === 'trajectory' ? other(past?.view) : undefined,
    };
    return {
      id,
      title,
      description:
        shape === 'shares'
          ? 'Posterior probability of every persona after each step, stacked to 100%; below, what each step contributes.'
          : `Log odds of each persona against ${rival} after each step; below, what each step contributes.`,
      legend: [
        ...series.map(({ name, slot }) => ({ sample: 'bar', text: name, slot })),
        ...(points.some(({ measured }) => measured) ? [{ sample: 'striped', text: 'measured' }] : []),
        ...(past && shape === 'odds' ? [{ sample: 'ghost', text: `${persona}, ${past.label}` }] : []),
        ...(whatIf && shape === 'odds' ? [{ sample: 'pale', text: `${persona}, what-if` }] : []),
        ...(displayed.points.some(({ run }) => run > 1)
          ? [{ sample: '', text: 'Of each run of steps the ends and the extremes are drawn.' }]
          : []),
      ],
      draw: (svg, { width, cursor }) => trajectoryChart(svg, points, { ...options, width, cursor }),
      count: points.length,
      describe: (index) => describe(displayed.points[index], context, persona, rival),
      location: (index) => displayed.points[index]?.location,
      at: (x, _, width) => trajectoryPointAt(points, { ...options, width }, x),
      horizontal: true,
      table: trajectoryTable(
        displayed,
        hypotheses.map(({ name }) => name),
        unit,
      ),
    };
  };
  const main = one(
    view,
    'trajectory',
    whatIf && shape === 'shares' ? 'Posterior by step: the text' : 'Posterior by step',
  );
  return whatIf && shape === 'shares' ? [main, one(whatIf, 'trajectory-if', 'Posterior by step: what-if')] : [main];
}

function describe(
  point: TrajectoryPoint | undefined,
  { hypotheses, unit }: Context,
  persona: string,
  rival: string,
): string {
  if (!point) return '';
  const best = point.posterior
    .map((share, h) => ({ share: fromWire(share), name: hypotheses[h]?.name ?? '' }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 3)
    .map(({ share, name }) => `${name} ${formatProbability(share)}`);
  if (point.step === 0) return `Prior: ${best.join(', ')}.`;
  const line = point.location ? ` (line ${point.location.range.start.line + 1})` : '';
  if (!Number.isInteger(point.step)) return `Inside ${point.label ?? ''}${line}: ${best.join(', ')}.`;
  const contribution = formatLog(fromWire(point.contribution), unit, { sign: true });
  const source = point.measured ? ', measured' : '';
  const run = point.run > 1 ? ` ${point.run - 1} steps before it are not drawn.` : '';
  return `${point.step}. ${point.label ?? ''}${line}${source}: ${contribution} for ${persona} against ${rival}. Then ${best.join(', ')}.${run}`;
}

/** The whole way for the strip under the chart: shares of the same series. */
export function overviewShares(
  view: TrajectoryView,
  context: Context,
): {
  readonly slots: readonly number[];
  readonly points: readonly { readonly step: number; readonly shares: readonly number[] }[];
} {
  const { series, members } = seriesOf(context, view);
  return {
    slots: series.map(({ slot }) => slot),
    points: view.overview.map(({ step, posterior }) => ({
      step,
      shares: members.map((group) => group.reduce((sum, h) => sum + fromWire(posterior[h]), 0)),
    })),
  };
}
