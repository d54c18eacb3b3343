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
import type { MaybeNumbers } from '../features/feature';
import { normalUri } from '../program/uris';
import type { Scenario } from '../session/scenario';
import type { Session } from '../session/session';
import type { Refresher } from './refresh';

/** A pull waits so long for the numbers. */
const TIMEOUT_MILLISECONDS = 250;
const FULL: typeof DocumentDiagnosticReportKind.Full = 'full';
const UNCHANGED: typeof DocumentDiagnosticReportKind.Unchanged = 'unchanged';

/** What stands in an open data file, by the features for data files. */
type OfData = (uri: string) => Promise<Diagnostic[]>;

export interface DiagnosticChannel {
  readonly capabilities: Partial<ServerCapabilities>;
  edited(uri: string): void;
  closed(uri: string): void;
  posteriorOf(scenario: Scenario): void;
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
  return pull ? pulled(connection, session, client, refresh, log, ofData) : pushed(connection, session, log);
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

  const report = async ({ textDocument, previousResultId }: DocumentDiagnosticParams) => {
    const { uri } = textDocument;
    if (!session.isScenarioText(uri)) return results.report(uri, await ofData(uri), previousResultId);
    const numbers = await withinMoment(session, session.posterior(uri));
    refresh.replied(textDocument.uri, numbers);
    const snapshot: MaybeNumbers | undefined = numbers ?? (await session.semantic(textDocument.uri));
    if (!snapshot) return { kind: FULL, items: [] };
    const answer: DocumentDiagnosticReport = results.report(
      textDocument.uri,
      diagnosticsOf(snapshot, session.settings),
      previousResultId,
    );
    if (!related) return answer;
    const relatedDocuments = Object.fromEntries(
      snapshot.program.files.flatMap((file, index) => {
        if (index === snapshot.file || session.openDocuments.opened(normalUri(file.uri))) return [];
        const items = diagnosticsOf({ ...snapshot, file: index }, session.settings);
        return [[file.uri, results.report(file.uri, items, undefined)]];
      }),
    );
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
    closed: (uri) => results.forget(uri),
    posteriorOf: () => undefined,
  };
}

function pushed(
  connection: Connection,
  session: Session,
  log: (what: string, error: unknown) => void,
): DiagnosticChannel {
  const sent = new Map<string, string>();
  const publish = (uri: string, version: number | undefined, diagnostics: Diagnostic[]): void => {
    const text = JSON.stringify([version, diagnostics]);
    if (sent.get(uri) === text) return;
    sent.set(uri, text);
    void connection.sendDiagnostics({ uri, version, diagnostics });
  };
  const publishProgram = (snapshot: MaybeNumbers): void => {
    snapshot.program.files.forEach((file, index) => {
      const version = session.openDocuments.opened(normalUri(file.uri))?.version;
      publish(file.uri, version, diagnosticsOf({ ...snapshot, file: index }, session.settings));
    });
  };
  return {
    capabilities: {},
    edited(uri) {
      if (!session.isScenarioText(uri)) return;
      void withinMoment(session, session.posterior(uri))
        .then(async (numbers) => {
          const snapshot = numbers ?? (await session.semantic(uri));
          if (snapshot) publishProgram(snapshot);
        })
        .catch((error: unknown) => log('diagnostics', error));
    },
    closed(uri) {
      if (sent.delete(uri)) void connection.sendDiagnostics({ uri, diagnostics: [] });
    },
    posteriorOf(scenario) {
      const snapshot = scenario.evaluated && session.viewFrom(scenario.evaluated, scenario.root);
      if (snapshot) publishProgram(snapshot);
    },
  };
}

/** The value if it comes within a moment, else undefined; the work goes on. */
function withinMoment<T>(session: Session, value: Promise<T | undefined>): Promise<T | undefined> {
  return withTimeout(value, TIMEOUT_MILLISECONDS, session.scheduler, () => undefined);
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
