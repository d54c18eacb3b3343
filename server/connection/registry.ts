/**
 * Every feature of the language server, one line each: method, capability, function. Diagnostics and the panel have
 * channels of their own beside this file.
 */
import type { CodeLens, Position, Range } from 'vscode-languageserver-types';
import { codeLenses, resolveCodeLens } from '../features/codeLens';
import { type Feature, onPosterior, onSyntax } from '../features/feature';
import { hover } from '../features/hover';
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
  onPosterior<At>('textDocument/hover', { hoverProvider: true }, (snapshot, { position }, { settings }) =>
    hover(snapshot, position, settings),
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
  ...NAME_FEATURES,
  ...SYNTAX_FEATURES,
];
