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
  /** Between the braces of a condition: its parts stand here, and `tokens` are of one of them. */
  readonly inCondition: boolean;
  /** What `$` or `@` at the caret, or open parentheses around it, ask for. */
  readonly wants?: 'parameter' | 'source' | 'expression';
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
  const inCondition =
    around?.kind === 'condition' &&
    around.body !== undefined &&
    around.body.start < offset &&
    (offset < around.end || text[around.end - 1] !== '}');
  const piece = inCondition ? around.pieces.filter((one) => one.start < offset).at(-1) : undefined;
  const start =
    piece?.keyword.start ?? (inCondition && around.body ? around.body.start + 1 : (around?.keyword.start ?? 0));
  let wants: CaretContext['wants'];
  let open = 0;
  let opened = 0;
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
    if (to >= offset && (kind === Kind.parameter || kind === Kind.mark)) {
      wants = kind === Kind.parameter ? 'parameter' : 'source';
      wordStart = from;
      wordEnd = to;
      break;
    }
    if (to >= offset && (kind === Kind.word || kind === Kind.number)) {
      wordStart = from;
      wordEnd = to;
      break;
    }
    if (kind === Kind.mark) continue;
    if (kind === Kind.openParen && open++ === 0) opened = from;
    if (kind === Kind.closeParen && open > 0) {
      // A sum is one number.
      if (--open === 0) tokens.push({ kind: 'number', text: text.slice(opened, to) });
    } else if (open === 0) {
      const isNumber = kind === Kind.parameter;
      tokens.push({ kind: isNumber ? 'number' : (WALK_KINDS[kind] ?? 'other'), text: text.slice(from, to) });
    }
  }
  const lineStart = text.lastIndexOf('\n', wordStart - 1) + 1;
  if (open > 0) wants ??= 'expression';
  return {
    inside,
    tokens,
    wordStart,
    wordEnd,
    inCondition,
    ...(wants ? { wants } : {}),
    startsLine: text.slice(lineStart, wordStart).trim() === '',
  };
}
