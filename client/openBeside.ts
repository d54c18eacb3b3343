/** The setting `panel.openBeside`: a scenario that comes into view brings its posterior with it, once. */
import * as vscode from 'vscode';
import type { Panels } from './panels';

export function openBeside(panels: Panels): vscode.Disposable {
  const consider = (editor: vscode.TextEditor | undefined): void => {
    if (editor?.document.languageId !== 'dramatis' || !editor.document.uri.path.endsWith('.scenario')) return;
    if (!vscode.workspace.getConfiguration('dramatis').get<boolean>('panel.openBeside')) return;
    listener.dispose();
    if (panels.count === 0) panels.open({ scenario: editor.document.uri.toString(), preserveFocus: true });
  };
  const listener = vscode.window.onDidChangeActiveTextEditor(consider);
  consider(vscode.window.activeTextEditor);
  return listener;
}
