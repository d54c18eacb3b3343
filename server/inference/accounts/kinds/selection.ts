/** `selection`: one rigid persona for everything. */
import { singleAccount } from '../single';
import { type AccountKindEntry, readRigid } from './kind';

export const selection: AccountKindEntry = {
  kind: 'selection',
  grammar: '"selection"',
  givesUp: '',
  *evaluate(inputs) {
    const read = readRigid(inputs);
    return typeof read === 'string' ? read : yield* singleAccount(read, { context: 'persona' });
  },
};
