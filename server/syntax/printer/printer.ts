/**
 * The formatter's core. It changes white space between tokens and comments and nothing else, so that it cannot change
 * what a text means or lose a comment. Declarations with a mistake in them stay as they are.
 *
 * The style: a declaration begins a line; a body has its parts on lines of their own, or stays on one line if it was
 * written so; rows of a persona have their arrows below each other; line breaks inside a part stay, indented; of
 * several blank lines one is left.
 */

import type { ParseResult, Span } from '../tree';
import { layOut } from './layout';
import { type Item, itemsOf } from './printItems';

export interface PrintOptions {
  /** One step of indentation; two spaces where not given. */
  readonly indent?: string;
}

/** White space to put in the place of other white space. */
export interface WhitespaceEdit extends Span {
  readonly text: string;
}

/** The text as the formatter would have it. `parsed` is the result of reading this text. */
export function print(text: string, parsed: ParseResult, options: PrintOptions = {}): string {
  let printed = '';
  let at = 0;
  for (const edit of printEdits(text, parsed, options)) {
    printed += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return printed + text.slice(at);
}

/**
 * The changes of white space that `print` makes, in order, each as small as it can be; with `within`, only those in
 * declarations that this span touches.
 */
export function printEdits(
  text: string,
  parsed: ParseResult,
  options: PrintOptions = {},
  within?: Span,
): WhitespaceEdit[] {
  const items = itemsOf(text, parsed);
  const separators = layOut(text, items, parsed, options.indent ?? '  ');
  const edits: WhitespaceEdit[] = [];
  const chunks = within && touchedChunks(items, within);
  for (let i = 0; i <= items.length; i++) {
    const wanted = separators[i];
    if (wanted === undefined) continue;
    const chunk = items[i]?.chunk ?? Infinity;
    if (chunks !== undefined && !(chunk >= chunks.first && chunk <= chunks.last)) continue;
    const edit = smallest(text, items[i - 1]?.end ?? 0, items[i]?.start ?? text.length, wanted);
    if (edit !== undefined) edits.push(edit);
  }
  return edits;
}

/** The chunks from the first that ends behind the start of the span to the last that begins before its end. */
function touchedChunks(items: readonly Item[], within: Span): { first: number; last: number } {
  const first = items.find((item) => item.end >= within.start)?.chunk ?? Infinity;
  let last = -1;
  for (const item of items) if (item.start <= within.end) last = item.chunk;
  return { first, last };
}

/** Leaves what is equal at both ends, so that carets and marks in the editor stay where they are. */
function smallest(text: string, start: number, end: number, wanted: string): WhitespaceEdit | undefined {
  if (end - start === wanted.length && text.startsWith(wanted, start)) return undefined;
  let leading = 0;
  const most = Math.min(wanted.length, end - start);
  while (leading < most && text[start + leading] === wanted[leading]) leading++;
  let tail = 0;
  while (tail < most - leading && text[end - 1 - tail] === wanted[wanted.length - 1 - tail]) tail++;
  return { start: start + leading, end: end - tail, text: wanted.slice(leading, wanted.length - tail) };
}
