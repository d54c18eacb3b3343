/** `drift k`: one persona, whose rows are Dirichlet(k·row). */
import { singleAccount } from '../single';
import { type AccountKindEntry, readDrifting } from './kind';

export const drift: AccountKindEntry = {
  kind: 'drift',
  grammar: '"drift" NUM',
  givesUp: 'that training only selects among personas and leaves their propensities as they were',
  *evaluate(inputs, { value }) {
    const read = readDrifting(inputs, value);
    return typeof read === 'string' ? read : yield* singleAccount(read, { context: 'persona' });
  },
};
