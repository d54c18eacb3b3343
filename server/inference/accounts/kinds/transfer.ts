/** `transfer g`: evidence of other situations counts to the power g: 0 is `contextual`, 1 is `selection`. */
import { contextualAccount } from '../contextual';
import { singleAccount } from '../single';
import { transferAccount } from '../transfer';
import { type AccountKindEntry, readRigid } from './kind';

export const transfer: AccountKindEntry = {
  kind: 'transfer',
  grammar: '"transfer" NUM',
  givesUp: 'that evidence counts alike in every situation',
  *evaluate(inputs, { value }) {
    const read = readRigid(inputs);
    if (typeof read === 'string') return read;
    const selection = yield* singleAccount(read, { context: 'persona' });
    if (typeof selection === 'string') return selection;
    const numbers = yield* transferAccount(read, value);
    if (typeof numbers === 'string') return numbers;
    if (value === 1) return { ...numbers, withoutMarginal: undefined, logMarginal: selection.logMarginal };
    if (value !== 0) return numbers;
    const contextual = yield* contextualAccount(read);
    if (typeof contextual === 'string') return contextual;
    return { ...numbers, withoutMarginal: undefined, logMarginal: contextual.logMarginal };
  },
};
