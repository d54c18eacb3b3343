/**
 * What a program's declarations come to in flat arrays: cells, capabilities and fallbacks. Nothing here depends on the
 * evidence or on the personas' rows.
 */
import type { Program } from '../../program/model/program';

export interface Structure {
  readonly program: Program;
  /** Cells in all; `offset[x] + y` is the cell of response y of situation x. */
  readonly cells: number;
  readonly offset: Int32Array;
  readonly situationOf: Int32Array;
  /** By cell: capability that the response needs, -1 for none. */
  readonly needs: Int32Array;
  /** By cell: the cell that takes the lost mass, -1 for none. */
  readonly fallback: Int32Array;
  /** By cell: the cells whose lost mass it takes. */
  readonly lossyResponses: readonly (readonly number[])[];
  /** By capability: whether it is a latent Beta(priorHit, priorMiss) (else it is fixed at `value`). */
  readonly learnable: readonly boolean[];
  readonly value: Float64Array;
  readonly priorHit: Float64Array;
  readonly priorMiss: Float64Array;
}

/** Flatten a program. A learnable capability of 0 or 1, or of no strength, can learn nothing (Cromwell's rule): it is fixed. */
export function structureOf(program: Program): Structure {
  const offset = program.cellOffset;
  const cells = offset[program.situations.length] ?? 0;
  const situationOf = new Int32Array(cells);
  const needs = new Int32Array(cells).fill(-1);
  const fallback = new Int32Array(cells).fill(-1);
  const lossyResponses: number[][] = Array.from({ length: cells }, () => []);
  for (const situation of program.situations) {
    const first = offset[situation.index];
    situation.responses.forEach((response, y) => {
      situationOf[first + y] = situation.index;
      if (response.needs === undefined || response.fallback === undefined || response.fallback === y) return;
      needs[first + y] = response.needs;
      fallback[first + y] = first + response.fallback;
      lossyResponses[first + response.fallback].push(first + y);
    });
  }
  const capabilities = program.capabilities;
  const value = Float64Array.from(capabilities, (c) => Math.min(1, Math.max(0, c.value)));
  const learnable = capabilities.map(
    (c) => c.learnable && c.value > 0 && c.value < 1 && c.strength > 0 && Number.isFinite(c.strength),
  );
  return {
    program,
    cells,
    offset,
    situationOf,
    needs,
    fallback,
    lossyResponses,
    learnable,
    value,
    priorHit: Float64Array.from(capabilities, (c, i) => value[i] * c.strength),
    priorMiss: Float64Array.from(capabilities, (c, i) => (1 - value[i]) * c.strength),
  };
}
