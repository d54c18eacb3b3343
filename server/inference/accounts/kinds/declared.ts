/** `declared`: the program as written, beside its rivals. */
import { singleAccount } from '../single';
import { type AccountKindEntry, readDeclared } from './kind';

export const declared: AccountKindEntry = {
  kind: 'declared',
  grammar: '"declared"',
  givesUp: 'nothing that the program declares',
  withoutPersonas: true,
  *evaluate(inputs) {
    const read = readDeclared(inputs);
    if (typeof read === 'string') return read;
    return read.likelihood.hypotheses.length === 0
      ? 'no persona is declared'
      : yield* singleAccount(read, { context: 'persona' });
  },
};
