/**
 * Documents of a world: who speaks, which persona that character has in this document, what is asked and what is
 * replies. Must not know networks.
 */
import { categorical, type Random } from '../random';
import type { DocumentSettings } from '../world/settings';
import { cellsOf, mixtureOf, type Pair, type World } from '../world/world';
import type { Vocabulary } from './vocabulary';

export interface Document {
  /** The token in the prefix slot. */
  readonly prefix: number;
  readonly character: number;
  /** The persona that wrote it; −1 where each answer had its own. */
  readonly persona: number;
  readonly pairs: readonly Pair[];
}

/**
 * A character's prior over personas. The Assistant (0) has the scenario's; character k leans to persona k−1 (modulo H):
 * (1−leaning)·π + leaning·e. H.
 */
export function characterPrior(world: World, documents: DocumentSettings, character: number): Float64Array {
  if (character === 0) return world.prior;
  const towards = (character - 1) % world.personas.length;
  return world.prior.map((p, h) => (1 - documents.leaning) * p + (h === towards ? documents.leaning : 0));
}

/** What a document's answers come from: one persona each, or (a scrambled world) the Assistant's prior predictive. */
export interface Source {
  readonly world: World;
  readonly documents: DocumentSettings;
  readonly vocabulary: Vocabulary;
  /** Same marginals, no personas: every answer is drawn by itself, for every character alike. */
  readonly scrambled: boolean;
}

/** One document as pre-training has them. */
export function sampleDocument(source: Source, random: Random): Document {
  const { world, documents, vocabulary } = source;
  const kind = random.uniform();
  const prefix =
    kind < documents.aboutShare
      ? vocabulary.about
      : kind < documents.aboutShare + documents.prefixShare
        ? vocabulary.prefix(random.below(documents.prefixes))
        : vocabulary.none;
  const character = random.below(documents.characters);
  const persona = source.scrambled ? -1 : categorical(random, characterPrior(world, documents, character));
  const rows = persona < 0 ? mixtureOf(world, world.prior) : personaRow(world, persona);
  return { prefix, character, persona, pairs: samplePairs(world, rows, documents.pairs, random) };
}

/** Pairs with situations drawn uniformly and answers from the given rows (C). */
export function samplePairs(world: World, rows: ArrayLike<number>, count: number, random: Random): Pair[] {
  return Array.from({ length: count }, () => {
    const situation = random.below(world.situations.length);
    return { situation, response: sampleResponse(world, rows, situation, random) };
  });
}

/** One answer to a situation. */
export function sampleResponse(world: World, rows: ArrayLike<number>, situation: number, random: Random): number {
  const [from, to] = cellsOf(world, situation);
  return categorical(
    random,
    Array.from({ length: to - from }, (_, y) => rows[from + y] ?? 0),
  );
}

/** P_h(y|x) over all cells. C. */
export function personaRow(world: World, persona: number): Float64Array {
  return world.rows.subarray(persona * world.cells, (persona + 1) * world.cells);
}

/** The tokens of a document. */
export function tokensOf(world: World, vocabulary: Vocabulary, document: Omit<Document, 'persona'>): number[] {
  const tokens = [document.prefix, vocabulary.character(document.character)];
  for (const { situation, response } of document.pairs) {
    tokens.push(vocabulary.situation(situation), vocabulary.response((world.offset[situation] ?? 0) + response));
  }
  return tokens;
}
