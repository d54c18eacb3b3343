/** The browser entry: the same client around a server that runs in a web worker. */
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { type Dramatis, startDramatis } from './dramatis';

let dramatis: Dramatis | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server-worker.js').toString(true);
  const startWorker = async (): Promise<Worker> => new Worker(script);
  dramatis = startDramatis(context, (options) => new LanguageClient('dramatis', 'Dramatis', startWorker, options));
  await dramatis.ready;
}

export async function deactivate(): Promise<void> {
  await dramatis?.stop();
}
