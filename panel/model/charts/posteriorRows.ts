/** What the Posterior view has to say, as rows of bars. */
import { formatLog, formatProbability, fromWire, inUnit } from '../numbers';
import type { Unit } from '../units';
import type { LearnedRow, PosteriorView } from '../viewTypes';
import type { BarRow } from './bars';

export interface Compared<View> {
  /** The same view as it was, and as it would be. */
  readonly past?: View;
  readonly whatIf?: View;
}

interface PersonaOptions extends Compared<PosteriorView> {
  readonly slots: readonly number[];
  readonly unit: Unit;
  readonly scale: 'probability' | 'signed';
}

type Hypothesis = PosteriorView['hypotheses'][number];

/** The posterior in words: a 0 or 1 that only rounding made is neither. */
export function posteriorText(row: Hypothesis): string {
  return formatProbability(fromWire(row.posterior), fromWire(row.logOddsPosterior));
}

export function personaRows(view: PosteriorView, { slots, unit, scale, past, whatIf }: PersonaOptions): BarRow[] {
  const signed = scale === 'signed';
  const displayValue = (row: Hypothesis): number =>
    signed ? inUnit(fromWire(row.logOddsPosterior), unit) : fromWire(row.posterior);
  const textOf = (row: Hypothesis): string =>
    signed ? formatLog(fromWire(row.logOddsPosterior), unit, { sign: true, bare: true }) : posteriorText(row);
  return view.hypotheses.map((row, h): BarRow => {
    const old = past?.hypotheses.find(({ name }) => name === row.name);
    const other = whatIf?.hypotheses.find(({ name }) => name === row.name);
    return {
      label: row.name,
      sub: row.title,
      slot: slots[h] ?? 0,
      value: displayValue(row),
      text: textOf(row),
      note: signed
        ? `was ${formatLog(fromWire(row.logOddsPrior), unit, { sign: true, bare: true })}`
        : `was ${formatProbability(row.prior)}`,
      before: signed ? inUnit(fromWire(row.logOddsPrior), unit) : row.prior,
      previous: old && displayValue(old) !== displayValue(row) ? displayValue(old) : undefined,
      whatIf: other && displayValue(other),
      whatIfText: other && `if ${textOf(other)}`,
      below: signed ? undefined : row.mixture,
    };
  });
}

/** The slot of what belongs to no persona: the grey one. */
const NO_PERSONA = 8;

export function capabilityBars(view: PosteriorView, { past, whatIf }: Compared<PosteriorView>): BarRow[] {
  return view.capabilities.map((row): BarRow => {
    const old = past?.capabilities.find(({ name }) => name === row.name);
    const other = whatIf?.capabilities.find(({ name }) => name === row.name);
    const interval = [fromWire(row.intervalAfter[0]), fromWire(row.intervalAfter[1])] as const;
    return {
      label: row.name,
      sub: row.title ?? (row.learnable ? 'learnable' : 'fixed'),
      slot: NO_PERSONA,
      value: fromWire(row.after),
      text: formatProbability(fromWire(row.after)),
      note: row.learnable ? `was ${formatProbability(row.before)}` : 'fixed',
      before: row.before,
      previous: old && old.after !== row.after ? fromWire(old.after) : undefined,
      whatIf: other && fromWire(other.after),
      whatIfText: other && `if ${formatProbability(fromWire(other.after))}`,
      interval: row.learnable && interval.every(Number.isFinite) ? interval : undefined,
    };
  });
}

/** The answers of one hypothesis that changed, situation by situation. */
export function learnedBars(rows: readonly LearnedRow[], slot: number): BarRow[] {
  return rows.flatMap((row) =>
    row.responses.map(
      (response): BarRow => ({
        label: response.name,
        sub: row.situation,
        slot,
        value: fromWire(response.after),
        text: formatProbability(fromWire(response.after)),
        note: `was ${formatProbability(response.before)}`,
        before: response.before,
        interval: response.interval,
      }),
    ),
  );
}
