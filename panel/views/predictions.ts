/** Predictions view: probes with the part of each persona, expectations with their margin, evaluations beside predictions. */
import { betaQuantile } from '../../server/inference/numbers/betaQuantile';
import type { Expectation, Observation } from '../../server/program/model/program';
import type { PosteriorSnapshot } from '../../server/snapshot';
import { formatPoints, formatProbability, fromWire, toWire } from '../model/numbers';
import type { EvaluationRow, ExpectationRow, PredictionsView, ProbeRow } from '../model/viewTypes';
import { displayText, place, wires } from './common';
import { predictionsHeadline } from './headlines';

export function predictionsView(snapshot: PosteriorSnapshot): PredictionsView {
  const { program, evaluation } = snapshot;
  const view: PredictionsView = {
    kind: 'predictions',
    defined: evaluation.defined,
    headline: '',
    probes: program.probes.map((_, index) => probeRow(snapshot, index)),
    expectations: program.expectations.map((expectation) => expectationRow(snapshot, expectation)),
    evaluations: program.observed.map((observed) => evaluationRow(snapshot, observed)),
    accounts: evaluation.accounts.map((account) => account.name),
  };
  return { ...view, headline: predictionsHeadline(view) };
}

function probeRow(snapshot: PosteriorSnapshot, index: number): ProbeRow {
  const { program, evaluation } = snapshot;
  const { target, origin } = program.probes[index]!;
  const { before, after, byPersona, byPersonaBefore, weightGiven, weightGivenBefore } = evaluation.probes[index]!;
  const situation = program.situations[target.situation]!;
  const priors = evaluation.personas.map(({ prior }) => prior);
  const posteriors = evaluation.personas.map(({ posterior }) => posterior);
  const parts = (shares: ArrayLike<number>, predictions: Float64Array): number[] =>
    Array.from(predictions, (prediction, h) => (shares[h] === 0 ? 0 : (shares[h] ?? Number.NaN) * prediction));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    text: displayText(target.text),
    situation: situation.name,
    response: situation.responses[target.response]?.name ?? '?',
    given: target.givenText && displayText(target.givenText),
    before,
    after: toWire(after),
    withoutGiven:
      target.given.length > 0
        ? { before: sum(parts(priors, byPersonaBefore)), after: toWire(sum(parts(posteriors, byPersona))) }
        : undefined,
    predicts: wires(byPersona),
    weights: wires(weightGiven),
    contribution: wires(parts(weightGiven, byPersona)),
    contributionBefore: wires(parts(weightGivenBefore, byPersonaBefore)),
    location: place(snapshot, origin),
  };
}

function expectationRow(snapshot: PosteriorSnapshot, expectation: Expectation): ExpectationRow {
  const { value, holds } = snapshot.evaluation.expectations[expectation.index]!;
  const { bound, low, high } = expectation;
  const room = [...(low === undefined ? [] : [value - low]), ...(high === undefined ? [] : [high - value])];
  return {
    text: displayText(expectation.text),
    value: toWire(value),
    holds,
    bound,
    low,
    high,
    margin: toWire(room.length === 0 ? Number.NaN : Math.min(...room)),
    location: place(snapshot, expectation.origin),
  };
}

/** What was counted beside what is predicted, outcome by outcome. Runs are added up. */
export function evaluationRow(snapshot: PosteriorSnapshot, observed: Observation): EvaluationRow {
  const { program, evaluation } = snapshot;
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
  const responses = observed.outcomes.map((outcome, at): EvaluationRow['responses'][number] => {
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
      before: toWire(plain ? among(outcome, before) : Number.NaN),
      predicted: toWire(
        evaluation.observed[observed.index]?.predicted[at] ?? (plain ? among(outcome, after) : Number.NaN),
      ),
      byAccount: evaluation.accounts.map((account) =>
        toWire(plain ? among(outcome, (cell) => account.predictive[cell] ?? Number.NaN) : Number.NaN),
      ),
      attainable: [
        toWire(alive.length > 0 ? Math.min(...alive) : Number.NaN),
        toWire(alive.length > 0 ? Math.max(...alive) : Number.NaN),
      ],
    };
  });
  return {
    label: observed.label,
    situation: situation?.name ?? '',
    given: observed.givenText && displayText(observed.givenText),
    heldOut: observed.heldOut,
    total,
    responses,
    residual: residualOf(responses, total),
    location: place(snapshot, observed.origin),
  };
}

/** Central 95% interval of a share under Jeffreys' prior, with the ends at 0 and 1 where nothing (or all) was observed. */
function jeffreys(count: number, total: number): readonly [number, number] {
  if (!(total > 0)) return [0, 1];
  const [a, b] = [count + 0.5, total - count + 0.5];
  return [count === 0 ? 0 : betaQuantile(0.025, a, b), count === total ? 1 : betaQuantile(0.975, a, b)];
}

/** The response that the posterior misses by most, if its interval excludes the prediction. */
function residualOf(responses: EvaluationRow['responses'], total: number): string {
  if (!(total > 0)) return '';
  let worst: { readonly text: string; readonly size: number; readonly share: number } | undefined;
  for (const { name, share, interval, predicted, attainable } of responses) {
    const expected = fromWire(predicted);
    if (Number.isNaN(expected) || (expected >= interval[0] && expected <= interval[1])) continue;
    const size = Math.abs(share - expected);
    // Of two responses each misses by what the other does: the rarer one is what people ask about.
    if (worst && (Math.abs(size - worst.size) < 1e-9 ? share >= worst.share : size < worst.size)) continue;
    const [low, high] = [fromWire(attainable[0]), fromWire(attainable[1])];
    const outside =
      interval[0] > high
        ? ` No persona that is left predicts more than ${formatProbability(high)}: no mixture of these personas can explain this.`
        : interval[1] < low
          ? ` Every persona that is left predicts at least ${formatProbability(low)}: no mixture of these personas can explain this.`
          : '';
    const direction = share > expected ? 'more' : 'less';
    worst = {
      size,
      share,
      text: `${name} was observed ${formatPoints(size).slice(1)} ${direction} often than the posterior predicts.${outside}`,
    };
  }
  return worst?.text ?? '';
}
