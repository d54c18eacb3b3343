/** `blend A`: one character mixed in log space, P_w(y|x) ∝ Π_h P_h(y|x)^{w_h}, with w ~ Dirichlet(A·π). */
import { blendAccount } from '../blend';
import { type AccountKindEntry, readRigid } from './kind';

export const blend: AccountKindEntry = {
  kind: 'blend',
  grammar: '"blend" NUM',
  givesUp: 'that each conversation has one persona',
  *evaluate(inputs, { value }) {
    if (inputs.evidence.measured.length > 0)
      return 'measured log-likelihoods belong to personas, and a blend is none of them';
    const read = readRigid(inputs);
    return typeof read === 'string' ? read : yield* blendAccount(read, value);
  },
};
