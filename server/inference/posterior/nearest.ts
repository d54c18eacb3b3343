/**
 * Which named persona `novel` has come to resemble: the one whose answers lose least when novel's learned row stands
 * for them, KL(persona ‖ novel) in nats, by situation and summed over situations. In this direction it is always
 * finite: novel never finds anything impossible.
 */
import type { Evaluation } from '../evaluation';
import { divergence } from '../numbers/logarithms';
import type { PosteriorState } from './posteriorState';
import type { Predictions } from './predictions';

export function nearestPersona(state: PosteriorState, after: Predictions): Evaluation['nearest'] {
  const { structure } = state.likelihood;
  const { program, cells, offset } = structure;
  const personas = program.personas.length;
  if (!program.novel || personas === 0) return undefined;
  const novel = after.predictive.subarray(personas * cells, (personas + 1) * cells);
  const totals = new Float64Array(personas);
  const best = (values: Float64Array) => {
    let persona = 0;
    for (let p = 1; p < personas; p++) if (values[p] < values[persona]) persona = p;
    return { persona, divergence: values[persona] };
  };
  const bySituation = program.situations.map((s) => {
    const values = new Float64Array(personas);
    for (let p = 0; p < personas; p++) {
      const own = after.predictive.subarray(p * cells, (p + 1) * cells);
      values[p] = divergence(own, novel, offset[s.index], offset[s.index + 1]);
      totals[p] += values[p];
    }
    return best(values);
  });
  return { overall: best(totals), bySituation };
}
