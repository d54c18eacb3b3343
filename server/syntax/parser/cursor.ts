/**
 * The parser's place among the tokens. After a failure the cursor *halts*: it looks like the end of the file, so that
 * every production comes home by itself without a second complaint; `recovery.ts` sets it going again.
 */
import { Kind, NEWLINE, readToken, type Tokens, UNTERMINATED } from '../lexer/lexer';
import { detached, stringValue } from '../lexer/strings';
import { nearest, nearestFirst } from '../nearest';
import type { Name, Span, StringLiteral, SyntaxIssue } from '../tree';

export interface Cursor {
  readonly tokens: Tokens;
  /** The token to take next. */
  index: number;
  /** A later part begins at this token: nothing from there on may be taken. */
  limit: number;
  halted: boolean;
  issues: SyntaxIssue[];
  /** What the last name stood for: `situation`, `persona`. */
  role: string;
  roleIndex: number;
  /** Failures are not worth telling up to this token: a broken literal before it is their cause. */
  quietUntil: number;
  /** The token that the declaration, row, turn or mapping begins with. */
  partStart: number;
  /** The first comment that belongs to no chunk yet. */
  comment: number;
  /** Inside the braces of a condition: its parts end at `}` and where a `set` begins. */
  nested: boolean;
  /** Spans of documentation of parts of a condition. */
  nestedDocs: Span[];
}

export function cursorFrom(tokens: Tokens): Cursor {
  return {
    tokens,
    index: 0,
    limit: Infinity,
    halted: false,
    issues: [],
    role: '',
    roleIndex: -1,
    quietUntil: -1,
    partStart: 0,
    comment: 0,
    nested: false,
    nestedDocs: [],
  };
}

/** The kind of a token, whatever the cursor's state. */
export function kindAt(c: Cursor, index: number): Kind {
  const { tokens } = c;
  while (index >= tokens.count) {
    if (tokens.count > 0 && tokens.kinds[tokens.count - 1] === Kind.end) return Kind.end;
    readToken(tokens);
  }
  return tokens.kinds[index] as Kind;
}

export function kind(c: Cursor): Kind {
  return c.halted || c.index >= c.limit ? Kind.end : kindAt(c, c.index);
}

export function isWordAt(c: Cursor, index: number, word: string): boolean {
  if (kindAt(c, index) !== Kind.word) return false;
  const { text, starts, ends } = c.tokens;
  const start = starts[index]!;
  return ends[index]! - start === word.length && text.startsWith(word, start);
}

export function isWord(c: Cursor, word: string): boolean {
  return kind(c) === Kind.word && isWordAt(c, c.index, word);
}

export function textAt(c: Cursor, index: number): string {
  return c.tokens.text.slice(c.tokens.starts[index], c.tokens.ends[index]);
}

/** Whether the token is the first of its line. */
export function beginsLine(c: Cursor, index: number): boolean {
  kindAt(c, index);
  return (c.tokens.flags[index]! & NEWLINE) !== 0;
}

/** The span of the next token, which is thereby taken. */
export function take(c: Cursor): Span {
  const index = c.index++;
  return { start: c.tokens.starts[index]!, end: c.tokens.ends[index]! };
}

/** Where the last token that was taken ends; `from` if none was taken since that token. */
export function endOfTaken(c: Cursor, from: number): number {
  return c.index > from ? c.tokens.ends[c.index - 1]! : c.tokens.starts[from]!;
}

/** The word, if it stands next. */
export function takeWord(c: Cursor, word: string): Span | undefined {
  return isWord(c, word) ? take(c) : undefined;
}

/** The one of the words that stands next. */
export function takeWordOf<T extends string>(
  c: Cursor,
  words: readonly T[],
): (Span & { readonly value: T }) | undefined {
  if (kind(c) !== Kind.word) return undefined;
  for (const value of words) {
    if (isWordAt(c, c.index, value)) return { start: c.tokens.starts[c.index]!, end: c.tokens.ends[c.index++]!, value };
  }
  return undefined;
}

export function takeKind(c: Cursor, wanted: Kind): Span | undefined {
  return kind(c) === wanted ? take(c) : undefined;
}

/** Any word, as the name of a `role`, or a failure. */
export function expectName(c: Cursor, role: string, what?: string): Name | undefined {
  if (kind(c) !== Kind.word) return fail(c, what ?? `a ${role}`);
  const index = c.index++;
  const start = c.tokens.starts[index]!;
  const end = c.tokens.ends[index]!;
  const text = nameText(c.tokens.text.slice(start, end));
  c.role = role;
  c.roleIndex = index;
  return { start, end, text };
}

/** Two ways to write one accent are one name. */
function nameText(written: string): string {
  for (let at = 0; at < written.length; at++) {
    if (written.charCodeAt(at) >= 128) return detached(written.normalize('NFC'));
  }
  return detached(written);
}

export function expectKind(c: Cursor, wanted: Kind, literal: string): Span | undefined {
  return takeKind(c, wanted) ?? fail(c, `'${literal}'`, [literal]);
}

export function expectWord(c: Cursor, word: string): Span | undefined {
  return takeWord(c, word) ?? fail(c, `'${word}'`, [word]);
}

export function expectWordOf<T extends string>(
  c: Cursor,
  words: readonly T[],
  what: string,
): (Span & { readonly value: T }) | undefined {
  return takeWordOf(c, words) ?? fail(c, what, words);
}

export function takeString(c: Cursor): StringLiteral | undefined {
  if (kind(c) !== Kind.string) return undefined;
  const index = c.index++;
  const { text, starts, ends, flags } = c.tokens;
  const start = starts[index]!;
  const end = ends[index]!;
  if ((flags[index]! & UNTERMINATED) !== 0) {
    const quotes = text.startsWith('"""', start) ? '"""' : '"';
    const message = `this string is not closed: expected '${quotes}'`;
    complain(c, { start, end, code: 'syntax-unterminated-string', message, expected: [quotes] });
    // What the string has swallowed or let loose is its fault.
    c.quietUntil = endOfLine(c, index) + 1;
  }
  const value = stringValue(text, start, end, flags[index]!, (place) => {
    if ((flags[index]! & UNTERMINATED) !== 0) return;
    const message = `there is no escape '${text.slice(place.start, place.end)}': write \\", \\\\, \\n, \\t or \\u{…}`;
    complain(c, {
      ...place,
      code: 'syntax-bad-escape',
      message,
      expected: [`\\${text.slice(place.start, place.end)}`],
    });
  });
  return { start, end, value };
}

export function expectString(c: Cursor, what: string): StringLiteral | undefined {
  return takeString(c) ?? fail(c, what);
}

/** Tells a mistake that does not stop the reading. */
export function complain(c: Cursor, issue: SyntaxIssue): undefined {
  c.issues.push(issue);
  return undefined;
}

/** Tells what was expected here, and halts. `literals` could be written here as they are. */
export function fail(c: Cursor, what: string, literals: readonly string[] = []): undefined {
  if (c.halted) return undefined;
  c.halted = true;
  if (c.index <= c.quietUntil) return undefined;
  const found = kindAt(c, c.index);
  const word = found === Kind.word ? textAt(c, c.index) : '';
  const [similar] = word === '' ? [] : nearest(word, literals);
  const guess = similar === undefined || similar === word ? '' : `; did you mean '${similar}'?`;
  const issue: SyntaxIssue = {
    ...placeOfFailure(c),
    code: 'syntax-unexpected',
    message: `expected ${what}${afterTaken(c)}, found ${description(c, c.index)}${guess}`,
  };
  // The word that stands here cannot stand here, wherever else it may.
  const others = literals.filter((literal) => literal !== word);
  return complain(c, others.length > 0 ? { ...issue, expected: nearestFirst(word, others) } : issue);
}

/** What a token is called in a message. */
export function description(c: Cursor, index: number): string {
  const found = kindAt(c, index);
  if (found === Kind.end) return 'the end of the file';
  if (found === Kind.string) return 'a string';
  const text = textAt(c, index);
  return `'${text.length > 40 ? `${text.slice(0, 40)}…` : text}'`;
}

function afterTaken(c: Cursor): string {
  const last = c.index - 1;
  if (c.index === c.partStart) return '';
  const of = c.roleIndex === last ? `${c.role} ` : '';
  const text = description(c, last);
  return of === '' ? ` after ${text}` : ` after ${of}${text.slice(1, -1)}`;
}

/** The token that is wrong or, where it stands on another line than its part, the one before it: there is the mistake. */
function placeOfFailure(c: Cursor): Span {
  const { starts, ends } = c.tokens;
  const isEnd = kindAt(c, c.index) === Kind.end;
  if (c.index > c.partStart && (isEnd || beginsLine(c, c.index))) {
    const start = starts[c.index - 1]!;
    const end = ends[c.index - 1]!;
    return { start: c.tokens.text.slice(start, end).includes('\n') ? end - 1 : start, end };
  }
  return { start: starts[c.index]!, end: ends[c.index]! };
}

function endOfLine(c: Cursor, index: number): number {
  let last = index;
  while (kindAt(c, last + 1) !== Kind.end && !beginsLine(c, last + 1)) last++;
  return last;
}
