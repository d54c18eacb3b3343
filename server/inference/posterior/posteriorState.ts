/**
 * Where an evaluation stands: the program's evidence weighed by its hypotheses, which everything else starts from. From
 * one standpoint the next, after an edit, is a step: only what the edit touches is computed again.
 */
import type { DatasetCounts } from '../../datasets/counts';
import type { Program } from '../../program/model/program';
import { countsOf, type Evidence } from '../evidence/effectiveCounts';
import { measuredSums } from '../evidence/measured';
import type { Likelihood } from '../likelihood/likelihood';
import { computeLogLikelihoods, type LogLikelihoods, updateLogLikelihoods } from '../likelihood/logLikelihoods';
import { type ValidEvidence, validate, validateAfter } from '../likelihood/validate';
import { programHypotheses } from '../model/hypotheses';
import { type ModelInputs, sameModelInputs } from '../model/modelInputs';
import { structureOf } from '../model/structure';
import { runToEnd, type Stepwise } from '../stepwise';
import { InfluenceCalculator, type Posterior, posteriorOf } from './posterior';

/** Everything that leave-one-out starts from. */
export interface PosteriorState {
  readonly likelihood: Likelihood;
  readonly evidence: Evidence;
  readonly logLikelihoods: LogLikelihoods;
  readonly posterior: Posterior;
  readonly calculator: InfluenceCalculator;
}

/** A standpoint reached, with what the next one needs to begin there. */
interface Reached extends ModelInputs {
  readonly valid: ValidEvidence;
  readonly state: PosteriorState;
}

/** What evaluations of one scenario remember of each other. It changes how long one takes, never what it gives. */
export interface EvaluationCache {
  reached?: Reached;
}

/** Settle a program's evidence and weigh it. */
export function* evaluateIncremental(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
  evaluationCache: EvaluationCache = {},
): Stepwise<Reached> {
  const structure = structureOf(program);
  const modelInputs: ModelInputs = { structure, hypotheses: programHypotheses(structure), counts };
  const last =
    evaluationCache.reached && sameModelInputs(evaluationCache.reached, modelInputs)
      ? evaluationCache.reached
      : undefined;
  const after = last && validateAfter(last.valid, structure);
  const valid = after ?? validate(structure, modelInputs.hypotheses, counts);
  yield;
  const { likelihood, evidence } = valid;
  const state =
    last && after && likelihood.scale === last.valid.likelihood.scale
      ? standOn(valid, yield* updateLogLikelihoods(likelihood, last.state.logLikelihoods, countsOf(evidence)))
      : yield* computePosteriorState(evidence, likelihood);
  evaluationCache.reached = { ...modelInputs, valid, state };
  return evaluationCache.reached;
}

/** Weigh the program's hypotheses on its evidence; `alter` may change the counts first. */
export function* computePosteriorState(
  evidence: Evidence,
  likelihood: Likelihood,
  alter?: (counts: Float64Array) => void,
): Stepwise<PosteriorState> {
  const own = new Float64Array(likelihood.keys);
  own.set(countsOf(evidence));
  alter?.(own);
  const measured = measuredSums(likelihood, evidence.measured);
  return standOn(
    { likelihood, evidence },
    yield* computeLogLikelihoods(likelihood, own, measured, likelihood.reinforcements.length),
  );
}

/** The same at once. */
export function posteriorState(...from: Parameters<typeof computePosteriorState>): PosteriorState {
  return runToEnd(computePosteriorState(...from));
}

function standOn(
  { likelihood, evidence }: Pick<ValidEvidence, 'likelihood' | 'evidence'>,
  logLikelihoods: LogLikelihoods,
): PosteriorState {
  const posterior = posteriorOf(likelihood, logLikelihoods);
  return {
    likelihood,
    evidence,
    logLikelihoods,
    posterior,
    calculator: new InfluenceCalculator(posterior, likelihood, logLikelihoods),
  };
}
