/**
 * Documents as batches: which tokens, and how much each answer's log-probability counts. Only answers count: what is
 * asked next is noise to every network alike. Must not know how a step is made.
 */
import { type Document, type Source, sampleDocument, tokensOf } from '../documents/sample';
import { HEAD } from '../documents/vocabulary';
import type { Batch } from '../network/engine';
import type { Random } from '../random';

/** Documents of equal length, every answer with the weight 1/(documents · pairs). */
export function documentBatch(source: Source, documents: readonly Document[]): Batch {
  const pairs = documents[0]?.pairs.length ?? 0;
  const weight = 1 / (documents.length * pairs);
  return weightedBatch(
    documents.map((document) => ({ tokens: tokensOf(source.world, source.vocabulary, document), weight })),
  );
}

/** A document's tokens with one weight for its answers, or one for each. */
export interface WeightedTokens {
  readonly tokens: readonly number[];
  readonly weight: number | readonly number[];
}

/** Documents padded to the longest with token 0, whose answers count nothing. */
export function weightedBatch(documents: readonly WeightedTokens[], atLeast = 0): Batch {
  const length = documents.reduce((longest, { tokens }) => Math.max(longest, tokens.length), atLeast);
  const size = documents.length * length;
  const batch = {
    documents: documents.length,
    length,
    tokens: new Int32Array(size),
    targets: new Int32Array(size).fill(-1),
    weights: new Float32Array(size),
  };
  documents.forEach(({ tokens, weight }, d) => {
    batch.tokens.set(tokens, d * length);
    // The position of a situation predicts the response that follows it.
    for (let t = HEAD; t + 1 < tokens.length; t += 2) {
      const pair = (t - HEAD) / 2;
      batch.targets[d * length + t] = tokens[t + 1] ?? -1;
      batch.weights[d * length + t] = typeof weight === 'number' ? weight : (weight[pair] ?? 0);
    }
  });
  return batch;
}

/** A batch of fresh documents as pre-training has them. */
export function pretrainingBatch(source: Source, size: number, random: Random): Batch {
  return documentBatch(
    source,
    Array.from({ length: size }, () => sampleDocument(source, random)),
  );
}
