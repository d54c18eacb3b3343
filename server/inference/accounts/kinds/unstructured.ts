/** `unstructured c`: no persona; every situation has answers of its own, Dirichlet(c/|Y|). */
import { openHypothesis } from '../../model/hypotheses';
import { readEvidence } from '../account';
import { singleAccount } from '../single';
import type { AccountKindEntry } from './kind';

export const unstructured: AccountKindEntry = {
  kind: 'unstructured',
  grammar: '"unstructured" NUM',
  givesUp: 'that answers hang together through personas at all',
  withoutPersonas: true,
  *evaluate(inputs, { value }) {
    const read = readEvidence(inputs, [openHypothesis(inputs.structure, 'unstructured', 1, value)]);
    if (typeof read === 'string') return read;
    const numbers = yield* singleAccount(read, { context: 'nothing' });
    return typeof numbers === 'string' ? numbers : { ...numbers, standings: [] };
  },
};
