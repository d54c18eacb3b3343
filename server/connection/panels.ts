/** The panels' messages: requests in, states out. The client passes them on between the page and here. */
import type { Connection } from 'vscode-languageserver';
import { type ExportFormat, exportView } from '../features/panel/exportData';
import { whatIfEdit as editOf } from '../features/panel/whatIfEdit';
import {
  cancelWork,
  exportData,
  type PanelRequest,
  panelCaret,
  panelClose,
  panelOpen,
  panelState,
  type WirePosition,
  whatIfEdit,
} from '../protocol';
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
  connection.onNotification(cancelWork, ({ token }: { readonly token: string }) => session.shelf.stop(token));
  connection.onRequest(whatIfEdit, async ({ panel }: { readonly panel: string }) => {
    const shown = await panels.shownIn(panel);
    const snapshot = shown && (await session.semantic(shown.snapshot.uri));
    return snapshot ? editOf(snapshot, shown.request.whatIf) : null;
  });
  connection.onRequest(
    exportData,
    async ({ panel, format }: { readonly panel: string; readonly format: ExportFormat }) => {
      const shown = await panels.shownIn(panel);
      if (!shown) return null;
      const { unit } = session.settings;
      const own = shown.snapshot.program.units;
      return exportView(shown.snapshot, shown.request, format, shown.extra, unit === 'scenario' ? own : unit);
    },
  );
  return {
    changed: (scenario, what) => panels.changed(scenario, what),
    caretMoved(uri, position) {
      panels.caretMoved(uri, position).catch((error: unknown) => log('caret', error));
    },
  };
}
