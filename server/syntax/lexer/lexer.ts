/**
 * Text to tokens, one at a time. Tokens stand in parallel arrays, because a file of half a megabyte has a hundred
 * thousand of them. What a token means (a number's value, a string's text) is read only when it is needed.
 */

import type { Comment, SyntaxIssue } from '../tree';
import { characterWidth, isDigit, isPlainLetter, isWideSpace, nameEnd, nameStartWidth } from './characters';

export const Kind = {
  end: 0,
  word: 1,
  number: 2,
  string: 3,
  arrow: 4,
  pipe: 5,
  comma: 6,
  colon: 7,
  open: 8,
  close: 9,
  minus: 10,
  unknown: 11,
  /** `$name`; a name without `-`. The `$` alone is one too. */
  parameter: 12,
  /** `@name`; the `@` alone is one too. */
  mark: 13,
  openParen: 14,
  closeParen: 15,
  plus: 16,
  star: 17,
  slash: 18,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** The token is the first of its line. */
export const NEWLINE = 1;
/** A string without its closing quotes. */
export const UNTERMINATED = 2;
/** A string with a backslash in it. */
export const ESCAPED = 4;
/** A string in three quotes. */
export const TRIPLE = 8;

/** How far beyond its own end the reading of any token can look. */
const LOOKAHEAD = 4;

export interface Tokens {
  readonly text: string;
  /** How many tokens have been read; while reading goes on, the arrays below are longer. */
  count: number;
  kinds: Uint8Array;
  flags: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  readonly comments: Comment[];
  /** Comments that are not closed. */
  readonly commentIssues: SyntaxIssue[];
  /** Offset where reading goes on. */
  at: number;
  /** The last token for which the whole rest of the text was searched in vain, -1 without one. */
  searcher: number;
  /** Once nothing closes a comment or a string in three quotes, nothing closes a later one: one search is enough. */
  noBlockEnd: boolean;
  noTripleEnd: boolean;
}

/** Begins to read at an offset where a token has ended, or at 0. `expected` is a guess of how many tokens there are. */
export function tokensFrom(text: string, at: number, expected = 64): Tokens {
  return {
    text,
    count: 0,
    kinds: new Uint8Array(expected),
    flags: new Uint8Array(expected),
    starts: new Int32Array(expected),
    ends: new Int32Array(expected),
    comments: [],
    commentIssues: [],
    at,
    searcher: -1,
    noBlockEnd: false,
    noTripleEnd: false,
  };
}

/** Capacity for the tokens of a whole text of usual density. */
export function expectedTokens(text: string): number {
  return 64 + (text.length >> 2);
}

function grow(tokens: Tokens): void {
  const size = tokens.count * 2;
  const longer = <T extends Uint8Array | Int32Array>(from: T, to: T): T => {
    to.set(from);
    return to;
  };
  tokens.kinds = longer(tokens.kinds, new Uint8Array(size));
  tokens.flags = longer(tokens.flags, new Uint8Array(size));
  tokens.starts = longer(tokens.starts, new Int32Array(size));
  tokens.ends = longer(tokens.ends, new Int32Array(size));
}

/** Offset (exclusive) up to which the text was looked at to read the tokens from `first` on. */
export function lookaheadFrom(tokens: Tokens, first: number): number {
  const end = tokens.searcher >= first ? tokens.text.length : tokens.ends[tokens.count - 1]!;
  return end + LOOKAHEAD;
}

/** Every token of the text, the one of kind `end` last. */
export function tokenize(text: string): Tokens {
  const tokens = tokensFrom(text, 0, expectedTokens(text));
  do readToken(tokens);
  while (tokens.kinds[tokens.count - 1] !== Kind.end);
  tokens.kinds = tokens.kinds.subarray(0, tokens.count);
  tokens.flags = tokens.flags.subarray(0, tokens.count);
  tokens.starts = tokens.starts.subarray(0, tokens.count);
  tokens.ends = tokens.ends.subarray(0, tokens.count);
  return tokens;
}

/** Adds one token; after the last character, one of kind `end`. */
export function readToken(tokens: Tokens): void {
  const { text } = tokens;
  let flags = skipTrivia(tokens);
  const start = tokens.at;
  const code = text.charCodeAt(start);
  let kind: Kind;
  let end = start + 1;
  switch (code) {
    case 123:
      kind = Kind.open;
      break;
    case 125:
      kind = Kind.close;
      break;
    case 44:
      kind = Kind.comma;
      break;
    case 58:
      kind = Kind.colon;
      break;
    case 124:
      kind = Kind.pipe;
      break;
    case 45:
      if (text.charCodeAt(end) === 62) {
        kind = Kind.arrow;
        end++;
      } else kind = Kind.minus;
      break;
    case 36:
      kind = Kind.parameter;
      if (nameStartWidth(text, end) > 0) end = nameEnd(text, end, false);
      break;
    case 64:
      kind = Kind.mark;
      if (nameStartWidth(text, end) > 0) end = nameEnd(text, end);
      break;
    case 40:
      kind = Kind.openParen;
      break;
    case 41:
      kind = Kind.closeParen;
      break;
    case 43:
      kind = Kind.plus;
      break;
    case 42:
      kind = Kind.star;
      break;
    case 47:
      kind = Kind.slash;
      break;
    case 34: {
      kind = Kind.string;
      const packed = stringEnd(tokens, start);
      end = Math.floor(packed / 16);
      flags |= packed % 16;
      break;
    }
    default:
      if (isPlainLetter(code)) {
        kind = Kind.word;
        end = nameEnd(text, start);
      } else if (isDigit(code) || (code === 46 && isDigit(text.charCodeAt(end)))) {
        kind = Kind.number;
        end = numberEnd(text, start);
      } else if (nameStartWidth(text, start) > 0) {
        kind = Kind.word;
        end = nameEnd(text, start);
      } else if (start >= text.length) {
        kind = Kind.end;
        end = start;
      } else {
        kind = Kind.unknown;
        end = start + characterWidth(text, start);
      }
  }
  const index = tokens.count;
  if (index === tokens.kinds.length) grow(tokens);
  tokens.kinds[index] = kind;
  tokens.flags[index] = flags;
  tokens.starts[index] = start;
  tokens.ends[index] = end;
  tokens.count = index + 1;
  tokens.at = end;
}

/** Moves over white space and comments; the flag NEWLINE if a line began on the way (or the text did). */
function skipTrivia(tokens: Tokens): number {
  const { text } = tokens;
  let at = tokens.at;
  let flags = at === 0 ? NEWLINE : 0;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 32 || code === 9 || code === 13) at++;
    else if (code === 10) {
      flags = NEWLINE;
      at++;
    } else if (code === 47) {
      const next = text.charCodeAt(at + 1);
      if (next !== 47 && next !== 42) break;
      const end = next === 47 ? lineEnd(text, at) : blockEnd(tokens, at);
      tokens.comments.push({ start: at, end, style: next === 42 ? 'block' : lineStyle(text, at) });
      at = end;
    } else if (code >= 128 && isWideSpace(text, at)) at++;
    else break;
  }
  tokens.at = at;
  return flags;
}

function lineStyle(text: string, at: number): 'line' | 'doc' {
  return text.charCodeAt(at + 2) === 47 && text.charCodeAt(at + 3) !== 47 ? 'doc' : 'line';
}

/** Where the line ends, without its LF or CRLF. */
function lineEnd(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  const end = found < 0 ? text.length : found;
  return end > at && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
}

function blockEnd(tokens: Tokens, at: number): number {
  const found = tokens.noBlockEnd ? -1 : tokens.text.indexOf('*/', at + 2);
  if (found >= 0) return found + 2;
  tokens.noBlockEnd = true;
  tokens.searcher = tokens.count;
  tokens.commentIssues.push({
    start: at,
    end: at + 2,
    code: 'syntax-unterminated-comment',
    message: "this comment is not closed: expected '*/'",
    expected: ['*/'],
  });
  return lineEnd(tokens.text, at);
}

/** The end of the string at the offset, times 16, plus its flags. */
function stringEnd(tokens: Tokens, start: number): number {
  const { text } = tokens;
  if (text.charCodeAt(start + 1) === 34) {
    if (text.charCodeAt(start + 2) !== 34) return (start + 2) * 16;
    return tripleEnd(tokens, start);
  }
  let flags = 0;
  for (let at = start + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) return (at + 1) * 16 + flags;
    if (code === 92) {
      flags |= ESCAPED;
      const next = text.charCodeAt(at + 1);
      if (next === 34 || next === 92) at++;
    } else if (code === 10 || Number.isNaN(code)) {
      return lineEnd(text, start) * 16 + (flags | UNTERMINATED);
    }
  }
}

function tripleEnd(tokens: Tokens, start: number): number {
  const { text } = tokens;
  let flags: number = TRIPLE;
  let quote = tokens.noTripleEnd ? -1 : text.indexOf('"""', start + 3);
  for (let at = start + 3; at < quote; at++) {
    if (text.charCodeAt(at) !== 92) continue;
    flags |= ESCAPED;
    at++;
    if (quote <= at) quote = text.indexOf('"""', at + 1);
  }
  if (quote >= 0) {
    // Quotes that end the text stand before the three that end the string.
    let end = quote + 3;
    while (end < quote + 5 && text.charCodeAt(end) === 34) end++;
    return end * 16 + flags;
  }
  tokens.noTripleEnd = true;
  tokens.searcher = tokens.count;
  return lineEnd(text, start) * 16 + (flags | ESCAPED | UNTERMINATED);
}

/** Takes what reads as one number, also where it is none (`0x10`, `1.2.3`). */
function numberEnd(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (isDigit(code) || code === 46 || code === 95 || code === 37) at++;
    else if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) at++;
    else if (code === 47 && isDigit(text.charCodeAt(at + 1))) at++;
    else if ((code === 45 || code === 43) && isExponent(text, start, at) && isDigit(text.charCodeAt(at + 1))) at++;
    else return at;
  }
}

function isExponent(text: string, start: number, at: number): boolean {
  const code = text.charCodeAt(at - 1);
  if ((code !== 101 && code !== 69) || at - 1 === start) return false;
  const before = text.charCodeAt(at - 2);
  return isDigit(before) || before === 46 || before === 95;
}
