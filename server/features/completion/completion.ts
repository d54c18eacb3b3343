/**
 * Completion by context: the walk along the grammar says what can stand at the caret, the program says which names
 * there are, the datasets which fields their rows have.
 */
import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  MarkupKind,
  type Position,
  type Range,
} from 'vscode-languageserver-types';
import { formatCount } from '../../../panel/model/numbers';
import type { DatasetCounts } from '../../datasets/counts';
import type { DatasetSource, Program, Situation } from '../../program/model/program';
import { resolvePath } from '../../program/paths';
import { type SemanticSnapshot, toRange } from '../../snapshot';
import { offsetAt } from '../../syntax/lines';
import { DECLARATION_KINDS } from '../../syntax/parser/recovery';
import { SIGNATURES } from '../signatures';
import { type CaretContext, caretContext } from './caret';
import { type CompletionData, documentationOf } from './documentation';
import { type Expectation, walk } from './expectations';
import { DECLARATION_SNIPPETS } from './snippets';

/** What completion asks the world for. */
export interface CompletionSources {
  /** Entries of a folder, folders ending in `/`. */
  readonly list: (uri: string) => Promise<readonly string[]>;
  /** Datasets as they were read, by index in the program; asked only where fields are wanted. */
  readonly counts: () => Promise<ReadonlyMap<number, DatasetCounts> | undefined>;
  readonly snippets: boolean;
}

export async function completion(
  snapshot: SemanticSnapshot,
  position: Position,
  sources: CompletionSources,
): Promise<readonly CompletionItem[]> {
  const offset = offsetAt(snapshot.lines, position);
  const caret = caretContext(snapshot, offset);
  if (caret.inside === 'comment') return [];
  if (caret.inside === 'string') return inString(snapshot, caret, sources);
  const range = toRange(snapshot.lines, { start: caret.wordStart, end: caret.wordEnd });
  const items: CompletionItem[] = [];
  if (caret.wants === 'source') return withOrder(marks(snapshot.program, range));
  if (caret.wants) return withOrder(parameters(snapshot.program, range));
  const { expected, entire } = walk(caret.tokens);
  for (const one of expected) items.push(...itemsFor(one, snapshot, range));
  if (caret.inCondition && (entire || caret.tokens.length === 0))
    items.push(...conditionParts(range, sources.snippets));
  else if ((entire || caret.tokens.length === 0) && caret.startsLine)
    items.push(...declarations(range, sources.snippets));
  return withOrder(items);
}

async function inString(snapshot: SemanticSnapshot, caret: CaretContext, sources: CompletionSources) {
  const wanted = walk(caret.tokens).expected.find((one) => one.kind === 'string');
  if (wanted?.kind !== 'string') return [];
  const literal = snapshot.text.slice(caret.wordStart, caret.wordEnd);
  const closed = literal.length > 1 && literal.endsWith('"');
  const inner = { start: caret.wordStart + 1, end: caret.wordEnd - (closed ? 1 : 0) };
  if (wanted.of === 'import' || wanted.of === 'dataset') return paths(snapshot, inner, wanted.of, sources);
  if (wanted.of === 'field') return fields(snapshot, inner, sources);
  if (wanted.of === 'fieldValue') return values(snapshot, inner, sources, caret.tokens);
  return [];
}

const ENDINGS = {
  import: /\.(persona|episodes|scenario)$/,
  dataset: /\.(jsonl|json|csv|parquet|eval|gz)$/,
};

async function paths(
  snapshot: SemanticSnapshot,
  inner: { readonly start: number; readonly end: number },
  of: 'import' | 'dataset',
  { list }: CompletionSources,
): Promise<readonly CompletionItem[]> {
  const written = snapshot.text.slice(inner.start, inner.end);
  const folder = written.slice(0, written.lastIndexOf('/') + 1);
  const uri = resolvePath(snapshot.uri, folder || './');
  if (!uri) return [];
  const range = toRange(snapshot.lines, { start: inner.start + folder.length, end: inner.end });
  const own = snapshot.uri.slice(snapshot.uri.lastIndexOf('/') + 1);
  const entries = await list(uri);
  return entries
    .filter((entry) => entry.endsWith('/') || (ENDINGS[of].test(entry) && (folder !== '' || entry !== own)))
    .map((entry) => ({
      label: entry,
      kind: entry.endsWith('/') ? CompletionItemKind.Folder : CompletionItemKind.File,
      textEdit: { range, newText: entry },
    }));
}

/** The value that the field of the condition has in a row. */
async function values(
  snapshot: SemanticSnapshot,
  inner: { readonly start: number; readonly end: number },
  { counts }: CompletionSources,
  tokens: CaretContext['tokens'],
): Promise<readonly CompletionItem[]> {
  const path = tokens
    .filter(({ kind }) => kind === 'string')
    .at(-1)
    ?.text.slice(1, -1);
  const around = datasetAround(snapshot, inner);
  const field = around && (await counts())?.get(around.index)?.fields.find((one) => one.path === path);
  if (!field) return [];
  const range = toRange(snapshot.lines, inner);
  const newText = field.example.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  const detail = `as in one of ${field.rows} rows`;
  return [{ label: field.example, kind: CompletionItemKind.Value, detail, textEdit: { range, newText } }];
}

function datasetAround(
  { program, file }: SemanticSnapshot,
  { start, end }: { readonly start: number; readonly end: number },
): DatasetSource | undefined {
  return program.datasets.find(({ origin }) => origin.file === file && origin.start <= start && end <= origin.end);
}

async function fields(
  snapshot: SemanticSnapshot,
  inner: { readonly start: number; readonly end: number },
  { counts }: CompletionSources,
): Promise<readonly CompletionItem[]> {
  const range = toRange(snapshot.lines, inner);
  const around = datasetAround(snapshot, inner);
  const read = around && (await counts())?.get(around.index);
  const roles = ['user', 'assistant', 'system'].map((path) => ({
    label: path,
    kind: CompletionItemKind.Constant,
    detail: `the last ${path} turn`,
    textEdit: { range, newText: path },
  }));
  const own = (read?.fields ?? []).map(({ path, rows, example }) => ({
    label: path,
    kind: CompletionItemKind.Field,
    detail: `${rows} of ${read!.rows} rows`,
    documentation: `Example: ${example}`,
    textEdit: { range, newText: path.replaceAll('\\', '\\\\').replaceAll('"', '\\"') },
  }));
  return withOrder([...own, ...roles]);
}

function itemsFor(one: Expectation, snapshot: SemanticSnapshot, range: Range): readonly CompletionItem[] {
  const { program, uri } = snapshot;
  switch (one.kind) {
    case 'keyword':
      return one.words.map((word) => ({
        label: word,
        kind: CompletionItemKind.Keyword,
        ...(SIGNATURES[word] ? { documentation: SIGNATURES[word].documentation } : {}),
        textEdit: { range, newText: word },
      }));
    case 'sign':
      return one.signs.map((label) => ({
        label,
        kind: CompletionItemKind.Operator,
        textEdit: { range, newText: label },
      }));
    case 'name':
      return names(program, one.of).map(({ name, title }) => ({
        label: name,
        kind: NAME_KINDS[one.of],
        ...(title ? { labelDetails: { description: title } } : {}),
        textEdit: { range, newText: one.before === 'row' ? `${name} -> ` : name },
        ...(one.before === 'row' ? { command: { title: 'Suggest', command: 'editor.action.triggerSuggest' } } : {}),
        data: { uri, kind: one.of, name } satisfies CompletionData,
      }));
    case 'response':
      return responses(program, one, uri, range);
    case 'own-response':
      return one.written.map((label) => ({
        label,
        kind: CompletionItemKind.EnumMember,
        textEdit: { range, newText: label },
      }));
    case 'number':
      return [...(one.of === 'cell' ? rest(one.rest ?? [], range) : []), ...parameters(program, range)];
    case 'parameter':
      return parameters(program, range);
    case 'string':
      return [];
  }
}

const NAME_KINDS = {
  situation: CompletionItemKind.Interface,
  persona: CompletionItemKind.Class,
  capability: CompletionItemKind.Property,
  condition: CompletionItemKind.Module,
} as const;

/** Parameters as they are used, with their values. */
function parameters(program: Program, range: Range): readonly CompletionItem[] {
  return program.parameters.map(({ name, title, written }) => ({
    label: `$${name}`,
    filterText: `$${name}`,
    kind: CompletionItemKind.Variable,
    labelDetails: { detail: ` = ${formatCount(written)}`, ...(title ? { description: title } : {}) },
    textEdit: { range, newText: `$${name}` },
  }));
}

/** Sources as marks. */
function marks(program: Program, range: Range): readonly CompletionItem[] {
  return program.sources.map(({ name, title }) => ({
    label: `@${name}`,
    filterText: `@${name}`,
    kind: CompletionItemKind.Reference,
    ...(title ? { labelDetails: { description: title } } : {}),
    textEdit: { range, newText: `@${name}` },
  }));
}

const CONDITION_PARTS = ['set', 'episode', 'dataset', 'reinforce', 'probe', 'expect', 'evaluation'] as const;

function conditionParts(range: Range, snippets: boolean): readonly CompletionItem[] {
  return CONDITION_PARTS.map((word) => declarationItem(word, range, snippets));
}

function names(program: Program, of: 'situation' | 'persona' | 'capability' | 'condition') {
  const declared = {
    situation: program.situations,
    persona: program.personas,
    capability: program.capabilities,
    condition: program.conditions,
  }[of];
  const novel = of === 'persona' && program.novel ? [{ name: 'novel', title: program.novel.title }] : [];
  return [...declared, ...novel];
}

function responses(
  program: Program,
  one: Expectation & { kind: 'response' },
  uri: string,
  range: Range,
): readonly CompletionItem[] {
  const situation = program.situations.find(({ name }) => name === one.situation);
  if (!situation) return [];
  const left = one.row ? remainder(one.row.numbers) : undefined;
  return situation.responses
    .filter(({ name }) => !one.used.includes(name))
    .map((response) => ({
      label: response.name,
      kind: CompletionItemKind.EnumMember,
      labelDetails: {
        ...(left !== undefined ? { detail: ` ${left} left` } : {}),
        description: response.title ?? situation.name,
      },
      // What only lost capability brings about is rarely meant.
      sortText: isFallback(situation, response.name) ? '1' : '0',
      textEdit: { range, newText: response.name },
      data: { uri, kind: 'response', name: response.name, situation: situation.name } satisfies CompletionData,
    }));
}

function isFallback(situation: Situation, name: string): boolean {
  return situation.responses.some(
    ({ fallback }) => fallback !== undefined && situation.responses[fallback]?.name === name,
  );
}

/** What a row has left to share, as a person would write it. */
function remainder(numbers: readonly string[]): string {
  const sum = numbers.reduce((total, text) => total + numberOf(text), 0);
  return `${Number((Math.max(0, 1 - sum) * 100).toPrecision(6))}%`;
}

function numberOf(text: string): number {
  const [over, under] = text.replaceAll('_', '').split('/');
  const value = Number.parseFloat(over ?? '') / (under === undefined ? 1 : Number.parseFloat(under));
  return Number.isFinite(value) ? (text.endsWith('%') ? value / 100 : value) : 0;
}

function rest(numbers: readonly string[], range: Range): readonly CompletionItem[] {
  const left = remainder(numbers);
  return [
    {
      label: left,
      kind: CompletionItemKind.Value,
      detail: 'all that the row has left',
      textEdit: { range, newText: left },
    },
  ];
}

function declarations(range: Range, snippets: boolean): readonly CompletionItem[] {
  return DECLARATION_KINDS.map((word) => declarationItem(word, range, snippets));
}

function declarationItem(word: string, range: Range, snippets: boolean): CompletionItem {
  const { about, body } = DECLARATION_SNIPPETS[word] ?? { about: '', body: `${word} ` };
  return {
    label: word,
    kind: CompletionItemKind.Keyword,
    documentation: { kind: MarkupKind.Markdown, value: about },
    insertTextFormat: snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    textEdit: { range, newText: snippets ? body : `${word} ` },
  };
}

/** Editors sort by label: keep the order in which things were found, which is the useful one. */
function withOrder(items: readonly CompletionItem[]): readonly CompletionItem[] {
  return items.map((item, at) => ({ ...item, sortText: `${item.sortText ?? '0'}${String(at).padStart(4, '0')}` }));
}

/** Adds the documentation that is computed only for the selected item. */
export function resolveCompletion(snapshot: SemanticSnapshot, item: CompletionItem): CompletionItem {
  const value = item.data ? documentationOf(snapshot.program, item.data as CompletionData) : undefined;
  return value ? { ...item, documentation: { kind: MarkupKind.Markdown, value } } : item;
}
