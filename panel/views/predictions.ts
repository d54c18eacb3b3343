/** Predictions view: probes with the part of each persona, expectations with their margin, evaluations beside predictions. */
import { observedShares } from '../../server/inference/posterior/observedShares';
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
  const pieces = (shares: ArrayLike<number>, predictions: Float64Array): number[] =>
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
        ? { before: sum(pieces(priors, byPersonaBefore)), after: toWire(sum(pieces(posteriors, byPersona))) }
        : undefined,
    predicts: wires(byPersona),
    weights: wires(weightGiven),
    contribution: wires(pieces(weightGiven, byPersona)),
    contributionBefore: wires(pieces(weightGivenBefore, byPersonaBefore)),
    location: place(snapshot, origin),
  };
}

function expectationRow(snapshot: PosteriorSnapshot, expectation: Expectation): ExpectationRow {
  const { value, holds } = snapshot.evaluation.expectations[expectation.index]!;
  const { bound, low, high } = expectation;
  const space = [...(low === undefined ? [] : [value - low]), ...(high === undefined ? [] : [high - value])];
  return {
    text: displayText(expectation.text),
    value: toWire(value),
    holds,
    bound,
    low,
    high,
    margin: toWire(space.length === 0 ? Number.NaN : Math.min(...space)),
    location: place(snapshot, expectation.origin),
  };
}

/** What was counted beside what is predicted, outcome by outcome. Runs are added up. */
export function evaluationRow(snapshot: PosteriorSnapshot, observed: Observation): EvaluationRow {
  const { program, evaluation } = snapshot;
  const { total, outcomes } = observedShares(program, evaluation, observed);
  const responses = outcomes.map(
    ({
      name,
      count,
      share,
      interval,
      before,
      predicted,
      byAccount,
      attainable,
    }): EvaluationRow['responses'][number] => ({
      name,
      count,
      share,
      interval,
      before: toWire(before),
      predicted: toWire(predicted),
      byAccount: wires(byAccount),
      attainable: [toWire(attainable[0]), toWire(attainable[1])],
    }),
  );
  return {
    label: observed.label,
    situation: program.situations[observed.situation]?.name ?? '',
    given: observed.givenText && displayText(observed.givenText),
    heldOut: observed.heldOut,
    total,
    responses,
    residual: residualOf(responses, total),
    location: place(snapshot, observed.origin),
  };
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
