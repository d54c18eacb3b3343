/**
 * Where an evaluation stands: the program's evidence weighed by its hypotheses, which everything else starts from. From
 * one standpoint the next, after an edit, is a step: only what the edit touches is computed again.
 */
import type { DatasetCounts } from '../../datasets/counts';
import type { Program } from '../../program/model/program';
import { countsOf, type Evidence } from '../evidence/effectiveCounts';
import { measuredSums } from '../evidence/measured';
import type { Likelihood } from '../likelihood/likelihood';
import { reweigh, type Weighing, weigh } from '../likelihood/logLikelihoods';
import { type Settled, settle, settleAfter } from '../likelihood/validate';
import { programHypotheses } from '../model/hypotheses';
import { type Premises, samePremises } from '../model/modelInputs';
import { structureOf } from '../model/structure';
import { runToEnd, type Stepwise } from '../stepwise';
import { Mover, type Posterior, posteriorOf } from './posterior';

/** Everything that leave-one-out starts from. */
export interface Standpoint {
  readonly likelihood: Likelihood;
  readonly evidence: Evidence;
  readonly weighing: Weighing;
  readonly posterior: Posterior;
  readonly mover: Mover;
}

/** A standpoint reached, with what the next one needs to begin there. */
interface Reached extends Premises {
  readonly settled: Settled;
  readonly stand: Standpoint;
}

/** What evaluations of one scenario remember of each other. It changes how long one takes, never what it gives. */
export interface Memory {
  reached?: Reached;
}

/** Settle a program's evidence and weigh it. */
export function* reach(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
  memory: Memory = {},
): Stepwise<Reached> {
  const structure = structureOf(program);
  const premises: Premises = { structure, hypotheses: programHypotheses(structure), counts };
  const last = memory.reached && samePremises(memory.reached, premises) ? memory.reached : undefined;
  const after = last && settleAfter(last.settled, structure);
  const settled = after ?? settle(structure, premises.hypotheses, counts);
  yield;
  const { likelihood, evidence } = settled;
  const stand =
    last && after && likelihood.scale === last.settled.likelihood.scale
      ? standOn(settled, yield* reweigh(likelihood, last.stand.weighing, countsOf(evidence)))
      : yield* takeStandpoint(evidence, likelihood);
  memory.reached = { ...premises, settled, stand };
  return memory.reached;
}

/** Weigh the program's hypotheses on its evidence; `alter` may change the counts first. */
export function* takeStandpoint(
  evidence: Evidence,
  likelihood: Likelihood,
  alter?: (counts: Float64Array) => void,
): Stepwise<Standpoint> {
  const own = new Float64Array(likelihood.keys);
  own.set(countsOf(evidence));
  alter?.(own);
  const measured = measuredSums(likelihood, evidence.measured);
  return standOn({ likelihood, evidence }, yield* weigh(likelihood, own, measured, likelihood.reinforcements.length));
}

/** The same at once. */
export function standpoint(...from: Parameters<typeof takeStandpoint>): Standpoint {
  return runToEnd(takeStandpoint(...from));
}

function standOn({ likelihood, evidence }: Pick<Settled, 'likelihood' | 'evidence'>, weighing: Weighing): Standpoint {
  const posterior = posteriorOf(likelihood, weighing);
  return { likelihood, evidence, weighing, posterior, mover: new Mover(posterior, likelihood, weighing) };
}
