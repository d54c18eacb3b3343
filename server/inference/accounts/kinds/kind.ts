/** An account as data: adding one is a file like its neighbours and a line in `kinds`. */
import type { Account } from '../../../program/model/program';
import { NOVEL, openHypothesis, personasOnly, programHypotheses } from '../../model/hypotheses';
import type { Stepwise } from '../../stepwise';
import { type AccountInputs, type AccountNumbers, type Reading, readEvidence } from '../account';

export interface AccountKindEntry {
  readonly kind: Account['kind'];
  /** Its clause in the grammar (LANGUAGE sections 4 and 7). */
  readonly grammar: string;
  /** What `selection` assumes and this account gives up, as the end of a sentence. */
  readonly givesUp: string;
  /** Whether it can do without a persona. */
  readonly withoutPersonas?: boolean;
  /** Its numbers, or in a sentence why there are none. `value` and `concentration` are the account's own. */
  readonly evaluate: (inputs: AccountInputs, account: AccountValues) => Stepwise<AccountNumbers | string>;
}

export interface AccountValues {
  /** NaN where the account takes none. */
  readonly value: number;
  readonly concentration: number;
}

/** Every persona rigid, no novel, the other priors normalised. */
export function readRigid(inputs: AccountInputs): Reading | string {
  return readEvidence(inputs, personasOnly(inputs.structure, 0));
}

/** Every persona with concentration k, no novel. */
export function readDrifting(inputs: AccountInputs, k: number): Reading | string {
  return readEvidence(inputs, personasOnly(inputs.structure, k));
}

/** Rigid personas and a novel one of prior probability p. */
export function readWithNovel(inputs: AccountInputs, p: number, concentration: number): Reading | string {
  const open = openHypothesis(inputs.structure, NOVEL, p, concentration);
  return readEvidence(inputs, [...personasOnly(inputs.structure, 0, 1 - p), open]);
}

/** The program's own hypotheses as declared. */
export function readDeclared(inputs: AccountInputs): Reading | string {
  return readEvidence(inputs, programHypotheses(inputs.structure));
}
