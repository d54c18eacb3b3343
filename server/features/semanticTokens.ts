/**
 * Colours that know the grammar: the same word is a keyword here and a response there. Words take their colour from the
 * tree; in broken text, which has no tree, keywords, numbers and strings still have theirs.
 */
import type { Range, SemanticTokensEdit, SemanticTokensLegend } from 'vscode-languageserver-types';
import type { SyntaxSnapshot } from '../snapshot';
import { Kind, tokenize } from '../syntax/lexer/lexer';
import { offsetAt, positionAt } from '../syntax/lines';
import { withPieces } from '../syntax/pieces';
import { ACCOUNTS, ATTRIBUTES, MAPPING_KEYS, METHODS, ROLES, SCALES, UNITS } from '../syntax/tree';
import { namesIn, TOKEN_MODIFIERS, TOKEN_TYPES, tokenCode, wordCode } from './semanticNames';

export const LEGEND: SemanticTokensLegend = { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] };

const KEYWORDS: ReadonlySet<string> = new Set([
  ...['import', 'scenario', 'units', 'method', 'capability', 'situation', 'persona', 'novel', 'episode', 'dataset'],
  ...[
    'reinforce',
    'probe',
    'expect',
    'evaluation',
    'compare',
    'strength',
    'per',
    'token',
    'repeats',
    'discount',
    'beta',
  ],
  ...['learnable', 'extends', 'needs', 'else', 'prior', 'as', 'can', 'concentration', 'over', 'from', 'field', 'when'],
  ...['where', 'not', 'is', 'exists', 'rows', 'to', 'sample', 'turn', 'last', 'each', 'labels', 'by', 'corrected'],
  ...['matches', 'logprobs', 'sum', 'mean', 'log10', 'rigidity', 'given', 'below', 'above', 'between', 'and'],
  ...['source', 'parameter', 'condition', 'fit', 'sweep', 'set', 'held', 'out', 'of', 'to', 'sd', 'after', 'retaining'],
  ...['unit', 'among', 'overdispersion', 'under'],
  ...SCALES,
  ...ACCOUNTS,
  ...ATTRIBUTES,
  ...MAPPING_KEYS,
  ...METHODS,
  ...ROLES,
  ...UNITS,
]);

/** Five numbers a token, as the protocol has it; with `range`, only of the tokens in it. */
export function semanticTokens(snapshot: SyntaxSnapshot, range?: Range): readonly number[] {
  const { text, lines, parsed } = snapshot;
  const from = range ? offsetAt(lines, range.start) : 0;
  const to = range ? offsetAt(lines, range.end) : text.length;
  const data: number[] = [];
  let lastLine = 0;
  let lastCharacter = 0;
  const put = (start: number, end: number, code: number) => {
    for (const [at, until] of piecesOf(text, start, end)) {
      if (at >= to || until <= from) continue;
      const { line, character } = positionAt(lines, at);
      data.push(line - lastLine, line === lastLine ? character - lastCharacter : character, until - at);
      data.push(code & 255, code >> 8);
      lastLine = line;
      lastCharacter = character;
    }
  };
  const names = namesIn(parsed.file);
  const docs = withPieces(parsed.file.declarations).flatMap(({ docSpan }) => docSpan ?? []);
  const tokens = tokenize(text);
  let doc = 0;
  for (let i = 0; i < tokens.count; i++) {
    const start = tokens.starts[i]!;
    for (; doc < docs.length && docs[doc]!.start < start; doc++) put(docs[doc]!.start, docs[doc]!.end, wordCode('doc'));
    const end = tokens.ends[i]!;
    const kind = tokens.kinds[i] as Kind;
    const code = tokenCode(kind) ?? names.get(start) ?? keywordCode(kind, text, start, end);
    if (code !== undefined) put(start, end, code);
  }
  return data;
}

function keywordCode(kind: Kind, text: string, start: number, end: number): number | undefined {
  if (kind !== Kind.word || end - start > 16) return undefined;
  return KEYWORDS.has(text.slice(start, end)) ? wordCode('keyword') : undefined;
}

/** A token of several lines in pieces of one, without the indent: editors know no others. */
function* piecesOf(text: string, start: number, end: number): Generator<readonly [number, number]> {
  let at = start;
  while (at < end) {
    const found = text.indexOf('\n', at);
    const lineEnd = found < 0 || found >= end ? end : found;
    const until = lineEnd < end && text[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd;
    if (until > at) yield [at, until];
    at = lineEnd + 1;
    while (at < end && (text[at] === ' ' || text[at] === '\t')) at++;
  }
}

/** The one stretch of numbers that turns `before` into `after`, or nothing where they are equal. */
export function tokenEdits(before: readonly number[], after: readonly number[]): SemanticTokensEdit[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  if (start === before.length && start === after.length) return [];
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return [{ start, deleteCount: before.length - tail - start, data: after.slice(start, after.length - tail) }];
}
