/**
 * When to ask the client to ask again. A client asks by itself after an edit, for the edited text; it has to be told
 * when numbers moved for another reason: a dataset has come, another text of the program was edited, a setting changed.
 */
import type { ClientCapabilities, Connection } from 'vscode-languageserver';
import { Coalescer } from '../async/debounce';
import { normalUri } from '../program/uris';
import type { Scenario } from '../session/scenario';
import type { Session } from '../session/session';
import { messageSender } from './send';

/** Several reasons within this many milliseconds are one refresh. */
const COALESCE_MILLISECONDS = 60;

export interface Refresher {
  supportedBy(capabilities: ClientCapabilities): void;
  /** The session has just seen an edit of this text. */
  edited(uri: string): void;
  /** A request at the posterior level was answered with this; `whole`: with all that it asked for, of the newest text. */
  replied(uri: string, entire: boolean): void;
  /** A scenario's numbers, or those of its rival accounts, are there. */
  posteriorOf(scenario: Scenario, what: 'posterior' | 'rivals'): void;
  everything(): void;
}

export function refresher(
  connection: Connection,
  session: Session,
  log: (what: string, error: unknown) => void,
): Refresher {
  const sent = messageSender(log);
  let workspace: ClientCapabilities['workspace'];
  let pullsDiagnostics = false;
  /** The revision that each text's last edit made: numbers of a later one moved for another reason. */
  const editedAt = new Map<string, number>();
  /** Texts that were answered with less than the whole: they are owed a refresh. */
  const stale = new Set<string>();

  const all = new Coalescer(session.scheduler, COALESCE_MILLISECONDS, () => {
    if (workspace?.inlayHint?.refreshSupport) sent('refresh', connection.languages.inlayHint.refresh());
    if (workspace?.codeLens?.refreshSupport) sent('refresh', connection.sendRequest('workspace/codeLens/refresh'));
    if (pullsDiagnostics && workspace?.diagnostics?.refreshSupport)
      sent('refresh', connection.languages.diagnostics.refresh());
    if (workspace?.semanticTokens?.refreshSupport) sent('refresh', connection.languages.semanticTokens.refresh());
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
    replied(uri, entire) {
      if (entire) stale.delete(normalUri(uri));
      else stale.add(normalUri(uri));
    },
    posteriorOf(scenario, what) {
      const revision = scenario.outcome?.loaded.revision;
      const open = [...scenario.dependencies].filter((uri) => session.openDocuments.opened(uri));
      const moved = (uri: string): boolean => what === 'posterior' && editedAt.get(uri) !== revision;
      if (open.some((uri) => moved(uri) || stale.has(uri))) everything();
    },
    everything,
  };
}
