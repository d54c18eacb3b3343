/**
 * The one way from a program to its numbers inside the server: an evaluation in time slices, with the accounts and
 * analyses that the caller asks for, and no others. Scenarios, panels, what-if, reports and the warm-up all go through here.
 */
import type { Scheduler } from '../async/scheduler';
import { runInSlices } from '../async/timeSlice';
import type { DatasetCounts } from '../datasets/counts';
import { evaluation, rivals } from '../inference/evaluate';
import type { Evaluation, Trajectory } from '../inference/evaluation';
import { trajectory } from '../inference/influence/trajectory';
import type { EvaluationCache } from '../inference/posterior/posteriorState';
import type { Program } from '../program/model/program';

/** A part of the evidence to follow the posterior along; without ends, all of it. */
interface Window {
  readonly from?: number;
  readonly to?: number;
}

/** What is evaluated. */
export interface Inputs {
  readonly program: Program;
  readonly counts: ReadonlyMap<number, DatasetCounts>;
}

/** What is wanted of it. */
export interface Wanted {
  /** What is known already: the posterior is not computed again. */
  readonly known?: Evaluation;
  /** The rival accounts too. They may cost many times what the posterior does. */
  readonly accounts?: boolean;
  /** The posterior along these windows of the evidence. */
  readonly along?: readonly Window[];
}

export interface Numbers {
  readonly evaluation: Evaluation;
  /** In the order of `along`. */
  readonly trajectories: readonly Trajectory[];
}

export interface EvaluatorOptions {
  readonly scheduler: Scheduler;
  /** Throws `Superseded` between two slices once it is aborted. */
  readonly signal: AbortSignal;
  /** Of the evaluations before, for going on from them; changes only the time that it takes. */
  readonly evaluationCache?: EvaluationCache;
}

export async function evaluateInSlices(inputs: Inputs, wanted: Wanted, options: EvaluatorOptions): Promise<Numbers> {
  const { program, counts } = inputs;
  const { scheduler, signal, evaluationCache } = options;
  const posterior =
    wanted.known ??
    (await runInSlices(evaluation(program, counts, { accounts: false, evaluationCache }), scheduler, signal));
  const trajectories: Trajectory[] = [];
  for (const window of wanted.along ?? [])
    trajectories.push(await runInSlices(trajectory(program, counts, window), scheduler, signal));
  if (!wanted.accounts || program.accounts.length === 0) return { evaluation: posterior, trajectories };
  const compared = await runInSlices(rivals(program, counts, { evaluationCache }), scheduler, signal);
  return { evaluation: { ...posterior, ...compared }, trajectories };
}
