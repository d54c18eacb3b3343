/**
 * What all accounts share (LANGUAGE section 5, Accounts): the program's evidence twice, as observations for the log
 * marginal and with incentives (rl episodes, reinforcements) for the posterior and the predictions; and the way from
 * predictions to probes and scores.
 */
import type { DatasetCounts } from '../../datasets/counts';
import type { Target } from '../../program/model/program';
import type { AccountResult, Standing } from '../evaluation';
import { countsOf, type Evidence } from '../evidence/effectiveCounts';
import { measuredColumn } from '../evidence/measured';
import { countProblems } from '../likelihood/countProblems';
import { type Likelihood, prepareLikelihood } from '../likelihood/likelihood';
import { validate } from '../likelihood/validate';
import type { Hypothesis } from '../model/hypotheses';
import type { Structure } from '../model/structure';
import { givenCounts } from '../posterior/predictions';
import { scoreOf } from './targets';

/** What an account starts from. */
export interface AccountInputs {
  readonly structure: Structure;
  /** As the main evaluation settled it. */
  readonly evidence: Evidence;
  readonly counts: ReadonlyMap<number, DatasetCounts>;
}

/** A likelihood on an account's own hypotheses, and the counts that it reads. */
export interface Reading {
  readonly likelihood: Likelihood;
  readonly evidence: Evidence;
  readonly observed: Float64Array;
  readonly all: Float64Array;
}

/** Prepare an account's hypotheses, or say in a sentence why there is no number. */
export function readEvidence(inputs: AccountInputs, hypotheses: readonly Hypothesis[]): Reading | string {
  const { structure, counts } = inputs;
  let { evidence } = inputs;
  let likelihood = prepareLikelihood(structure, hypotheses, evidence.pairs, evidence.slotsOfKey);
  if (evidence.negatives > 0 && countProblems(likelihood, countsOf(evidence)).length > 0) {
    // A reward that this account has no meaning for is left out of it, as the main evaluation leaves its own out.
    ({ evidence, likelihood } = validate(structure, hypotheses, counts));
  }
  for (const m of evidence.measured) {
    for (const hypothesis of hypotheses) {
      const column = measuredColumn(m, hypothesis);
      if (!column || column.some(Number.isNaN)) {
        const dataset = structure.program.datasets[m.dataset].name;
        return `no measured log-likelihood for ${hypothesis.name} in dataset ${dataset}`;
      }
    }
  }
  for (const note of likelihood.notes) {
    if (note.kind !== 'intended-fallback') continue;
    const situation = structure.program.situations[note.situation];
    if (note.capabilities !== undefined)
      return `${note.capabilities} capabilities lose to ${situation.name} -> ${situation.responses[note.response].name}: drifting personas need a fallback for every two of them`;
    return `${situation.name} -> ${situation.responses[note.response].name} is both intended and a fallback: drifting personas need a dedicated fallback response there`;
  }
  return { likelihood, evidence, observed: countsOf(evidence, false), all: countsOf(evidence, true) };
}

/** What an account came to, before its name and its probability. */
export interface AccountNumbers {
  /** NaN where it has none: `withoutMarginal` then says why. */
  readonly logMarginal: number;
  readonly withoutMarginal?: string;
  readonly bound: boolean;
  /** By cell. */
  readonly predictive: Float64Array;
  /** By question (`targetsOf`). */
  readonly answers: Float64Array;
  readonly standings: readonly Standing[];
  readonly approximate?: boolean;
}

export const COUPLED = 'learnable capabilities are coupled in a way that cannot be integrated';

/** The cells of a probe's `given`, with what they count under method `context`. */
export function contextOf(structure: Structure, target: Target): ReturnType<typeof givenCounts> {
  return givenCounts(target, structure.offset, structure.program.methods.context);
}

export function finish(structure: Structure, name: string, numbers: AccountNumbers): AccountResult {
  const { program } = structure;
  const { answers, ...rest } = numbers;
  const probes = answers.slice(0, program.probes.length);
  return { name, probability: Number.NaN, logScore: scoreOf(program, answers), probes, ...rest };
}

export function notComputable(name: string, reason: string): AccountResult {
  return {
    name,
    notComputable: reason,
    logMarginal: Number.NaN,
    bound: false,
    probability: Number.NaN,
    probes: new Float64Array(0),
    predictive: new Float64Array(0),
    logScore: Number.NaN,
    standings: [],
  };
}
