/** What the Predictions view shows: expectations, evaluations and probes, on one axis of probability. */
import { formatInterval, formatPoints, formatProbability, fromWire } from '../numbers';
import { evaluationsTable, expectationsTable, probesTable } from '../tables';
import type { EvaluationRow, ExpectationRow, PredictionsView, ProbeRow } from '../viewTypes';
import { fitTop, probabilityAxis } from './axis';
import {
  type Figure,
  type FigureContext,
  mainHypotheses,
  OTHERS_SLOT,
  othersText,
  type RowItem,
  rowsFigure,
} from './figures';
import { values } from './posteriorFigures';
import { type Mark, SHAPES } from './rows';

type Context = FigureContext<PredictionsView>;

export function predictionFigures(view: PredictionsView, context: Context): Figure[] {
  return [
    ...(view.expectations.length > 0 ? [expectations(view, context)] : []),
    ...(view.evaluations.length > 0 ? [evaluations(view, context)] : []),
    ...(view.probes.length > 0 ? [probes(view, context)] : []),
  ];
}

const axisOf = (items: readonly RowItem[]) => {
  const top = fitTop(items.flatMap(({ row }) => values(row.marks ?? [])));
  return (range: readonly [number, number]) => probabilityAxis(range, top);
};

/** How far an expectation is from its limit, in words. */
export function marginText({ holds, margin }: ExpectationRow): string {
  const size = fromWire(margin);
  if (Number.isNaN(size)) return 'not defined';
  const points = formatPoints(Math.abs(size)).replace(/^\+/, '');
  return holds ? `${points} to spare` : `misses by ${points}`;
}

function expectations(view: PredictionsView, { whatIf, past }: Context): Figure {
  // What fails comes first.
  const order = [...view.expectations].sort((a, b) => Number(a.holds) - Number(b.holds));
  const items = order.map((row): RowItem => {
    const other = whatIf?.expectations.find(({ text }) => text === row.text);
    const old = past?.view.expectations.find(({ text }) => text === row.text);
    const value = fromWire(row.value);
    const displayed = formatProbability(value);
    return {
      row: {
        kind: 'row',
        label: row.text,
        text: other ? `${displayed} · what-if ${formatProbability(fromWire(other.value))}` : displayed,
        note: Number.isNaN(value) ? '' : row.holds ? 'holds' : 'fails',
        tone: Number.isNaN(value) ? undefined : row.holds ? 'good' : 'bad',
        empty: Number.isNaN(value),
        marks: [
          { kind: 'band', from: row.low ?? 0, to: row.high ?? 1, tone: 'allowed' },
          ...(old && old.value !== row.value
            ? [{ kind: 'dot', at: fromWire(old.value), tone: 'ghost', shape: 'diamond', hollow: true } as const]
            : []),
          ...(other ? [{ kind: 'dot', at: fromWire(other.value), tone: 'what-if', shape: 'diamond' } as const] : []),
          { kind: 'dot', at: value, tone: 'main-mark', shape: 'diamond' },
        ],
      },
      describe: `${row.text}: ${displayed}, ${row.holds ? 'holds' : 'fails'}, ${marginText(row)}.`,
      location: row.location,
    };
  });
  return rowsFigure(
    {
      id: 'expectations',
      title: 'Expectations',
      description: 'The shaded range is what each expectation asks for, the diamond what is predicted.',
      legend: [
        { sample: 'allowed', text: 'expected' },
        { sample: 'diamond', text: 'predicted' },
        ...(past ? [{ sample: 'ghost', text: past.label }] : []),
        ...(whatIf ? [{ sample: 'pale', text: 'what-if' }] : []),
      ],
      table: expectationsTable(view),
    },
    items,
    { axis: axisOf(items) },
  );
}

/** Of two responses one says it all: the rarer one, since rates of what is rare are what evaluations are about. */
function tellingResponses({ responses }: EvaluationRow): EvaluationRow['responses'] {
  const [first, second] = responses;
  if (!first || !second || responses.length > 2) return responses;
  return second.name === 'other' || first.share <= second.share ? [first] : [second];
}

/** Of many responses those are shown first whose prediction misses by most. */
const MOST_SHOWN = 12;

function missOf(row: EvaluationRow, response: EvaluationRow['responses'][number]): number {
  const size = Math.abs(fromWire(response.predicted) - response.share);
  return row.total > 0 && !Number.isNaN(size) ? size : 0;
}

function evaluations(view: PredictionsView, { whatIf, past, expanded: unfolded, accountsPending }: Context): Figure {
  const accounts = accountsPending ? [] : view.accounts;
  const total = view.evaluations.reduce((sum, row) => sum + tellingResponses(row).length, 0);
  const grouped = total > view.evaluations.length;
  const expanded = unfolded.has('evaluations');
  const folds = total > MOST_SHOWN + 2;
  const misses = view.evaluations
    .flatMap((row) => tellingResponses(row).map((response) => missOf(row, response)))
    .sort((a, b) => b - a);
  const least = folds && !expanded ? (misses[MOST_SHOWN - 1] ?? 0) : Number.NEGATIVE_INFINITY;
  const items = view.evaluations.flatMap((row, at): RowItem[] => {
    const title = `${row.label ? `${row.label}: ` : ''}${row.situation}${row.given ? ` given ${row.given}` : ''}`;
    const displayed = tellingResponses(row).filter((response) => missOf(row, response) >= least);
    const rows = displayed.map((response): RowItem => {
      const find = (other: PredictionsView | undefined) =>
        other?.evaluations[at]?.responses.find(({ name }) => name === response.name);
      const [other, old] = [find(whatIf), find(past?.view)];
      const predicted = fromWire(response.predicted);
      const measured =
        row.total > 0
          ? `${formatProbability(response.share)} (${formatInterval(...response.interval)})`
          : 'not measured yet';
      const text = other
        ? `${formatProbability(predicted)} · what-if ${formatProbability(fromWire(other.predicted))}`
        : formatProbability(predicted);
      return {
        row: {
          kind: 'row',
          label: grouped ? response.name : `${title} → ${response.name}`,
          text,
          note: row.total > 0 ? `measured ${measured}` : measured,
          marks: [
            ...(row.total > 0
              ? [
                  { kind: 'band', from: response.interval[0], to: response.interval[1], tone: 'band' } as const,
                  { kind: 'tick', at: response.share, tone: 'seen' } as const,
                ]
              : []),
            ...response.byAccount.slice(0, accounts.length).map(
              (value, account): Mark => ({
                kind: 'dot',
                at: fromWire(value),
                tone: 'full-mark',
                shape: SHAPES[account % SHAPES.length],
                title: `${accounts[account] ?? ''} ${formatProbability(fromWire(value))}`,
              }),
            ),
            ...(old && old.predicted !== response.predicted
              ? [{ kind: 'dot', at: fromWire(old.predicted), tone: 'ghost', shape: 'diamond', hollow: true } as const]
              : []),
            ...(other
              ? [{ kind: 'dot', at: fromWire(other.predicted), tone: 'what-if', shape: 'diamond' } as const]
              : []),
            { kind: 'dot', at: predicted, tone: 'main-mark', shape: 'diamond' },
          ],
        },
        describe: `${title} → ${response.name}: predicted ${formatProbability(predicted)}, ${row.total > 0 ? `measured ${measured}, 95% interval, ${response.count} of ${row.total}` : measured}. ${row.residual}`,
        location: row.location,
      };
    });
    return grouped && rows.length > 0 ? [{ row: { kind: 'group', label: title }, describe: '' }, ...rows] : rows;
  });
  return rowsFigure(
    {
      id: 'evaluations',
      title: 'Evaluations',
      description: 'The line is the measured share with its 95% interval, the diamond what is predicted.',
      legend: [
        { sample: 'band', text: 'measured, 95% interval' },
        { sample: 'diamond', text: 'predicted' },
        ...(past ? [{ sample: 'ghost', text: past.label }] : []),
        ...(whatIf ? [{ sample: 'pale', text: 'what-if' }] : []),
        ...accounts.map((text, account) => ({
          sample: `shape-${SHAPES[account % SHAPES.length] ?? 'circle'}`,
          text,
        })),
      ],
      table: evaluationsTable(view),
      folded: folds ? total - MOST_SHOWN : undefined,
      expanded,
    },
    items,
    { axis: axisOf(items) },
  );
}

function probes(view: PredictionsView, context: Context): Figure {
  const { past, whatIf, hypotheses } = context;
  const { main, slots } = mainHypotheses(hypotheses);
  const situations = [...new Set(view.probes.map(({ situation }) => situation))];
  const grouped = situations.length > 1 && view.probes.length > 6;
  const items = situations.flatMap((situation): RowItem[] => {
    const members = view.probes.filter((probe) => probe.situation === situation).sort((a, b) => change(b) - change(a));
    const rows = members.map((probe): RowItem => {
      const old = past?.view.probes.find(({ text }) => text === probe.text);
      const other = whatIf?.probes.find(({ text }) => text === probe.text);
      const after = fromWire(probe.after);
      const displayed = `${formatProbability(probe.before)} → ${formatProbability(after)}`;
      const label = grouped ? probe.text.slice(probe.situation.length).replace(/^\s*→\s*/, '') : probe.text;
      const without = probe.withoutGiven && fromWire(probe.withoutGiven.after);
      const strongest = probe.contribution
        .map((part, h) => ({ part: fromWire(part), name: hypotheses[h]?.name ?? '' }))
        .sort((a, b) => b.part - a.part)
        .slice(0, 3)
        .map(({ part, name }) => `${name} ${formatProbability(part)}`);
      return {
        row: {
          kind: 'row',
          label,
          text: other ? `${formatProbability(after)} · what-if ${formatProbability(fromWire(other.after))}` : displayed,
          empty: Number.isNaN(after),
          marks: [
            ...stack(probe.contribution.map(fromWire), main, slots),
            ...(other ? [{ kind: 'lower', from: 0, to: fromWire(other.after) } as const] : []),
            ...(old && old.after !== probe.after
              ? [{ kind: 'outline', from: 0, to: fromWire(old.after) } as const]
              : []),
            { kind: 'tick', at: probe.before, tone: 'before' },
            ...(without === undefined
              ? []
              : [{ kind: 'dot', at: without, tone: 'open-mark', shape: 'diamond', hollow: true } as const]),
          ],
        },
        describe: `${probe.text}: ${displayed}. Contributions: ${strongest.join(', ')}.${without === undefined ? '' : ` Without context ${formatProbability(without)}.`}`,
        location: probe.location,
      };
    });
    return grouped ? [{ row: { kind: 'group', label: situation }, describe: '' }, ...rows] : rows;
  });
  const others = hypotheses.length - main.length;
  return rowsFigure(
    {
      id: 'probes',
      title: 'Probes',
      description:
        'The line is the prediction before the evidence, the bar after it, made of what each persona contributes.',
      legend: [
        { sample: 'line', text: 'before' },
        ...main.map((h) => ({ sample: 'bar', text: hypotheses[h]?.name ?? '', slot: slots[h] })),
        ...(others > 0 ? [{ sample: 'bar', text: othersText(others), slot: OTHERS_SLOT }] : []),
        ...(view.probes.some((probe) => probe.withoutGiven)
          ? [{ sample: 'open-diamond', text: 'without context' }]
          : []),
        ...(past ? [{ sample: 'ghost', text: past.label }] : []),
        ...(whatIf ? [{ sample: 'pale', text: 'what-if' }] : []),
      ],
      table: probesTable(
        view,
        hypotheses.map(({ name }) => name),
      ),
    },
    items,
    { axis: axisOf(items) },
  );
}

const change = (probe: ProbeRow): number => Math.abs(fromWire(probe.after) - probe.before) || 0;

/** The parts of the main hypotheses one after another, then all others as one, so that the end is their sum. */
function stack(pieces: readonly number[], main: readonly number[], slots: readonly number[]): Mark[] {
  const marks: Mark[] = [];
  let end = 0;
  const add = (part: number, slot: number): void => {
    if (!(part > 0)) return;
    marks.push({ kind: 'bar', from: end, to: end + part, tone: `bar part c${slot}` });
    end += part;
  };
  for (const h of main) add(pieces[h] ?? Number.NaN, slots[h] ?? OTHERS_SLOT);
  add(
    pieces.reduce((sum, part, h) => (main.includes(h) ? sum : sum + part), 0),
    OTHERS_SLOT,
  );
  return marks;
}
