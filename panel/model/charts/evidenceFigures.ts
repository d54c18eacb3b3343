/** What the Evidence view shows: what each item moved as a list, and all of them as a heat map. */
import { formatCount, formatLog, formatPoints, fromWire, inUnit } from '../numbers';
import { evidenceTable } from '../tables';
import type { Unit } from '../units';
import type { EvidenceRow, EvidenceView } from '../viewTypes';
import { signedAxis } from './axis';
import { heatIndexAt, heatMap } from './evidence';
import { type Figure, type FigureContext, mainHypotheses, type RowItem, rowsFigure } from './figures';

type Context = FigureContext<EvidenceView>;

/** The measure, in words. */
export function measureWords(view: EvidenceView, unit: Unit): string {
  const { measure } = view;
  const each = view.single ? ' of a single episode' : '';
  switch (measure.kind) {
    case 'shift':
      return `KL shift of posterior${each}, ${unit}`;
    case 'capability':
      return `Learning of capabilities${each}, ${unit}`;
    case 'weight':
      return `Weight of evidence for ${measure.persona}${each}, ${unit}`;
    case 'probe':
      return `Effect on ${view.probes[measure.probe] ?? 'the probe'}${each}, points`;
  }
}

/** The measured value as it is printed. */
export function valueText(view: EvidenceView, row: EvidenceRow, unit: Unit): string {
  const value = fromWire(row.value);
  if (view.measure.kind === 'probe') return formatPoints(value);
  return formatLog(value, unit, { sign: !oneSided(view), bare: true });
}

/** Shifts and learning are never negative. */
const oneSided = (view: EvidenceView): boolean => view.measure.kind === 'shift' || view.measure.kind === 'capability';

export function evidenceFigures(view: EvidenceView, context: Context): Figure[] {
  return [list(view, context), map(view, context)];
}

function list(view: EvidenceView, context: Context): Figure {
  const { unit, whatIf, past, hypotheses } = context;
  const size = (value: number): number => (view.measure.kind === 'probe' ? value * 100 : inUnit(value, unit));
  const find = (other: EvidenceView | undefined, row: EvidenceRow): EvidenceRow | undefined =>
    other?.rows.find(({ declaration }) => declaration === row.declaration) ??
    other?.rows.find(({ label, what, kind }) => label === row.label && what === row.what && kind === row.kind);
  const items = view.rows.map((row): RowItem => {
    const value = size(fromWire(row.value));
    const other = find(whatIf, row);
    const old = find(past?.view, row);
    const oldValue = old && past?.view.measure.kind === view.measure.kind ? size(fromWire(old.value)) : undefined;
    const text = valueText(view, row, unit);
    const times = row.kind === 'reinforcement' || row.count === 1 ? '' : ` × ${formatCount(row.count)}`;
    const strongest = row.weight
      .map((weight, h) => ({ weight: fromWire(weight), name: hypotheses[h]?.name ?? '' }))
      .filter(({ weight }) => !Number.isNaN(weight))
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
      .slice(0, 4)
      .map(({ weight, name }) => `${name} ${formatLog(weight, unit, { sign: true, bare: true })}`);
    const line = row.location ? `line ${formatCount(row.location.range.start.line + 1)}` : '';
    return {
      row: {
        kind: 'row',
        label: `${row.label}${times}`,
        sub: row.label === row.what ? `${row.method}, ${line}` : `${row.what} · ${row.method}, ${line}`,
        text: other ? `${text} · what-if ${valueText(view, other, unit)}` : text,
        caret: context.caret === row.evidence,
        marks: [
          {
            kind: 'bar',
            from: 0,
            to: value,
            tone: oneSided(view) ? 'account' : value < 0 ? 'against' : 'for',
            measured: row.measured,
          },
          ...(other ? [{ kind: 'lower', from: 0, to: size(fromWire(other.value)) } as const] : []),
          ...(oldValue === undefined || oldValue === value
            ? []
            : [{ kind: 'outline', from: 0, to: oldValue } as const]),
        ],
      },
      describe: `${row.label}${times} (${row.method}${row.measured ? ', measured' : ''}, ${line}): ${text}. Weight of evidence in ${unit}: ${strongest.join(', ')}.`,
      location: row.location,
    };
  });
  const scale = [size(view.largest), oneSided(view) ? 0 : -size(view.largest)];
  const displayed = items.flatMap(({ row }) =>
    (row.marks ?? []).flatMap((mark) => ('to' in mark && Number.isFinite(mark.to) ? [mark.to] : [])),
  );
  return rowsFigure(
    {
      id: 'evidence',
      title: measureWords(view, unit),
      description: `${measureWords(view, unit)}. ${view.matching === view.total ? `${formatCount(view.total)} in all` : `${formatCount(view.matching)} of ${formatCount(view.total)}`}.`,
      legend: [
        ...(oneSided(view)
          ? []
          : [
              { sample: 'for', text: 'for' },
              { sample: 'against', text: 'against' },
            ]),
        ...(view.rows.some(({ measured }) => measured) ? [{ sample: 'striped', text: 'measured' }] : []),
        ...(past ? [{ sample: 'ghost', text: past.label }] : []),
        ...(whatIf ? [{ sample: 'pale', text: 'what-if' }] : []),
      ],
      table: evidenceTable(
        view,
        hypotheses.map(({ name }) => name),
        unit,
      ),
    },
    items,
    {
      axis: (range) => signedAxis(range, [...scale, ...displayed], !oneSided(view)),
      unit: view.measure.kind === 'probe' ? 'percentage points' : unit,
    },
  );
}

/** A weight as a part of the largest, −1 to 1; NaN where not defined. */
const cellOf = (weight: number, largest: number): number =>
  Number.isNaN(weight)
    ? weight
    : weight === 0
      ? 0
      : Number.isFinite(weight)
        ? weight / (largest || 1)
        : Math.sign(weight);

function map(view: EvidenceView, context: Context): Figure {
  const { hypotheses } = context;
  const { main, slots } = mainHypotheses(hypotheses);
  const names = main.map((h) => hypotheses[h]?.name ?? '');
  const shape = {
    names,
    slots: main.map((h) => slots[h] ?? 0),
    total: view.matching,
    start: view.start,
    count: view.rows.length,
  };
  const buckets = view.overview.map(({ start, count, weight }) => ({
    start,
    count,
    cells: main.map((h) => cellOf(fromWire(weight[h]), view.largestWeight)),
  }));
  return {
    id: 'map',
    title: 'Evidence heat map',
    description: `Weight of evidence for ${names.length} personas, one column for ${buckets.some(({ count }) => count > 1) ? 'some items' : 'each item'}, in the order of the list.`,
    legend: [
      { sample: 'for', text: 'for' },
      { sample: 'against', text: 'against' },
      { sample: 'brush', text: 'in the list' },
      ...(main.length < hypotheses.length
        ? [{ sample: '', text: `The ${main.length} personas that matter most of ${hypotheses.length}` }]
        : []),
    ],
    draw: (svg, { width }) => heatMap(svg, buckets, { width, ...shape }),
    count: buckets.length,
    describe: (index) => {
      const bucket = view.overview[index];
      if (!bucket) return '';
      const pieces = main.map(
        (h, at) =>
          `${names[at] ?? ''} ${formatLog(fromWire(bucket.weight[h]), context.unit, { sign: true, bare: true })}`,
      );
      return `Items ${bucket.start + 1} to ${bucket.start + bucket.count}: ${pieces.join(', ')}.`;
    },
    location: () => undefined,
    at: (x, _, width) => {
      const item = heatIndexAt({ width, ...shape }, x);
      return view.overview.findIndex(({ start, count }) => item >= start && item < start + count);
    },
    horizontal: true,
    table: evidenceTable(
      view,
      hypotheses.map(({ name }) => name),
      context.unit,
    ),
  };
}
