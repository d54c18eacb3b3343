/** Evaluations that the program contradicts with its written values: observed outside the 99% interval of what it predicts. */
import { formatCount, formatInterval, formatPercent, formatProbability } from '../../../panel/model/numbers';
import { countDistribution, shareInterval } from '../../analysis/fit/shareDistribution';
import { CODES } from '../../program/codes';
import type { Diagnostic } from '../../program/diagnostic';
import type { Observation } from '../../program/model/program';
import type { PosteriorSnapshot } from '../../snapshot';

/** Above so many answers the interval is that of the normal distribution, which is then as good. */
const MOST_COUNTED = 200_000;
/** 99.5% point of the standard normal distribution. */
const NORMAL_99 = 2.5758293035489004;

export function misfits({ program, evaluation }: PosteriorSnapshot): readonly Diagnostic[] {
  return program.observed.flatMap((observation, index) => {
    const predicted = evaluation.observed[index]?.predicted;
    if (!predicted || predicted.some(Number.isNaN)) return [];
    const correlation = observation.overdispersion ?? program.fit?.overdispersion ?? 0;
    const found = observation.runs.flatMap(
      (_, run) => worstOf(program, observation, predicted, run, correlation) ?? [],
    );
    const [first] = found;
    if (!first) return [];
    const more =
      found.length > 1 ? ` ${found.length - 1} more of its runs ${found.length === 2 ? 'lies' : 'lie'} outside.` : '';
    const message = `${first}${more} Held against this measurement, the program with its written values is wrong.`;
    return [
      { code: 'evaluation-misfit', severity: CODES['evaluation-misfit'].severity, origin: observation.origin, message },
    ];
  });
}

/** The response of a run that lies outside its interval by most, in a sentence; the level is shared by all that are told apart. */
function worstOf(
  { situations }: PosteriorSnapshot['program'],
  { situation, outcomes, focal, runs }: Observation,
  predicted: Float64Array,
  run: number,
  correlation: number,
): string | undefined {
  const { counts, total } = runs[run]!;
  const told = focal !== undefined || outcomes.length === 2 ? 1 : outcomes.length;
  let worst: { readonly text: string; readonly distance: number } | undefined;
  for (let outcome = 0; outcome < (focal === undefined ? outcomes.length : 1); outcome++) {
    const p = predicted[outcome]!;
    const share = counts[outcome]! / total;
    const [low, high] = interval(p, total, correlation, 1 - 0.01 / told);
    // An amount that is no whole number is one in the distribution: half an answer must not decide.
    const slack = 0.5 / Math.max(1, total);
    const distance = Math.max(low - share, share - high) - (Number.isInteger(counts[outcome]!) ? 0 : slack);
    if (!(distance > 1e-12) || (worst && worst.distance >= distance)) continue;
    const name = situations[situation]!.responses[outcomes[outcome]![0]!]!.name;
    const text = `Predicted '${name}' ${formatProbability(p)} (99% of such runs: ${formatInterval(low, high)}), observed ${formatPercent(share)} of ${formatCount(total)}.`;
    worst = { text, distance };
  }
  return worst?.text;
}

/** Central interval of the share among so many answers. */
function interval(p: number, total: number, correlation: number, mass: number): readonly [number, number] {
  const answers = Math.max(1, Math.floor(total + 0.5));
  if (answers <= MOST_COUNTED) {
    return shareInterval(countDistribution(answers, [{ weight: 1, p, correlation }]), mass);
  }
  const variance = p * (1 - p) * (correlation + (1 - correlation) / answers);
  const width = NORMAL_99 * Math.sqrt(variance);
  return [Math.max(0, p - width), Math.min(1, p + width)];
}
