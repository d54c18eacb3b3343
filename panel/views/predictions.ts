/** Predictions view: probes with the part of each persona, expectations with their margin, evaluations beside predictions. */
import { betaQuantile } from '../../server/inference/numbers/betaQuantile';
import type { Expectation, Observation } from '../../server/program/model/program';
import type { PosteriorSnapshot } from '../../server/snapshot';
import { formatPoints, formatProbability, fromWire, toWire } from '../model/numbers';
import type { EvaluationRow, ExpectationRow, PredictionsView, ProbeRow } from '../model/viewTypes';
import { displayText, place, wires } from './common';

export function predictionsView(snapshot: PosteriorSnapshot): PredictionsView {
  const { program, evaluation } = snapshot;
  return {
    kind: 'predictions',
    defined: evaluation.defined,
    probes: program.probes.map((_, index) => probeRow(snapshot, index)),
    expectations: program.expectations.map((expectation) => expectationRow(snapshot, expectation)),
    evaluations: program.observed.map((observed) => evaluationRow(snapshot, observed)),
    accounts: evaluation.accounts.map((account) => account.name),
  };
}

function probeRow(snapshot: PosteriorSnapshot, index: number): ProbeRow {
  const { program, evaluation } = snapshot;
  const { target, origin } = program.probes[index]!;
  const { before, after, byPersona, byPersonaBefore, weightGiven } = evaluation.probes[index]!;
  const situation = program.situations[target.situation]!;
  const priors = evaluation.personas.map(({ prior }) => prior);
  const posteriors = evaluation.personas.map(({ posterior }) => posterior);
  const pieces = (shares: ArrayLike<number>, predictions: Float64Array): number[] =>
    Array.from(predictions, (prediction, h) => (shares[h] === 0 ? 0 : shares[h]! * prediction));
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
    contributionBefore: wires(beforeParts(before, pieces(priors, byPersonaBefore), target.given.length > 0)),
    location: place(snapshot, origin),
  };
}

/** Parts of the prediction before the evidence; with a `given` they are scaled to its total, since its weights are not kept. */
function beforeParts(before: number, pieces: readonly number[], given: boolean): number[] {
  const total = pieces.reduce((sum, part) => sum + part, 0);
  return given && total > 0 ? pieces.map((part) => (part * before) / total) : [...pieces];
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

function evaluationRow(snapshot: PosteriorSnapshot, observed: Observation): EvaluationRow {
  const { program, evaluation } = snapshot;
  const situation = program.situations[observed.situation]!;
  const from = program.cellOffset[observed.situation]!;
  const cells = program.cellOffset.at(-1) ?? 0;
  const counts = new Float64Array(situation.responses.length);
  for (const run of observed.runs) {
    run.counts.forEach((n, outcome) => {
      const [response, ...others] = observed.outcomes[outcome]!;
      if (response !== undefined && others.length === 0) counts[response]! += n;
    });
  }
  const total = observed.runs.reduce((sum, run) => sum + run.total, 0);
  const mean = (matrix: Float64Array, cell: number, weight: (h: number) => number): number =>
    evaluation.personas.reduce((sum, _, h) => sum + (weight(h) === 0 ? 0 : weight(h) * matrix[h * cells + cell]!), 0);
  const responses = situation.responses.map((response, y) => {
    const cell = from + y;
    const count = counts[y]!;
    const alive = evaluation.personas.flatMap(({ posterior }, h) =>
      posterior > 0 ? [evaluation.predictiveAfter[h * cells + cell]!] : [],
    );
    return {
      name: response.name,
      count,
      share: total > 0 ? count / total : 0,
      interval: jeffreys(count, total),
      before: mean(evaluation.predictiveBefore, cell, (h) => evaluation.personas[h]!.prior),
      predicted: toWire(mean(evaluation.predictiveAfter, cell, (h) => evaluation.personas[h]!.posterior)),
      byAccount: evaluation.accounts.map((account) => toWire(account.predictive[cell] ?? Number.NaN)),
      attainable: [
        toWire(alive.length > 0 ? Math.min(...alive) : Number.NaN),
        toWire(alive.length > 0 ? Math.max(...alive) : Number.NaN),
      ] as const,
    };
  });
  return {
    label: observed.label,
    situation: situation.name,
    total,
    responses,
    residual: residualOf(responses),
    location: place(snapshot, observed.origin),
  };
}

/** Central 95% interval of a share under Jeffreys' prior, with the ends at 0 and 1 where nothing (or all) was seen. */
function jeffreys(count: number, total: number): readonly [number, number] {
  if (!(total > 0)) return [0, 1];
  const [a, b] = [count + 0.5, total - count + 0.5];
  return [count === 0 ? 0 : betaQuantile(0.025, a, b), count === total ? 1 : betaQuantile(0.975, a, b)];
}

/** The response that the posterior misses by most, if its interval excludes the prediction. */
function residualOf(responses: EvaluationRow['responses']): string {
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
        ? ` No persona that is left predicts more than ${formatProbability(high)}: this no mixture of them explains.`
        : interval[1] < low
          ? ` Every persona that is left predicts at least ${formatProbability(low)}: this no mixture of them explains.`
          : '';
    const direction = share > expected ? 'more' : 'less';
    worst = {
      size,
      share,
      text: `${name} was seen ${formatPoints(size).slice(1)} ${direction} often than the posterior predicts.${outside}`,
    };
  }
  return worst?.text ?? '';
}
