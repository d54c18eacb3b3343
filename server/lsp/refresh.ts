/**
 * When to ask the client to ask again. A client asks by itself after an edit, for the edited text; it has to be told
 * when numbers moved for another reason: a dataset has come, another text of the program was edited, a setting changed.
 */
import type { ClientCapabilities, Connection } from 'vscode-languageserver';
import { Coalescer } from '../async/debounce';
import { normalUri } from '../program/uris';
import type { Scenario } from '../session/scenario';
import type { Session } from '../session/session';
import type { PosteriorSnapshot } from '../snapshot';

/** Several reasons within this many milliseconds are one refresh. */
const COALESCE_MILLISECONDS = 60;

export interface Refresher {
  supportedBy(capabilities: ClientCapabilities): void;
  /** The session has just seen an edit of this text. */
  edited(uri: string): void;
  /** A request at the posterior level was answered with these numbers, or without any. */
  replied(uri: string, snapshot: PosteriorSnapshot | undefined): void;
  posteriorOf(scenario: Scenario): void;
  everything(): void;
}

export function refresher(connection: Connection, session: Session): Refresher {
  let workspace: ClientCapabilities['workspace'];
  let pullsDiagnostics = false;
  /** The revision that each text's last edit made: numbers of a later one moved for another reason. */
  const editedAt = new Map<string, number>();
  /** Texts that were answered with less than the whole: they are owed a refresh. */
  const stale = new Set<string>();

  const all = new Coalescer(session.scheduler, COALESCE_MILLISECONDS, () => {
    if (workspace?.inlayHint?.refreshSupport) void connection.languages.inlayHint.refresh();
    if (workspace?.codeLens?.refreshSupport) void connection.sendRequest('workspace/codeLens/refresh');
    if (pullsDiagnostics && workspace?.diagnostics?.refreshSupport) void connection.languages.diagnostics.refresh();
    if (workspace?.semanticTokens?.refreshSupport) void connection.languages.semanticTokens.refresh();
  });
  const everything = (): void => all.request();
  return {
    supportedBy(capabilities) {
      workspace = capabilities.workspace;
      pullsDiagnostics = capabilities.textDocument?.diagnostic !== undefined;
    },
    edited(uri) {
      editedAt.set(normalUri(uri), session.revision);
    },
    replied(uri, snapshot) {
      const complete = snapshot?.program.datasets.every(({ uri, index }) => !uri || snapshot.counts.has(index));
      if (complete) stale.delete(normalUri(uri));
      else stale.add(normalUri(uri));
    },
    posteriorOf(scenario) {
      const revision = scenario.evaluated?.revision;
      const open = [...scenario.dependencies].filter((uri) => session.openDocuments.opened(uri));
      if (open.some((uri) => editedAt.get(uri) !== revision || stale.has(uri))) everything();
    },
    everything,
  };
}
