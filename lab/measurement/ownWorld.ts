/**
 * The world as a network itself has it after pre-training: the prior and the personas' rows that explain what it answers
 * without and with a context. Predictions made from it do not take an incomplete pre-training for a failure of selection.
 * Must not know fine-tuning.
 *
 * Rows: with the exact posterior weights w_jh of context j, the network's answers a_j(y|x) are explained by
 * Σ_h w_jh·row_h(y|x); the rows maximise Σ_j Σ_y a_j log Σ_h w_jh row_h by EM (each step raises it; concave in the rows).
 * Prior: the mixture of these rows nearest to the answers without a context.
 */
import { personaRow, type Source, samplePairs } from '../documents/sample';
import type { Trainer } from '../network/engine';
import { randomOf } from '../random';
import { plainText } from '../world/plain';
import { cellsOf, posteriorGiven, readWorld, type World } from '../world/world';
import { answersAfter } from './exact';
import { nearestMixture } from './nearestMixture';

/** Contexts for each persona, and their length in pairs. */
const CONTEXTS = 24;
const PAIRS = 6;
const STEPS = 400;

export interface OwnWorld {
  /** The same situations and personas with the network's prior and rows; capabilities are part of the rows. */
  readonly world: World;
  /** Σ_x KL(answers without a context ‖ nearest mixture of its own rows), nats. */
  readonly residual: number;
  /** Mean total variation between its in-context posterior over personas and the exact one. */
  readonly posteriorDistance: number;
}

/** Read the Assistant's prior and rows out of a pre-trained network. */
export async function ownWorld(
  trainer: Trainer,
  source: Source,
  seed: readonly (string | number)[],
): Promise<OwnWorld> {
  const { world, vocabulary } = source;
  const random = randomOf('own world', ...seed);
  const opening = { prefix: vocabulary.none, character: 0 };
  const contexts = world.personas.flatMap((_, h) =>
    Array.from({ length: CONTEXTS }, () => samplePairs(world, personaRow(world, h), PAIRS, random)),
  );
  const replies = await answersAfter(
    trainer,
    world,
    vocabulary,
    contexts.map((pairs) => ({ ...opening, pairs })),
  );
  const [plain] = await answersAfter(trainer, world, vocabulary, [{ ...opening, pairs: [] }]);
  const posteriors = contexts.map((pairs) => posteriorGiven(world, world.prior, pairs));
  const rows = explainingRows(world, replies, posteriors);
  const H = world.personas.length;
  const nearest = nearestMixture(plain ?? new Float64Array(world.cells), rows, H);
  const distances = replies.map((cells, j) => {
    const { weights } = nearestMixture(cells, rows, H);
    return 0.5 * weights.reduce((sum, w, h) => sum + Math.abs(w - (posteriors[j]?.[h] ?? 0)), 0);
  });
  return {
    world: readWorld(plainText(world, nearest.weights, rows)),
    residual: nearest.divergence,
    posteriorDistance: distances.reduce((sum, d) => sum + d, 0) / Math.max(1, distances.length),
  };
}

/** Rows (H × C) under which the answers are most likely, given each context's weights. */
export function explainingRows(
  world: World,
  replies: readonly Float64Array[],
  posteriors: readonly Float64Array[],
): Float64Array {
  const H = world.personas.length;
  const { cells } = world;
  let rows = world.rows.slice();
  for (let step = 0; step < STEPS; step++) {
    const next = new Float64Array(rows.length);
    replies.forEach((observed, j) => {
      const weights = posteriors[j] ?? new Float64Array(H);
      for (let c = 0; c < cells; c++) {
        let mixture = 0;
        for (let h = 0; h < H; h++) mixture += (weights[h] ?? 0) * (rows[h * cells + c] ?? 0);
        if (mixture <= 0) continue;
        const scale = (observed[c] ?? 0) / mixture;
        for (let h = 0; h < H; h++) {
          const at = h * cells + c;
          next[at] = (next[at] ?? 0) + scale * (weights[h] ?? 0) * (rows[at] ?? 0);
        }
      }
    });
    for (let h = 0; h < H; h++) {
      for (let x = 0; x < world.situations.length; x++) {
        const [from, to] = cellsOf(world, x);
        let sum = 0;
        for (let c = from; c < to; c++) sum += next[h * cells + c] ?? 0;
        for (let c = from; c < to; c++) next[h * cells + c] = (next[h * cells + c] ?? 0) / sum;
      }
    }
    rows = next;
  }
  return rows;
}
