/** `novel p c`: selection plus a persona that pre-training never wrote. */
import { singleAccount } from '../single';
import { type AccountKindEntry, readWithNovel } from './kind';

export const novel: AccountKindEntry = {
  kind: 'novel',
  grammar: '"novel" NUM [ NUM ]',
  givesUp: 'that one of the named personas is the right one',
  *evaluate(inputs, { value, concentration }) {
    const read = readWithNovel(inputs, value, Number.isNaN(concentration) ? 1 : concentration);
    return typeof read === 'string' ? read : yield* singleAccount(read, { context: 'persona' });
  },
};
