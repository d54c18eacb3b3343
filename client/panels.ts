/** All panels of this window: opens them, restores them after a reload, hands each its messages from the server. */
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { type CaretMessage, type PanelState, panelCaret, panelState, type ViewName } from '../panel/model/messages';
import { Panel } from './panel';

const VIEW_TYPE = 'dramatis.posterior';

export interface Opening {
  readonly scenario?: string;
  readonly view?: ViewName;
  readonly query?: Readonly<Record<string, unknown>>;
  /** Stays with `scenario` instead of following the active editor. */
  readonly locked?: boolean;
  readonly preserveFocus?: boolean;
}

export class Panels {
  readonly #panels = new Map<string, Panel>();
  readonly #context: vscode.ExtensionContext;
  readonly #client: BaseLanguageClient;
  readonly #registrations: vscode.Disposable;
  #opened = 0;

  constructor(context: vscode.ExtensionContext, client: BaseLanguageClient) {
    this.#context = context;
    this.#client = client;
    this.#registrations = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: async (webviewPanel) => {
          this.#attach(webviewPanel);
        },
      }),
      client.onNotification(panelState, (state: PanelState) => this.#panels.get(state.panel)?.show(state)),
      client.onNotification(panelCaret, (message: CaretMessage) => this.#panels.get(message.panel)?.markCaret(message)),
    );
  }

  get count(): number {
    return this.#panels.size;
  }

  /** Shows the panel that follows the active scenario, or a new one that is locked to its own. */
  open({ scenario, view, query, locked, preserveFocus = false }: Opening): void {
    const lockedTo = locked ? scenario : undefined;
    const there = [...this.#panels.values()].find((panel) => panel.lockedTo === lockedTo);
    if (there) {
      there.reveal(preserveFocus);
      there.viewRequest({ view, query });
      return;
    }
    const webviewPanel = vscode.window.createWebviewPanel(
      VIEW_TYPE,
      'Posterior',
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus },
      { enableFindWidget: true },
    );
    this.#attach(webviewPanel).viewRequest({ view, query, lockedTo });
  }

  /** The scenario of the panel in focus, or of the one opened last. */
  activeScenario(): string | undefined {
    const panels = [...this.#panels.values()].reverse();
    return (panels.find((panel) => panel.active) ?? panels[0])?.scenario;
  }

  serverChanged(running: boolean): void {
    for (const panel of this.#panels.values()) panel.serverChanged(running);
  }

  dispose(): void {
    this.#registrations.dispose();
    for (const panel of this.#panels.values()) panel.dispose();
  }

  #attach(webviewPanel: vscode.WebviewPanel): Panel {
    this.#opened += 1;
    const id = `panel-${this.#opened}`;
    const panel = new Panel(id, webviewPanel, this.#context.extensionUri, this.#client);
    this.#panels.set(id, panel);
    webviewPanel.onDidDispose(() => this.#panels.delete(id));
    return panel;
  }
}
