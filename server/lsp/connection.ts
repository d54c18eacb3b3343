/**
 * The language server: the one place that knows both the session and the protocol. It scheduler messages into calls of the
 * session, features' answers into replies, and lets nothing that throws go further than the log.
 */
import {
  type CancellationToken,
  type Connection,
  type Diagnostic,
  DidChangeConfigurationNotification,
  type InitializeParams,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type ActiveEditor, activeEditor, evaluateNow, type InitializationOptions } from '../../panel/model/messages';
import { LatestTicket } from '../async/latest';
import { QuietPeriod } from '../async/quietPeriod';
import type { Scheduler } from '../async/scheduler';
import type { Matcher } from '../datasets/mapping/patterns';
import { type Feature, type FeatureContext, isOfNewestText } from '../features/feature';
import type { Host } from '../host/host';
import { Session, type SessionListener } from '../session/session';
import { readSettings } from '../settings';
import { type DataFiles, dataFiles } from './dataFiles';
import { type DiagnosticChannel, diagnosticChannel } from './diagnostics';
import { panelChannel } from './panels';
import { answerPreviews } from './preview';
import { refresher } from './refresh';
import { FEATURES } from './registry';
import { messageSender } from './send';
import { statusPublisher } from './status';

declare global {
  /** Set by the latency benchmark before the server starts: told which stage of an edit's life is reached. */
  var dramatisStage: ((stage: string) => void) | undefined;
}

const LANGUAGE = 'dramatis';
/** Has a channel of its own; a feature of this name is asked for data files alone. */
const DIAGNOSTICS = 'textDocument/diagnostic';
/** Methods whose answers are drawn into the edited lines: deferred until typing pauses, so that the panel is first. */
const DEFERRED_METHODS: ReadonlySet<string> = new Set(['textDocument/inlayHint', 'codeLens/resolve']);
const TYPING_PAUSE_MILLISECONDS = 90;

export function serve(connection: Connection, host: Host, scheduler: Scheduler, matcher?: Matcher): void {
  const documents = new TextDocuments(TextDocument);
  const log = (what: string, error: unknown): void =>
    connection.console.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const listener: SessionListener = {
    changed: (scenario, what) => {
      globalThis.dramatisStage?.(what);
      panels.changed(scenario, what);
      if (what === 'program') data?.programOf(scenario);
      if (what !== 'program') refresh.posteriorOf(scenario, what);
      if (what !== 'program') diagnostics?.posteriorOf(scenario);
      publishStatus();
    },
    progressed: (scenario) => {
      panels.changed(scenario, 'progress');
      publishStatus();
    },
    closed: (scenario) => {
      data?.closed(scenario);
      diagnostics?.scenarioClosed(scenario);
    },
    failed: (error) => log('evaluation', error),
  };
  const sent = messageSender(log);
  const session = new Session(host, scheduler, listener, matcher);
  const panels = panelChannel(connection, session, log);
  const refresh = refresher(connection, session, log);
  let diagnostics: DiagnosticChannel | undefined;
  let data: DataFiles | undefined;
  const publishStatus = statusPublisher(connection, session, log);
  const context: FeatureContext = {
    get settings() {
      return session.settings;
    },
    host: session.openDocuments,
    everyProgram: () => session.everyProgram(),
    numbers: (uri) => session.posterior(uri),
    get snippets() {
      return client.capabilities.textDocument?.completion?.completionItem?.snippetSupport ?? false;
    },
  };

  const typing = new QuietPeriod(scheduler, TYPING_PAUSE_MILLISECONDS);
  let client: InitializeParams;
  const configure = (raw: unknown): void => {
    const options = client.initializationOptions as InitializationOptions | undefined;
    session.configure({ ...readSettings(raw), documentation: options?.documentation });
  };
  connection.onInitialize((params) => {
    client = params;
    refresh.supportedBy(params.capabilities);
    configure(params.initializationOptions);
    session.setFolders(foldersOf(params));
    data = dataFiles(connection, params.capabilities, log);
    diagnostics = diagnosticChannel(connection, session, params.capabilities, refresh, log, async (uri) => {
      const answer = await answerWith(featuresFor(DIAGNOSTICS), { textDocument: { uri } });
      return (answer ?? []) as Diagnostic[];
    });
    const own = {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      ...diagnostics.capabilities,
    };
    const capabilities = FEATURES.reduce((all: Plain, feature) => merge(all, feature.capabilities), own);
    return { serverInfo: { name: 'dramatis' }, capabilities };
  });

  connection.onInitialized(async () => {
    if (client.capabilities.workspace?.workspaceFolders)
      connection.workspace.onDidChangeWorkspaceFolders(() =>
        sent(
          'folders',
          connection.workspace
            .getWorkspaceFolders()
            .then((folders) => session.setFolders((folders ?? []).map((folder) => folder.uri))),
        ),
      );
    if (!client.capabilities.workspace?.configuration) return;
    // A client that is asked for settings says that they changed only where the server has registered for it.
    if (client.capabilities.workspace.didChangeConfiguration?.dynamicRegistration)
      sent('settings', connection.client.register(DidChangeConfigurationNotification.type, { section: 'dramatis' }));
    await readConfiguration();
  });

  const configurations = new LatestTicket();
  const readConfiguration = async (): Promise<void> => {
    const isLatest = configurations.take();
    try {
      const settings: unknown = await connection.workspace.getConfiguration('dramatis');
      if (!isLatest()) return;
      configure(settings);
      refresh.everything();
    } catch (error) {
      log('settings', error);
    }
  };
  connection.onDidChangeConfiguration(({ settings }) => {
    if (client.capabilities.workspace?.configuration) return readConfiguration();
    configure((settings as { readonly dramatis?: unknown } | undefined)?.dramatis);
    refresh.everything();
    return undefined;
  });

  documents.onDidChangeContent(({ document }) => {
    if (document.version > 1) typing.note();
    session.put(document.uri, document.version, document.getText(), document.languageId);
    refresh.edited(document.uri);
    diagnostics?.edited(document.uri);
  });
  documents.onDidSave(({ document }) => session.saved(document.uri));
  documents.onDidClose(({ document }) => {
    session.remove(document.uri);
    diagnostics?.closed(document.uri);
  });
  documents.listen(connection);
  connection.onDidChangeWatchedFiles(({ changes }) => {
    session.filesChanged(changes.map(({ uri }) => uri));
  });

  connection.onNotification(activeEditor, ({ uri, position }: ActiveEditor) => {
    if (uri === undefined) return;
    void session.activate(uri).then(publishStatus, (error: unknown) => log('active editor', error));
    if (position) panels.caretMoved(uri, position);
  });
  connection.onRequest(evaluateNow, async ({ uri }: { readonly uri: string }) => {
    await session.evaluateNow(uri);
    refresh.everything();
    return null;
  });

  answerPreviews(connection, session, log, matcher);

  for (const method of new Set(FEATURES.map((feature) => feature.method))) {
    if (method === DIAGNOSTICS) continue;
    const features = featuresFor(method);
    connection.onRequest(method, async (params: unknown, token: CancellationToken) => {
      try {
        const answer = await answerWith(features, params);
        if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
        return answer ?? null;
      } catch (error) {
        log(method, error);
        return null;
      }
    });
  }

  const answerWith = async (features: readonly Feature[], params: unknown): Promise<unknown> => {
    const uri = uriOf(params);
    const isData = uri !== undefined && (documents.get(uri)?.languageId ?? LANGUAGE) !== LANGUAGE;
    const feature = features.find((candidate) => (candidate.level === 'data') === isData);
    if (feature && DEFERRED_METHODS.has(feature.method)) await typing.wait();
    switch (feature?.level) {
      case undefined:
        return null;
      case 'workspace':
        return feature.answer(undefined, params, context);
      case 'syntax': {
        const snapshot = session.syntax(uri!);
        return snapshot && feature.answer(snapshot, params, context);
      }
      case 'semantic': {
        const snapshot = await session.semantic(uri!);
        return snapshot && feature.answer(snapshot, params, context);
      }
      case 'posterior': {
        const text = session.syntax(uri!);
        const accounts = text !== undefined && (feature.needsAccounts?.(text, params) ?? false);
        const snapshot = await session.best(uri!, { accounts });
        refresh.replied(uri!, snapshot !== undefined && isOfNewestText(snapshot));
        return snapshot && feature.answer(snapshot, params, context);
      }
      case 'data': {
        const document = documents.get(uri!)!;
        const users = await session.usersOf(uri!);
        const data = { uri: uri!, version: document.version, text: document.getText(), users };
        return users.length > 0 ? feature.answer(data, params, context) : null;
      }
    }
  };

  connection.onShutdown(() => session.dispose());
  connection.listen();
}

function featuresFor(method: string): readonly Feature[] {
  return FEATURES.filter((feature) => feature.method === method);
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly string[] {
  return workspaceFolders?.map((folder) => folder.uri) ?? (rootUri ? [rootUri] : []);
}

/** The text that a request is about: most name it, some carry it in an item that they were given before. */
function uriOf(params: unknown): string | undefined {
  const { textDocument, item, data } = params as {
    readonly textDocument?: { readonly uri: string };
    readonly item?: { readonly uri: string };
    readonly data?: { readonly uri?: string };
  };
  return textDocument?.uri ?? item?.uri ?? data?.uri;
}

type Plain = Readonly<Record<string, unknown>>;

/** Capabilities of two features: objects are merged (`workspace.fileOperations`), anything else is the later one's. */
function merge(left: Plain, right: Plain): Plain {
  const merged: Record<string, unknown> = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const old = merged[key];
    merged[key] = isPlain(old) && isPlain(value) ? merge(old, value) : value;
  }
  return merged;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
