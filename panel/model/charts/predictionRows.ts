/** What the Predictions view has to say, as stacks and ranges. */
import { formatPoints, formatProbability, fromWire } from '../numbers';
import type { EvaluationRow, ExpectationRow, PredictionsView } from '../viewTypes';
import type { Compared } from './posteriorRows';
import type { RangeDot, RangeGroup } from './ranges';
import type { StackRow } from './stacks';

export function probeStacks(view: PredictionsView, { past, whatIf }: Compared<PredictionsView>): StackRow[] {
  return view.probes.map((probe): StackRow => {
    const old = past?.probes.find(({ text }) => text === probe.text);
    const other = whatIf?.probes.find(({ text }) => text === probe.text);
    const after = fromWire(probe.after);
    return {
      label: probe.text,
      text: other
        ? `${formatProbability(after)}, if ${formatProbability(fromWire(other.after))}`
        : `${formatProbability(probe.before)} → ${formatProbability(after)}`,
      pieces: probe.contribution.map(fromWire),
      partsBefore: probe.contributionBefore.map(fromWire),
      without: probe.withoutGiven && fromWire(probe.withoutGiven.after),
      previous: old && old.after !== probe.after ? fromWire(old.after) : undefined,
      whatIf: whatIf && fromWire(other?.after),
    };
  });
}

/** How far an expectation is from its limit, in words. */
export function marginText({ holds, margin }: ExpectationRow): string {
  const space = fromWire(margin);
  if (Number.isNaN(space)) return 'not defined';
  const points = formatPoints(Math.abs(space)).replace(/^\+/, '');
  return holds ? `${points} to spare` : `misses by ${points}`;
}

export function expectationRanges(view: PredictionsView, whatIf?: PredictionsView): RangeGroup[] {
  return view.expectations.map((row): RangeGroup => {
    const other = whatIf?.expectations.find(({ text }) => text === row.text);
    const dot = (label: string, value: number, kind: RangeDot['kind']): RangeDot => ({
      label,
      value,
      text: formatProbability(value),
      kind,
    });
    return {
      label: row.text,
      text: `${row.holds ? '✓' : '✗'} ${marginText(row)}`,
      tone: row.holds ? 'good' : 'bad',
      band: [row.bound === 'below' ? 0 : (row.low ?? 0), row.bound === 'above' ? 1 : (row.high ?? 1)],
      bandKind: 'allowed',
      dots: [
        dot(other ? 'now' : '', fromWire(row.value), 'main'),
        ...(other ? [dot('what-if', fromWire(other.value), 'if')] : []),
      ],
    };
  });
}

/** Of two responses one says it all: the rarer one, since rates of what is rare are what evaluations are about. */
export function tellingResponses({ responses }: EvaluationRow): EvaluationRow['responses'] {
  const [first, second] = responses;
  if (!first || !second || responses.length > 2) return responses;
  return [second.share < first.share ? second : first];
}

export function evaluationRanges(
  row: EvaluationRow,
  accounts: readonly string[],
  whatIf?: EvaluationRow,
): RangeGroup[] {
  return tellingResponses(row).map((response): RangeGroup => {
    const other = whatIf?.responses.find(({ name }) => name === response.name);
    const dot = (label: string, value: number, kind: RangeDot['kind']): RangeDot => ({
      label,
      value,
      text: formatProbability(value),
      kind,
    });
    return {
      label: `${row.situation} → ${response.name}`,
      text: `seen ${formatProbability(response.share)}`,
      band: response.interval,
      bandKind: 'seen',
      line: response.share,
      dots: [
        dot('before', response.before, 'before'),
        dot('posterior', fromWire(response.predicted), 'main'),
        ...(other ? [dot('what-if', fromWire(other.predicted), 'if')] : []),
        ...accounts.map((account, at) => dot(account, fromWire(response.byAccount[at]), 'account')),
      ],
    };
  });
}
