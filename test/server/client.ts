/** A client of the built server over a real connection: what an editor does, and nothing of what the server is inside. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type ClientCapabilities,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  IPCMessageReader,
  IPCMessageWriter,
  LogMessageNotification,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Range,
  type Registration,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  UnregistrationRequest,
} from 'vscode-languageserver/node';
import { type PanelState, panelState } from '../../panel/model/messages';

const repository = resolve(import.meta.dirname, '../..');
const SERVER = resolve(repository, 'dist/server.cjs');

export interface ViewRequest {
  readonly transport?: 'stdio' | 'ipc';
  readonly capabilities?: ClientCapabilities;
  readonly folders?: readonly string[];
  readonly options?: unknown;
}

const PULLS: ClientCapabilities = {
  textDocument: { diagnostic: { relatedDocumentSupport: true } },
  workspace: { diagnostics: { refreshSupport: true }, inlayHint: { refreshSupport: true } },
};

/** A started and initialised server with what it has said so far. */
export class TestClient {
  readonly connection: ProtocolConnection;
  readonly result: InitializeResult;
  readonly published: PublishDiagnosticsParams[] = [];
  readonly states: PanelState[] = [];
  readonly log: string[] = [];
  readonly refreshed: string[] = [];
  /** What the server has asked to hear about, and not taken back. */
  readonly registered = new Map<string, Registration>();
  readonly #process: ChildProcess;
  readonly #waiting = new Set<() => void>();
  readonly #versions = new Map<string, number>();

  private constructor(process: ChildProcess, connection: ProtocolConnection, result: InitializeResult) {
    this.#process = process;
    this.connection = connection;
    this.result = result;
  }

  static async start({
    transport = 'stdio',
    capabilities = PULLS,
    folders = [],
    options,
  }: ViewRequest = {}): Promise<TestClient> {
    if (!existsSync(SERVER)) throw new Error('dist/server.cjs is not there: run `npm run build` first');
    const child =
      transport === 'stdio'
        ? spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })
        : fork(SERVER, ['--node-ipc'], { execArgv: [] });
    const connection =
      transport === 'stdio'
        ? createProtocolConnection(new StreamMessageReader(child.stdout!), new StreamMessageWriter(child.stdin!))
        : createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    let client: TestClient | undefined;
    const early: (() => void)[] = [];
    const hear = (what: (one: TestClient) => void): void => {
      const report = (): void => {
        what(client!);
        client!.#heard();
      };
      if (client) report();
      else early.push(report);
    };
    connection.onNotification(PublishDiagnosticsNotification.type, (params) =>
      hear((one) => one.published.push(params)),
    );
    connection.onNotification(panelState, (state: PanelState) => hear((one) => one.states.push(state)));
    connection.onNotification(LogMessageNotification.type, ({ message }) => hear((one) => one.log.push(message)));
    for (const method of ['workspace/diagnostic/refresh', 'workspace/inlayHint/refresh'])
      connection.onRequest(method, () => {
        hear((one) => one.refreshed.push(method));
        return null;
      });
    connection.onRequest(RegistrationRequest.type, ({ registrations }) =>
      hear((one) => {
        for (const registration of registrations) one.registered.set(registration.id, registration);
      }),
    );
    connection.onRequest(UnregistrationRequest.type, ({ unregisterations }) =>
      hear((one) => {
        for (const { id } of unregisterations) one.registered.delete(id);
      }),
    );
    connection.listen();
    const result = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities,
      workspaceFolders: folders.map((uri) => ({ uri, name: uri.split('/').at(-1)! })),
      initializationOptions: options,
    });
    client = new TestClient(child, connection, result);
    for (const report of early) report();
    await connection.sendNotification(InitializedNotification.type, {});
    return client;
  }

  async open(uri: string, text: string, languageId = 'dramatis'): Promise<void> {
    this.#versions.set(uri, 1);
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  /** Replace a range, as an editor does for a key; without a range the whole text. */
  async edit(uri: string, text: string, range?: Range): Promise<void> {
    const version = this.#versions.get(uri)! + 1;
    this.#versions.set(uri, version);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [range ? { range, text } : { text }],
    });
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  async diagnostics(uri: string): Promise<readonly Diagnostic[]> {
    const report = await this.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
    return report.kind === 'full' ? report.items : [];
  }

  /** Resolves once the predicate holds; it is asked again after everything that the server says. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((done) => {
      const look = (): void => {
        if (!holds()) return;
        this.#waiting.delete(look);
        done();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** The newest state of a panel that fulfils the predicate; waits for it. */
  async state(fits: (state: PanelState) => boolean): Promise<PanelState> {
    await this.until(() => this.states.length > 0 && fits(this.states.at(-1)!));
    return this.states.at(-1)!;
  }

  async stop(): Promise<number | null> {
    const exited = new Promise<number | null>((done) => this.#process.once('exit', done));
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    const code = await exited;
    this.connection.dispose();
    return code;
  }

  #heard(): void {
    for (const look of [...this.#waiting]) look();
  }
}
