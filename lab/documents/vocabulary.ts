/**
 * The tokens of a world's documents. A document is
 *
 *     [prefix slot] [character] [situation] [response] [situation] [response] …
 *
 * The first slot always stands, so that positions do not depend on it: it holds "none", the mark of a text *about* the
 * character, or one of the neutral prefixes. Every cell of the world has a response token of its own. Must not know how
 * documents are sampled.
 */
import type { DocumentSettings } from '../world/settings';
import type { World } from '../world/world';

export interface Vocabulary {
  readonly size: number;
  /** The prefix slot: no prefix, and a text about the character. */
  readonly none: number;
  readonly about: number;
  readonly prefix: (index: number) => number;
  readonly character: (index: number) => number;
  readonly situation: (index: number) => number;
  /** The token of a flat cell. */
  readonly response: (cell: number) => number;
}

/** Tokens before the first pair: the prefix slot and the character. */
export const HEAD = 2;

/** Tokens of a document of so many pairs. */
export const lengthOf = (pairs: number): number => HEAD + 2 * pairs;

export function vocabularyOf(world: World, documents: DocumentSettings): Vocabulary {
  const prefixes = 2;
  const characters = prefixes + documents.prefixes;
  const situations = characters + documents.characters;
  const responses = situations + world.situations.length;
  return {
    size: responses + world.cells,
    none: 0,
    about: 1,
    prefix: (index) => prefixes + index,
    character: (index) => characters + index,
    situation: (index) => situations + index,
    response: (cell) => responses + cell,
  };
}
