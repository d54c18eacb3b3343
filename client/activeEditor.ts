/** Tells the server which text has the keyboard, and where the caret stands, so that panels can follow. */
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { type ActiveEditor, activeEditor } from '../panel/model/messages';
import { notify } from './request';

/** Editors that hold no file of the user's. */
const IGNORED_SCHEMES = new Set(['output', 'debug', 'vscode-settings', 'comment', 'git']);

export function followActiveEditor(client: BaseLanguageClient): vscode.Disposable {
  let sent = '';
  const follow = (editor: vscode.TextEditor | undefined): void => {
    // A panel that takes the focus leaves no active editor: the last one stays the one to follow.
    if (!editor || IGNORED_SCHEMES.has(editor.document.uri.scheme) || !client.isRunning()) return;
    const { line, character } = editor.selection.active;
    const uri = client.code2ProtocolConverter.asUri(editor.document.uri);
    const now = `${uri}#${line}:${character}`;
    if (now === sent) return;
    sent = now;
    const message: ActiveEditor = { uri, position: { line, character } };
    notify(client, activeEditor, message);
  };
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(follow),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (textEditor === vscode.window.activeTextEditor) follow(textEditor);
    }),
    client.onDidChangeState(() => {
      sent = '';
      follow(vscode.window.activeTextEditor ?? visibleScenario());
    }),
  );
}

/** After a reload or a crash a panel may have the focus: the text beside it is then the one to follow. */
function visibleScenario(): vscode.TextEditor | undefined {
  return vscode.window.visibleTextEditors.find(({ document }) => document.languageId === 'dramatis');
}
