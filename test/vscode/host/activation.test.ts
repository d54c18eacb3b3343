import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { SCENARIO } from './files';
import { diagnosticsOf, open, until } from './workspace';

describe('The extension in VS Code', () => {
  it('starts when a scenario opens', async () => {
    await open('scenario.scenario');
    const extension = vscode.extensions.getExtension('dramatis.dramatis');
    assert.ok(extension);
    await until('the extension is active', () => extension.isActive);
  });

  it('gives its language to the three endings', async () => {
    for (const name of ['scenario.scenario', 'people.persona', 'more.episodes']) {
      assert.equal((await open(name)).languageId, 'dramatis', name);
    }
  });

  it('offers every command of its manifest', async () => {
    const manifest = vscode.extensions.getExtension('dramatis.dramatis')?.packageJSON;
    const there = new Set(await vscode.commands.getCommands(true));
    for (const { command } of manifest.contributes.commands) assert.ok(there.has(command), command);
  });

  it('leaves a correct scenario without errors and underlines a mistake while it is typed', async () => {
    const document = await open('scenario.scenario');
    const errors = () => diagnosticsOf(document).filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
    assert.deepEqual(
      errors().map(({ message }) => message),
      [],
    );
    const edit = new vscode.WorkspaceEdit();
    const end = document.positionAt(document.getText().length);
    edit.insert(document.uri, end, '\nprobe coding -> nonsense\n');
    await vscode.workspace.applyEdit(edit);
    await until('the mistake is reported', () => errors().length > 0);
    const [mistake] = errors();
    assert.equal(document.getText(mistake.range), 'nonsense');
    assert.equal(mistake.source, 'dramatis');
    assert.ok(mistake.code, 'it has a code');
    await vscode.commands.executeCommand('undo');
    await until('the mistake is gone', () => errors().length === 0);
  });

  it('answers hovers with numbers', async () => {
    const document = await open('scenario.scenario');
    const at = document.positionAt(SCENARIO.indexOf('episode sft') + 2);
    const text = await until('a hover', async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        at,
      );
      return hovers
        .flatMap(({ contents }) => contents.map((content) => (typeof content === 'string' ? content : content.value)))
        .join('\n');
    });
    assert.match(text, /malicious/);
    assert.match(text, /\d/);
  });

  it('lists the declarations in the outline', async () => {
    const document = await open('scenario.scenario');
    const names = await until('symbols', async () => {
      const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
        'vscode.executeDocumentSymbolProvider',
        document.uri,
      );
      return symbols?.length ? JSON.stringify(symbols.map(({ name }) => name)) : undefined;
    });
    for (const name of ['coding', 'freeform', 'helpful', 'malicious']) assert.ok(names.includes(name), name);
  });

  it('renames a persona in every file of the program', async () => {
    const document = await open('importing.scenario');
    const at = document.positionAt(document.getText().indexOf('expect shared') + 'expect sh'.length);
    const edit = await until('a rename', () =>
      vscode.commands.executeCommand<vscode.WorkspaceEdit>(
        'vscode.executeDocumentRenameProvider',
        document.uri,
        at,
        'renamed',
      ),
    );
    const files = edit
      .entries()
      .map(([uri]) => uri.path.split('/').pop())
      .sort();
    assert.deepEqual(files, ['importing.scenario', 'people.persona']);
  });

  it('formats without changing what is said', async () => {
    const document = await open('untidy.scenario');
    const untidy = document.getText();
    await vscode.commands.executeCommand('editor.action.formatDocument');
    await until('the tidy text', () => document.getText() !== untidy);
    const words = (text: string): string => text.replace(/\s+/g, ' ');
    assert.equal(words(document.getText()), words(untidy));
    assert.match(document.getText(), /^persona helpful prior 99% \{$/m);
    await vscode.commands.executeCommand('undo');
  });

  it('works on a text that has no file', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'dramatis', content: 'persona' });
    await vscode.window.showTextDocument(document);
    await until('a diagnostic', () => diagnosticsOf(document).length > 0);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('comes back by command', async () => {
    const document = await open('scenario.scenario');
    await vscode.commands.executeCommand('dramatis.restartServer');
    await until('symbols after the restart', async () => {
      const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
        'vscode.executeDocumentSymbolProvider',
        document.uri,
      );
      return symbols?.length > 0;
    });
  });
});
