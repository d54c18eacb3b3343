/**
 * The least that an extension with a panel can do on a key press, with the same language and grammar: show the length of
 * the text. It is the floor.
 */
const vscode = require('vscode');

exports.activate = (context) => {
  const open = () => {
    const panel = vscode.window.createWebviewPanel('echo', 'Echo', vscode.ViewColumn.Beside, { enableScripts: true });
    panel.webview.html =
      '<!doctype html><p id="painted"></p><script>addEventListener("message",(e)=>{document.getElementById("painted").textContent=e.data})</script>';
    const changed = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId === 'echo') void panel.webview.postMessage(String(document.getText().length));
    });
    panel.onDidDispose(() => changed.dispose());
  };
  context.subscriptions.push(vscode.commands.registerCommand('echo.open', open));
};
