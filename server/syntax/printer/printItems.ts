/** What the formatter moves about: tokens and comments in one row, each knowing its chunk. */

import { Kind, tokenize } from '../lexer/lexer';
import { QUIET, SEAM } from '../parser/chunks';
import type { ParseResult, Span } from '../tree';

export interface Item extends Span {
  readonly kind: Kind | 'line' | 'block';
  /** Index of the chunk that it stands in, comments before a declaration in that declaration's. */
  readonly chunk: number;
  /** A mistake stands in the chunk. */
  readonly broken: boolean;
  /** Line breaks in the white space before it. */
  readonly newlines: number;
  /** The first token of its chunk. */
  readonly first: boolean;
}

/** All tokens and comments of the text in order. */
export function itemsOf(text: string, { issues, seams }: ParseResult): Item[] {
  const tokens = tokenize(text);
  const items: Item[] = [];
  const count = seams.length / SEAM.width;
  let chunk = 0;
  let comment = 0;
  let end = 0;
  let started = -1;
  const startOf = (index: number) => (index < count ? seams[index * SEAM.width + SEAM.start]! : Infinity);
  const isQuiet = (index: number) => index < count && (seams[index * SEAM.width + SEAM.state]! & QUIET) !== 0;
  const told = (index: number) => (index < count ? seams[index * SEAM.width + SEAM.issues]! : issues.length);
  const add = (kind: Item['kind'], start: number, to: number) => {
    while (start >= startOf(chunk + 1)) chunk++;
    const isToken = typeof kind === 'number';
    const first = isToken && started !== chunk;
    if (first) started = chunk;
    // What follows a string that is not closed may be its text.
    const broken = told(chunk + 1) > told(chunk) || isQuiet(chunk);
    items.push({ kind, start, end: to, chunk, broken, newlines: newlinesIn(text, end, start), first });
    end = to;
  };
  for (let i = 0; i < tokens.count; i++) {
    const start = tokens.starts[i]!;
    for (; comment < tokens.comments.length && tokens.comments[comment]!.start < start; comment++) {
      const { start: from, end: to, style } = tokens.comments[comment]!;
      add(style === 'block' ? 'block' : 'line', from, from + text.slice(from, to).trimEnd().length);
    }
    const kind = tokens.kinds[i] as Kind;
    if (kind !== Kind.end) add(kind, start, tokens.ends[i]!);
  }
  return items;
}

function newlinesIn(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === 10) count++;
  return count;
}
