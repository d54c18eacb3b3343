/** Declarations of what is asked: probes, expectations, evaluations, accounts. Their keyword stands next. */

import { Kind } from '../lexer/lexer';
import {
  ACCOUNTS,
  type AccountNode,
  type ContextItem,
  type CountEntry,
  type Declaration,
  type ExpectBound,
  type NumberLiteral,
  PLAIN_ACCOUNTS,
  type ProbeTarget,
} from '../tree';
import {
  type Cursor,
  endOfTaken,
  expectKind,
  expectName,
  expectNumber,
  expectWord,
  expectWordOf,
  fail,
  kindAt,
  take,
  takeKind,
  takeNumber,
  takeString,
  takeWord,
  takeWordOf,
} from './cursor';
import { type Documentation, parseDeclaration, readCounts } from './declarationParts';
import { alternatives, finish } from './recovery';

const ACCOUNT_WORDS = `an account, such as ${alternatives(['selection', 'drift', 'unmoved'])}`;

export function readProbe(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'probe', (at) => ({ keyword: take(at), target: readTarget(at) }));
  return { kind: 'probe', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

function readTarget(c: Cursor): ProbeTarget | undefined {
  const from = c.index;
  const situation = expectName(c, 'situation');
  if (situation === undefined) return undefined;
  const response = expectKind(c, Kind.arrow, '->') && expectName(c, 'response');
  const given: ContextItem[] = [];
  if (takeWord(c, 'given')) {
    do {
      const item = readContextItem(c);
      if (item !== undefined) given.push(item);
    } while (takeKind(c, Kind.comma));
  }
  return { situation, response, given, start: situation.start, end: endOfTaken(c, from) };
}

function readContextItem(c: Cursor): ContextItem | undefined {
  const from = c.index;
  const situation = expectName(c, 'situation');
  if (situation === undefined) return undefined;
  const response = expectKind(c, Kind.arrow, '->') && expectName(c, 'response');
  const times = takeWord(c, 'times') && expectNumber(c, 'a number');
  return { situation, response, times, start: situation.start, end: endOfTaken(c, from) };
}

export function readExpect(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'expect', (at) => {
    const keyword = take(at);
    const isTarget = kindAt(at, at.index + 1) === Kind.arrow;
    const target = isTarget ? readTarget(at) : undefined;
    const persona = isTarget ? undefined : expectName(at, 'persona', 'a situation or a persona');
    const bound = at.halted ? undefined : readBound(at, persona !== undefined);
    return { keyword, target, persona, bound };
  });
  return { kind: 'expect', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

function readBound(c: Cursor, arrowToo: boolean): ExpectBound | undefined {
  const from = c.index;
  const words = ['below', 'above', 'between'] as const;
  const word = takeWordOf(c, words);
  if (word === undefined) {
    return arrowToo
      ? fail(c, "'->', 'below', 'above' or 'between'", [...words, '->'])
      : fail(c, alternatives(words), [...words, 'given']);
  }
  let low: NumberLiteral | undefined;
  let high: NumberLiteral | undefined;
  if (word.value !== 'below') low = expectNumber(c, 'a number');
  if (word.value === 'between') expectWord(c, 'and');
  if (word.value !== 'above') high = expectNumber(c, 'a number');
  return { kind: word.value, low, high, start: word.start, end: endOfTaken(c, from) };
}

export function readEvaluation(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'evaluation', (at) => {
    const keyword = take(at);
    const label = takeString(at);
    if (takeKind(at, Kind.colon) === undefined) fail(at, label ? "':'" : "a label or ':'", [':']);
    const situation = expectName(at, 'situation');
    const counts: CountEntry[] = [];
    if (expectKind(at, Kind.arrow, '->')) readCounts(at, counts, false);
    return { keyword, label, situation, counts };
  });
  return { kind: 'evaluation', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

export function readCompare(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'compare', (at) => {
    const keyword = take(at);
    const accounts: AccountNode[] = [];
    do {
      const account = readAccount(at);
      if (account !== undefined) accounts.push(account);
    } while (takeKind(at, Kind.comma));
    return { keyword, accounts };
  });
  return { kind: 'compare', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

function readAccount(c: Cursor): AccountNode | undefined {
  const from = c.index;
  const word = expectWordOf(c, ACCOUNTS, ACCOUNT_WORDS);
  if (word === undefined) return undefined;
  const numbers: NumberLiteral[] = [];
  const first = PLAIN_ACCOUNTS.includes(word.value) ? undefined : expectNumber(c, 'a number');
  if (first !== undefined) numbers.push(first);
  const second = word.value === 'novel' ? takeNumber(c) : undefined;
  if (second !== undefined) numbers.push(second);
  return { account: word.value, numbers, start: word.start, end: endOfTaken(c, from) };
}
