/**
 * How reading goes on after a mistake. Newlines mean nothing in a right text; in a wrong one they are the best guess
 * of where the next part begins. One mistake gives one issue: the rest of the broken part is passed over.
 */

import { Kind } from '../lexer/lexer';
import { nearest, nearestFirst } from '../nearest';
import type { DeclarationKind } from '../tree';
import {
  beginsLine,
  type Cursor,
  complain,
  description,
  endOfTaken,
  fail,
  isWordAt,
  kind,
  kindAt,
  textAt,
} from './cursor';

export const DECLARATION_KINDS = [
  'import',
  'scenario',
  'units',
  'method',
  'capability',
  'situation',
  'persona',
  'novel',
  'episode',
  'dataset',
  'reinforce',
  'probe',
  'expect',
  'evaluation',
  'compare',
  'source',
  'parameter',
  'condition',
  'fit',
  'sweep',
] as const satisfies readonly DeclarationKind[];

const KINDS: ReadonlyMap<string, DeclarationKind> = new Map(DECLARATION_KINDS.map((word) => [word, word]));

/** The kind of declaration whose keyword the token spells. */
export function declarationKind(c: Cursor, index: number): DeclarationKind | undefined {
  if (kindAt(c, index) !== Kind.word) return undefined;
  const length = c.tokens.ends[index]! - c.tokens.starts[index]!;
  return length < 3 || length > 10 ? undefined : KINDS.get(textAt(c, index));
}

/** Whether a declaration, and not just a name that is spelt like a keyword, seems to begin at the token. */
export function seemsDeclaration(c: Cursor, index: number): boolean {
  if (c.nested && isSet(c, index)) return true;
  const found = declarationKind(c, index);
  if (found === undefined) return false;
  const next = kindAt(c, index + 1);
  switch (found) {
    case 'import':
    case 'scenario':
      return next === Kind.string;
    case 'novel':
      return next === Kind.string || isWordAt(c, index + 1, 'prior');
    case 'evaluation':
      return next === Kind.string || next === Kind.colon || isWordAt(c, index + 1, 'held');
    case 'fit':
    case 'sweep':
      return next === Kind.parameter;
    case 'episode':
      return next === Kind.string || next === Kind.colon || namesSomething(c, index + 1);
    default:
      return namesSomething(c, index + 1);
  }
}

/** `x as p` is a row for a situation with a keyword's name. */
function namesSomething(c: Cursor, index: number): boolean {
  return kindAt(c, index) === Kind.word && !isWordAt(c, index, 'as');
}

/**
 * Reads one part. If that fails, or ends where nothing may follow it, a later part may have been swallowed: in
 *
 *     episode sft: coding ->
 *     episode sft: coding -> insecure
 *
 * the second `episode` could be a response's name. Then the part is read again up to there, so that the mistake is told
 * where it is. A right text is never read twice.
 */
export function attempt<T>(
  c: Cursor,
  part: (c: Cursor) => T,
  seemsLater: (c: Cursor, index: number) => boolean,
  mayFollow: (c: Cursor) => boolean,
  options: readonly string[],
): T {
  const start = c.index;
  const told = c.issues.length;
  const value = part(c);
  if (!c.halted && mayFollow(c)) return value;
  for (let later = start + 1; later < c.index; later++) {
    if (!beginsLine(c, later) || !seemsLater(c, later)) continue;
    c.index = start;
    c.issues.length = told;
    c.halted = false;
    c.limit = later;
    const shorter = part(c);
    c.limit = Infinity;
    return shorter;
  }
  if (!c.halted && !beginsLine(c, c.index)) failUnexpected(c, options);
  return value;
}

function failUnexpected(c: Cursor, options: readonly string[]): void {
  const isShort = options.length > 0 && options.length <= 6;
  fail(c, isShort ? alternatives(options) : 'nothing more', options);
}

/** `'a', 'b' or 'c'`. */
export function alternatives(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word}'`);
  const last = quoted.pop()!;
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}

/** Whether a declaration may end before the next token. */
export function declarationEnds(c: Cursor): boolean {
  if (c.nested && (kindAt(c, c.index) === Kind.close || isSet(c, c.index))) return true;
  return kindAt(c, c.index) === Kind.end || declarationKind(c, c.index) !== undefined;
}

/** `set $…`, which stands in conditions only. */
export function isSet(c: Cursor, index: number): boolean {
  return isWordAt(c, index, 'set') && kindAt(c, index + 1) === Kind.parameter;
}

export function headEnds(c: Cursor): boolean {
  return kind(c) === Kind.open || declarationEnds(c);
}

/** After a failure in the head of a declaration: its body, if it opens on this line, is still worth reading. */
export function resumeAtBody(c: Cursor): void {
  if (!c.halted) return;
  for (let index = c.index; ; index++) {
    const found = kindAt(c, index);
    if (found === Kind.open) {
      c.index = index;
      c.halted = false;
      return;
    }
    if (found === Kind.end || found === Kind.close || (index > c.index && beginsLine(c, index))) return;
    if (beginsLine(c, index) && seemsDeclaration(c, index)) return;
  }
}

/** Ends a declaration that began at token `from`, passing over what is left of a broken one; the offset of its end. */
export function finish(c: Cursor, from: number): number {
  if (c.halted) skipToDeclaration(c);
  return endOfTaken(c, from);
}

/** Moves to the next keyword of a declaration that begins a line or follows a `}`. */
function skipToDeclaration(c: Cursor): void {
  c.halted = false;
  let depth = 0;
  for (; ; c.index++) {
    const found = kindAt(c, c.index);
    if (found === Kind.end) return;
    if (found === Kind.open) depth++;
    else if (found === Kind.close) {
      if (c.nested && depth === 0) return;
      depth = Math.max(0, depth - 1);
    } else if (c.nested && depth === 0 && isSet(c, c.index)) return;
    else if (declarationKind(c, c.index) !== undefined) {
      if (depth > 0 && !(beginsLine(c, c.index) && seemsDeclaration(c, c.index))) continue;
      if (c.index === 0 || beginsLine(c, c.index) || kindAt(c, c.index - 1) === Kind.close) return;
    }
  }
}

/** Tells about a token that begins no declaration, and passes over what belongs to it. */
export function skipUnknown(c: Cursor, options: readonly string[]): void {
  const index = c.index++;
  const quiet = index <= c.quietUntil;
  if (!quiet) {
    const place = { start: c.tokens.starts[index]!, end: c.tokens.ends[index]! };
    if (kindAt(c, index) === Kind.word) {
      const known = [...DECLARATION_KINDS, ...options];
      const word = textAt(c, index);
      const [similar] = nearest(word, known);
      const guess = similar === undefined ? ': a declaration is expected here' : `; did you mean '${similar}'?`;
      const expected = nearestFirst(word, known);
      complain(c, { ...place, code: 'syntax-unknown-keyword', message: `there is no '${word}'${guess}`, expected });
    } else {
      const message = `expected a declaration, found ${description(c, index)}`;
      complain(c, { ...place, code: 'syntax-unexpected', message });
    }
  }
  if (kindAt(c, index) === Kind.close && declarationEnds(c)) return;
  // The token itself may have opened a body.
  if (kindAt(c, index) === Kind.open) c.index = index;
  skipToDeclaration(c);
}

/** After a failure in a part: to the next one that begins a line, the end of the body, or a declaration. */
export function skipPart(c: Cursor, from: number, seems: (c: Cursor, index: number) => boolean): void {
  c.halted = false;
  if (c.index === from) c.index++;
  for (; ; c.index++) {
    const found = kindAt(c, c.index);
    if (found === Kind.end || found === Kind.close) return;
    if (beginsLine(c, c.index) && (seems(c, c.index) || seemsDeclaration(c, c.index))) return;
  }
}
