/** What a mapping says about which rows are read and how: `where`, `rows`, `sample`, `turn`, `labels`. */
import { Kind } from '../lexer/lexer';
import type { LabelsMapping, Mapping, NumberLiteral, WhereMapping, WhereTest, WhereValue } from '../tree';
import {
  type Cursor,
  endOfTaken,
  expectName,
  expectString,
  expectWordOf,
  isWordAt,
  kind,
  kindAt,
  takeString,
  takeWord,
} from './cursor';
import { expectLiteral } from './expressions';

/** The words that such a mapping begins with. */
export const SELECTION_WORDS = ['where', 'rows', 'sample', 'turn', 'labels'] as const;

/** Whether such a mapping seems to begin at the token. */
export function seemsSelection(c: Cursor, index: number): boolean {
  const next = kindAt(c, index + 1);
  if (isWordAt(c, index, 'where') || isWordAt(c, index, 'labels')) return next === Kind.string;
  if (isWordAt(c, index, 'rows') || isWordAt(c, index, 'sample')) return next === Kind.number;
  return isWordAt(c, index, 'turn') && (isWordAt(c, index + 1, 'last') || isWordAt(c, index + 1, 'each'));
}

/** The mapping, where one of the words stands next; undefined otherwise. */
export function readSelection(c: Cursor): Mapping | undefined {
  const from = c.index;
  const where = takeWord(c, 'where');
  if (where) return { ...readWhere(c), keyword: where, start: where.start, end: endOfTaken(c, from) };
  const rows = takeWord(c, 'rows');
  if (rows) {
    const first = expectLiteral(c, 'the number of a row');
    const last = takeWord(c, 'to') ? expectLiteral(c, 'the number of a row') : undefined;
    return { kind: 'rows', keyword: rows, ...range(first, last), start: rows.start, end: endOfTaken(c, from) };
  }
  const sample = takeWord(c, 'sample');
  if (sample) {
    const count = expectLiteral(c, 'how many rows');
    return { kind: 'sample', keyword: sample, count, start: sample.start, end: endOfTaken(c, from) };
  }
  const turn = takeWord(c, 'turn');
  if (turn) {
    const which = expectWordOf(c, ['last', 'each'] as const, "'last' or 'each'")?.value;
    return { kind: 'turn', keyword: turn, which, start: turn.start, end: endOfTaken(c, from) };
  }
  const labels = takeWord(c, 'labels');
  return labels && { ...readLabels(c), keyword: labels, start: labels.start, end: endOfTaken(c, from) };
}

/** `rows b` is `rows 1 to b`. */
function range(first: NumberLiteral | undefined, last: NumberLiteral | undefined) {
  return last === undefined ? { last: first } : { first, last };
}

function readWhere(c: Cursor): Pick<WhereMapping, 'kind' | 'path' | 'negated' | 'test'> {
  const path = expectString(c, 'the path of a field');
  const negated = takeWord(c, 'not') !== undefined;
  const word = expectWordOf(c, ['matches', 'is', 'exists'] as const, "'matches', 'is' or 'exists'")?.value;
  return { kind: 'where', path, negated, test: word && readTest(c, word) };
}

function readTest(c: Cursor, word: WhereTest['kind']): WhereTest {
  if (word === 'matches') return { kind: word, pattern: expectString(c, 'a regular expression') };
  return word === 'is' ? { kind: word, value: readConstant(c) } : { kind: word };
}

function readConstant(c: Cursor): WhereValue | undefined {
  const text = takeString(c);
  if (text) return { kind: 'string', ...text };
  if (kind(c) === Kind.number || kind(c) === Kind.minus) {
    const number = expectLiteral(c, 'a number', true);
    return number && { kind: 'number', ...number };
  }
  const name = expectName(c, 'value', 'a string, a number or a name');
  return name && { kind: 'name', ...name };
}

function readLabels(c: Cursor): Pick<LabelsMapping, 'kind' | 'path' | 'by' | 'corrected'> {
  const path = expectString(c, 'the path of a file');
  const by = takeWord(c, 'by') ? expectString(c, 'the path of a field') : undefined;
  return { kind: 'labels', path, by, corrected: takeWord(c, 'corrected') };
}
