/** Shows a place in a text: in the editor that has it already, else beside the panel, never on top of it. */
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import type { WireLocation } from '../panel/model/messages';

export async function reveal(
  client: BaseLanguageClient,
  location: WireLocation,
  preserveFocus: boolean,
): Promise<void> {
  const uri = client.protocol2CodeConverter.asUri(location.uri);
  const { start, end } = location.range;
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  const displayed = vscode.window.visibleTextEditors.find(
    (editor) => editor.document.uri.toString() === uri.toString(),
  );
  const viewColumn = displayed?.viewColumn ?? columnOfTexts();
  try {
    const editor = await vscode.window.showTextDocument(uri, { viewColumn, preserveFocus });
    editor.selection = new vscode.Selection(range.start, range.start);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  } catch {
    void vscode.window.showWarningMessage(`${vscode.workspace.asRelativePath(uri)} cannot be opened.`);
  }
}

/** A column that holds texts, so that a panel is not covered. */
function columnOfTexts(): vscode.ViewColumn {
  const groups = vscode.window.tabGroups.all;
  const withText = groups.find(({ tabs }) => tabs.some(({ input }) => input instanceof vscode.TabInputText));
  return (withText ?? groups[0]).viewColumn;
}
