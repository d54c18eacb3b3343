/** What the Posterior view shows: personas, capabilities, and what changed inside the personas. */
import { formatFactor, formatInterval, formatLog, formatOdds, formatProbability, fromWire, inUnit } from '../numbers';
import { capabilitiesTable, learnedTable, personasTable } from '../tables';
import type { LearnedRow, PosteriorView } from '../viewTypes';
import { fitTop, probabilityAxis, signedAxis } from './axis';
import {
  type Figure,
  type FigureContext,
  mainHypotheses,
  OTHERS_SLOT,
  othersText,
  type RowItem,
  rowsFigure,
} from './figures';
import type { Mark } from './rows';

type Hypothesis = PosteriorView['hypotheses'][number];
type Context = FigureContext<PosteriorView>;

export function posteriorFigures(view: PosteriorView, context: Context): Figure[] {
  return [
    personas(view, context),
    ...(view.capabilities.length > 0 ? [capabilities(view, context)] : []),
    ...context.hypotheses.flatMap((_, h) => {
      const rows = view.learned.filter(({ hypothesis }) => hypothesis === h);
      return rows.length > 0 ? [learned(view, context, h, rows)] : [];
    }),
  ];
}

/** The posterior in words: a 0 or 1 that only rounding made is neither. */
export function posteriorText(row: Hypothesis): string {
  return formatProbability(fromWire(row.posterior), fromWire(row.logOddsPosterior));
}

/** Below this posterior a persona is folded with the others, where there are many. */
const FOLDED = 0.005;
const FEW = 10;

function personas(view: PosteriorView, context: Context): Figure {
  const { past, whatIf, unit } = context;
  const { slots } = mainHypotheses(context.hypotheses);
  const signed = context.scale === 'signed';
  const order = view.hypotheses
    .map((row, h) => ({ row, h, old: named(past?.view, row.name), other: named(whatIf, row.name) }))
    .sort((a, b) => sortKey(b.row) - sortKey(a.row) || a.h - b.h);
  const hides = ({ row, old, other }: (typeof order)[number]): boolean =>
    [row, old, other].every((one) => one === undefined || !(fromWire(one.posterior) >= FOLDED));
  const small = view.defined && !signed && order.length > FEW ? order.filter((one, at) => at > 2 && hides(one)) : [];
  const expanded = context.expanded.has('personas');
  const hidden = small.length > 1 && !expanded ? small : [];
  const value = (row: Hypothesis): number =>
    signed ? inUnit(fromWire(row.logOddsPosterior), unit) : fromWire(row.posterior);
  const before = (row: Hypothesis): number => (signed ? inUnit(fromWire(row.logOddsPrior), unit) : row.prior);
  const text = (row: Hypothesis): string =>
    signed ? formatLog(fromWire(row.logOddsPosterior), unit, { sign: true, bare: true }) : posteriorText(row);
  const marksOf = (slot: number, now: number, was: number, old?: number, other?: number): Mark[] =>
    signed
      ? [
          { kind: 'bar', from: was, to: now, tone: `link-bar c${slot}` },
          ...(old === undefined || old === now ? [] : [{ kind: 'dot', at: old, tone: 'ghost', hollow: true } as const]),
          { kind: 'dot', at: was, tone: `c${slot}`, hollow: true },
          { kind: 'dot', at: now, tone: `c${slot}` },
          ...(other === undefined ? [] : [{ kind: 'dot', at: other, tone: 'what-if', shape: 'diamond' } as const]),
        ]
      : [
          { kind: 'bar', from: 0, to: now, tone: `bar c${slot}` },
          ...(other === undefined ? [] : [{ kind: 'lower', from: 0, to: other } as const]),
          ...(old === undefined || old === now ? [] : [{ kind: 'outline', from: 0, to: old } as const]),
          { kind: 'tick', at: was, tone: 'before' },
        ];
  const items: RowItem[] = order
    .filter((one) => !hidden.includes(one))
    .map(({ row, h, old, other }) => {
      const slot = slots[h] ?? OTHERS_SLOT;
      const mixture = context.accountsPending ? undefined : row.mixture;
      return {
        row: {
          kind: 'row',
          label: row.name,
          sub: row.title,
          slot,
          text: other ? `${text(row)} · what-if ${text(other)}` : text(row),
          note: signed
            ? `was ${formatLog(fromWire(row.logOddsPrior), unit, { sign: true, bare: true })}`
            : `was ${formatProbability(row.prior)}`,
          empty: row.posterior === null,
          marks: [
            ...marksOf(slot, value(row), before(row), old && value(old), other && value(other)),
            ...(mixture && !signed && !whatIf
              ? [
                  { kind: 'whisker', from: mixture.interval[0], to: mixture.interval[1], tone: 'thin' } as const,
                  { kind: 'dot', at: mixture.mean, tone: 'thin', hollow: true } as const,
                ]
              : []),
          ],
        },
        describe: describe({ ...row, mixture }, unit),
        location: row.location,
      };
    });
  if (hidden.length > 0) {
    const sum = (of: (row: Hypothesis) => number) => hidden.reduce((total, { row }) => total + of(row), 0);
    const [now, was] = [sum((row) => fromWire(row.posterior)), sum((row) => row.prior)];
    items.push({
      row: {
        kind: 'fold',
        label: othersText(hidden.length),
        slot: OTHERS_SLOT,
        text: formatProbability(now),
        note: `was ${formatProbability(was)}`,
        marks: marksOf(OTHERS_SLOT, now, was),
      },
      describe: `${othersText(hidden.length)}, each below ${formatProbability(FOLDED)}: together ${formatProbability(was)} before, ${formatProbability(now)} after.`,
    });
  }
  const drawn = items.flatMap(({ row }) => values(row.marks ?? []));
  const mixture = context.accountsPending ? undefined : view.hypotheses.find((row) => row.mixture)?.mixture;
  return rowsFigure(
    {
      id: 'personas',
      title: 'Personas',
      description: signed
        ? 'Log odds of each persona against all the others: hollow before the evidence, filled after it.'
        : 'Probability of each persona: the bar after the evidence, the line before it.',
      legend: [
        { sample: signed ? 'hollow' : 'line', text: 'prior' },
        { sample: signed ? 'solid' : 'bar', text: 'posterior' },
        ...(past ? [{ sample: 'ghost', text: past.label }] : []),
        ...(whatIf ? [{ sample: 'pale', text: 'what-if' }] : []),
        ...(mixture && !signed && !whatIf
          ? [{ sample: 'whisker', text: `share in a mixture (${mixture.account}), 90% interval` }]
          : []),
      ],
      table: personasTable(view, unit, context.past, whatIf),
      folded: hidden.length > 0 || (expanded && small.length > 1) ? small.length : undefined,
      expanded,
    },
    items,
    signed
      ? { axis: (range) => signedAxis(range, drawn), unit: `log odds against the rest, ${unit}` }
      : { axis: (range) => probabilityAxis(range, fitTop(drawn)) },
  );
}

const named = (view: PosteriorView | undefined, name: string): Hypothesis | undefined =>
  view?.hypotheses.find((row) => row.name === name);

const sortKey = (row: Hypothesis): number => {
  const odds = fromWire(row.logOddsPosterior);
  return Number.isNaN(odds) ? fromWire(row.logOddsPrior) : odds;
};

/** All numbers that marks stand at. */
export function values(marks: readonly Mark[]): number[] {
  return marks.flatMap((mark) => ('at' in mark ? [mark.at] : [mark.from, mark.to]));
}

function describe(row: Hypothesis, unit: FigureContext<PosteriorView>['unit']): string {
  const change = fromWire(row.logOddsPosterior) - fromWire(row.logOddsPrior);
  const mixture = row.mixture
    ? ` As a mixture (${row.mixture.account}): ${formatProbability(row.mixture.mean)}, 90% interval ${formatInterval(...row.mixture.interval)}.`
    : '';
  return `${row.name}: ${formatProbability(row.prior)} before, ${posteriorText(row)} after. Odds ${formatOdds(fromWire(row.logOddsPosterior))}, ${formatFactor(change)} (${formatLog(change, unit, { sign: true })}).${mixture}`;
}

function capabilities(view: PosteriorView, { past, whatIf }: Context): Figure {
  const items = view.capabilities.map((row): RowItem => {
    const old = past?.view.capabilities.find(({ name }) => name === row.name);
    const other = whatIf?.capabilities.find(({ name }) => name === row.name);
    const interval = [fromWire(row.intervalAfter[0]), fromWire(row.intervalAfter[1])] as const;
    const after = formatProbability(fromWire(row.after));
    return {
      row: {
        kind: 'row',
        label: row.name,
        sub: row.title,
        text: other ? `${after} · what-if ${formatProbability(fromWire(other.after))}` : after,
        note: row.learnable ? `was ${formatProbability(row.before)}` : 'fixed',
        marks: [
          { kind: 'bar', from: 0, to: fromWire(row.after), tone: `bar c${OTHERS_SLOT}` },
          ...(other ? [{ kind: 'lower', from: 0, to: fromWire(other.after) } as const] : []),
          ...(old && old.after !== row.after ? [{ kind: 'outline', from: 0, to: fromWire(old.after) } as const] : []),
          ...(row.learnable ? [{ kind: 'whisker', from: interval[0], to: interval[1] } as const] : []),
          { kind: 'tick', at: row.before, tone: 'before' },
        ],
      },
      describe: row.learnable
        ? `${row.name}: ${formatProbability(row.before)} before, ${after} after, 90% interval ${formatInterval(...interval)}.`
        : `${row.name}: fixed at ${formatProbability(row.before)}.`,
      location: row.location,
    };
  });
  return rowsFigure(
    {
      id: 'capabilities',
      title: 'Capabilities',
      description:
        'What the network can do, whichever persona it enacts: the line before, the bar after the evidence, with a 90% interval.',
      legend: [
        { sample: 'line', text: 'before' },
        { sample: 'bar', text: 'after' },
        { sample: 'whisker', text: '90% interval' },
      ],
      table: capabilitiesTable(view),
    },
    items,
    { axis: (range) => probabilityAxis(range, fitTop(items.flatMap(({ row }) => values(row.marks ?? [])))) },
  );
}

const WHY: Readonly<Record<LearnedRow['why'], string>> = {
  novel: 'learned from a uniform start',
  concentration: 'moved by training',
  reinforced: 'tilted by reinforcement',
};

function learned(view: PosteriorView, context: Context, h: number, list: readonly LearnedRow[]): Figure {
  const hypothesis = context.hypotheses[h];
  const name = hypothesis?.name ?? '';
  const slot = mainHypotheses(context.hypotheses).slots[h] ?? OTHERS_SLOT;
  const similar = name === 'novel' ? view.nearest : undefined;
  const reasons = [...new Set(list.map(({ why }) => WHY[why]))].join(', ');
  const closest = similar
    ? ` Closest declared persona: ${similar.name}, ${formatLog(fromWire(similar.divergence), context.unit)} away.`
    : '';
  const items = list.flatMap((row): RowItem[] => [
    { row: { kind: 'group', label: row.situation }, describe: '' },
    ...row.responses.map((response): RowItem => {
      const after = formatProbability(fromWire(response.after));
      const interval = response.interval ? `, 90% interval ${formatInterval(...response.interval)}` : '';
      return {
        row: {
          kind: 'row',
          label: response.name,
          text: after,
          note: `was ${formatProbability(response.before)}`,
          marks: [
            { kind: 'bar', from: 0, to: fromWire(response.after), tone: `bar c${slot}` },
            ...(response.interval
              ? [{ kind: 'whisker', from: response.interval[0], to: response.interval[1] } as const]
              : []),
            { kind: 'tick', at: response.before, tone: 'before' },
          ],
        },
        describe: `${row.situation} → ${response.name}: ${formatProbability(response.before)} before, ${after} after${interval}.`,
      };
    }),
  ]);
  return rowsFigure(
    {
      id: `learned-${h}`,
      title: `Response distribution: ${name}`,
      description: `Responses of ${name} before and after, ${reasons}.${closest}`,
      legend: [
        { sample: 'line', text: 'before' },
        { sample: 'bar', text: `after (${reasons})` },
        ...(list.some(({ responses }) => responses.some(({ interval }) => interval))
          ? [{ sample: 'whisker', text: '90% interval' }]
          : []),
        ...(similar ? [{ sample: '', text: closest.trim() }] : []),
      ],
      table: learnedTable(list, name),
    },
    items,
    { axis: (range) => probabilityAxis(range, fitTop(items.flatMap(({ row }) => values(row.marks ?? [])))) },
  );
}
