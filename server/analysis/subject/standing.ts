/**
 * Where one program stands: its posterior, and what it answers to its probes and expectations. The same numbers as an
 * evaluation's, without what each piece of evidence moved, so that thousands of them can be computed.
 */
import type { DatasetCounts } from '../../datasets/counts';
import type { Hypothesis } from '../../inference/model/hypotheses';
import type { Structure } from '../../inference/model/structure';
import { evaluateIncremental } from '../../inference/posterior/posteriorState';
import {
  givenCounts,
  givenWeights,
  mixture,
  type Predictions,
  predictAfter,
  predictBefore,
  type Weights,
} from '../../inference/posterior/predictions';
import type { Stepwise } from '../../inference/stepwise';
import type { Expectation, Program, Target } from '../../program/model/program';
import { type Change, countsFor, isUnsound, programWith, type Subject, type Unsound } from './subject';

export interface Standing {
  readonly program: Program;
  readonly hypotheses: readonly string[];
  readonly logPriors: Float64Array;
  readonly weights: Float64Array;
  readonly logWeights: Float64Array;
  readonly logLikelihood: Float64Array;
  readonly logMarginal: number;
  /** After the evidence, by probe. */
  readonly probes: Float64Array;
  /** By expectation. */
  readonly expectations: Float64Array;
  /** H × cells. */
  readonly predictive: Float64Array;
  /** Any target's prediction, and the weights after its `given`. */
  readonly answer: (target: Target) => { readonly value: number; readonly weights: Float64Array };
}

/** Where a condition stands with other numbers; why not, where it has an error or no posterior. */
export function* standingWith(
  subject: Subject,
  condition: number | null,
  change: Change = {},
): Stepwise<Standing | Unsound> {
  const program = programWith(subject, condition, change);
  if (isUnsound(program)) return program;
  return yield* standingOf(program, countsFor(subject, program));
}

export function* standingOf(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
): Stepwise<Standing | Unsound> {
  const { structure, hypotheses, state } = yield* evaluateIncremental(program, counts);
  const { posterior, logLikelihoods, likelihood } = state;
  if (!posterior.defined) return { unsound: 'the posterior is undefined' };
  return makeStanding(program, {
    structure,
    hypotheses,
    own: { weights: posterior.weights, logWeights: posterior.logWeights },
    predictions: predictAfter(likelihood, logLikelihoods),
    logLikelihood: logLikelihoods.logLikelihood,
    logMarginal: posterior.logMarginal,
  });
}

/** Where the program stands before any evidence; a context still counts. */
export function* standingBefore(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
): Stepwise<Standing | Unsound> {
  const { structure, hypotheses, state } = yield* evaluateIncremental(program, counts);
  const weights = Float64Array.from(hypotheses, (h) => h.prior);
  const logWeights = Float64Array.from(hypotheses, (h) => h.logPrior);
  const none = new Float64Array(hypotheses.length);
  const predictions = predictBefore(state.likelihood);
  return makeStanding(program, {
    structure,
    hypotheses,
    own: { weights, logWeights },
    predictions,
    logLikelihood: none,
    logMarginal: 0,
  });
}

interface Parts {
  readonly structure: Structure;
  readonly hypotheses: readonly Hypothesis[];
  readonly own: Weights;
  readonly predictions: Predictions;
  readonly logLikelihood: Float64Array;
  readonly logMarginal: number;
}

function makeStanding(program: Program, pieces: Parts): Standing {
  const { structure, hypotheses, own, predictions } = pieces;
  const { cells, offset } = structure;
  const answer = (target: Target) => {
    const weights = givenWeights(own, givenCounts(target, offset, program.methods.context), predictions, cells);
    const at = (offset[target.situation] ?? 0) + target.response;
    return { value: mixture(weights, predictions.predictive, cells, at), weights };
  };
  return {
    program,
    hypotheses: hypotheses.map((h) => h.name),
    logPriors: Float64Array.from(hypotheses, (h) => h.logPrior),
    weights: own.weights,
    logWeights: own.logWeights,
    logLikelihood: pieces.logLikelihood,
    logMarginal: pieces.logMarginal,
    probes: Float64Array.from(program.probes, (p) => answer(p.target).value),
    expectations: Float64Array.from(program.expectations, (e) =>
      e.target ? answer(e.target).value : (own.weights[personaIndex(program, e)] ?? Number.NaN),
    ),
    predictive: predictions.predictive,
    answer,
  };
}

/** The position of an expectation's persona among the hypotheses; novel is the last. */
export function personaIndex(program: Program, { persona = -1 }: Pick<Expectation, 'persona'>): number {
  return persona >= 0 ? persona : program.personas.length;
}

/**
 * By how much an expectation holds: positive where it does, 0 at its limit. `below` and `above` exclude their limit,
 * `between` includes both.
 */
export function margin({ bound, low, high }: Pick<Expectation, 'bound' | 'low' | 'high'>, value: number): number {
  const fromBelow = value - (low ?? Number.NaN);
  const fromAbove = (high ?? Number.NaN) - value;
  return bound === 'below' ? fromAbove : bound === 'above' ? fromBelow : Math.min(fromBelow, fromAbove);
}

export function holds(expectation: Pick<Expectation, 'bound' | 'low' | 'high'>, value: number): boolean {
  const by = margin(expectation, value);
  return expectation.bound === 'between' ? by >= 0 : by > 0;
}

/** The most probable hypothesis; the first of equals. */
export function leaderOf({ logWeights }: Pick<Standing, 'logWeights'>): number {
  let best = 0;
  for (const [h, log] of logWeights.entries()) if (log > (logWeights[best] ?? Number.NEGATIVE_INFINITY)) best = h;
  return best;
}
