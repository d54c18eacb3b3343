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
let worker: Worker | undefined;

/** A worker has no end that could be noticed: an error that nothing catches is one, as it is in a process. */
class WorkerReader extends BrowserMessageReader {
  ended(): void {
    this.fireClose();
  }
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'dramatis.js');
  const startWorker = async (): Promise<MessageTransports> => {
    const bundle = new Uint8Array(await vscode.workspace.fs.readFile(script));
    const program = ['var dramatisServes = true, exports = {}, module = { exports };', bundle];
    worker?.terminate();
    const started = new Worker(URL.createObjectURL(new Blob(program, { type: 'text/javascript' })));
    worker = started;
    const reader = new WorkerReader(started);
    started.addEventListener('error', () => {
      started.terminate();
      reader.ended();
    });
    // VS Code's own class of workers is none that the language client would recognise.
    return { reader, writer: new BrowserMessageWriter(started) };
  };
  dramatis = startDramatis(context, (options) => new LanguageClient('dramatis', 'Dramatis', startWorker, options));
  await dramatis.ready;
}

export async function deactivate(): Promise<void> {
  try {
    await dramatis?.stop();
  } finally {
    worker?.terminate();
    worker = undefined;
  }
}
