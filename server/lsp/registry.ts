/**
 * Every feature of the language server, one line each: method, capability, function. Diagnostics and the panel have
 * channels of their own beside this file.
 */
import type { CodeLens, Position, Range } from 'vscode-languageserver-types';
import { codeLenses, resolveCodeLens } from '../features/codeLens';
import { dataDeclarations, dataLenses } from '../features/dataRows/declarations';
import { rowDiagnostics } from '../features/dataRows/diagnostics';
import { rowHints } from '../features/dataRows/hints';
import { rowHover } from '../features/dataRows/hover';
import { type Feature, onData, onPosterior, onSyntax } from '../features/feature';
import { hover, hoverNeedsAccounts } from '../features/hover';
import { inlayHints } from '../features/inlayHints';
import { NAME_FEATURES } from './names';
import { SYNTAX_FEATURES } from './syntax';

interface At {
  readonly position: Position;
}
interface In {
  readonly range: Range;
}

export const FEATURES: readonly Feature[] = [
  onPosterior<At>(
    'textDocument/hover',
    { hoverProvider: true },
    (snapshot, { position }, { settings }) => hover(snapshot, position, settings),
    (text, { position }) => hoverNeedsAccounts(text, position),
  ),
  onPosterior<In>('textDocument/inlayHint', { inlayHintProvider: true }, (snapshot, { range }, { settings }) =>
    inlayHints(snapshot, range, settings),
  ),
  onSyntax('textDocument/codeLens', { codeLensProvider: { resolveProvider: true } }, (snapshot, _, { settings }) =>
    codeLenses(snapshot, settings),
  ),
  onPosterior<CodeLens>('codeLens/resolve', {}, (snapshot, lens, { settings }) =>
    resolveCodeLens(snapshot, lens, settings),
  ),
  onData<At>('textDocument/hover', (data, { position }, { settings }) => rowHover(data, position, settings)),
  onData<In>('textDocument/inlayHint', (data, { range }, { settings }) => rowHints(data, range, settings)),
  onData('textDocument/codeLens', (data, _, { settings }) => dataLenses(data, settings)),
  onData('textDocument/definition', (data) => dataDeclarations(data)),
  onData('textDocument/diagnostic', (data, _, { settings }) => rowDiagnostics(data, settings)),
  ...NAME_FEATURES,
  ...SYNTAX_FEATURES,
];
