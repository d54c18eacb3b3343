/** What is sealed: the predictions of every held-out evaluation, by each account, before anything held out is looked at. */
import type { Stepwise } from '../../inference/stepwise';
import { fitInSteps } from '../fit/fit';
import { displayUnit } from '../fit/units';
import { fitProblem, type ProgramFit, unfittedProblem } from './fitProblem';
import type { Subject } from './subject';

export interface SealedPrediction {
  readonly account: string;
  readonly answer: string;
  readonly mean: number;
  readonly interval50: readonly [number, number] | null;
  readonly interval90: readonly [number, number] | null;
}

export interface SealedEvaluation {
  readonly condition: string | null;
  readonly label: string | null;
  /** Its count stood in the text already. */
  readonly observed: boolean;
  readonly predictions: readonly SealedPrediction[];
}

export function* sealedEvaluations(subject: Subject): Stepwise<readonly SealedEvaluation[]> {
  const built: ProgramFit = (yield* fitProblem(subject)) ?? (yield* unfittedProblem(subject));
  const { measured } = built.problem;
  // What was observed must not reach the predictions: not even the number of answers they speak of.
  const blind = measured.map((m) => (m.heldOut ? { ...m, runs: [], planned: PLANNED } : m));
  const result = yield* fitInSteps(
    { ...built.problem, measured: blind },
    { unit: displayUnit('bits'), leaveOut: false },
  );
  return measured.flatMap((m, index): SealedEvaluation[] => {
    if (!m.heldOut) return [];
    const predictions = result.accounts.flatMap((account) =>
      account.runs
        .filter((r) => r.evaluation === index)
        .flatMap((r) =>
          (r.oneAgainstRest ? r.answers.slice(0, 1) : r.answers).map(
            (answer, y): SealedPrediction => ({
              account: account.name,
              answer,
              mean: r.mean[y] ?? Number.NaN,
              interval50: r.interval50?.[y] ?? null,
              interval90: r.interval90?.[y] ?? null,
            }),
          ),
        ),
    );
    return [{ condition: m.condition, label: m.label, observed: m.runs.length > 0, predictions }];
  });
}

/** Intervals of the seal speak of so many answers. */
const PLANNED = 100;
