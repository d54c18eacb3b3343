/** Declarations that say what there is: imports, settings, capabilities, situations, personas. Their keyword stands next. */

import { Kind } from '../lexer/lexer';
import {
  type Declaration,
  METHODS,
  type MethodSetting,
  type Name,
  type NumberNode,
  type ResponseNode,
  type Span,
  type StringLiteral,
  UNITS,
} from '../tree';
import { readRows } from './bodies';
import {
  type Cursor,
  endOfTaken,
  expectName,
  expectString,
  expectWord,
  expectWordOf,
  fail,
  isWord,
  kindAt,
  take,
  takeKind,
  takeString,
  takeWord,
  takeWordOf,
} from './cursor';
import {
  complainIfTwice,
  type Documentation,
  METHOD_SETTINGS,
  parseDeclaration,
  parseDeclarationHead,
  readMethodRef,
} from './declarationParts';
import { beginsNumber, expectNumber, takeMark } from './expressions';
import { alternatives, finish } from './recovery';

const UNIT_WORDS = alternatives(UNITS);
const METHOD_WORDS = `a method (${alternatives(METHODS)})`;

export function readImport(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'import', (at) => ({
    keyword: take(at),
    path: expectString(at, 'the path of a file'),
  }));
  return { kind: 'import', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

export function readScenario(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'scenario', (at) => ({
    keyword: take(at),
    title: expectString(at, 'a title in quotes'),
  }));
  return { kind: 'scenario', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

export function readUnits(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'units', (at) => ({
    keyword: take(at),
    unit: expectWordOf(at, UNITS, UNIT_WORDS),
  }));
  return { kind: 'units', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

export function readMethod(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'method', (at) => {
    const keyword = take(at);
    const method = readMethodRef(at) ?? fail(at, METHOD_WORDS, METHODS);
    const settings: MethodSetting[] = [];
    let setting = readSetting(at, settings);
    while (setting !== undefined) {
      settings.push(setting);
      setting = readSetting(at, settings);
    }
    const mark = takeMark(at);
    return { keyword, method, settings, mark };
  });
  return { kind: 'method', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

function readSetting(c: Cursor, earlier: readonly MethodSetting[]): MethodSetting | undefined {
  const from = c.index;
  const key = takeWordOf(c, METHOD_SETTINGS);
  if (key === undefined) return undefined;
  complainIfTwice(c, key, earlier);
  const value = expectNumber(c, 'a number');
  const keySpan = { start: key.start, end: key.end };
  let perToken: Span | undefined;
  if (key.value === 'strength' && isWord(c, 'per')) {
    const per = take(c);
    perToken = { start: per.start, end: expectWord(c, 'token')?.end ?? per.end };
  }
  return { key: key.value, keySpan, value, perToken, start: key.start, end: endOfTaken(c, from) };
}

export function readCapability(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'capability', (at) => {
    const keyword = take(at);
    const name = expectName(at, 'capability', 'a name');
    const title = takeString(at);
    const value = expectNumber(at, 'a number');
    const learnable = takeWord(at, 'learnable');
    let strength: NumberNode | undefined;
    if (learnable !== undefined && expectWord(at, 'strength')) strength = expectNumber(at, 'a number');
    const mark = takeMark(at);
    return { keyword, name, title, value, learnable, strength, mark };
  });
  return { kind: 'capability', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

export function readSituation(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'situation', (at) => {
    const keyword = take(at);
    const name = expectName(at, 'situation', 'a name');
    const early = takeString(at);
    const parent = takeWord(at, 'extends') && expectName(at, 'situation');
    const title = early ?? takeLateTitle(at, parent);
    const arrow = takeKind(at, Kind.arrow);
    const responses: ResponseNode[] = [];
    if (arrow !== undefined) {
      do {
        const response = readResponse(at);
        if (response !== undefined) responses.push(response);
      } while (takeKind(at, Kind.pipe));
    }
    return { keyword, name, title, extends: parent, arrow, responses };
  });
  return { kind: 'situation', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}

/** A title may also stand after `extends`, as in the complete example of LANGUAGE section 2. */
function takeLateTitle(c: Cursor, parent: Name | undefined): StringLiteral | undefined {
  return parent && takeString(c);
}

function readResponse(c: Cursor): ResponseNode | undefined {
  const from = c.index;
  const name = expectName(c, 'response');
  if (name === undefined) return undefined;
  const title = takeString(c);
  const needs = takeWord(c, 'needs') && expectName(c, 'capability');
  const fallback = needs && expectWord(c, 'else') && expectName(c, 'response');
  return { name, title, needs, fallback, start: name.start, end: endOfTaken(c, from) };
}

export function readPersona(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const pieces = parseDeclarationHead(c, 'persona', (at) => {
    const keyword = take(at);
    const isNameless = isWord(at, 'prior') && beginsNumber(kindAt(at, at.index + 1));
    const name = isNameless ? fail(at, 'a name') : expectName(at, 'persona', 'a name');
    const early = takeString(at);
    const parent = takeWord(at, 'extends') && expectName(at, 'persona');
    const title = early ?? takeLateTitle(at, parent);
    const prior = takeWord(at, 'prior') && expectNumber(at, 'a number');
    const mark = prior && takeMark(at);
    return { keyword, name, title, extends: parent, prior, mark };
  });
  const body = readRows(c);
  const end = finish(c, from);
  return {
    kind: 'persona',
    doc,
    docSpan,
    ...pieces,
    body: body.span,
    rows: body.pieces,
    start: pieces.keyword.start,
    end,
  };
}

export function readNovel(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'novel', (at) => {
    const keyword = take(at);
    const title = takeString(at);
    const prior = expectWord(at, 'prior') && expectNumber(at, 'a number');
    const concentration = takeWord(at, 'concentration') && expectNumber(at, 'a number');
    const mark = takeMark(at);
    return { keyword, title, prior, concentration, mark };
  });
  return { kind: 'novel', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}
