/** What stands between braces: the rows of a persona, the turns of an episode, the mappings of a dataset. */

import { Kind } from '../lexer/lexer';
import { nearest } from '../nearest';
import {
  type Cell,
  MAPPING_KEYS,
  type Mapping,
  type MappingEntry,
  type MappingValue,
  ROLES,
  type Row,
  type Span,
  type Turn,
} from '../tree';
import {
  beginsLine,
  type Cursor,
  complain,
  endOfTaken,
  expectKind,
  expectName,
  expectString,
  expectWord,
  expectWordOf,
  fail,
  isWord,
  isWordAt,
  kind,
  kindAt,
  take,
  takeKind,
  takeWord,
  takeWordOf,
} from './cursor';
import { beginsNumber, expectNumber, takeMark, takeNumber } from './expressions';
import { alternatives, attempt, declarationKind, seemsDeclaration, skipPart } from './recovery';
import { readSelection, SELECTION_WORDS, seemsSelection } from './rowSelection';

interface BodyPart<T> {
  /** Reads one part; undefined if nothing of it can be kept. */
  readonly read: (c: Cursor) => T | undefined;
  /** Whether a part seems to begin at the token. */
  readonly seems: (c: Cursor, index: number) => boolean;
}

export interface Body<T> {
  readonly span?: Span;
  readonly pieces: readonly T[];
}

const NO_BODY: Body<never> = { span: undefined, pieces: [] };

/** A body, if one opens here. `{` that is never closed ends where a declaration seems to begin. */
function readBody<T>(c: Cursor, part: BodyPart<T>): Body<T> {
  const open = takeKind(c, Kind.open);
  if (open === undefined) return NO_BODY;
  const first = c.index - 1;
  const pieces: T[] = [];
  const seemsLater = (at: Cursor, index: number) => part.seems(at, index) || seemsDeclaration(at, index);
  const mayFollow = (at: Cursor) =>
    kind(at) === Kind.close || kind(at) === Kind.end || seemsLater(at, at.index) || beginsLine(at, at.index);
  let failedAtEnd = false;
  for (;;) {
    const next = kind(c);
    if (next === Kind.close) {
      take(c);
      break;
    }
    if (next === Kind.end || (declarationKind(c, c.index) && seemsDeclaration(c, c.index) && !part.seems(c, c.index))) {
      if (!failedAtEnd && c.index > c.quietUntil) {
        const message = "this '{' is not closed: expected '}'";
        complain(c, { ...open, code: 'syntax-unclosed', message, expected: ['}'] });
      }
      break;
    }
    const from = c.index;
    c.partStart = from;
    const value = attempt(c, part.read, seemsLater, mayFollow, []);
    if (value !== undefined) pieces.push(value);
    if (c.halted) {
      skipPart(c, from, part.seems);
      failedAtEnd = kind(c) === Kind.end;
    }
  }
  return { span: { start: open.start, end: endOfTaken(c, first) }, pieces };
}

const ROW_WORDS = ['concentration', 'can', 'system'] as const;

const ROW: BodyPart<Row> = { read: readRow, seems: seemsRow };

export function readRows(c: Cursor): Body<Row> {
  return readBody(c, ROW);
}

function seemsRow(c: Cursor, index: number): boolean {
  if (kindAt(c, index) !== Kind.word) return false;
  const next = kindAt(c, index + 1);
  if (next === Kind.arrow) return true;
  if (beginsNumber(next)) return isWordAt(c, index, 'concentration');
  if (next === Kind.string) return isWordAt(c, index, 'system');
  if (next !== Kind.word) return false;
  return isWordAt(c, index + 1, 'as') || (isWordAt(c, index, 'can') && beginsNumber(kindAt(c, index + 2)));
}

function readRow(c: Cursor): Row | undefined {
  const from = c.index;
  if (kind(c) !== Kind.word) return fail(c, "a row or '}'", ['}']);
  const start = c.tokens.starts[from]!;
  const next = kindAt(c, from + 1);
  const isAs = isWordAt(c, from + 1, 'as') && !(isWord(c, 'can') && beginsNumber(kindAt(c, from + 2)));
  if (next !== Kind.arrow && !isAs) {
    const word = readKeywordRow(c, start);
    if (word !== undefined) return word;
  }
  const situation = expectName(c, 'situation')!;
  if (takeKind(c, Kind.arrow)) {
    const cells = readCells(c);
    const mark = takeMark(c);
    return { kind: 'cells', situation, cells, mark, start, end: endOfTaken(c, from) };
  }
  if (takeWord(c, 'as')) {
    const persona = expectName(c, 'persona');
    const mark = takeMark(c);
    return { kind: 'as', situation, persona, mark, start, end: endOfTaken(c, from) };
  }
  const meant = next === Kind.arrow ? [] : nearest(situation.text, ROW_WORDS);
  if (meant.length > 0 && next !== Kind.end) {
    c.index = from;
    return fail(c, `a row, such as ${alternatives(meant)}`, meant);
  }
  fail(c, "'->'", ['->', 'as']);
  return { kind: 'cells', situation, cells: [], mark: undefined, start, end: endOfTaken(c, from) };
}

function readKeywordRow(c: Cursor, start: number): Row | undefined {
  const from = c.index;
  let keyword = takeWord(c, 'concentration');
  if (keyword) {
    const value = expectNumber(c, 'a number');
    const mark = takeMark(c);
    return { kind: 'concentration', keyword, value, mark, start, end: endOfTaken(c, from) };
  }
  keyword = takeWord(c, 'can');
  if (keyword) {
    const capability = expectName(c, 'capability');
    const value = expectNumber(c, 'a number');
    const mark = takeMark(c);
    return { kind: 'can', keyword, capability, value, mark, start, end: endOfTaken(c, from) };
  }
  keyword = takeWord(c, 'system');
  if (keyword) {
    const prompt = expectString(c, 'a string');
    const mark = takeMark(c);
    return { kind: 'system', keyword, prompt, mark, start, end: endOfTaken(c, from) };
  }
  return undefined;
}

function readCells(c: Cursor): Cell[] {
  const cells: Cell[] = [];
  do {
    const from = c.index;
    const response = expectName(c, 'response');
    if (response === undefined) break;
    const value = kind(c) === Kind.minus ? expectNumber(c, 'a number') : takeNumber(c);
    cells.push({ response, value, start: response.start, end: endOfTaken(c, from) });
  } while (takeKind(c, Kind.comma));
  return cells;
}

const ROLE_WORDS = alternatives(ROLES);
const TURN: BodyPart<Turn> = { read: readTurn, seems: seemsTurn };

/** Turns; a body without any is a mistake. */
export function readTurns(c: Cursor): Body<Turn> {
  if (kind(c) === Kind.open && kindAt(c, c.index + 1) === Kind.close) {
    const open = take(c);
    const close = { start: c.tokens.starts[c.index]!, end: c.tokens.ends[c.index]! };
    const message = `expected ${ROLE_WORDS}, found '}'`;
    complain(c, { ...close, code: 'syntax-unexpected', message, expected: ROLES });
    take(c);
    return { span: { start: open.start, end: close.end }, pieces: [] };
  }
  return readBody(c, TURN);
}

function seemsTurn(c: Cursor, index: number): boolean {
  return kindAt(c, index + 1) === Kind.string && ROLES.some((role) => isWordAt(c, index, role));
}

function readTurn(c: Cursor): Turn | undefined {
  const from = c.index;
  const role = expectWordOf(c, ROLES, ROLE_WORDS);
  if (role === undefined) return undefined;
  const text = expectString(c, 'a string');
  const roleSpan = { start: role.start, end: role.end };
  return { role: role.value, roleSpan, text, start: role.start, end: endOfTaken(c, from) };
}

const MAPPING: BodyPart<Mapping> = { read: readMapping, seems: seemsMapping };
const MAPPING_WORDS = [...MAPPING_KEYS, 'when', 'logprobs', ...SELECTION_WORDS] as const;

export function readMappings(c: Cursor): Body<Mapping> {
  return readBody(c, MAPPING);
}

function seemsMapping(c: Cursor, index: number): boolean {
  if (kindAt(c, index) !== Kind.word) return false;
  if (seemsSelection(c, index)) return true;
  const next = kindAt(c, index + 1);
  if (isWordAt(c, index, 'when')) return next === Kind.string;
  if (isWordAt(c, index, 'logprobs')) return isWordAt(c, index + 1, 'sum') || isWordAt(c, index + 1, 'mean');
  if (next !== Kind.word && !beginsNumber(next) && next !== Kind.minus) return false;
  return MAPPING_KEYS.some((key) => isWordAt(c, index, key));
}

function readMapping(c: Cursor): Mapping | undefined {
  const from = c.index;
  if (kind(c) !== Kind.word) return fail(c, "a mapping or '}'", [...MAPPING_WORDS, '}']);
  const start = c.tokens.starts[from]!;
  if (takeWord(c, 'when')) {
    const path = expectString(c, 'the path of a field');
    expectWord(c, 'matches');
    const pattern = expectString(c, 'a regular expression');
    expectKind(c, Kind.colon, ':');
    const entries: MappingEntry[] = [];
    do {
      const entry = c.halted ? undefined : readEntry(c);
      if (entry !== undefined) entries.push(entry);
    } while (takeKind(c, Kind.comma));
    return { kind: 'when', path, pattern, entries, start, end: endOfTaken(c, from) };
  }
  if (takeWord(c, 'logprobs')) {
    const aggregate = expectWordOf(c, ['sum', 'mean'] as const, "'sum' or 'mean'")?.value;
    const base = expectWordOf(c, ['nats', 'bits', 'log10'] as const, "'nats', 'bits' or 'log10'")?.value;
    const value = readValue(c, false);
    return { kind: 'logprobs', aggregate, base, value, start, end: endOfTaken(c, from) };
  }
  const selection = readSelection(c);
  if (selection) return selection;
  const entry = readEntry(c);
  return entry && { kind: 'set', entry, start, end: endOfTaken(c, from) };
}

function readEntry(c: Cursor): MappingEntry | undefined {
  const from = c.index;
  const key = takeWordOf(c, MAPPING_KEYS);
  if (key === undefined) return fail(c, "a key, 'when' or 'logprobs'", MAPPING_WORDS);
  const value = readValue(c, key.value === 'reward');
  const keySpan = { start: key.start, end: key.end };
  return { key: key.value, keySpan, value, start: key.start, end: endOfTaken(c, from) };
}

function readValue(c: Cursor, signed: boolean): MappingValue | undefined {
  if (isWord(c, 'field') && kindAt(c, c.index + 1) === Kind.string) {
    const { start } = take(c);
    const path = expectString(c, 'the path of a field');
    return { kind: 'field', path, start, end: path?.end ?? start };
  }
  if (beginsNumber(kind(c)) || kind(c) === Kind.minus) {
    const number = expectNumber(c, 'a number', signed);
    return number && { kind: 'number', ...number };
  }
  if (kind(c) !== Kind.word) return fail(c, 'a name, a number or \'field "…"\'', ['field']);
  return { kind: 'name', ...expectName(c, 'value')! };
}
