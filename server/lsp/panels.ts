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
  type ReportAnswer,
  report,
  type WhatIfWriting,
  type WirePosition,
  whatIfEdit,
} from '../../panel/model/messages';
import { exportName, exportView } from '../../panel/views/exportData';
import { viewExtra } from '../../panel/views/extra';
import { whatIfEdit as editOf } from '../../panel/whatIf/edit';
import { htmlReport } from '../../report/html/report';
import { viewJson } from '../../report/viewJson';
import { runInSlices } from '../async/timeSlice';
import { normalUri } from '../program/uris';
import { Panels } from '../session/panels';
import type { Scenario } from '../session/scenario';
import type { Session } from '../session/session';
import { messageSender } from './send';

export interface PanelChannel {
  changed(scenario: Scenario, what: 'program' | 'posterior' | 'rivals' | 'progress'): void;
  caretMoved(uri: string, position: WirePosition): void;
}

export function panelChannel(
  connection: Connection,
  session: Session,
  log: (what: string, error: unknown) => void,
): PanelChannel {
  const sent = messageSender(log);
  const panels = new Panels(session, {
    state: (state) => sent('panel', connection.sendNotification(panelState, state)),
    caret: (message) => sent('panel', connection.sendNotification(panelCaret, message)),
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
    async ({ panel, format, table }: { panel: string; format: 'csv' | 'json' | 'markdown'; table?: string }) => {
      const displayed = await panels.displayedIn(panel);
      if (!displayed) return null;
      const { snapshot, request, extra } = displayed;
      if (format !== 'json') return exportView(snapshot, request, format, { extra, table });
      return { name: `${exportName(snapshot, request.view)}.json`, text: viewJson(snapshot, request.view, extra) };
    },
  );
  connection.onRequest(report, async ({ uri }: { readonly uri: string }) => {
    // A report is asked for, so it is of the text as it stands, whenever texts are evaluated by themselves.
    await session.evaluateNow(uri);
    const root = await session.rootOf(uri);
    const snapshot = await session.shownWhole(root);
    if (!snapshot) return { reason: session.reasonWithout(root) } satisfies ReportAnswer;
    const { signal } = new AbortController();
    const request = { panel: 'report', view: 'trajectory', whatIf: [], query: {} } as const;
    const extra = await runInSlices(viewExtra(snapshot, request, new Map()), session.scheduler, signal);
    const { unit } = session.settings;
    const units = unit === 'scenario' ? snapshot.program.units : unit;
    return { html: htmlReport(snapshot, extra, units) } satisfies ReportAnswer;
  });
  return {
    changed: (scenario, what) => panels.changed(scenario, what),
    caretMoved: (uri, position) => panels.caretMoved(uri, position),
  };
}
