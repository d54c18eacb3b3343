/**
 * Diagnostics for clients that cannot pull them: published for every file of every open program, and taken back from
 * files that belong to none any more.
 */
import type { Connection, Diagnostic } from 'vscode-languageserver';
import { diagnosticsOf } from '../features/diagnostics';
import type { MaybeNumbers } from '../features/feature';
import { normalUri } from '../program/uris';
import type { Scenario } from '../session/scenario';
import type { Session } from '../session/session';
import { messageSender } from './send';

export interface PushedDiagnostics {
  edited(uri: string): void;
  closed(uri: string): void;
  posteriorOf(scenario: Scenario): void;
  scenarioClosed(scenario: Scenario): void;
}

/** `soon`: what there is of a text within a moment. */
export function pushedDiagnostics(
  connection: Connection,
  session: Session,
  log: (what: string, error: unknown) => void,
  soon: (uri: string) => Promise<MaybeNumbers | undefined>,
): PushedDiagnostics {
  const send = messageSender(log);
  /** What each file was told last, by its normal name. */
  const told = new Map<string, { readonly name: string; readonly content: string }>();
  /** The client's own spelling of the names of open texts. */
  const spelling = new Map<string, string>();
  /** The files of each program that were told of, by root. */
  const filesOf = new Map<string, ReadonlySet<string>>();

  const notify = (key: string, fallback: string, version: number | undefined, diagnostics: Diagnostic[]): void => {
    const name = spelling.get(key) ?? fallback;
    const content = JSON.stringify([version, diagnostics]);
    const before = told.get(key);
    if (before?.name === name && before.content === content) return;
    if (before && before.name !== name)
      send('diagnostics', connection.sendDiagnostics({ uri: before.name, diagnostics: [] }));
    told.set(key, { name, content });
    send('diagnostics', connection.sendDiagnostics({ uri: name, version, diagnostics }));
  };
  const withdraw = (key: string): void => {
    const before = told.get(key);
    if (before && told.delete(key))
      send('diagnostics', connection.sendDiagnostics({ uri: before.name, diagnostics: [] }));
  };
  const setFiles = (root: string, files: ReadonlySet<string>): void => {
    const before = filesOf.get(root) ?? new Set();
    if (files.size > 0) filesOf.set(root, files);
    else filesOf.delete(root);
    const others = [...filesOf.values()];
    for (const file of before) if (!others.some((all) => all.has(file))) withdraw(file);
  };
  const publish = (snapshot: MaybeNumbers): void => {
    const { files } = snapshot.program;
    const root = normalUri(files[0]?.uri ?? snapshot.uri);
    setFiles(root, new Set(files.map(({ uri }) => normalUri(uri))));
    for (const [index, { uri }] of files.entries()) {
      const key = normalUri(uri);
      const version = session.openDocuments.opened(key)?.version;
      notify(key, uri, version, diagnosticsOf({ ...snapshot, file: index }, session.settings));
    }
  };
  const publishWhen = (found: Promise<MaybeNumbers | undefined>): void =>
    send(
      'diagnostics',
      found.then((snapshot) => snapshot && publish(snapshot)),
    );

  return {
    edited(uri) {
      spelling.set(normalUri(uri), uri);
      if (session.isScenarioText(uri)) publishWhen(soon(uri));
    },
    closed(uri) {
      const key = normalUri(uri);
      spelling.delete(key);
      withdraw(key);
    },
    posteriorOf: (scenario) => publishWhen(session.best(scenario.root)),
    scenarioClosed: (scenario) => setFiles(scenario.root, new Set()),
  };
}
