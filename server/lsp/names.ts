/**
 * How the features about names, paths and mending speak the protocol: definition, references, rename, completion, quick
 * fixes and their kin. Each function is in the file that bears its name; here are only methods and parameters.
 */
import type {
  CallHierarchyIncomingCall,
  CallHierarchyIncomingCallsParams,
  CallHierarchyOutgoingCall,
  CallHierarchyOutgoingCallsParams,
  CodeActionParams,
  CompletionItem,
  CompletionParams,
  PrepareRenameParams,
  ReferenceParams,
  RenameFilesParams,
  RenameParams,
  TextDocumentPositionParams,
  WorkspaceSymbolParams,
} from 'vscode-languageserver';
import { ErrorCodes, ResponseError } from 'vscode-languageserver';
import { incomingCalls, outgoingCalls, prepareCallHierarchy } from '../features/callHierarchy';
import { CODE_ACTION_KINDS, codeActions } from '../features/codeActions';
import { completion, resolveCompletion } from '../features/completion/completion';
import { definition } from '../features/definition';
import { diagnosticsOf } from '../features/diagnostics';
import { documentHighlights } from '../features/documentHighlights';
import { documentLinks, type TextWithPaths } from '../features/documentLinks';
import { type Feature, type FeatureContext, onPosterior, onSemantic, onSyntax, onWorkspace } from '../features/feature';
import { fileRename } from '../features/fileRename';
import { references } from '../features/references';
import { prepareRename, rename } from '../features/rename';
import { signatureHelp } from '../features/signatureHelp';
import { symbolAt } from '../features/symbols';
import { workspaceSymbols } from '../features/workspaceSymbols';
import type { SemanticSnapshot } from '../snapshot';
import { lineIndex } from '../syntax/lines';

const FILES = { filters: [{ scheme: 'file', pattern: { glob: '**/*' } }] };

export const NAME_FEATURES: readonly Feature[] = [
  onSemantic(
    'textDocument/definition',
    { definitionProvider: true },
    (snapshot, { position }: TextDocumentPositionParams) =>
      // Plain locations: every client takes them, and the editor underlines the word by itself.
      definition(snapshot, position).map(({ targetUri, targetSelectionRange }) => ({
        uri: targetUri,
        range: targetSelectionRange,
      })),
  ),
  onSemantic(
    'textDocument/references',
    { referencesProvider: true },
    async (snapshot, { position, context }: ReferenceParams, { everyProgram }) => {
      const key = symbolAt(snapshot, position);
      return key && references([snapshot, ...(await everyProgram())], key, context.includeDeclaration);
    },
  ),
  onSemantic(
    'textDocument/documentHighlight',
    { documentHighlightProvider: true },
    (snapshot, { position }: TextDocumentPositionParams) => documentHighlights(snapshot, position),
  ),
  onSemantic(
    'textDocument/prepareRename',
    { renameProvider: { prepareProvider: true } },
    (snapshot, { position }: PrepareRenameParams) => prepareRename(snapshot, position),
  ),
  onSemantic('textDocument/rename', {}, async (snapshot, { position, newName }: RenameParams, { everyProgram }) => {
    const key = symbolAt(snapshot, position);
    if (!key) return undefined;
    const result = rename([snapshot, ...(await everyProgram())], key, newName);
    return 'edit' in result ? result.edit : new ResponseError(ErrorCodes.InvalidParams, result.refused);
  }),
  onSyntax('textDocument/documentLink', { documentLinkProvider: {} }, (snapshot) => documentLinks(snapshot)),
  onWorkspace(
    'workspace/symbol',
    { workspaceSymbolProvider: true },
    async (_, { query }: WorkspaceSymbolParams, { everyProgram }) => workspaceSymbols(await everyProgram(), query),
  ),
  onWorkspace(
    'workspace/willRenameFiles',
    { workspace: { fileOperations: { willRename: FILES } } },
    async (_, { files }: RenameFilesParams, { everyProgram }) => fileRename(textsOf(await everyProgram()), files),
  ),
  onSemantic(
    'textDocument/prepareCallHierarchy',
    { callHierarchyProvider: true },
    (snapshot, { position }: TextDocumentPositionParams) => prepareCallHierarchy(snapshot, position),
  ),
  onSemantic('callHierarchy/incomingCalls', {}, (snapshot, { item }: CallHierarchyIncomingCallsParams) =>
    incomingCalls(snapshot, item).map(
      (call): CallHierarchyIncomingCall => ({ from: call.item, fromRanges: [...call.ranges] }),
    ),
  ),
  onSemantic('callHierarchy/outgoingCalls', {}, (snapshot, { item }: CallHierarchyOutgoingCallsParams) =>
    outgoingCalls(snapshot, item).map(
      (call): CallHierarchyOutgoingCall => ({ to: call.item, fromRanges: [...call.ranges] }),
    ),
  ),
  onSemantic(
    'textDocument/completion',
    {
      completionProvider: {
        resolveProvider: true,
        triggerCharacters: ['"', '/', '>', ',', ':', '|', '{', ' ', '$', '@', '('],
      },
    },
    async (snapshot, { position }: CompletionParams, context) => ({
      isIncomplete: false,
      items: await completion(snapshot, position, {
        list: (uri) => context.host.list(uri),
        counts: async () => (await context.numbers(snapshot.uri))?.counts,
        snippets: context.snippets,
      }),
    }),
  ),
  onSemantic('completionItem/resolve', {}, (snapshot, item: CompletionItem) => resolveCompletion(snapshot, item)),
  onSyntax(
    'textDocument/signatureHelp',
    { signatureHelpProvider: { triggerCharacters: [' '] } },
    (snapshot, { position }: TextDocumentPositionParams) => signatureHelp(snapshot, position),
  ),
  onPosterior(
    'textDocument/codeAction',
    { codeActionProvider: { codeActionKinds: [...CODE_ACTION_KINDS] } },
    (snapshot, { range, context }: CodeActionParams, { settings }: FeatureContext) =>
      codeActions(snapshot, range, context, diagnosticsOf(snapshot, settings)),
  ),
];

/** Every text of every program, once. */
function textsOf(programs: readonly SemanticSnapshot[]): readonly TextWithPaths[] {
  const texts = new Map<string, TextWithPaths>();
  for (const { program } of programs) {
    for (const { uri, text, tree } of program.files) {
      texts.set(uri, { uri, text, lines: lineIndex(text), parsed: { file: tree } });
    }
  }
  return [...texts.values()];
}
