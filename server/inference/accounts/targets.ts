/**
 * What an account is asked: the program's probes, then every response of every evaluation, in its context. One list, so that an
 * account predicts in one place; and the scores of the evaluations from the answers (LANGUAGE section 8).
 */
import type { Observation, Program, Target } from '../../program/model/program';
import { answersLog } from '../posterior/answers';

/** Probes in order, then the responses of each evaluation in order. */
export function targetsOf(program: Program): readonly Target[] {
  const observed = program.observed.flatMap(({ situation, given }) =>
    (program.situations[situation]?.responses ?? []).map((_, response) => ({ situation, response, given, text: '' })),
  );
  return [...program.probes.map(({ target }) => target), ...observed];
}

/** Σ log likelihood of all runs of all evaluations, nats, no multinomial coefficient; NaN where there are none, or no prediction. */
export function scoreOf(program: Program, answers: Float64Array): number {
  if (program.observed.length === 0) return Number.NaN;
  let sum = 0;
  let at = program.probes.length;
  for (const observation of program.observed) {
    const size = program.situations[observation.situation]?.responses.length ?? 0;
    sum += runsLog(program, observation, answers.subarray(at, at + size));
    at += size;
  }
  return sum;
}

function runsLog(
  program: Program,
  { outcomes, among, runs, overdispersion }: Observation,
  answers: Float64Array,
): number {
  const shares = outcomes.map((responses) => responses.reduce((sum, y) => sum + (answers[y] ?? 0), 0));
  const retained = among ? shares.reduce((sum, share) => sum + share, 0) : 1;
  const p = Float64Array.from(shares, (share) => share / retained);
  const correlation = overdispersion ?? program.fit?.overdispersion ?? 0;
  // What has no prediction has no score; a run without an answer needs none.
  return runs.reduce(
    (sum, { counts, total }) =>
      total === 0 ? sum : sum + (p.some(Number.isNaN) ? Number.NaN : answersLog(counts, p, correlation)),
    0,
  );
}
