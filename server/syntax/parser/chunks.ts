/**
 * A text in chunks: one declaration each, with the white space and comments before it and whatever broken text follows
 * it. Reading a chunk depends on the text from its start on and on a small state, on nothing before it; this is what
 * makes it right to keep the chunks that an edit did not touch (`reparse.ts`).
 */

import { Kind, lookaheadFrom } from '../lexer/lexer';
import type { Comment, Declaration, ParseResult, Span, SyntaxIssue } from '../tree';
import { type Cursor, complain, endOfTaken, kindAt } from './cursor';
import { CONTINUATIONS, type Documentation } from './declarationParts';
import { readDeclaration } from './declarations';
import { documentation } from './documentation';
import { DECLARATION_KINDS, declarationKind, skipUnknown } from './recovery';

/** Where each chunk begins: `SEAM` numbers for each, see the offsets below. */
export const SEAM = { start: 0, lookahead: 1, state: 2, declarations: 3, comments: 4, issues: 5, width: 6 } as const;

const MAY_IMPORT = 1;
/** In a chunk's state: a broken literal before it is told already, and may have let loose what it begins with. */
export const QUIET = 2;
const STATE_BITS = 2;
export const FIRST_STATE = MAY_IMPORT;

/** A result that grows chunk by chunk. */
export interface Growing {
  readonly declarations: Declaration[];
  readonly comments: Comment[];
  readonly issues: SyntaxIssue[];
  readonly seams: number[];
  /** What the next chunk must know of those before it. */
  state: number;
}

export function growing(state: number): Growing {
  return { declarations: [], comments: [], issues: [], seams: [], state };
}

export function grown(g: Growing, length: number): ParseResult {
  const { declarations, comments, issues } = g;
  return { file: { declarations, comments, length }, issues, seams: Int32Array.from(g.seams) };
}

/** Where the next chunk begins. */
export function chunkStart(c: Cursor, from: number): number {
  return c.index > 0 ? c.tokens.ends[c.index - 1]! : from;
}

/** Reads the chunk at the cursor; false if it was the last one, which holds no declaration. `start` is its offset. */
export function readChunk(c: Cursor, g: Growing, start: number): boolean {
  const { tokens } = c;
  const first = c.index;
  const before = [g.declarations.length, g.comments.length, g.issues.length] as const;
  const of = declarationKind(c, first);
  const isLast = kindAt(c, first) === Kind.end;
  const attached = of === undefined ? NO_DOC : documentation(c, start);
  c.issues = g.issues;
  c.partStart = first;
  if ((g.state & QUIET) !== 0) c.quietUntil = first;
  const state = g.state;
  if (of !== undefined) {
    const declaration = readDeclaration(c, of, attached);
    g.declarations.push(declaration);
    const mayImport = of === 'import' && (state & MAY_IMPORT) !== 0;
    if (of === 'import' && !mayImport) {
      const message = 'an import stands before all other declarations';
      complain(c, { ...declaration.keyword, code: 'syntax-import-order', message });
    }
    g.state = ((DECLARATION_KINDS.indexOf(of) + 1) << STATE_BITS) + (mayImport ? MAY_IMPORT : 0);
  } else if (!isLast) {
    const kind = DECLARATION_KINDS[(state >> STATE_BITS) - 1];
    skipUnknown(c, kind === undefined ? [] : CONTINUATIONS[kind]);
    g.state &= ~QUIET;
  }
  if (!isLast && c.index <= c.quietUntil) g.state |= QUIET;
  const end = isLast ? tokens.text.length : endOfTaken(c, first);
  for (; c.comment < tokens.comments.length && tokens.comments[c.comment]!.start < end; c.comment++) {
    const comment = tokens.comments[c.comment]!;
    if (!isInside(comment, attached.docSpan) && !c.nestedDocs.some((span) => isInside(comment, span))) {
      g.comments.push(comment);
    }
  }
  takeCommentIssues(c, g, before[2], end);
  c.nestedDocs = [];
  const lookahead = lookaheadFrom(tokens, first);
  g.seams.push(start, lookahead, state, ...before);
  return !isLast;
}

function isInside(comment: Comment, span: Span | undefined): boolean {
  return span !== undefined && comment.start >= span.start && comment.end <= span.end;
}

/** Puts the issues of unclosed comments among the chunk's others. */
function takeCommentIssues(c: Cursor, g: Growing, from: number, end: number): void {
  const { commentIssues } = c.tokens;
  if (commentIssues.length > 0) {
    while (commentIssues.length > 0 && commentIssues[0]!.start < end) g.issues.push(commentIssues.shift()!);
  }
  if (g.issues.length - from < 2) return;
  const sorted = g.issues.slice(from).sort((a, b) => a.start - b.start);
  g.issues.length = from;
  for (const issue of sorted) g.issues.push(issue);
}

const NO_DOC: Documentation = { doc: undefined, docSpan: undefined };
