/**
 * Every feature of the language server, one line each: method, capability, function. Diagnostics and the panel have
 * channels of their own (`server/connection`).
 */
import type { CodeLens, Position, Range } from 'vscode-languageserver-types';
import { codeLenses, resolveCodeLens } from './codeLens';
import { type Feature, onPosterior, onSyntax } from './feature';
import { hover } from './hover';
import { inlayHints } from './inlayHints';
import { NAMES_IN_PROTOCOL } from './namesInProtocol';
import { SYNTAX_IN_PROTOCOL } from './syntaxInProtocol';

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
  ...NAMES_IN_PROTOCOL,
  ...SYNTAX_IN_PROTOCOL,
];
