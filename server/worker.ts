/** The server in a web worker: every file comes through the client. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { systemScheduler } from './async/scheduler';
import { clientHost } from './host/clientHost';
import { serve } from './lsp/connection';
import { workerMatcher } from './workers/webMatcher';

/** The worker's own scope; the page's types, which this project compiles with, do not know it. */
const scope = globalThis as unknown as ConstructorParameters<typeof BrowserMessageReader>[0];

const connection = createConnection(new BrowserMessageReader(scope), new BrowserMessageWriter(scope));
serve(
  connection,
  clientHost((method, params) => connection.sendRequest(method, params)),
  systemScheduler,
  workerMatcher(),
);
