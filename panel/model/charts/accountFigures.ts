/** What the Accounts view shows: scores on what was measured, predictions by account, log marginals, reinforcements. */
import { formatCount, formatLog, formatProbability, fromWire, inUnit } from '../numbers';
import { accountsTable, forecastsTable, reinforcementsTable } from '../tables';
import type { AccountRow, AccountsView } from '../viewTypes';
import { fitTop, probabilityAxis, signedAxis } from './axis';
import { type Figure, type FigureContext, type RowItem, rowsFigure } from './figures';
import { values } from './posteriorFigures';
import { type Mark, SHAPES } from './rows';

type Context = FigureContext<AccountsView>;

export function accountFigures(view: AccountsView, context: Context): Figure[] {
  return [
    ...(view.accounts.length > 0 && view.answers > 0 ? [behind(view, context, 'scores')] : []),
    ...(view.accounts.length > 0 && view.probes.length + view.measured.length > 0 ? [forecasts(view, context)] : []),
    ...(view.accounts.length > 0 ? [behind(view, context, 'marginals')] : []),
    ...(view.reinforcements.length > 0 ? [reinforcements(view, context)] : []),
  ];
}

function describe(row: AccountRow, view: AccountsView, unit: Context['unit']): string {
  if (row.notComputable !== undefined) return `${row.name}: not computable. ${row.notComputable}`;
  const standings = row.standings
    .filter(({ posterior }) => fromWire(posterior) >= 0.01)
    .sort((a, b) => fromWire(b.posterior) - fromWire(a.posterior))
    .slice(0, 5)
    .map(({ name, posterior }) => `${name} ${formatProbability(fromWire(posterior))}`)
    .join(', ');
  const score = view.answers > 0 ? ` Log score on the evaluations ${formatLog(fromWire(row.logScore), unit)}.` : '';
  return `${row.name}, ${row.assumption}:${score} Log marginal (observations only) ${row.bound ? 'at least ' : ''}${formatLog(fromWire(row.logMarginal), unit)}.${standings ? ` Posterior under it: ${standings}.` : ''}`;
}

/** How far each account is below the best, by its score on the evaluations or by its log marginal. */
function behind(view: AccountsView, context: Context, what: 'scores' | 'marginals'): Figure {
  const { unit, whatIf } = context;
  const scores = what === 'scores';
  const of = (row: AccountRow): number => inUnit(fromWire(scores ? row.scoreBehind : row.behind), unit);
  const total = (row: AccountRow): number => fromWire(scores ? row.logScore : row.logMarginal);
  const comparable = view.accounts.filter((row) => row.notComputable === undefined).length > 1;
  const key = (row: AccountRow): number => (Number.isNaN(of(row)) ? Number.NEGATIVE_INFINITY : of(row));
  const sorted = scores ? [...view.accounts].sort((a, b) => (key(a) === key(b) ? 0 : key(b) - key(a))) : view.accounts;
  const items = sorted.map((row): RowItem => {
    const other = whatIf?.accounts.find(({ name }) => name === row.name);
    const bound = !scores && row.bound;
    const value = of(row);
    const size = formatLog(fromWire(scores ? row.scoreBehind : row.behind), unit, { bare: true });
    return {
      row: {
        kind: 'row',
        label: row.name,
        sub: row.notComputable ?? row.assumption,
        text:
          row.notComputable !== undefined
            ? 'not computable'
            : `${bound ? '≥ ' : ''}${formatLog(total(row), unit, { bare: true })}`,
        note:
          !comparable || row.notComputable !== undefined || Number.isNaN(value)
            ? ''
            : value === 0
              ? 'reference'
              : `${bound ? 'at most ' : ''}${size.replace('−', '')} below`,
        marks: comparable
          ? [
              { kind: 'bar', from: 0, to: value, tone: bound ? 'account bound' : 'account' },
              ...(other ? [{ kind: 'lower', from: 0, to: of(other) } as const] : []),
            ]
          : undefined,
      },
      describe: describe(row, view, unit),
      location: row.location,
    };
  });
  const sizes = items.flatMap(({ row }) => values(row.marks ?? []).filter(Number.isFinite));
  return rowsFigure(
    {
      id: scores ? 'scores' : 'accounts',
      title: scores ? 'Log score on the evaluations' : 'Log marginal (observations only)',
      description: scores
        ? `How well each account predicts the ${formatCount(view.answers)} answers that were measured, in ${unit}; bars: how far it is below the best.`
        : 'Which account would have expected the training file, which people wrote. It says nothing about the network.',
      legend: [
        { sample: '', text: 'Account: a hypothesis about how training acts.' },
        ...(comparable ? [{ sample: 'account', text: `${unit} below the best` }] : []),
        ...(!scores && comparable && view.accounts.some(({ bound }) => bound)
          ? [{ sample: 'bound', text: 'at most (a bound)' }]
          : []),
        ...(scores ? [] : [{ sample: '', text: 'About the training file, not about the network.' }]),
        ...(whatIf && comparable ? [{ sample: 'pale', text: 'what-if' }] : []),
      ],
      table: accountsTable(view, unit),
    },
    items,
    {
      axis: (range) => signedAxis(range, [0, ...sizes], false),
      unit: comparable ? `${unit} below the best` : undefined,
    },
  );
}

interface SpreadItem extends RowItem {
  /** How far the accounts differ. */
  readonly spread: number;
}

/** Of many rows those are shown first on which the accounts differ most, in their order. */
const MOST_SHOWN = 10;
const hidden = (items: readonly SpreadItem[]): number =>
  items.length > MOST_SHOWN + 2 ? items.length - MOST_SHOWN : 0;

function displayed(items: readonly SpreadItem[], expanded: boolean): readonly SpreadItem[] {
  if (expanded || hidden(items) === 0) return items;
  const chosen = new Set([...items].sort((a, b) => b.spread - a.spread).slice(0, MOST_SHOWN));
  return items.filter((item) => chosen.has(item));
}

/** Each probe and each measured response as a row, with a mark for each account. */
function forecasts(view: AccountsView, context: Context): Figure {
  const accounts = view.accounts.flatMap((row, at) => (row.notComputable === undefined ? [{ row, at }] : []));
  const marks = (of: (account: number) => number): Mark[] =>
    accounts.map(({ row, at }, shape) => ({
      kind: 'dot',
      at: of(at),
      tone: `c${shape % 8}`,
      shape: SHAPES[shape % SHAPES.length],
      title: `${row.name} ${formatProbability(of(at))}`,
    }));
  const rangeText = (numbers: readonly number[]): string => {
    const finite = numbers.filter((value) => !Number.isNaN(value));
    if (finite.length === 0) return '–';
    const [low, high] = [Math.min(...finite), Math.max(...finite)].map((value) => formatProbability(value));
    return low === high ? (low ?? '') : `${low ?? ''} to ${high ?? ''}`;
  };
  const sentence = (of: (account: number) => number): string =>
    accounts.map(({ row, at }) => `${row.name} ${formatProbability(of(at))}`).join(', ');
  const spread = (of: (account: number) => number): number => {
    const finite = accounts.map(({ at }) => of(at)).filter((value) => !Number.isNaN(value));
    return finite.length === 0 ? 0 : Math.max(...finite) - Math.min(...finite);
  };
  const measured = view.measured.map((one): SpreadItem => {
    const of = (account: number): number => fromWire(one.byAccount[account]);
    return {
      row: {
        kind: 'row',
        label: one.text,
        text: rangeText(accounts.map(({ at }) => of(at))),
        note: `measured ${formatProbability(one.share)}`,
        marks: [
          { kind: 'band', from: one.interval[0], to: one.interval[1], tone: 'band' },
          { kind: 'tick', at: one.share, tone: 'seen' },
          ...marks(of),
        ],
      },
      describe: `${one.text}: measured ${formatProbability(one.share)}; ${sentence(of)}.`,
      spread: spread(of),
    };
  });
  const probes = view.probes.map((text, probe): SpreadItem => {
    const of = (account: number): number => fromWire(view.accounts[account]?.probes[probe]);
    return {
      row: { kind: 'row', label: text, text: rangeText(accounts.map(({ at }) => of(at))), marks: marks(of) },
      describe: `${text}: ${sentence(of)}.`,
      spread: spread(of),
    };
  });
  const expanded = context.expanded.has('forecasts');
  const folded = hidden(measured) + hidden(probes);
  const group = (label: string, items: readonly RowItem[]): RowItem[] =>
    items.length === 0 || measured.length === 0 || probes.length === 0
      ? [...items]
      : [{ row: { kind: 'group', label }, describe: '' }, ...items];
  const items = [...group('Measured', displayed(measured, expanded)), ...group('Probes', displayed(probes, expanded))];
  const top = fitTop(items.flatMap(({ row }) => values(row.marks ?? [])));
  return rowsFigure(
    {
      id: 'forecasts',
      title: 'Predictions by account',
      description: 'What each account predicts for every probe and for every response that was measured.',
      legend: [
        ...accounts.map(({ row }, shape) => ({
          sample: `shape-${SHAPES[shape % SHAPES.length] ?? 'circle'}`,
          text: row.name,
          slot: shape % 8,
        })),
        ...(measured.length > 0 ? [{ sample: 'band', text: 'measured, 95% interval' }] : []),
      ],
      table: forecastsTable(view),
      folded: folded > 0 ? folded : undefined,
      expanded,
    },
    items,
    { axis: (space) => probabilityAxis(space, top) },
  );
}

export function rigidityWords({ rigidity }: AccountsView['reinforcements'][number]): string {
  return rigidity === undefined ? 'strict selection' : `rigidity ${formatCount(rigidity)}`;
}

/** The two parts of each reinforcement: selection among personas, and the shift inside them. */
function reinforcements(view: AccountsView, { unit }: Context): Figure {
  const items = view.reinforcements.flatMap((row): RowItem[] => {
    const [selection, shift] = [fromWire(row.selection), fromWire(row.propensityShift)];
    const title = `reinforce ${row.situation} (beta ${formatCount(row.beta)}, ${rigidityWords(row)})`;
    const part = (label: string, value: number, tone: string): RowItem => ({
      row: {
        kind: 'row',
        label,
        text: formatLog(value, unit),
        marks: [{ kind: 'bar', from: 0, to: inUnit(value, unit), tone }],
      },
      describe: `${title}: ${label} ${formatLog(value, unit)}.`,
      location: row.location,
    });
    return [
      { row: { kind: 'group', label: title }, describe: '' },
      part('selection', selection, 'selection'),
      part('propensity shift', shift, 'propensity'),
    ];
  });
  const sizes = items.flatMap(({ row }) => values(row.marks ?? []));
  return rowsFigure(
    {
      id: 'reinforcements',
      title: 'Reinforcement: selection and propensity shift',
      description:
        'Selection: how far it moves the distribution over personas. Propensity shift: how far it moves what they do.',
      legend: [
        { sample: 'selection', text: 'selection among personas' },
        { sample: 'propensity', text: 'shift inside personas' },
      ],
      table: reinforcementsTable(view, unit),
    },
    items,
    { axis: (range) => signedAxis(range, sizes, false), unit },
  );
}
