/** The panels' messages: requests in, states out. The client passes them on between the page and here. */
import type { Connection } from 'vscode-languageserver';
import {
  cancelWork,
  exportData,
  type PanelRequest,
  panelCaret,
  panelClose,
  panelOpen,
  panelState,
  report,
  type WhatIfWriting,
  type WirePosition,
  whatIfEdit,
} from '../../panel/model/messages';
import { type ExportFormat, exportView } from '../../panel/views/exportData';
import { whatIfEdit as editOf } from '../../panel/whatIf/edit';
import { htmlReport } from '../../report/html/report';
import { runInSlices } from '../async/timeSlice';
import { rivals } from '../inference/evaluate';
import { trajectory } from '../inference/influence/trajectory';
import { normalUri } from '../program/uris';
import { Panels } from '../session/panels';
import type { Scenario } from '../session/scenario';
import type { Session } from '../session/session';

export interface PanelChannel {
  changed(scenario: Scenario, what: 'program' | 'posterior' | 'rivals' | 'progress'): void;
  caretMoved(uri: string, position: WirePosition): void;
}

export function panelChannel(
  connection: Connection,
  session: Session,
  log: (what: string, error: unknown) => void,
): PanelChannel {
  const panels = new Panels(session, {
    state: (state) => void connection.sendNotification(panelState, state),
    caret: (panel, evidence) => void connection.sendNotification(panelCaret, { panel, evidence }),
    failed: (error) => log('panel', error),
  });
  connection.onNotification(panelOpen, (request: PanelRequest) => panels.open(request));
  connection.onNotification(panelClose, ({ panel }: { readonly panel: string }) => panels.close(panel));
  connection.onNotification(cancelWork, ({ token }: { readonly token: string }) => session.datasetCache.stop(token));
  connection.onRequest(whatIfEdit, async ({ panel }: { readonly panel: string }): Promise<WhatIfWriting> => {
    const found = await panels.changesToWrite(panel);
    if (!found?.changes) return { edit: null, outdated: true };
    const versions = (uri: string): number | null => session.openDocuments.opened(normalUri(uri))?.version ?? null;
    return { edit: editOf(found.snapshot, found.changes, versions), outdated: false };
  });
  connection.onRequest(
    exportData,
    async ({ panel, format }: { readonly panel: string; readonly format: ExportFormat }) => {
      const displayed = await panels.displayedIn(panel);
      if (!displayed) return null;
      const { unit } = session.settings;
      const own = displayed.snapshot.program.units;
      return exportView(
        displayed.snapshot,
        displayed.request,
        format,
        displayed.extra,
        unit === 'scenario' ? own : unit,
      );
    },
  );
  connection.onRequest(report, async ({ uri }: { readonly uri: string }) => {
    const snapshot = await session.posterior(uri);
    if (!snapshot) return null;
    const { program, counts } = snapshot;
    const { signal } = new AbortController();
    const way = await runInSlices(trajectory(program, counts), session.scheduler, signal);
    const compared = await runInSlices(rivals(program, counts), session.scheduler, signal);
    const entire = { ...snapshot, evaluation: { ...snapshot.evaluation, ...compared } };
    const { unit } = session.settings;
    return { html: htmlReport(entire, { trajectory: way }, unit === 'scenario' ? program.units : unit) };
  });
  return {
    changed: (scenario, what) => panels.changed(scenario, what),
    caretMoved(uri, position) {
      panels.caretMoved(uri, position).catch((error: unknown) => log('caret', error));
    },
  };
}
