/**
 * The browser entry: the same client around a server that runs in a web worker. The worker is made from the text of the
 * bundle, since a browser starts none from another origin, where extensions mostly come from.
 */
import * as vscode from 'vscode';
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  LanguageClient,
  type MessageTransports,
} from 'vscode-languageclient/browser';
import { type Dramatis, startDramatis } from './dramatis';

let dramatis: Dramatis | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'dramatis.js');
  const startWorker = async (): Promise<MessageTransports> => {
    const bundle = new Uint8Array(await vscode.workspace.fs.readFile(script));
    const program = ['var dramatisServes = true, exports = {}, module = { exports };', bundle];
    const worker = new Worker(URL.createObjectURL(new Blob(program, { type: 'text/javascript' })));
    // VS Code's own class of workers is none that the language client would recognise.
    return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
  };
  dramatis = startDramatis(context, (options) => new LanguageClient('dramatis', 'Dramatis', startWorker, options));
  await dramatis.ready;
}

export async function deactivate(): Promise<void> {
  await dramatis?.stop();
}
