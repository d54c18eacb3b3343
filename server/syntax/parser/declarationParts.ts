/** What declarations of several kinds have in common: where they end, what may go on, and the parts that they share. */

import { Kind } from '../lexer/lexer';
import {
  ATTRIBUTES,
  type CountEntry,
  type DeclarationKind,
  METHODS,
  type MethodRef,
  type RewardEntry,
  SCALES,
  type Span,
} from '../tree';
import { type Cursor, complain, endOfTaken, expectName, takeKind, takeWordOf } from './cursor';
import { expectNumber } from './expressions';
import { attempt, declarationEnds, headEnds, resumeAtBody, seemsDeclaration } from './recovery';

/** The documentation before a declaration. */
export interface Documentation {
  readonly doc?: string;
  readonly docSpan?: Span;
}

/** Declarations, and what else stands in a condition. */
export type PartKind = DeclarationKind | 'set';

export const METHOD_SETTINGS = ['strength', 'repeats', 'discount', 'beta'] as const;

/** What may go on after a complete declaration, to guess at a word that cannot stand there. */
export const CONTINUATIONS: Readonly<Record<PartKind, readonly string[]>> = {
  import: [],
  scenario: [],
  units: [],
  method: METHOD_SETTINGS,
  capability: ['learnable'],
  situation: ['extends', '->', '|', 'needs'],
  persona: ['extends', 'prior', '{'],
  novel: ['concentration'],
  episode: ['over', ...ATTRIBUTES, '{'],
  dataset: [],
  reinforce: [','],
  probe: ['given', 'times', ','],
  expect: [],
  evaluation: [',', 'of', 'from', 'given', 'among', 'overdispersion'],
  compare: [','],
  source: [],
  parameter: ['from', 'sd', ...SCALES],
  condition: ['extends', 'after', 'retaining', 'unit', '{'],
  fit: [',', 'overdispersion', 'under'],
  sweep: ['from', ...SCALES],
  set: [],
};

/** Reads a declaration without a body up to where it ends. */
export function parseDeclaration<T>(c: Cursor, of: PartKind, read: (c: Cursor) => T): T {
  return attempt(c, read, seemsDeclaration, declarationEnds, CONTINUATIONS[of]);
}

/** Reads a declaration up to its body. */
export function parseDeclarationHead<T>(c: Cursor, of: DeclarationKind, read: (c: Cursor) => T): T {
  const value = attempt(c, read, seemsDeclaration, headEnds, CONTINUATIONS[of]);
  resumeAtBody(c);
  return value;
}

export function readMethodRef(c: Cursor): MethodRef | undefined {
  const word = takeWordOf(c, METHODS);
  return word && { method: word.value, start: word.start, end: word.end };
}

export function complainIfTwice(
  c: Cursor,
  key: Span & { readonly value: string },
  earlier: readonly { key: string }[],
): void {
  if (!earlier.some((entry) => entry.key === key.value)) return;
  const message = `'${key.value}' stands here twice: the first one counts`;
  complain(c, { start: key.start, end: key.end, code: 'syntax-duplicate-attribute', message });
}

/** Responses with a number each. */
export function readCounts(c: Cursor, into: (RewardEntry | CountEntry)[], signed: boolean): void {
  do {
    const from = c.index;
    const response = expectName(c, 'response');
    if (response === undefined) return;
    const value = expectNumber(c, 'a number', signed);
    into.push({ response, value, start: response.start, end: endOfTaken(c, from) });
  } while (takeKind(c, Kind.comma));
}
