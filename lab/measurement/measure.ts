/**
 * What is measured of a trained network: exact distributions and sampled counts, in every situation, with and without a
 * context, behind prefixes, and of another character. Must not know accounts.
 *
 * Counts are drawn from the exact distributions with a seed of their own, 200 for each situation: what an experiment that
 * can only sample would have seen. Coverage is judged on counts, divergences on the distributions.
 */
import type { Source } from '../documents/sample';
import type { Trainer } from '../network/engine';
import { multinomial, type Random, randomOf } from '../random';
import type { Assignment } from '../training/assignment';
import { cellsOf, type World } from '../world/world';
import { answers, answersAfter, type Start } from './exact';

/** Answers sampled for each situation. */
export const SAMPLES = 200;

/** A distribution over each situation's responses (C), and counts of as many answers (C). */
export interface Answered {
  readonly exact: Float64Array;
  readonly counts: Float64Array;
}

export interface HeldOut {
  /** The Assistant without context. */
  readonly plain: Answered;
  /** After the assignment's context. */
  readonly context: Answered;
  /** For each answer to the first of the paired situations, the answers to the second in the same conversation. */
  readonly paired: readonly { readonly exact: Float64Array; readonly counts: Float64Array }[];
  /** Another character without context. */
  readonly other: Answered;
  /** Behind the prefix that was trained, and behind one that never was. */
  readonly prefixed: Answered;
  readonly otherPrefix: Answered;
}

/** The opening of a document that is measured. */
export interface Head {
  readonly prefix: number;
  readonly character: number;
}

export async function measureHeldOut(
  trainer: Trainer,
  source: Source,
  assignment: Assignment,
  seed: readonly (string | number)[],
): Promise<HeldOut> {
  const { world, vocabulary, documents } = source;
  const assistant = { prefix: vocabulary.none, character: 0 };
  const starts: Start[] = [
    { ...assistant, pairs: [] },
    { prefix: vocabulary.none, character: assignment.otherCharacter, pairs: [] },
    { prefix: vocabulary.prefix(0), character: 0, pairs: [] },
    { prefix: vocabulary.prefix(documents.prefixes - 1), character: 0, pairs: [] },
  ];
  const [plain, other, prefixed, otherPrefix] = await answersAfter(trainer, world, vocabulary, starts);
  const [context] = await answersAfter(trainer, world, vocabulary, [{ ...assistant, pairs: assignment.context }]);
  const [first, second] = assignment.paired;
  const paired = await answers(
    trainer,
    world,
    vocabulary,
    (world.situations[first]?.responses ?? []).map((_, response) => ({
      ...assistant,
      pairs: [{ situation: first, response }],
      ask: second,
    })),
  );
  const replies = (exact: Float64Array | undefined, name: string): Answered => {
    const distribution = exact ?? new Float64Array(world.cells);
    return { exact: distribution, counts: sampledCounts(world, distribution, randomOf('counts', name, ...seed)) };
  };
  return {
    plain: replies(plain, 'plain'),
    context: replies(context, 'context'),
    paired: paired.map(({ distribution }, response) => ({
      exact: distribution,
      counts: multinomial(randomOf('counts', 'paired', response, ...seed), SAMPLES, distribution),
    })),
    other: replies(other, 'other'),
    prefixed: replies(prefixed, 'prefixed'),
    otherPrefix: replies(otherPrefix, 'other prefix'),
  };
}

/** The trained situations behind the trained opening; 0 in the others. C. */
export async function measureTrained(
  trainer: Trainer,
  source: Source,
  trained: readonly number[],
  opening: Head,
  seed: readonly (string | number)[],
): Promise<Answered & { readonly outside: number }> {
  const { world, vocabulary } = source;
  const found = await answers(
    trainer,
    world,
    vocabulary,
    trained.map((ask) => ({ ...opening, pairs: [], ask })),
  );
  const exact = new Float64Array(world.cells);
  found.forEach(({ distribution }, i) => {
    exact.set(distribution, cellsOf(world, trained[i] ?? 0)[0]);
  });
  return {
    exact,
    counts: sampledCounts(world, exact, randomOf('counts', 'trained', ...seed), trained),
    outside: Math.max(0, ...found.map(({ outside }) => outside)),
  };
}

/** SAMPLES answers to each of the situations. C. */
export function sampledCounts(
  world: World,
  exact: Float64Array,
  random: Random,
  situations: readonly number[] = world.situations.map((_, x) => x),
): Float64Array {
  const counts = new Float64Array(world.cells);
  for (const x of situations) {
    const [from, to] = cellsOf(world, x);
    counts.set(multinomial(random, SAMPLES, exact.subarray(from, to)), from);
  }
  return counts;
}
