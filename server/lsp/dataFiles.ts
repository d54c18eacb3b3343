/**
 * Which texts besides ours the editor tells us about: the data files that an open scenario reads, and no others. Another
 * extension's JSON stays alone: nothing is registered for it, not even a formatter that would answer nothing.
 */
import {
  type ClientCapabilities,
  type Connection,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type Disposable,
  type DocumentFilter,
  RegistrationType,
  type TextDocumentRegistrationOptions,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { SerialQueue } from '../async/serialQueue';
import type { Scenario } from '../session/scenario';
import { FEATURES } from './registry';

export interface DataFiles {
  /** A scenario's text was read: it may name other data files than before. */
  programOf(scenario: Scenario): void;
  /** A scenario is looked at no more. */
  closed(scenario: Scenario): void;
}

/** Registers the synchronisation of data files and the features for them, where the client can register at all. */
export function dataFiles(
  connection: Connection,
  client: ClientCapabilities,
  log: (what: string, error: unknown) => void,
): DataFiles {
  if (!client.textDocument?.synchronization?.dynamicRegistration)
    return { programOf: () => undefined, closed: () => undefined };
  const filesOf = new Map<string, readonly string[]>();
  let registered = '';
  let registrations: readonly Disposable[] = [];
  const queue = new SerialQueue();

  const begin = (documentSelector: DocumentFilter[]): readonly Promise<Disposable>[] => {
    const methods = new Set(FEATURES.filter(({ level }) => level === 'data').map(({ method }) => method));
    return [
      connection.client.register(DidOpenTextDocumentNotification.type, { documentSelector }),
      connection.client.register(DidChangeTextDocumentNotification.type, {
        documentSelector,
        syncKind: TextDocumentSyncKind.Incremental,
      }),
      connection.client.register(DidCloseTextDocumentNotification.type, { documentSelector }),
      ...[...methods].map((method) =>
        connection.client.register(new RegistrationType<TextDocumentRegistrationOptions>(method), { documentSelector }),
      ),
    ];
  };
  const register = async (uris: readonly string[]): Promise<void> => {
    const old = registrations;
    registrations = uris.length > 0 ? await Promise.all(begin(uris.map(filterFor))) : [];
    for (const registration of old) registration.dispose();
  };

  const update = (): void => {
    const all = [...new Set([...filesOf.values()].flat())].sort();
    if (all.join('\n') === registered) return;
    registered = all.join('\n');
    queue.add(() => register(all)).catch((error: unknown) => log('data files', error));
  };

  return {
    programOf(scenario) {
      const noted = scenario.program().then((loaded) => {
        const uris =
          loaded?.program.datasets.flatMap(({ uri, uris }) => uris ?? (uri === undefined ? [] : [uri])) ?? [];
        if (uris.length > 0) filesOf.set(scenario.root, uris);
        else filesOf.delete(scenario.root);
        update();
      });
      noted.catch((error: unknown) => log('data files', error));
    },
    closed(scenario) {
      if (filesOf.delete(scenario.root)) update();
    },
  };
}

/** One file and no other: characters that a glob would read are quoted. */
function filterFor(uri: string): DocumentFilter {
  const { scheme, fsPath } = URI.parse(uri);
  const pattern = fsPath.replaceAll('\\', '/').replace(/[*?{}[\]]/g, '[$&]');
  return { scheme, pattern };
}
