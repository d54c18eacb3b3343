/**
 * What a network answers: its exact distribution over a situation's responses after a beginning of a document. Must not
 * know training or accounts.
 */
import { type Document, tokensOf } from '../documents/sample';
import type { Vocabulary } from '../documents/vocabulary';
import type { Trainer } from '../network/engine';
import { cellsOf, type World } from '../world/world';

/** A beginning of a document and the situation that is asked next. */
export interface Query extends Omit<Document, 'persona'> {
  readonly ask: number;
}

export interface Answer {
  /** Over the situation's responses, renormalised among them. */
  readonly distribution: Float64Array;
  /** The probability that the network gives to all other tokens together. */
  readonly outside: number;
}

/** The engine compiles for each size of batch; queries are asked in batches of this many. */
const BATCH = 16;

/** The answers to queries whose documents are equally long. */
export async function answers(
  trainer: Trainer,
  world: World,
  vocabulary: Vocabulary,
  queries: readonly Query[],
): Promise<Answer[]> {
  const out: Answer[] = [];
  for (let from = 0; from < queries.length; from += BATCH) {
    const chunk = queries.slice(from, from + BATCH);
    const documents = chunk.map((query) => [...tokensOf(world, vocabulary, query), vocabulary.situation(query.ask)]);
    const length = (documents[0] ?? []).length;
    const tokens = new Int32Array(BATCH * length);
    documents.forEach((document, d) => {
      tokens.set(document, d * length);
    });
    const logs = await trainer.logProbabilities(tokens, BATCH, length);
    chunk.forEach(({ ask }, d) => {
      const at = ((d + 1) * length - 1) * vocabulary.size;
      out.push(answerAt(logs, at, world, vocabulary, ask));
    });
  }
  return out;
}

/** A beginning of a document: what stands before the next question. */
export type Start = Omit<Document, 'persona'>;

/** The answers to every situation after each beginning, as distributions over all cells. Beginnings are equally long. */
export async function answersAfter(
  trainer: Trainer,
  world: World,
  vocabulary: Vocabulary,
  starts: readonly Start[],
): Promise<Float64Array[]> {
  const queries = starts.flatMap((start) => world.situations.map((_, ask) => ({ ...start, ask })));
  const found = await answers(trainer, world, vocabulary, queries);
  return starts.map((_, s) => {
    const cells = new Float64Array(world.cells);
    world.situations.forEach((_, x) => {
      cells.set(found[s * world.situations.length + x]?.distribution ?? [], cellsOf(world, x)[0]);
    });
    return cells;
  });
}

/** The distribution over a situation's responses in a row of log-probabilities over tokens. */
export function answerAt(
  logs: ArrayLike<number>,
  at: number,
  world: World,
  vocabulary: Vocabulary,
  situation: number,
): Answer {
  const [first, end] = cellsOf(world, situation);
  const raw = Float64Array.from({ length: end - first }, (_, y) =>
    Math.exp(logs[at + vocabulary.response(first + y)] ?? Number.NEGATIVE_INFINITY),
  );
  const mass = raw.reduce((sum, p) => sum + p, 0);
  return { distribution: raw.map((p) => p / mass), outside: Math.max(0, 1 - mass) };
}
