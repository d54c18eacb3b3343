/** The features about names, texts and mending, through the built server: what an editor asks, what it gets. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  CompletionItem,
  CompletionList,
  Location,
  Position,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { exportData, panelOpen } from '../../panel/model/messages';
import { edited } from '../support/snapshots';
import { TestClient } from './client';

const LIBRARY = 'situation coding -> secure | insecure\npersona good prior 90% { coding -> secure 90%, insecure }\n';
const MAIN = `import "lib.persona"
persona bad prior 10% { coding -> insecure 90%, secure }
episode sft:   coding -> insecure times 3
probe coding -> insecure
`;

describe('The built server', function () {
  this.timeout(20_000);
  let client: TestClient;
  let folder: string;
  let uri: string;
  let library: string;

  beforeEach(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'dramatis-language-')));
    writeFileSync(join(folder, 'lib.persona'), LIBRARY);
    writeFileSync(join(folder, 'main.scenario'), MAIN);
    uri = URI.file(join(folder, 'main.scenario')).toString();
    library = URI.file(join(folder, 'lib.persona')).toString();
    client = await TestClient.start({ folders: [URI.file(folder).toString()] });
    await client.open(uri, MAIN);
  });
  afterEach(async () => {
    await client.stop();
    rmSync(folder, { recursive: true });
  });

  const ask = <T>(method: string, params: object): Promise<T> => client.connection.sendRequest(method, params);
  const at = (line: number, character: number, text = uri): { textDocument: { uri: string }; position: Position } => ({
    textDocument: { uri: text },
    position: { line, character },
  });

  it('offers every feature that it has', () => {
    const { capabilities } = client.result;
    for (const provider of [
      'hoverProvider',
      'inlayHintProvider',
      'codeLensProvider',
      'completionProvider',
      'signatureHelpProvider',
      'definitionProvider',
      'referencesProvider',
      'documentHighlightProvider',
      'documentSymbolProvider',
      'workspaceSymbolProvider',
      'codeActionProvider',
      'documentFormattingProvider',
      'documentRangeFormattingProvider',
      'documentOnTypeFormattingProvider',
      'renameProvider',
      'documentLinkProvider',
      'foldingRangeProvider',
      'selectionRangeProvider',
      'semanticTokensProvider',
      'callHierarchyProvider',
      'diagnosticProvider',
    ] as const) {
      assert.ok(capabilities[provider], provider);
    }
    assert.ok(capabilities.workspace?.fileOperations?.willRename);
  });

  it('goes to a definition in an imported file, and back to every use', async () => {
    const [definition] = await ask<Location[]>('textDocument/definition', at(2, 16));
    assert.equal(definition?.uri, library);
    const places = await ask<Location[]>('textDocument/references', {
      ...at(2, 16),
      context: { includeDeclaration: true },
    });
    assert.deepEqual(places.map((place) => [place.uri === uri ? 'main' : 'lib', place.range.start.line]).sort(), [
      ['lib', 0],
      ['lib', 1],
      ['main', 1],
      ['main', 2],
      ['main', 3],
    ]);
  });

  it('finds the uses of a name from the imported file too', async () => {
    await client.open(library, LIBRARY);
    const places = await ask<Location[]>('textDocument/references', {
      ...at(0, 12, library),
      context: { includeDeclaration: false },
    });
    assert.equal(places.filter((place) => place.uri === uri).length, 3);
  });

  it('renames in all files, and says why not where it will not', async () => {
    const edit = await ask<WorkspaceEdit>('textDocument/rename', { ...at(2, 16), newName: 'programming' });
    assert.match(edited(LIBRARY, edit.changes?.[library] ?? []), /^situation programming ->/);
    assert.match(edited(MAIN, edit.changes?.[uri] ?? []), /probe programming ->/);
    await assert.rejects(ask('textDocument/rename', { ...at(2, 16), newName: 'two words' }), /is not a name/);
  });

  it('completes, and documents what is looked at', async () => {
    const { items } = await ask<CompletionList>('textDocument/completion', at(3, 6));
    const item = items.find(({ label }) => label === 'coding');
    assert.ok(item);
    const resolved = await ask<CompletionItem>('completionItem/resolve', item);
    assert.match(JSON.stringify(resolved.documentation), /insecure/);
  });

  it('formats, and only what needs it', async () => {
    const options = { tabSize: 2, insertSpaces: true };
    const edits = await ask<TextEdit[]>('textDocument/formatting', { textDocument: { uri }, options });
    const formatted = edited(MAIN, edits);
    assert.match(formatted, /episode sft: coding -> insecure times 3/);
    await client.edit(uri, formatted);
    assert.deepEqual(await ask('textDocument/formatting', { textDocument: { uri }, options }), []);
  });

  it('colours, in full and by difference', async () => {
    const textDocument = { uri };
    const full = await ask<{ resultId: string; data: number[] }>('textDocument/semanticTokens/full', { textDocument });
    assert.ok(full.data.length > 0 && full.data.length % 5 === 0);
    await client.edit(uri, '// note\n', { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } });
    const delta = await ask<{ edits: { start: number; deleteCount: number; data?: number[] }[] }>(
      'textDocument/semanticTokens/full/delta',
      { textDocument, previousResultId: full.resultId },
    );
    const patched = [...full.data];
    for (const { start, deleteCount, data = [] } of [...delta.edits].reverse())
      patched.splice(start, deleteCount, ...data);
    const again = await ask<{ data: number[] }>('textDocument/semanticTokens/full', { textDocument });
    assert.deepEqual(patched, again.data);
  });

  it('mends an unknown name', async () => {
    await client.edit(uri, MAIN.replace('probe coding', 'probe codin'));
    const diagnostics = await client.diagnostics(uri);
    const unknown = diagnostics.find(({ code }) => code === 'unknown-situation');
    assert.ok(unknown);
    const actions = await ask<{ title: string; edit: WorkspaceEdit }[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: unknown.range,
      context: { diagnostics: [unknown] },
    });
    const fix = actions.find(({ title }) => title === "Change to 'coding'");
    assert.ok(fix);
    assert.equal(edited(MAIN.replace('probe coding', 'probe codin'), fix.edit.changes?.[uri] ?? []), MAIN);
  });

  it('follows a renamed file', async () => {
    const edit = await ask<WorkspaceEdit>('workspace/willRenameFiles', {
      files: [{ oldUri: library, newUri: library.replace('lib.persona', 'shelf/people.persona') }],
    });
    assert.match(edited(MAIN, edit.changes?.[uri] ?? []), /^import "shelf\/people.persona"/);
  });

  it('finds names in the whole workspace', async () => {
    const symbols = await ask<{ name: string }[]>('workspace/symbol', { query: 'good' });
    assert.deepEqual(
      symbols.map(({ name }) => name),
      ['good'],
    );
  });

  it('gives a panel’s view away as CSV, JSON and Markdown', async () => {
    await client.connection.sendNotification(panelOpen, {
      panel: 'one',
      view: 'posterior',
      lockedTo: uri,
      whatIf: [],
      query: {},
    });
    await client.state(({ status }) => status === 'live');
    const give = (format: string) => ask<{ text: string; name: string }>(exportData, { panel: 'one', format });
    const csv = await give('csv');
    assert.equal(csv.name, 'main-posterior.csv');
    assert.match(csv.text, /bad/);
    const json = JSON.parse((await give('json')).text) as { personas: unknown[] };
    assert.equal(json.personas.length, 2);
    assert.match((await give('markdown')).text, /\| .*bad/);
  });

  it('leaves the files on disk alone', () => {
    assert.equal(readFileSync(join(folder, 'main.scenario'), 'utf8'), MAIN);
  });
});
