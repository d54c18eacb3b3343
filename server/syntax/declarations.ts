/** One function for each kind of declaration, in the order of LANGUAGE section 4. The keyword stands next. */
import { readMappings, readRows, readTurns } from './bodies';
import {
  type Cursor,
  complain,
  endOfTaken,
  expectKind,
  expectName,
  expectNumber,
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
  takeNumber,
  takeString,
  takeWord,
  takeWordOf,
} from './cursor';
import { Kind } from './lexer';
import { alternatives, attempt, declarationEnds, finish, headEnds, resumeAtBody, seemsDeclaration } from './recovery';
import {
  ACCOUNTS,
  type AccountNode,
  ATTRIBUTES,
  type Attribute,
  type ContextItem,
  type CountEntry,
  type Declaration,
  type DeclarationKind,
  type ExpectBound,
  METHODS,
  type MethodRef,
  type MethodSetting,
  type Name,
  type NumberLiteral,
  type ProbeTarget,
  type ResponseNode,
  type RewardEntry,
  type Span,
  type StringLiteral,
  UNITS,
} from './tree';

/** The documentation before a declaration. */
export interface Documentation {
  readonly doc?: string;
  readonly docSpan?: Span;
}

const UNIT_WORDS = alternatives(UNITS);
const METHOD_WORDS = `a method (${alternatives(METHODS)})`;
const ACCOUNT_WORDS = `an account (${alternatives(ACCOUNTS)})`;
const SETTINGS = ['strength', 'repeats', 'discount', 'beta'] as const;

/** What may go on after a complete declaration, to guess at a word that cannot stand there. */
export const CONTINUATIONS: Readonly<Record<DeclarationKind, readonly string[]>> = {
  import: [],
  scenario: [],
  units: [],
  method: SETTINGS,
  capability: ['learnable'],
  situation: ['extends', '->', '|', 'needs'],
  persona: ['extends', 'prior', '{'],
  novel: ['concentration'],
  episode: ['over', ...ATTRIBUTES, '{'],
  dataset: [],
  reinforce: [','],
  probe: ['given', 'times', ','],
  expect: [],
  evaluation: [','],
  compare: [','],
};

const READERS: { readonly [K in DeclarationKind]: (c: Cursor, documentation: Documentation) => Declaration } = {
  import: readImport,
  scenario: readScenario,
  units: readUnits,
  method: readMethod,
  capability: readCapability,
  situation: readSituation,
  persona: readPersona,
  novel: readNovel,
  episode: readEpisode,
  dataset: readDataset,
  reinforce: readReinforce,
  probe: readProbe,
  expect: readExpect,
  evaluation: readEvaluation,
  compare: readCompare,
};

/** Reads the declaration of this kind, and passes over what is left of it if it is broken. */
export function readDeclaration(c: Cursor, of: DeclarationKind, documentation: Documentation): Declaration {
  return READERS[of](c, documentation);
}

/** Reads a declaration without a body up to where it ends. */
function whole<T>(c: Cursor, of: DeclarationKind, read: (c: Cursor) => T): T {
  return attempt(c, read, seemsDeclaration, declarationEnds, CONTINUATIONS[of]);
}

/** Reads a declaration up to its body. */
function head<T>(c: Cursor, of: DeclarationKind, read: (c: Cursor) => T): T {
  const value = attempt(c, read, seemsDeclaration, headEnds, CONTINUATIONS[of]);
  resumeAtBody(c);
  return value;
}

function readImport(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const parts = whole(c, 'import', (at) => ({ keyword: take(at), path: expectString(at, 'the path of a file') }));
  return { kind: 'import', doc, docSpan, ...parts, start: parts.keyword.start, end: finish(c, from) };
}

function readScenario(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const parts = whole(c, 'scenario', (at) => ({ keyword: take(at), title: expectString(at, 'a title in quotes') }));
  return { kind: 'scenario', doc, docSpan, ...parts, start: parts.keyword.start, end: finish(c, from) };
}

function readUnits(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const parts = whole(c, 'units', (at) => ({ keyword: take(at), unit: expectWordOf(at, UNITS, UNIT_WORDS) }));
  return { kind: 'units', doc, docSpan, ...parts, start: parts.keyword.start, end: finish(c, from) };
}

function readMethodRef(c: Cursor): MethodRef | undefined {
  const word = takeWordOf(c, METHODS);
  return word && { method: word.value, start: word.start, end: word.end };
}

function readMethod(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const parts = whole(c, 'method', (at) => {
    const keyword = take(at);
    const method = readMethodRef(at) ?? fail(at, METHOD_WORDS, METHODS);
    const settings: MethodSetting[] = [];
    let setting = readSetting(at, settings);
    while (setting !== undefined) {
      settings.push(setting);
      setting = readSetting(at, settings);
    }
    return { keyword, method, settings };
  });
  return { kind: 'method', doc, docSpan, ...parts, start: parts.keyword.start, end: finish(c, from) };
}

function readSetting(c: Cursor, earlier: readonly MethodSetting[]): MethodSetting | undefined {
  const from = c.index;
  const key = takeWordOf(c, SETTINGS);
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

function complainIfTwice(c: Cursor, key: Span & { readonly value: string }, earlier: readonly { key: string }[]): void {
  if (!earlier.some((entry) => entry.key === key.value)) return;
  const message = `'${key.value}' stands here twice: the first one counts`;
  complain(c, { start: key.start, end: key.end, code: 'syntax-duplicate-attribute', message });
}

function readCapability(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const parts = whole(c, 'capability', (at) => {
    const keyword = take(at);
    const name = expectName(at, 'capability', 'a name');
    const title = takeString(at);
    const value = expectNumber(at, 'a number');
    const learnable = takeWord(at, 'learnable');
    let strength: NumberLiteral | undefined;
    if (learnable !== undefined && expectWord(at, 'strength')) strength = expectNumber(at, 'a number');
    return { keyword, name, title, value, learnable, strength };
  });
  return { kind: 'capability', doc, docSpan, ...parts, start: parts.keyword.start, end: finish(c, from) };
}

function readSituation(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const parts = whole(c, 'situation', (at) => {
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
  return { kind: 'situation', doc, docSpan, ...parts, start: parts.keyword.start, end: finish(c, from) };
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

function readPersona(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const parts = head(c, 'persona', (at) => {
    const keyword = take(at);
    const isNameless = isWord(at, 'prior') && kindAt(at, at.index + 1) === Kind.number;
    const name = isNameless ? fail(at, 'a name') : expectName(at, 'persona', 'a name');
    const early = takeString(at);
    const parent = takeWord(at, 'extends') && expectName(at, 'persona');
    const title = early ?? takeLateTitle(at, parent);
    const prior = takeWord(at, 'prior') && expectNumber(at, 'a number');
    return { keyword, name, title, extends: parent, prior };
  });
  const body = readRows(c);
  const end = finish(c, from);
  return {
    kind: 'persona',
    doc,
    docSpan,
    ...parts,
    body: body.span,
    rows: body.parts,
    start: parts.keyword.start,
    end,
  };
}

function readNovel(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const parts = whole(c, 'novel', (at) => {
    const keyword = take(at);
    const title = takeString(at);
    const prior = expectWord(at, 'prior') && expectNumber(at, 'a number');
    const concentration = takeWord(at, 'concentration') && expectNumber(at, 'a number');
    return { keyword, title, prior, concentration };
  });
  return { kind: 'novel', doc, docSpan, ...parts, start: parts.keyword.start, end: finish(c, from) };
}

function readEpisode(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const { keyword, method, label, situation, response, over, attributes } = head(c, 'episode', readEpisodeHead);
  const body = readTurns(c);
  return {
    kind: 'episode',
    doc,
    docSpan,
    keyword,
    method,
    label,
    situation,
    response,
    over,
    attributes,
    body: body.span,
    turns: body.parts,
    start: keyword.start,
    end: finish(c, from),
  };
}

function readEpisodeHead(at: Cursor) {
  const keyword = take(at);
  const method = readMethodRef(at);
  const attributes: Attribute[] = [];
  readAttributes(at, attributes);
  const label = takeString(at);
  if (kind(at) !== Kind.colon) failBeforeColon(at, method !== undefined, attributes.length > 0, label !== undefined);
  takeKind(at, Kind.colon);
  const situation = expectName(at, 'situation');
  expectKind(at, Kind.arrow, '->');
  const response = expectName(at, 'response');
  const over = takeWord(at, 'over') && expectName(at, 'response');
  readAttributes(at, attributes);
  return { keyword, method, label, situation, response, over, attributes };
}

function failBeforeColon(c: Cursor, hasMethod: boolean, hasAttributes: boolean, hasLabel: boolean): void {
  if (hasLabel) {
    const isAttribute = ATTRIBUTES.some((key) => isWord(c, key));
    fail(c, isAttribute ? "':' (attributes stand before the label or after the response)" : "':'", [':']);
    return;
  }
  const methods = hasMethod || hasAttributes ? [] : METHODS;
  const what = methods.length > 0 ? "a method, an attribute, a label or ':'" : "an attribute, a label or ':'";
  fail(c, what, [':', ...methods, ...ATTRIBUTES]);
}

function readAttributes(c: Cursor, into: Attribute[]): void {
  for (;;) {
    const from = c.index;
    const key = takeWordOf(c, ATTRIBUTES);
    if (key === undefined) return;
    complainIfTwice(c, key, into);
    const value = expectNumber(c, 'a number', key.value === 'reward');
    const keySpan = { start: key.start, end: key.end };
    into.push({ key: key.value, keySpan, value, start: key.start, end: endOfTaken(c, from) });
  }
}

function readDataset(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const parts = head(c, 'dataset', (at) => {
    const keyword = take(at);
    // `dataset sft from "x"` is a dataset named `sft`; `dataset sft sft from "x"` has both.
    const isName = isWordAt(at, at.index + 1, 'from') && kindAt(at, at.index + 2) === Kind.string;
    const method = isName ? undefined : readMethodRef(at);
    const name = expectName(at, 'dataset', 'a name');
    expectWord(at, 'from');
    const path = expectString(at, 'the path of a file');
    if (kind(at) !== Kind.open) fail(at, "'{'", ['{']);
    return { keyword, method, name, path };
  });
  const body = readMappings(c);
  const end = finish(c, from);
  return {
    kind: 'dataset',
    doc,
    docSpan,
    ...parts,
    body: body.span,
    mappings: body.parts,
    start: parts.keyword.start,
    end,
  };
}

function readReinforce(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const parts = whole(c, 'reinforce', (at) => {
    const keyword = take(at);
    const situation = expectName(at, 'situation');
    const beta = expectWord(at, 'beta') && expectNumber(at, 'a number');
    const rigidity = takeWord(at, 'rigidity') && expectNumber(at, 'a number');
    const rewards: RewardEntry[] = [];
    if (takeWord(at, 'reward')) readCounts(at, rewards, true);
    else fail(at, rigidity ? "'reward'" : "'rigidity' or 'reward'", rigidity ? ['reward'] : ['reward', 'rigidity']);
    return { keyword, situation, beta, rigidity, rewards };
  });
  return { kind: 'reinforce', doc, docSpan, ...parts, start: parts.keyword.start, end: finish(c, from) };
}

/** Responses with a number each. */
function readCounts(c: Cursor, into: (RewardEntry | CountEntry)[], signed: boolean): void {
  do {
    const from = c.index;
    const response = expectName(c, 'response');
    if (response === undefined) return;
    const value = expectNumber(c, 'a number', signed);
    into.push({ response, value, start: response.start, end: endOfTaken(c, from) });
  } while (takeKind(c, Kind.comma));
}

function readProbe(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const parts = whole(c, 'probe', (at) => ({ keyword: take(at), target: readTarget(at) }));
  return { kind: 'probe', doc, docSpan, ...parts, start: parts.keyword.start, end: finish(c, from) };
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

function readExpect(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const parts = whole(c, 'expect', (at) => {
    const keyword = take(at);
    const isTarget = kindAt(at, at.index + 1) === Kind.arrow;
    const target = isTarget ? readTarget(at) : undefined;
    const persona = isTarget ? undefined : expectName(at, 'persona', 'a situation or a persona');
    const bound = at.halted ? undefined : readBound(at, persona !== undefined);
    return { keyword, target, persona, bound };
  });
  return { kind: 'expect', doc, docSpan, ...parts, start: parts.keyword.start, end: finish(c, from) };
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

function readEvaluation(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const parts = whole(c, 'evaluation', (at) => {
    const keyword = take(at);
    const label = takeString(at);
    if (takeKind(at, Kind.colon) === undefined) fail(at, label ? "':'" : "a label or ':'", [':']);
    const situation = expectName(at, 'situation');
    const counts: CountEntry[] = [];
    if (expectKind(at, Kind.arrow, '->')) readCounts(at, counts, false);
    return { keyword, label, situation, counts };
  });
  return { kind: 'evaluation', doc, docSpan, ...parts, start: parts.keyword.start, end: finish(c, from) };
}

function readCompare(c: Cursor, { doc, docSpan }: Documentation): Declaration {
  const from = c.index;
  const parts = whole(c, 'compare', (at) => {
    const keyword = take(at);
    const accounts: AccountNode[] = [];
    do {
      const account = readAccount(at);
      if (account !== undefined) accounts.push(account);
    } while (takeKind(at, Kind.comma));
    return { keyword, accounts };
  });
  return { kind: 'compare', doc, docSpan, ...parts, start: parts.keyword.start, end: finish(c, from) };
}

function readAccount(c: Cursor): AccountNode | undefined {
  const from = c.index;
  const word = expectWordOf(c, ACCOUNTS, ACCOUNT_WORDS);
  if (word === undefined) return undefined;
  const numbers: NumberLiteral[] = [];
  const takesNone = word.value === 'selection' || word.value === 'contextual';
  const first = takesNone ? undefined : expectNumber(c, 'a number');
  if (first !== undefined) numbers.push(first);
  const second = word.value === 'novel' ? takeNumber(c) : undefined;
  if (second !== undefined) numbers.push(second);
  return { account: word.value, numbers, start: word.start, end: endOfTaken(c, from) };
}
