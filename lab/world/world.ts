/**
 * A world as arrays, read from its scenario text by the product's parser and evaluator. Must not know documents or
 * networks.
 *
 * *H* personas, *C* cells; cell `offset[x] + y` is response y of situation x, as in the product.
 */
import { evaluateText, weightsGiven } from '../dramatis';

export interface World {
  readonly text: string;
  readonly personas: readonly string[];
  readonly situations: readonly { readonly name: string; readonly responses: readonly string[] }[];
  readonly offset: Int32Array;
  readonly cells: number;
  /** H: normalised prior. */
  readonly prior: Float64Array;
  /** H × C: P_h(y|x), capabilities at their prior means. */
  readonly rows: Float64Array;
}

/** One episode of a context: what was replies where. */
export interface Pair {
  readonly situation: number;
  readonly response: number;
}

/** Read a scenario as a world. Throws where the text has an error. */
export function readWorld(text: string): World {
  const { program, evaluation } = evaluateText(text);
  return {
    text,
    personas: program.personas.map(({ name }) => name),
    situations: program.situations.map(({ name, responses }) => ({ name, responses: responses.map((r) => r.name) })),
    offset: program.cellOffset,
    cells: program.cellOffset[program.situations.length] ?? 0,
    prior: Float64Array.from(evaluation.personas, ({ prior }) => prior),
    rows: evaluation.predictiveBefore,
  };
}

/** The cells of a situation: from (inclusive), to (exclusive). */
export function cellsOf(world: World, situation: number): readonly [number, number] {
  return [world.offset[situation] ?? 0, world.offset[situation + 1] ?? 0];
}

/** Exact posterior over personas after a context, from any prior (LANGUAGE section 5, `given`). H. */
export function posteriorGiven(world: World, prior: Float64Array, context: readonly Pair[]): Float64Array {
  const counts = new Map<number, number>();
  for (const { situation, response } of context) {
    const cell = (world.offset[situation] ?? 0) + response;
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  const given = [...counts].sort(([a], [b]) => a - b).map(([cell, count]) => ({ cell, count }));
  return weightsGiven(prior, given, world.rows, world.cells);
}

/** Σ_h w_h P_h(y|x) over all cells. C. */
export function mixtureOf(world: World, weights: ArrayLike<number>): Float64Array {
  const out = new Float64Array(world.cells);
  for (let h = 0; h < world.personas.length; h++) {
    const w = weights[h] ?? 0;
    if (w === 0) continue;
    for (let cell = 0; cell < world.cells; cell++) {
      out[cell] = (out[cell] ?? 0) + w * (world.rows[h * world.cells + cell] ?? 0);
    }
  }
  return out;
}
