/**
 * The mathematics of LANGUAGE section 5: a `Program` and its datasets' counts to an `Evaluation`, in typed arrays and
 * natural logs. From the ground up, each floor using those below it:
 *
 * - `numbers/`: sums, special functions and integrals that keep their digits; `model/`: a program as flat arrays.
 * - `evidence/`: what all episodes of one kind come to. `capabilities/`: what the network can, integrated out.
 * - `likelihood/`: what the evidence says about each hypothesis, and what a part of it adds.
 * - `posterior`, `predictions`, and `standpoint`, from which everything else starts, also after an edit.
 * - `influence` and `leaveOut` (what each piece of evidence moved), `abilityShift`, `trajectory`, `findings`.
 * - `accounts/`: the rival accounts on the same data.
 *
 * This layer must not know text, files or editors; it reads the program's numbers and never its trees.
 */
import type { DatasetCounts } from '../datasets/counts';
import type { Observation, Program, Target } from '../program/model/program';
import { compareAccounts } from './accounts/compare';
import type { Evaluation, ExpectationResult, Influence, ObservationResult, ProbeResult, Standing } from './evaluation';
import { measuredSums } from './evidence/measured';
import { findingsOf } from './findings';
import { forgetNodes } from './influence/capabilityShift';
import { datasetInfluence, episodeInfluence } from './influence/influence';
import { computeLogLikelihoods, type LogLikelihoods } from './likelihood/logLikelihoods';
import { answersLog, saturatedLog } from './posterior/answers';
import { capabilityStandings } from './posterior/capabilityStandings';
import { nearestPersona } from './posterior/nearest';
import { posteriorOf, tiltedDivergence } from './posterior/posterior';
import { type EvaluationCache, evaluateIncremental, type PosteriorState } from './posterior/posteriorState';
import {
  givenCounts,
  givenWeights,
  mixture,
  type Predictions,
  predictAfter,
  predictBefore,
  type Weights,
} from './posterior/predictions';
import { runToEnd, type Stepwise } from './stepwise';

export interface EvaluationOptions {
  /** Leave the rival accounts out (they are then empty). */
  readonly accounts?: boolean;
  /** Leave the datasets' own influence out (zeros). */
  readonly datasets?: boolean;
  /** Of the evaluations before, for going on from them. */
  readonly evaluationCache?: EvaluationCache;
}

/** Evaluate to the end. Same program, same counts: same bytes. */
export function evaluate(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
  options: EvaluationOptions = {},
): Evaluation {
  return runToEnd(evaluation(program, counts, options));
}

/** Evaluate in steps of a few milliseconds. Bad input gives findings, never an exception and never a wrong number. */
export function* evaluation(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
  options: EvaluationOptions = {},
): Stepwise<Evaluation> {
  const { structure, hypotheses, valid, state } = yield* evaluateIncremental(program, counts, options.evaluationCache);
  const { evidence, likelihood, findings } = valid;
  const { logLikelihoods, posterior } = state;
  yield;
  const before = predictBefore(likelihood);
  const after = predictAfter(likelihood, logLikelihoods);
  const priors: Weights = {
    weights: Float64Array.from(hypotheses, (h) => h.prior),
    logWeights: Float64Array.from(hypotheses, (h) => h.logPrior),
  };
  const probes = program.probes.map((p) => probeResult(state, p.target, priors, before, after));
  const expectations = program.expectations.map((e): ExpectationResult => {
    const value = e.target
      ? probeResult(state, e.target, priors, before, after).after
      : (posterior.weights[hypothesisIndex(program, e.persona ?? -1)] ?? Number.NaN);
    return { value, holds: holds(value, e.bound, e.low, e.high) };
  });
  const observed = program.observed.map((o) => observationResult(state, o, priors, before, after));
  yield;
  const episodes = yield* episodeInfluence(state);
  const datasets =
    options.datasets === false ? noInfluence(program, hypotheses.length) : yield* datasetInfluence(state);
  forgetNodes(logLikelihoods);
  const accounts = options.accounts === false ? [] : yield* compareAccounts(structure, counts, evidence);
  const standings = hypotheses.map(
    (h, i): Standing => ({
      name: h.name,
      prior: h.prior,
      posterior: posterior.weights[i],
      logLikelihood: logLikelihoods.logLikelihood[i],
    }),
  );
  return {
    hypotheses: hypotheses.map((h) => h.name),
    defined: posterior.defined,
    logMarginal: posterior.logMarginal,
    personas: standings,
    capabilities: yield* capabilityStandings(state),
    episodes,
    datasets,
    reinforcements: yield* reinforcementSplits(state, after),
    probes,
    expectations,
    observed,
    accounts,
    predictiveBefore: before.predictive,
    predictiveAfter: after.predictive,
    rowsBefore: before.row,
    rowsAfter: after.row,
    counts: logLikelihoods.counts.slice(0, structure.cells),
    nearest: nearestPersona(state, after),
    findings: [...findings, ...findingsOf(state, episodes)],
  };
}

/** What an evaluation without `accounts` left out: the rival accounts alone, the same bytes as with all the rest. */
export function* rivals(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
  options: Pick<EvaluationOptions, 'evaluationCache'> = {},
): Stepwise<Pick<Evaluation, 'accounts'>> {
  const { structure, valid } = yield* evaluateIncremental(program, counts, options.evaluationCache);
  yield;
  const accounts = yield* compareAccounts(structure, counts, valid.evidence);
  return { accounts };
}

function hypothesisIndex(program: Program, persona: number): number {
  return persona >= 0 ? persona : program.personas.length;
}

function holds(value: number, bound: 'below' | 'above' | 'between', low?: number, high?: number): boolean {
  if (bound === 'below') return value < (high ?? Number.NaN);
  if (bound === 'above') return value > (low ?? Number.NaN);
  return value >= (low ?? Number.NaN) && value <= (high ?? Number.NaN);
}

function probeResult(
  state: PosteriorState,
  target: Target,
  priors: Weights,
  before: Predictions,
  after: Predictions,
): ProbeResult {
  const { structure, hypotheses } = state.likelihood;
  const { cells, offset, program } = structure;
  const cell = offset[target.situation] + target.response;
  const given = givenCounts(target, offset, program.methods.context);
  const weightGiven = givenWeights(state.posterior, given, after, cells);
  const weightGivenBefore = givenWeights(priors, given, before, cells);
  return {
    before: mixture(weightGivenBefore, before.predictive, cells, cell),
    after: mixture(weightGiven, after.predictive, cells, cell),
    byPersona: Float64Array.from(hypotheses, (_, h) => after.predictive[h * cells + cell]),
    byPersonaBefore: Float64Array.from(hypotheses, (_, h) => before.predictive[h * cells + cell]),
    weightGiven,
    weightGivenBefore,
  };
}

/** An evaluation against the prediction: its own overdispersion, else the fit's, else none (LANGUAGE section 8). */
function observationResult(
  state: PosteriorState,
  observation: Observation,
  priors: Weights,
  before: Predictions,
  after: Predictions,
): ObservationResult {
  const { situation, given, outcomes, runs, overdispersion } = observation;
  const { program } = state.likelihood.structure;
  const shares = outcomes.map((responses) =>
    responses.reduce(
      (sum, response) =>
        sum + probeResult(state, { situation, response, given, text: '' }, priors, before, after).after,
      0,
    ),
  );
  const all = shares.reduce((sum, share) => sum + share, 0);
  const predicted = Float64Array.from(shares, (share) => share / all);
  const correlation = overdispersion ?? program.fit?.overdispersion ?? 0;
  const isKnown = !predicted.some(Number.isNaN);
  return {
    predicted,
    logScore: Float64Array.from(runs, ({ counts }) =>
      isKnown ? answersLog(counts, predicted, correlation) : Number.NaN,
    ),
    saturated: Float64Array.from(runs, ({ counts }) => saturatedLog(counts, correlation)),
  };
}

/** Each reinforcement's two parts, in order: w is the posterior before it acted, w' the one after (LANGUAGE section 5). */
function* reinforcementSplits(state: PosteriorState, after: Predictions): Stepwise<Evaluation['reinforcements']> {
  const { likelihood, logLikelihoods, evidence } = state;
  const size = likelihood.hypotheses.length;
  const measured = measuredSums(likelihood, evidence.measured);
  const list = likelihood.reinforcements;
  if (list.length === 0) return [];
  const stages: LogLikelihoods[] = [];
  for (let j = 0; j < list.length; j++)
    stages.push(yield* computeLogLikelihoods(likelihood, logLikelihoods.counts, measured, j));
  stages.push(logLikelihoods);
  return list.map((_, j) => {
    const from = posteriorOf(likelihood, stages[j]);
    const to = posteriorOf(likelihood, stages[j + 1]);
    if (!from.defined || !to.defined) return { selection: Number.NaN, propensityShift: Number.NaN };
    const gain = Float64Array.from(stages[j + 1].finite, (f, h) => f - stages[j].finite[h]);
    let shift = 0;
    for (let h = 0; h < size; h++) if (to.weights[h] > 0) shift += to.weights[h] * after.tilts[j * size + h];
    return { selection: tiltedDivergence(from, to, gain), propensityShift: shift };
  });
}

function noInfluence(program: Program, size: number): Influence {
  const count = program.datasets.length;
  const zeros = (n: number) => new Float64Array(n);
  return { count, weight: zeros(count * size), single: zeros(0), shift: zeros(count), capability: zeros(count) };
}
