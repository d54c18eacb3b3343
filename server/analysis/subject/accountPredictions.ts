/** What an account of a program predicts for its evaluations: probabilities of the outcomes that were told apart. */
import type { DatasetCounts } from '../../datasets/counts';
import { compareAccounts } from '../../inference/accounts/compare';
import { validate } from '../../inference/likelihood/validate';
import { programHypotheses } from '../../inference/model/hypotheses';
import { structureOf } from '../../inference/model/structure';
import type { Stepwise } from '../../inference/stepwise';
import type { Account, Observation, Probe, Program, Target } from '../../program/model/program';
import { entry } from '../numbers/entry';
import { standingBefore, standingOf } from './standing';
import { isUnsound } from './subject';
import { variant } from './variant';

export interface ObservedPredictions {
  /** Why the account has none. */
  readonly notComputable?: string;
  /** By evaluation, by outcome; null where the account has no prediction for it. */
  readonly outcomes: readonly (Float64Array | null)[];
}

/** The probability of each response of one question, asked as probes of the account. */
interface Question {
  readonly target: Target;
  readonly first: number;
  readonly size: number;
}

export function* predictObserved(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
  account: Account,
): Stepwise<ObservedPredictions> {
  const probedTargets = new Map<string, Question>();
  const probes: Probe[] = [];
  for (const o of program.observed) {
    const key = questionKey(o);
    if (probedTargets.has(key)) continue;
    const size = program.situations[o.situation]?.responses.length ?? 0;
    const target: Target = {
      situation: o.situation,
      response: 0,
      given: o.given,
      text: '',
      ...(o.givenText === undefined ? {} : { givenText: o.givenText }),
    };
    probedTargets.set(key, { target, first: probes.length, size });
    for (let response = 0; response < size; response++)
      probes.push({ index: probes.length, target: { ...target, response }, origin: o.origin });
  }
  if (account.kind === 'declared' || account.kind === 'unmoved')
    return yield* ownPredictions(program, counts, account.kind === 'declared');
  const asked = variant(program, { accounts: [account], probes, expectations: [], observed: [] });
  // The program's own posterior is not asked for: its evidence is enough.
  const structure = structureOf(asked);
  const { evidence } = validate(structure, programHypotheses(structure), counts);
  const [result] = yield* compareAccounts(structure, counts, evidence);
  if (!result || result.notComputable !== undefined)
    return { notComputable: result?.notComputable ?? 'there is no such account', outcomes: [] };
  return {
    outcomes: program.observed.map((o) => {
      const question = probedTargets.get(questionKey(o));
      if (!question) return null;
      return outcomesFrom(o, result.probes.subarray(question.first, question.first + question.size));
    }),
  };
}

/** The program as written, after its evidence or before it. */
function* ownPredictions(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
  moved: boolean,
): Stepwise<ObservedPredictions> {
  const standing = moved ? yield* standingOf(program, counts) : yield* standingBefore(program, counts);
  if (isUnsound(standing)) return { outcomes: program.observed.map(() => null) };
  const outcomes = program.observed.map((o) => {
    const size = program.situations[o.situation]?.responses.length ?? 0;
    const target = { situation: o.situation, response: 0, given: o.given, text: '' };
    return outcomesFrom(
      o,
      Float64Array.from({ length: size }, (_, y) => standing.answer({ ...target, response: y }).value),
    );
  });
  return { outcomes };
}

const questionKey = (o: Observation): string => `${o.situation} ${o.givenText ?? ''}`;

/** p_o = Σ_{y in o} p_y / Σ_{y in any outcome} p_y; null where nothing that was told apart can be answered. */
export function outcomesFrom(o: Pick<Observation, 'outcomes'>, p: Float64Array): Float64Array | null {
  const sums = Float64Array.from(o.outcomes, (responses) => responses.reduce((sum, y) => sum + entry(p, y), 0));
  const retained = sums.reduce((a, b) => a + b, 0);
  if (!(retained > 0)) return null;
  return sums.map((s) => s / retained);
}
