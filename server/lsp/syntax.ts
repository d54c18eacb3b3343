/**
 * How the features that need one tree only speak the protocol: formatting, folding, selection, outline, colours. Linked
 * editing is not among them: any name of a scenario may be used elsewhere in the program, so that changing two
 * neighbouring places together would leave the others behind; renaming changes all of them.
 */
import type {
  DocumentFormattingParams,
  DocumentOnTypeFormattingParams,
  DocumentRangeFormattingParams,
  SelectionRangeParams,
  SemanticTokens,
  SemanticTokensDelta,
  SemanticTokensDeltaParams,
  SemanticTokensRangeParams,
} from 'vscode-languageserver';
import { documentSymbols } from '../features/documentSymbols';
import { type Feature, onSyntax } from '../features/feature';
import { foldingRanges } from '../features/folding';
import { formatDocument, formatOnType, formatRange, ON_TYPE_TRIGGERS } from '../features/formatting';
import { selectionRanges } from '../features/selectionRanges';
import { LEGEND, semanticTokens, tokenEdits } from '../features/semanticTokens';
import type { SyntaxSnapshot } from '../snapshot';

const [FIRST_TRIGGER, ...MORE_TRIGGERS] = ON_TYPE_TRIGGERS;
const REMEMBERED_TEXTS = 32;

/** What the editor was last told of each text, so that it can be told the difference. */
interface ToldTokens {
  readonly resultId: string;
  readonly data: readonly number[];
}

function tokenMemory() {
  const told = new Map<string, ToldTokens>();
  let count = 0;
  const remember = (uri: string, data: readonly number[]): ToldTokens => {
    const entry = { resultId: String(++count), data };
    told.delete(uri);
    told.set(uri, entry);
    if (told.size > REMEMBERED_TEXTS) told.delete(told.keys().next().value!);
    return entry;
  };
  const full = (snapshot: SyntaxSnapshot): SemanticTokens => {
    const { resultId, data } = remember(snapshot.uri, semanticTokens(snapshot));
    return { resultId, data: [...data] };
  };
  const delta = (snapshot: SyntaxSnapshot, previous: string): SemanticTokens | SemanticTokensDelta => {
    const before = told.get(snapshot.uri);
    if (before?.resultId !== previous) return full(snapshot);
    const { resultId, data } = remember(snapshot.uri, semanticTokens(snapshot));
    return { resultId, edits: tokenEdits(before.data, data) };
  };
  return { full, delta };
}

const cache = tokenMemory();

export const SYNTAX_FEATURES: readonly Feature[] = [
  onSyntax(
    'textDocument/formatting',
    { documentFormattingProvider: true },
    (snapshot, { options }: DocumentFormattingParams) => formatDocument(snapshot, options),
  ),
  onSyntax(
    'textDocument/rangeFormatting',
    { documentRangeFormattingProvider: true },
    (snapshot, { range, options }: DocumentRangeFormattingParams) => formatRange(snapshot, range, options),
  ),
  onSyntax(
    'textDocument/onTypeFormatting',
    {
      documentOnTypeFormattingProvider: {
        firstTriggerCharacter: FIRST_TRIGGER,
        moreTriggerCharacter: MORE_TRIGGERS,
      },
    },
    (snapshot, { position, ch, options }: DocumentOnTypeFormattingParams) =>
      formatOnType(snapshot, position, ch, options),
  ),
  onSyntax('textDocument/foldingRange', { foldingRangeProvider: true }, (snapshot) => foldingRanges(snapshot)),
  onSyntax(
    'textDocument/selectionRange',
    { selectionRangeProvider: true },
    (snapshot, { positions }: SelectionRangeParams) => selectionRanges(snapshot, positions),
  ),
  onSyntax('textDocument/documentSymbol', { documentSymbolProvider: true }, (snapshot) => documentSymbols(snapshot)),
  onSyntax(
    'textDocument/semanticTokens/full',
    { semanticTokensProvider: { legend: LEGEND, full: { delta: true }, range: true } },
    (snapshot) => cache.full(snapshot),
  ),
  onSyntax('textDocument/semanticTokens/full/delta', {}, (snapshot, { previousResultId }: SemanticTokensDeltaParams) =>
    cache.delta(snapshot, previousResultId),
  ),
  onSyntax('textDocument/semanticTokens/range', {}, (snapshot, { range }: SemanticTokensRangeParams) => ({
    data: semanticTokens(snapshot, range),
  })),
];
