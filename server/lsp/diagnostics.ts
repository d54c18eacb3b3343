/**
 * Diagnostics on the wire: pulled, with result ids and "unchanged", where the client can; pushed where it cannot.
 *
 * A pull waits for the numbers for a moment, because most scenarios have them before a person could look; where it
 * takes longer, what the text alone shows goes ahead and a refresh follows.
 */
import {
  type CancellationToken,
  type ClientCapabilities,
  type Connection,
  type Diagnostic,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  type DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { withTimeout } from '../async/delay';
import { diagnosticsOf } from '../features/diagnostics';
import { hasNumbers, isOfNewestText, type MaybeNumbers } from '../features/feature';
import { normalUri } from '../program/uris';
import type { Session } from '../session/session';
import { type PushedDiagnostics, pushedDiagnostics } from './pushedDiagnostics';
import type { Refresher } from './refresh';

/** A pull waits so long for the numbers. */
const TIMEOUT_MILLISECONDS = 250;
const FULL: typeof DocumentDiagnosticReportKind.Full = 'full';
const UNCHANGED: typeof DocumentDiagnosticReportKind.Unchanged = 'unchanged';

/** What stands in an open data file, by the features for data files. */
type OfData = (uri: string) => Promise<Diagnostic[]>;

export interface DiagnosticChannel extends PushedDiagnostics {
  readonly capabilities: Partial<ServerCapabilities>;
}

export function diagnosticChannel(
  connection: Connection,
  session: Session,
  client: ClientCapabilities,
  refresh: Refresher,
  log: (what: string, error: unknown) => void,
  ofData: OfData,
): DiagnosticChannel {
  const pull = client.textDocument?.diagnostic !== undefined;
  if (pull) return pulled(connection, session, client, refresh, log, ofData);
  return { capabilities: {}, ...pushedDiagnostics(connection, session, log, (uri) => withinMoment(session, uri)) };
}

function pulled(
  connection: Connection,
  session: Session,
  client: ClientCapabilities,
  refresh: Refresher,
  log: (what: string, error: unknown) => void,
  ofData: OfData,
): DiagnosticChannel {
  const related = client.textDocument?.diagnostic?.relatedDocumentSupport === true;
  const results = resultIds();
  /** The files that the last answer for a text spoke of. */
  const relatedTo = new Map<string, ReadonlySet<string>>();

  const report = async ({ textDocument, previousResultId }: DocumentDiagnosticParams) => {
    const { uri } = textDocument;
    if (!session.isScenarioText(uri)) return results.report(uri, await ofData(uri), previousResultId);
    const snapshot = await withinMoment(session, uri);
    refresh.replied(uri, snapshot !== undefined && isWhole(snapshot));
    if (!snapshot) return { kind: FULL, items: [] };
    const answer: DocumentDiagnosticReport = results.report(
      textDocument.uri,
      diagnosticsOf(snapshot, session.settings),
      previousResultId,
    );
    if (!related) return answer;
    const relatedDocuments: Record<string, DocumentDiagnosticReport> = Object.fromEntries(
      snapshot.program.files.flatMap((file, index) => {
        if (index === snapshot.file || session.openDocuments.opened(normalUri(file.uri))) return [];
        const items = diagnosticsOf({ ...snapshot, file: index }, session.settings);
        return [[file.uri, results.report(file.uri, items, undefined)]];
      }),
    );
    // What an earlier answer said of files that are no longer imported is taken back.
    for (const gone of relatedTo.get(uri) ?? [])
      if (!session.openDocuments.opened(normalUri(gone)))
        relatedDocuments[gone] ??= results.report(gone, [], undefined);
    relatedTo.set(uri, new Set(Object.keys(relatedDocuments)));
    return { ...answer, relatedDocuments };
  };
  connection.languages.diagnostics.on(async (params, token: CancellationToken) => {
    try {
      const answer = await report(params);
      if (token.isCancellationRequested)
        // Without data: a client told not to ask again would not ask for the text that made it cancel either.
        return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      return answer;
    } catch (error) {
      log('textDocument/diagnostic', error);
      return { kind: FULL, items: [] };
    }
  });
  return {
    capabilities: {
      diagnosticProvider: { identifier: 'dramatis', interFileDependencies: true, workspaceDiagnostics: false },
    },
    edited: () => undefined,
    closed(uri) {
      results.forget(uri);
      relatedTo.delete(uri);
    },
    posteriorOf: () => undefined,
    scenarioClosed: () => undefined,
  };
}

/**
 * The best that there is of a text within a moment: with the numbers of the rival accounts, else what is known by then,
 * else the text alone. The work goes on.
 */
async function withinMoment(session: Session, uri: string): Promise<MaybeNumbers | undefined> {
  const entire = session.best(uri, { accounts: true });
  const inTime = await withTimeout(entire, TIMEOUT_MILLISECONDS, session.scheduler, () => 'late' as const);
  return inTime === 'late' ? session.bestNow(uri) : inTime;
}

/** Whether nothing follows: the numbers of this text are there, with those of its accounts. */
function isWhole(snapshot: MaybeNumbers): boolean {
  if (!isOfNewestText(snapshot) || !hasNumbers(snapshot)) return false;
  return snapshot.evaluation.accounts.length === snapshot.program.accounts.length;
}

/** Remembers what each text was told last, to say "unchanged" when nothing is new. */
function resultIds() {
  const last = new Map<string, { readonly id: string; readonly content: string }>();
  let next = 0;
  return {
    report(uri: string, items: Diagnostic[], previous: string | undefined): DocumentDiagnosticReport {
      const content = JSON.stringify(items);
      const known = last.get(uri);
      if (known?.content === content) {
        if (known.id === previous) return { kind: UNCHANGED, resultId: known.id };
        return { kind: FULL, resultId: known.id, items };
      }
      const id = String(++next);
      last.set(uri, { id, content });
      return { kind: FULL, resultId: id, items };
    },
    forget: (uri: string) => last.delete(uri),
  };
}
