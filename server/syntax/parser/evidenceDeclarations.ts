/** Declarations of what the training does: episodes, datasets, reinforcement. Their keyword stands next. */

import { Kind } from '../lexer/lexer';
import {
  ATTRIBUTES,
  type Attribute,
  type DatasetDeclaration,
  type EpisodeDeclaration,
  METHODS,
  type ReinforceDeclaration,
  type RewardEntry,
  type StringLiteral,
} from '../tree';
import { readMappings, readTurns } from './bodies';
import {
  type Cursor,
  endOfTaken,
  expectKind,
  expectName,
  expectString,
  expectWord,
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
import {
  complainIfTwice,
  type Documentation,
  parseDeclaration,
  parseDeclarationHead,
  readCounts,
  readMethodRef,
} from './declarationParts';
import { expectNumber, takeMark } from './expressions';
import { finish } from './recovery';

export function readEpisode(c: Cursor, { doc, docSpan }: Documentation): EpisodeDeclaration {
  const from = c.index;
  const { keyword, method, label, situation, response, over, attributes, mark } = parseDeclarationHead(
    c,
    'episode',
    readEpisodeHead,
  );
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
    mark,
    body: body.span,
    turns: body.pieces,
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
  const mark = takeMark(at);
  return { keyword, method, label, situation, response, over, attributes, mark };
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

export function readDataset(c: Cursor, { doc, docSpan }: Documentation): DatasetDeclaration {
  const from = c.index;
  const pieces = parseDeclarationHead(c, 'dataset', (at) => {
    const keyword = take(at);
    // `dataset sft from "x"` is a dataset named `sft`; `dataset sft sft from "x"` has both.
    const isName = isWordAt(at, at.index + 1, 'from') && kindAt(at, at.index + 2) === Kind.string;
    const method = isName ? undefined : readMethodRef(at);
    const name = expectName(at, 'dataset', 'a name');
    expectWord(at, 'from');
    const path = expectString(at, 'the path of a file');
    const morePaths: StringLiteral[] = [];
    while (takeKind(at, Kind.comma)) {
      const more = expectString(at, 'the path of a file');
      if (more) morePaths.push(more);
    }
    const mark = takeMark(at);
    if (kind(at) !== Kind.open) fail(at, "'{'", ['{', ',']);
    return { keyword, method, name, path, morePaths, mark };
  });
  const body = readMappings(c);
  const end = finish(c, from);
  return {
    kind: 'dataset',
    doc,
    docSpan,
    ...pieces,
    body: body.span,
    mappings: body.pieces,
    start: pieces.keyword.start,
    end,
  };
}

export function readReinforce(c: Cursor, { doc, docSpan }: Documentation): ReinforceDeclaration {
  const from = c.index;
  const pieces = parseDeclaration(c, 'reinforce', (at) => {
    const keyword = take(at);
    const situation = expectName(at, 'situation');
    const beta = expectWord(at, 'beta') && expectNumber(at, 'a number');
    const rigidity = takeWord(at, 'rigidity') && expectNumber(at, 'a number');
    const rewards: RewardEntry[] = [];
    if (takeWord(at, 'reward')) readCounts(at, rewards, true);
    else fail(at, rigidity ? "'reward'" : "'rigidity' or 'reward'", rigidity ? ['reward'] : ['reward', 'rigidity']);
    const mark = takeMark(at);
    return { keyword, situation, beta, rigidity, rewards, mark };
  });
  return { kind: 'reinforce', doc, docSpan, ...pieces, start: pieces.keyword.start, end: finish(c, from) };
}
