/** The `///` lines before a declaration. Must not know declarations. */

import type { Comment } from '../tree';
import type { Cursor } from './cursor';
import type { Documentation } from './declarationParts';

const NO_DOC: Documentation = { doc: undefined, docSpan: undefined };

/**
 * The last unbroken run of `///` lines among the comments between the offset and the declaration at the cursor, which
 * belong to no chunk yet.
 */
export function documentation(c: Cursor, start: number): Documentation {
  const { comments, starts, text } = c.tokens;
  const from = c.comment;
  let last = comments.length - 1;
  while (last >= from && (comments[last]!.start > starts[c.index]! || !isDocLine(text, comments[last]!, start))) last--;
  if (last < from || comments[last]!.start < start) return NO_DOC;
  let first = last;
  while (
    first > from &&
    comments[first - 1]!.start >= start &&
    isDocLine(text, comments[first - 1]!, start) &&
    isNextLine(text, comments, first)
  )
    first--;
  const lines = [];
  for (let at = first; at <= last; at++) {
    const line = text.slice(comments[at]!.start + 3, comments[at]!.end);
    lines.push(line.replace(/^[ \t]/, '').trimEnd());
  }
  return { doc: lines.join('\n'), docSpan: { start: comments[first]!.start, end: comments[last]!.end } };
}

/** Documentation begins its line: behind something else it would belong to that. */
function isDocLine(text: string, comment: Comment, start: number): boolean {
  if (comment.style !== 'doc') return false;
  let at = comment.start - 1;
  while (at >= start && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at--;
  return at < start ? start === 0 : text.charCodeAt(at) === 10 || text.charCodeAt(at) === 0xfeff;
}

function isNextLine(text: string, comments: readonly Comment[], index: number): boolean {
  return text.slice(comments[index - 1]!.end, comments[index]!.start).split('\n').length === 2;
}
