/**
 * Declarations of part two: sources, parameters, conditions, fits and sweeps. Their keyword stands next. What they mean
 * is not known here.
 */

import { Kind } from '../lexer/lexer';
import {
  type ConditionDeclaration,
  type ConditionPart,
  type FitDeclaration,
  type Name,
  type NumberLiteral,
  type ParameterDeclaration,
  SCALES,
  type SetDeclaration,
  type SourceDeclaration,
  type Span,
  type SweepDeclaration,
} from '../tree';
import {
  type Cursor,
  complain,
  description,
  endOfTaken,
  expectName,
  expectString,
  expectWord,
  fail,
  kind,
  kindAt,
  take,
  takeKind,
  takeString,
  takeWord,
  takeWordOf,
} from './cursor';
import { type Documentation, parseDeclaration, parseDeclarationHead } from './declarationParts';
import { documentation } from './documentation';
import { readDataset, readEpisode, readReinforce } from './evidenceDeclarations';
import { expectLiteral, expectNumber, expectParameter, takeMark } from './expressions';
import { readAccounts, readEvaluation, readExpect, readProbe } from './questionDeclarations';
import { declarationKind, finish, isSet, seemsDeclaration, skipPart } from './recovery';

export function readSource(c: Cursor, { doc, docSpan }: Documentation): SourceDeclaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'source', (at) => {
    const keyword = take(at);
    const name = expectName(at, 'source', 'a name');
    const title = expectString(at, 'a title in quotes');
    const address = takeString(at);
    return { keyword, name, title, address };
  });
  return { kind: 'source', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

export function readParameter(c: Cursor, { doc, docSpan }: Documentation): ParameterDeclaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'parameter', (at) => {
    const keyword = take(at);
    const name = expectName(at, 'parameter', 'a name');
    const title = takeString(at);
    const value = expectLiteral(at, 'a number', true);
    const range = readRange(at);
    const sd = takeWord(at, 'sd') && expectLiteral(at, 'a number', true);
    const scale = takeWordOf(at, SCALES);
    const mark = takeMark(at);
    return { keyword, name, title, value, ...range, sd, scale, mark };
  });
  return { kind: 'parameter', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

function readRange(c: Cursor): { readonly from?: NumberLiteral; readonly to?: NumberLiteral } {
  if (takeWord(c, 'from') === undefined) return { from: undefined, to: undefined };
  const from = expectLiteral(c, 'a number', true);
  const to = expectWord(c, 'to') && expectLiteral(c, 'a number', true);
  return { from, to };
}

export function readFit(c: Cursor, { doc, docSpan }: Documentation): FitDeclaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'fit', (at) => {
    const keyword = take(at);
    const parameters: Name[] = [];
    do {
      const parameter = expectParameter(at);
      if (parameter !== undefined) parameters.push(parameter);
    } while (takeKind(at, Kind.comma));
    const overdispersion = takeWord(at, 'overdispersion') && expectNumber(at, 'a number');
    const accounts = takeWord(at, 'under') ? readAccounts(at) : [];
    return { keyword, parameters, overdispersion, accounts };
  });
  return { kind: 'fit', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

export function readSweep(c: Cursor, { doc, docSpan }: Documentation): SweepDeclaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'sweep', (at) => {
    const keyword = take(at);
    const parameter = expectParameter(at);
    const range = readRange(at);
    const scale = takeWordOf(at, SCALES);
    return { keyword, parameter, ...range, scale };
  });
  return { kind: 'sweep', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

export function readCondition(c: Cursor, { doc, docSpan }: Documentation): ConditionDeclaration {
  const from = c.index;
  const pieces = parseDeclarationHead(c, 'condition', (at) => {
    const keyword = take(at);
    const name = expectName(at, 'condition', 'a name');
    const title = takeString(at);
    const base = readBase(at);
    const retaining =
      base?.relation === 'after' && takeWord(at, 'retaining') ? expectNumber(at, 'a number') : undefined;
    const unit = takeWord(at, 'unit') && expectName(at, 'unit');
    const mark = takeMark(at);
    if (kind(at) !== Kind.open) failBeforeBody(at, base?.relation, retaining !== undefined, unit !== undefined);
    return { keyword, name, title, base, retaining, unit, mark };
  });
  const body = readConditionBody(c);
  const end = finish(c, from);
  return {
    kind: 'condition',
    doc,
    docSpan,
    ...pieces,
    body: body.span,
    pieces: body.pieces,
    start: pieces.keyword.start,
    end,
  };
}

function readBase(c: Cursor): ConditionDeclaration['base'] {
  const word = takeWordOf(c, ['extends', 'after'] as const);
  if (word === undefined) return undefined;
  const name = expectName(c, 'condition');
  return { relation: word.value, name, start: word.start, end: name?.end ?? word.end };
}

function failBeforeBody(c: Cursor, relation: string | undefined, hasRetaining: boolean, hasUnit: boolean): void {
  const words = [
    ...(relation === undefined && !hasUnit ? ['extends', 'after'] : []),
    ...(relation === 'after' && !hasRetaining && !hasUnit ? ['retaining'] : []),
    ...(hasUnit ? [] : ['unit']),
  ];
  fail(c, [...words.map((word) => `'${word}'`), "'{'"].join(', ').replace(/, ([^,]*)$/, ' or $1'), ['{', ...words]);
}

const PARTS = {
  episode: readEpisode,
  dataset: readDataset,
  reinforce: readReinforce,
  probe: readProbe,
  expect: readExpect,
  evaluation: readEvaluation,
} as const;

type PartWord = keyof typeof PARTS;

function readSet(c: Cursor, { doc, docSpan }: Documentation): SetDeclaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'set', (at) => {
    const keyword = take(at);
    const parameter = expectParameter(at);
    const value = expectNumber(at, 'a number', true);
    return { keyword, parameter, value };
  });
  return { kind: 'set', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

function isPartWord(word: string | undefined): word is PartWord {
  return word !== undefined && word in PARTS;
}

/** A body that is never closed ends where a declaration begins that no condition can hold. */
function readConditionBody(c: Cursor): { readonly span?: Span; readonly pieces: readonly ConditionPart[] } {
  const open = takeKind(c, Kind.open);
  if (open === undefined) return { span: undefined, pieces: [] };
  const first = c.index - 1;
  const pieces: ConditionPart[] = [];
  c.nested = true;
  for (;;) {
    if (kind(c) === Kind.close) {
      take(c);
      break;
    }
    const word = declarationKind(c, c.index);
    const isOther = word !== undefined && !isPartWord(word) && seemsDeclaration(c, c.index);
    if (kind(c) === Kind.end || isOther) {
      if (c.index > c.quietUntil) {
        const message = isOther
          ? `a condition holds no ${word}: close this '{' before it`
          : "this '{' is not closed: expected '}'";
        complain(c, { ...open, code: 'syntax-unclosed', message, expected: ['}'] });
      }
      break;
    }
    const part = readPart(c);
    if (part !== undefined) pieces.push(part);
  }
  c.nested = false;
  return { span: { start: open.start, end: endOfTaken(c, first) }, pieces };
}

function readPart(c: Cursor): ConditionPart | undefined {
  const from = c.index;
  c.partStart = from;
  const word = declarationKind(c, from);
  const isPart = isPartWord(word) || kindIsSet(c);
  if (!isPart) {
    c.partStart = from;
    const words = ['set', ...Object.keys(PARTS), '}'];
    fail(c, `'set', an episode, another part of a condition or '}'`, words);
    skipPart(c, from, (at, index) => isSet(at, index) || isPartWord(declarationKind(at, index)));
    return undefined;
  }
  const docs = documentation(c, c.tokens.ends[from - 1]!);
  if (docs.docSpan !== undefined) c.nestedDocs.push(docs.docSpan);
  return isPartWord(word) ? PARTS[word](c, docs) : readSet(c, docs);
}

/** `set` alone begins a part too, so that what is missing behind it is told. */
function kindIsSet(c: Cursor): boolean {
  return kindAt(c, c.index) === Kind.word && description(c, c.index) === "'set'";
}
