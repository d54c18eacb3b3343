/** `contextual`: a persona is drawn anew for each situation. */
import { contextualAccount } from '../contextual';
import { type AccountKindEntry, readRigid } from './kind';

export const contextual: AccountKindEntry = {
  kind: 'contextual',
  grammar: '"contextual"',
  givesUp: 'that one persona answers in every situation',
  *evaluate(inputs) {
    const read = readRigid(inputs);
    return typeof read === 'string' ? read : yield* contextualAccount(read);
  },
};
