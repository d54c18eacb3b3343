/** The numbers of a text, each with an identity that outlives edits elsewhere. Must not know what is done with them. */
import type { ParsedFile } from './files';
import type { Origin } from './model/origin';

/** What a number is of. */
export type NumberRole =
  | 'prior'
  | 'cell'
  | 'concentration'
  | 'can'
  | 'capability'
  | 'capability-strength'
  | 'strength'
  | 'repeats'
  | 'discount'
  | 'method-beta'
  | 'novel-prior'
  | 'novel-concentration'
  | 'times'
  | 'epochs'
  | 'weight'
  | 'tokens'
  | 'reward'
  | 'dataset-weight'
  | 'dataset-epochs'
  | 'dataset-tokens'
  | 'dataset-reward'
  | 'beta'
  | 'rigidity'
  | 'reinforce-reward'
  | 'parameter'
  | 'set'
  | 'retaining'
  | 'given-times'
  | 'limit'
  | 'account'
  | 'count'
  | 'overdispersion';

export interface DeclaredNumber {
  /** File, declaration, role: the same after edits elsewhere in the text. */
  readonly id: string;
  readonly role: NumberRole;
  /** What changing it means: other training, another belief, another question, another measurement. */
  readonly kind: 'evidence' | 'belief' | 'question' | 'measurement';
  readonly value: number;
  /** As written; `1` where `implicit`. */
  readonly text: string;
  /** Log odds for probabilities, log2 for positive numbers, linear for what may be zero by nature or negative. */
  readonly scale: 'logit' | 'log2' | 'linear';
  /** Its place; empty, where it would be written, if `implicit`. */
  readonly origin: Origin;
  /** Not in the text: what counts without it (`times 1`). `insert` goes before the number. */
  readonly implicit?: { readonly insert: string };
  /** One of several numbers of an expression. */
  readonly inExpression: boolean;
  /** Index of the source that marks it; undefined: an assumption. */
  readonly source?: number;
  /** For people: `times of "realignment"`, `prior of malicious`, `secure in coding of malicious`. */
  readonly label: string;
  /** The condition that it stands in. */
  readonly condition?: number;
  /** Indices of what it is of, where it is of one. `episode` and `dataset` index the program that has the declaration. */
  readonly parameter?: number;
  readonly persona?: number;
  readonly situation?: number;
  readonly response?: number;
  readonly capability?: number;
}

/** In order of file and place. `files` is `Program.text`. Numbers of declarations with a mistake are left out. */
export function declaredNumbers(_files: readonly ParsedFile[]): readonly DeclaredNumber[] {
  throw new Error('declaredNumbers is not there yet');
}
