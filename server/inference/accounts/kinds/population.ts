/** `population A`: a persona is drawn anew for each episode, by weights w ~ Dirichlet(A·π). */
import { populationAccount } from '../population';
import { type AccountKindEntry, readRigid } from './kind';

export const population: AccountKindEntry = {
  kind: 'population',
  grammar: '"population" NUM',
  givesUp: 'that one persona gives every answer',
  *evaluate(inputs, { value }) {
    const read = readRigid(inputs);
    return typeof read === 'string' ? read : yield* populationAccount(read, value);
  },
};
