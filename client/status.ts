/** The status item: one line about the scenario in the active editor, and about the server when it is in trouble. */
import * as vscode from 'vscode';
import { type BaseLanguageClient, State } from 'vscode-languageclient';
import { type ServerStatus, serverStatus } from '../panel/model/messages';

const ICONS: Readonly<Record<ServerStatus['state'], string>> = {
  ready: '$(graph)',
  working: '$(sync~spin)',
  stale: '$(history)',
  undefined: '$(warning)',
};

export function showStatus(client: BaseLanguageClient): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('dramatis.status', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Dramatis';
  let last: ServerStatus | undefined;

  const draw = (): void => {
    // A panel in focus leaves no active editor; the line then stays with the scenario that it was about.
    const active = vscode.window.activeTextEditor;
    if (active && active.document.languageId !== 'dramatis') return item.hide();
    if (!active && !last) return;
    const down = client.state === State.Stopped || client.state === State.StartFailed;
    item.text = down ? '$(error) Dramatis stopped' : `${ICONS[last?.state ?? 'ready']} ${last?.text ?? 'Dramatis'}`;
    item.tooltip = down
      ? 'Server not running. Click to start it again.'
      : (last?.detail ?? 'Open the posterior beside the editor');
    item.command = down ? 'dramatis.restartServer' : 'dramatis.openPosterior';
    item.backgroundColor = new vscode.ThemeColor(
      down || last?.state === 'undefined' ? 'statusBarItem.warningBackground' : '',
    );
    item.show();
  };

  draw();
  return vscode.Disposable.from(
    item,
    vscode.window.onDidChangeActiveTextEditor(draw),
    client.onDidChangeState(draw),
    client.onNotification(serverStatus, (status: ServerStatus) => {
      last = status;
      draw();
    }),
  );
}
