/**
 * What was counted in an evaluation beside what is predicted, outcome by outcome. Must not know how it is displayed.
 */
import type { Observation } from '../../program/model/observation';
import type { Program } from '../../program/model/program';
import type { Evaluation } from '../evaluation';
import { betaQuantile } from '../numbers/betaQuantile';

export interface ObservedOutcome {
  /** The response, or `other` for several together. */
  readonly name: string;
  /** Over all runs. */
  readonly count: number;
  readonly share: number;
  /** Jeffreys 95% interval of the share. */
  readonly interval: readonly [number, number];
  /** Predicted before and after the evidence; NaN where not known. */
  readonly before: number;
  readonly predicted: number;
  /** In the order of `Evaluation.accounts`. */
  readonly byAccount: readonly number[];
  /** The lowest and highest that a hypothesis with a posterior predicts; NaN where none is known. */
  readonly attainable: readonly [number, number];
}

export interface ObservedShares {
  readonly total: number;
  readonly outcomes: readonly ObservedOutcome[];
}

export function observedShares(program: Program, evaluation: Evaluation, observed: Observation): ObservedShares {
  const situation = program.situations[observed.situation];
  const from = program.cellOffset[observed.situation] ?? 0;
  const cells = program.cellOffset.at(-1) ?? 0;
  const total = observed.runs.reduce((sum, run) => sum + run.total, 0);
  const counted = observed.outcomes.flat();
  /** An outcome's probability, among those that were counted, of a distribution over responses. */
  const among = (outcome: readonly number[], p: (cell: number) => number): number => {
    const sum = (responses: readonly number[]) => responses.reduce((all, y) => all + p(from + y), 0);
    return counted.length === situation?.responses.length ? sum(outcome) : sum(outcome) / sum(counted);
  };
  const mean =
    (matrix: Float64Array, weight: (h: number) => number) =>
    (cell: number): number =>
      evaluation.personas.reduce(
        (sum, _, h) => sum + (weight(h) === 0 ? 0 : weight(h) * (matrix[h * cells + cell] ?? Number.NaN)),
        0,
      );
  // What answers in one conversation share is not in these means.
  const plain = observed.given.length === 0;
  const before = mean(evaluation.predictiveBefore, (h) => evaluation.personas[h]?.prior ?? Number.NaN);
  const after = mean(evaluation.predictiveAfter, (h) => evaluation.personas[h]?.posterior ?? Number.NaN);
  const outcomes = observed.outcomes.map((outcome, at): ObservedOutcome => {
    const count = observed.runs.reduce((sum, run) => sum + (run.counts[at] ?? 0), 0);
    const alive = evaluation.personas.flatMap(({ posterior }, h) =>
      posterior > 0 && plain
        ? [among(outcome, (cell) => evaluation.predictiveAfter[h * cells + cell] ?? Number.NaN)]
        : [],
    );
    const names = outcome.map((y) => situation?.responses[y]?.name ?? '');
    return {
      name: names.length > 1 ? 'other' : (names[0] ?? ''),
      count,
      share: total > 0 ? count / total : 0,
      interval: jeffreys(count, total),
      before: plain ? among(outcome, before) : Number.NaN,
      predicted: evaluation.observed[observed.index]?.predicted[at] ?? (plain ? among(outcome, after) : Number.NaN),
      byAccount: evaluation.accounts.map((account) =>
        plain ? among(outcome, (cell) => account.predictive[cell] ?? Number.NaN) : Number.NaN,
      ),
      attainable: [
        alive.length > 0 ? Math.min(...alive) : Number.NaN,
        alive.length > 0 ? Math.max(...alive) : Number.NaN,
      ],
    };
  });
  return { total, outcomes };
}

/** Central 95% interval of a share under Jeffreys' prior, with the ends at 0 and 1 where nothing (or all) was observed. */
function jeffreys(count: number, total: number): readonly [number, number] {
  if (!(total > 0)) return [0, 1];
  const [a, b] = [count + 0.5, total - count + 0.5];
  return [count === 0 ? 0 : betaQuantile(0.025, a, b), count === total ? 1 : betaQuantile(0.975, a, b)];
}
