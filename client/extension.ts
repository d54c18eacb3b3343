/**
 * The desktop entry: starts the server as a process of its own and talks to it over IPC. The client is thin: it knows
 * the editor and passes messages on; it knows nothing of personas or numbers.
 */
import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { type Dramatis, startDramatis } from './dramatis';

let dramatis: Dramatis | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const module = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server.cjs').fsPath;
  dramatis = startDramatis(context, (options) => {
    const transport = TransportKind.ipc;
    const debug = { module, transport, options: { execArgv: ['--nolazy', '--inspect=6009'] } };
    return new LanguageClient('dramatis', 'Dramatis', { run: { module, transport }, debug }, options);
  });
  await dramatis.ready;
}

export async function deactivate(): Promise<void> {
  await dramatis?.stop();
}
