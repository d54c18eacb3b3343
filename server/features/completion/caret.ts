/** Where the caret stands: in which declaration, after which tokens, within which word, string or comment. */

import type { SyntaxSnapshot } from '../../snapshot';
import { Kind, tokenize } from '../../syntax/lexer/lexer';
import type { WalkToken } from './expectations';

export interface CaretContext {
  readonly inside: 'code' | 'string' | 'comment';
  /** Tokens of the declaration around the caret, those that end before the word being typed. */
  readonly tokens: readonly WalkToken[];
  readonly wordStart: number;
  readonly wordEnd: number;
  /** Nothing but white space stands before the word on its line. */
  readonly startsLine: boolean;
}

const WALK_KINDS: Readonly<Record<number, WalkToken['kind']>> = {
  [Kind.word]: 'word',
  [Kind.number]: 'number',
  [Kind.string]: 'string',
  [Kind.arrow]: 'arrow',
  [Kind.pipe]: 'pipe',
  [Kind.comma]: 'comma',
  [Kind.colon]: 'colon',
  [Kind.open]: 'open',
  [Kind.close]: 'close',
};

export function caretContext({ parsed, text }: SyntaxSnapshot, offset: number): CaretContext {
  const around = parsed.file.declarations.filter(({ start }) => start < offset).at(-1);
  const comment = parsed.file.comments.find(
    ({ start, end, style }) => start < offset && (offset < end || (offset === end && style !== 'block')),
  );
  const start = around?.keyword.start ?? 0;
  const read = tokenize(text.slice(start, Math.min(text.length, offset + 1000)));
  const tokens: WalkToken[] = [];
  let inside: CaretContext['inside'] = comment ? 'comment' : 'code';
  let wordStart = offset;
  let wordEnd = offset;
  for (let i = 0; i < read.kinds.length; i++) {
    const from = start + read.starts[i]!;
    const to = start + read.ends[i]!;
    const kind = read.kinds[i]!;
    if (from >= offset || kind === Kind.end) break;
    if (kind === Kind.string && (offset < to || !text.slice(from + 1, to).endsWith('"'))) {
      inside = 'string';
      wordStart = from;
      wordEnd = to;
      break;
    }
    if (to >= offset && (kind === Kind.word || kind === Kind.number)) {
      wordStart = from;
      wordEnd = to;
      break;
    }
    tokens.push({ kind: WALK_KINDS[kind] ?? 'other', text: text.slice(from, to) });
  }
  const lineStart = text.lastIndexOf('\n', wordStart - 1) + 1;
  return { inside, tokens, wordStart, wordEnd, startsLine: text.slice(lineStart, wordStart).trim() === '' };
}
