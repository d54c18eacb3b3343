/**
 * The gate: does the network predict held-out documents as the exact posterior predictive does? KL(exact ‖ network) in
 * nats by context length, on documents that training never drew. Must not know fine-tuning.
 */
import { characterPrior, type Document, type Source, sampleDocument, tokensOf } from '../documents/sample';
import { HEAD } from '../documents/vocabulary';
import type { Trainer } from '../network/engine';
import { randomOf } from '../random';
import { cellsOf, mixtureOf, posteriorGiven } from '../world/world';
import { divergence, part } from './divergence';
import { answerAt } from './exact';

export interface GateResult {
  /** By number of pairs in the context: mean KL over held-out documents, nats. */
  readonly byLength: readonly number[];
  /** The same for the exact predictive without the context: what ignoring the context costs. */
  readonly priorOnly: readonly number[];
  readonly mean: number;
  readonly worst: number;
  readonly documents: number;
}

/** Mean KL over held-out documents by context length. */
export async function gate(
  trainer: Trainer,
  source: Source,
  seed: readonly (string | number)[],
  documents = 256,
): Promise<GateResult> {
  const { world, vocabulary } = source;
  const random = randomOf('held-out documents', ...seed);
  const pairs = source.documents.pairs;
  const length = HEAD + 2 * pairs;
  const sums = new Float64Array(pairs);
  const priorSums = new Float64Array(pairs);
  const size = 16;
  for (let done = 0; done < documents; done += size) {
    const chunk = Array.from({ length: size }, () => sampleDocument(source, random));
    const tokens = Int32Array.from(chunk.flatMap((document) => tokensOf(world, vocabulary, document)));
    const logs = await trainer.logProbabilities(tokens, size, length);
    chunk.forEach((document, d) => {
      for (let n = 0; n < pairs; n++) {
        const situation = document.pairs[n]?.situation ?? 0;
        const cells = cellsOf(world, situation);
        const at = (d * length + HEAD + 2 * n) * vocabulary.size;
        const network = answerAt(logs, at, world, vocabulary, situation).distribution;
        const exact = part(exactPredictive(source, document, n), cells);
        sums[n] = (sums[n] ?? 0) + divergence(exact, network);
        priorSums[n] = (priorSums[n] ?? 0) + divergence(exact, part(exactPredictive(source, document, 0), cells));
      }
    });
  }
  const counted = Math.ceil(documents / size) * size;
  const byLength = Array.from(sums, (sum) => sum / counted);
  return {
    byLength,
    priorOnly: Array.from(priorSums, (sum) => sum / counted),
    mean: byLength.reduce((total, x) => total + x, 0) / pairs,
    worst: Math.max(...byLength),
    documents: counted,
  };
}

/** The exact predictive over all cells after the first n pairs of a document. */
export function exactPredictive(source: Source, document: Omit<Document, 'persona'>, n: number): Float64Array {
  const { world } = source;
  if (source.scrambled) return mixtureOf(world, world.prior);
  const prior = characterPrior(world, source.documents, document.character);
  return mixtureOf(world, posteriorGiven(world, prior, document.pairs.slice(0, n)));
}
