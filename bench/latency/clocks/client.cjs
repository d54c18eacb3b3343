/** In the extension host: when it hears of an edit, and when a panel's state comes back from the server. */
const { ChildProcess } = require('node:child_process');
const vscode = require('vscode');
const { recorder } = require('./recorder.cjs');

exports.watch = (file, stateMethod) => {
  const record = recorder(file);
  vscode.workspace.onDidChangeTextDocument(({ contentChanges }) => {
    if (contentChanges.length > 0) record('edited');
  });
  const { emit } = ChildProcess.prototype;
  ChildProcess.prototype.emit = function (name, message, ...more) {
    if (name === 'message' && message?.method === stateMethod) record('arrived');
    return emit.call(this, name, message, ...more);
  };
};
