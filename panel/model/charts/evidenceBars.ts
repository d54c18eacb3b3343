/** What the Evidence view has to say, as rows of bars and cells. */

import type { WireNumber } from '../messages';
import { formatCount, formatLog, formatPoints, fromWire, inUnit } from '../numbers';
import type { Unit } from '../units';
import type { EvidenceRow, EvidenceView } from '../viewTypes';
import type { EvidenceBar } from './evidence';

export function valueText(view: EvidenceView, row: EvidenceRow, unit: Unit): string {
  const value = fromWire(row.value);
  if (view.measure.kind === 'probe') return formatPoints(value).replace(' points', ' pt');
  return formatLog(value, unit, { sign: view.measure.kind === 'weight', bare: true });
}

export function measureWords(view: EvidenceView, unit: Unit): string {
  const { measure } = view;
  if (measure.kind === 'weight') return `Weight of evidence for ${measure.persona}, ${unit}`;
  if (measure.kind === 'probe') return `Effect on ${view.probes[measure.probe] ?? 'the probe'}, percentage points`;
  if (measure.kind === 'capability') return `What was learned about abilities, ${unit}`;
  return `Shift of the whole distribution, ${unit}`;
}

/** Whether the measure is never negative. */
export const isOneSided = ({ measure }: EvidenceView): boolean =>
  measure.kind === 'shift' || measure.kind === 'capability';

export const timesText = (row: EvidenceRow): string =>
  row.kind === 'dataset' || row.count === 1 ? '' : ` × ${formatCount(row.count)}`;

/** A weight as a part of the largest: −1 to 1, infinite ones at the ends. */
export function cellOf(weight: WireNumber, largest: number): number {
  const value = fromWire(weight);
  return Number.isFinite(value) ? value / (largest || 1) : Math.sign(value);
}

/** The rows in view; with What-if its numbers, and the text's as ghosts. */
export function evidenceBars(view: EvidenceView, unit: Unit, whatIf?: EvidenceView): EvidenceBar[] {
  const displayed = (value: WireNumber): number =>
    view.measure.kind === 'probe' ? fromWire(value) : inUnit(fromWire(value), unit);
  return view.rows.map((row): EvidenceBar => {
    const other = whatIf?.rows.find(({ evidence }) => evidence === row.evidence);
    const now = other ?? row;
    return {
      label: row.label,
      sub: `${row.method}${row.measured ? ', measured' : ''}${row.label === row.what ? '' : ` · ${row.what}`}`,
      count: timesText(row),
      value: displayed(now.value),
      text: valueText(view, now, unit),
      measured: row.measured,
      dataset: row.kind === 'dataset',
      cells: now.weight.map((weight) => cellOf(weight, view.largestWeight)),
      previous: other ? displayed(row.value) : undefined,
    };
  });
}
