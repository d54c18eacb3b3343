/** Declarations of what is asked: probes, expectations, evaluations, accounts. Their keyword stands next. */

import { Kind } from '../lexer/lexer';
import {
  ACCOUNTS,
  type AccountNode,
  type AmountNode,
  type CompareDeclaration,
  type ContextItem,
  type CountEntry,
  type EvaluationDeclaration,
  type ExpectBound,
  type ExpectDeclaration,
  type Name,
  type NumberNode,
  type Observed,
  PLAIN_ACCOUNTS,
  type ProbeDeclaration,
  type ProbeTarget,
} from '../tree';
import {
  type Cursor,
  endOfTaken,
  expectKind,
  expectName,
  expectWord,
  expectWordOf,
  fail,
  isWord,
  isWordAt,
  kind,
  kindAt,
  take,
  takeKind,
  takeString,
  takeWord,
  takeWordOf,
} from './cursor';
import { complainIfTwice, type Documentation, parseDeclaration, readCounts } from './declarationParts';
import { beginsNumber, expectNumber, takeMark, takeNumber } from './expressions';
import { alternatives, finish } from './recovery';

const ACCOUNT_WORDS = `an account, such as ${alternatives(['selection', 'drift', 'unmoved'])}`;

export function readProbe(c: Cursor, { doc, docSpan }: Documentation): ProbeDeclaration {
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
  if (takeWord(c, 'given')) readContext(c, given);
  return { situation, response, given, start: situation.start, end: endOfTaken(c, from) };
}

function readContext(c: Cursor, into: ContextItem[]): void {
  do {
    const item = readContextItem(c);
    if (item !== undefined) into.push(item);
  } while (takeKind(c, Kind.comma));
}

function readContextItem(c: Cursor): ContextItem | undefined {
  const from = c.index;
  const situation = expectName(c, 'situation');
  if (situation === undefined) return undefined;
  const response = expectKind(c, Kind.arrow, '->') && expectName(c, 'response');
  const times = takeWord(c, 'times') && expectNumber(c, 'a number');
  return { situation, response, times, start: situation.start, end: endOfTaken(c, from) };
}

export function readExpect(c: Cursor, { doc, docSpan }: Documentation): ExpectDeclaration {
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
  let low: NumberNode | undefined;
  let high: NumberNode | undefined;
  if (word.value !== 'below') low = expectNumber(c, 'a number');
  if (word.value === 'between') expectWord(c, 'and');
  if (word.value !== 'above') high = expectNumber(c, 'a number');
  return { kind: word.value, low, high, start: word.start, end: endOfTaken(c, from) };
}

/** What may follow what an evaluation observed. */
const DETAILS = ['given', 'among', 'overdispersion'] as const;

export function readEvaluation(c: Cursor, { doc, docSpan }: Documentation): EvaluationDeclaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'evaluation', (at) => {
    const keyword = take(at);
    const heldOut = isHeldOut(at) ? { start: take(at).start, end: take(at).end } : undefined;
    const label = takeString(at);
    if (takeKind(at, Kind.colon) === undefined) {
      fail(
        at,
        label ? "':'" : heldOut ? "a label or ':'" : "'held out', a label or ':'",
        heldOut ? [':'] : [':', 'held'],
      );
    }
    const situation = expectName(at, 'situation');
    const observed = expectKind(at, Kind.arrow, '->') && readObserved(at, heldOut !== undefined);
    const details = readDetails(at);
    const mark = takeMark(at);
    return { keyword, heldOut, label, situation, observed, ...details, mark };
  });
  return { kind: 'evaluation', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

function isHeldOut(c: Cursor): boolean {
  return isWord(c, 'held') && isWordAt(c, c.index + 1, 'out');
}

function readObserved(c: Cursor, mayBePlanned: boolean): Observed | undefined {
  const from = c.index;
  const response = expectName(c, 'response');
  if (response === undefined) return undefined;
  const { start } = response;
  const isPlanned = mayBePlanned && !beginsNumber(kind(c)) && kind(c) !== Kind.minus;
  if (isPlanned) {
    const of = takeWord(c, 'of') && expectNumber(c, 'a number');
    return { kind: 'planned', response, of, start, end: endOfTaken(c, from) };
  }
  const first = expectNumber(c, 'a number');
  if (takeWord(c, 'from')) {
    const low = expectNumber(c, 'a number');
    const high = expectWord(c, 'to') && expectNumber(c, 'a number');
    return { kind: 'rate', response, rate: first, low, high, start, end: endOfTaken(c, from) };
  }
  if (isWord(c, 'of'))
    return { kind: 'runs', response, runs: readRuns(c, from + 1, first), start, end: endOfTaken(c, from) };
  const counts: CountEntry[] = [{ response, value: first, start, end: endOfTaken(c, from) }];
  if (takeKind(c, Kind.comma)) readCounts(c, counts, false);
  return { kind: 'counts', counts, start, end: endOfTaken(c, from) };
}

/** `a of n, b of m`, of which the first amount has been taken. */
function readRuns(c: Cursor, first: number, amount: NumberNode | undefined): AmountNode[] {
  const runs: AmountNode[] = [];
  const add = (from: number, of: NumberNode | undefined, value: NumberNode | undefined) => {
    runs.push({ amount: value, of, start: c.tokens.starts[from]!, end: endOfTaken(c, from) });
  };
  add(first, expectWord(c, 'of') && expectNumber(c, 'a number'), amount);
  while (takeKind(c, Kind.comma)) {
    const from = c.index;
    const value = expectNumber(c, 'a number');
    add(from, expectWord(c, 'of') && expectNumber(c, 'a number'), value);
  }
  return runs;
}

function readDetails(c: Cursor): Pick<EvaluationDeclaration, 'given' | 'among' | 'overdispersion'> {
  const given: ContextItem[] = [];
  const among: Name[] = [];
  let overdispersion: NumberNode | undefined;
  const seen: { readonly key: string }[] = [];
  for (;;) {
    const word = takeWordOf(c, DETAILS);
    if (word === undefined) return { given, among, overdispersion };
    complainIfTwice(c, word, seen);
    const isFirst = !seen.some(({ key }) => key === word.value);
    seen.push({ key: word.value });
    if (word.value === 'given') readContext(c, isFirst ? given : []);
    else if (word.value === 'among') readNames(c, isFirst ? among : []);
    else {
      const value = expectNumber(c, 'a number');
      if (isFirst) overdispersion = value;
    }
  }
}

function readNames(c: Cursor, into: Name[]): void {
  do {
    const name = expectName(c, 'response');
    if (name !== undefined) into.push(name);
  } while (takeKind(c, Kind.comma));
}

export function readCompare(c: Cursor, { doc, docSpan }: Documentation): CompareDeclaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'compare', (at) => {
    const keyword = take(at);
    return { keyword, accounts: readAccounts(at) };
  });
  return { kind: 'compare', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

export function readAccounts(c: Cursor): AccountNode[] {
  const accounts: AccountNode[] = [];
  do {
    const account = readAccount(c);
    if (account !== undefined) accounts.push(account);
  } while (takeKind(c, Kind.comma));
  return accounts;
}

function readAccount(c: Cursor): AccountNode | undefined {
  const from = c.index;
  const word = expectWordOf(c, ACCOUNTS, ACCOUNT_WORDS);
  if (word === undefined) return undefined;
  const numbers: NumberNode[] = [];
  const first = PLAIN_ACCOUNTS.includes(word.value) ? undefined : expectNumber(c, 'a number');
  if (first !== undefined) numbers.push(first);
  const second = word.value === 'novel' ? takeNumber(c) : undefined;
  if (second !== undefined) numbers.push(second);
  return { account: word.value, numbers, start: word.start, end: endOfTaken(c, from) };
}
