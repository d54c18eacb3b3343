/** The column of comments behind code. */
import { Kind } from '../lexer/lexer';
import type { Item } from './printItems';

/** A separator that is not decided yet: the column of a comment behind code depends on its neighbours. */
export const TRAILING = ' \0';

interface Trailing {
  readonly index: number;
  /** Column where the code before it ends, in the laid out text. */
  readonly width: number;
  /** Its column in the text as it is. */
  readonly column: number;
}

/**
 * Decides the separators that are `TRAILING`. Comments on neighbouring lines, up to a blank line or a brace, share a column: the
 * one that they have already, if they share one behind the code, else two spaces behind the longest line.
 */
export function alignComments(
  text: string,
  items: readonly Item[],
  separators: (string | undefined)[],
): (string | undefined)[] {
  const decided = separators.slice();
  let group: Trailing[] = [];
  let column = 0;
  const close = () => {
    const widest = Math.max(0, ...group.map((entry) => entry.width));
    const shared = group[0]?.column ?? 0;
    const keep = shared > widest && group.every((entry) => entry.column === shared);
    const wanted = keep ? shared : widest + 2;
    for (const { index, width } of group) decided[index] = ' '.repeat(wanted - width);
    group = [];
  };
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    const separator = separators[i];
    if (separator === TRAILING) {
      group.push({ index: i, width: column, column: item.start - lineStart(text, item.start) });
      if (isBehindBrace(items, i)) close();
      continue;
    }
    if (item.kind === Kind.open || item.kind === Kind.close) close();
    const space = separator ?? text.slice(items[i - 1]?.end ?? 0, item.start);
    if (space.indexOf('\n') !== space.lastIndexOf('\n')) close();
    column = columnAfter(columnAfter(column, space), text.slice(item.start, item.end));
  }
  close();
  return decided;
}

function isBehindBrace(items: readonly Item[], i: number): boolean {
  const kind = items[i - 1]?.kind;
  return kind === Kind.open || kind === Kind.close;
}

function columnAfter(column: number, text: string): number {
  const last = text.lastIndexOf('\n');
  return last < 0 ? column + text.length : text.length - last - 1;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}
