/** `unmoved`: training moves nothing. Predictions are the ones before, and the evidence is what they would have said of it. */
import { unmovedAccount } from '../unmoved';
import { type AccountKindEntry, readDeclared } from './kind';

export const unmoved: AccountKindEntry = {
  kind: 'unmoved',
  grammar: '"unmoved"',
  givesUp: 'that training moves anything',
  withoutPersonas: true,
  *evaluate(inputs) {
    const read = readDeclared(inputs);
    if (typeof read === 'string') return read;
    yield;
    return read.likelihood.hypotheses.length === 0 ? 'no persona is declared' : unmovedAccount(read);
  },
};
