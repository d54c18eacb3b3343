/** `habits c`: no persona; each situation learns by itself from what pre-training would have said, Dirichlet(c·p₀(x)). */
import { openHypothesis, programHypotheses } from '../../model/hypotheses';
import { readEvidence } from '../account';
import { priorPrediction } from '../priorPrediction';
import { singleAccount } from '../single';
import type { AccountKindEntry } from './kind';

export const habits: AccountKindEntry = {
  kind: 'habits',
  grammar: '"habits" NUM',
  givesUp: 'that answers hang together through personas at all',
  withoutPersonas: true,
  *evaluate(inputs, { value }) {
    const { structure } = inputs;
    const hypotheses = programHypotheses(structure);
    if (hypotheses.length === 0) return 'no persona is declared';
    if (inputs.evidence.measured.length > 0) return 'measured log-likelihoods belong to personas, and habits have none';
    const open = openHypothesis(structure, 'habits', 1, value);
    const read = readEvidence(inputs, [{ ...open, row: priorPrediction(structure, hypotheses) }]);
    if (typeof read === 'string') return read;
    const numbers = yield* singleAccount(read, { context: 'evidence' });
    return typeof numbers === 'string' ? numbers : { ...numbers, standings: [] };
  },
};
