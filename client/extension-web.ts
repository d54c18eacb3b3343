/**
 * The browser entry: the same client around a server that runs in a web worker. The worker is made from the text of the
 * bundle, since a browser starts none from another origin, where extensions mostly come from.
 */
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { type Dramatis, startDramatis } from './dramatis';

let dramatis: Dramatis | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'dramatis.js');
  const startWorker = async (): Promise<Worker> => {
    const bundle = new Uint8Array(await vscode.workspace.fs.readFile(script));
    const program = ['var dramatisServes = true, exports = {}, module = { exports };', bundle];
    return new Worker(URL.createObjectURL(new Blob(program, { type: 'text/javascript' })));
  };
  dramatis = startDramatis(context, (options) => new LanguageClient('dramatis', 'Dramatis', startWorker, options));
  await dramatis.ready;
}

export async function deactivate(): Promise<void> {
  await dramatis?.stop();
}
