/**
 * One panel: a frame around the page, which draws, and the server, which computes. It passes messages on, drops what is
 * stale, and does what only an editor can do: reveal, edit, save, copy. While it is hidden nothing is kept but the last
 * state, and the server computes nothing for it.
 */
import * as vscode from 'vscode';
import type { BaseLanguageClient, WorkspaceEdit } from 'vscode-languageclient';
import { panelHtml } from '../media/html';
import {
  type CaretMessage,
  cancelWork,
  exportData,
  type HostMessage,
  type PageMessage,
  type PanelRequest,
  type PanelState,
  panelClose,
  panelOpen,
  type ViewRequest,
  type WhatIfWriting,
  whatIfEdit,
} from '../panel/model/messages';
import { save } from './export';
import { notify, request } from './request';
import { reveal } from './reveal';

export class Panel {
  readonly #id: string;
  readonly #view: vscode.WebviewPanel;
  readonly #client: BaseLanguageClient;
  #request: PanelRequest | undefined;
  #state: PanelState | undefined;
  #viewRequest: ViewRequest | undefined;
  /** The page has loaded and listens. */
  #listening = false;

  constructor(id: string, view: vscode.WebviewPanel, extension: vscode.Uri, client: BaseLanguageClient) {
    this.#id = id;
    this.#view = view;
    this.#client = client;
    const dist = vscode.Uri.joinPath(extension, 'dist');
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(extension, 'media', 'icons', `panel-${theme}.svg`);
    view.iconPath = { light: icon('light'), dark: icon('dark') };
    view.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    view.webview.onDidReceiveMessage((message: PageMessage) => this.#receive(message));
    view.onDidChangeViewState(() => {
      if (!view.visible) this.#rest();
    });
    view.onDidDispose(() => this.#rest());
    view.webview.html = panelHtml({
      cspSource: view.webview.cspSource,
      nonce: nonce(),
      script: view.webview.asWebviewUri(vscode.Uri.joinPath(dist, 'panel.js')).toString(),
      styles: view.webview.asWebviewUri(vscode.Uri.joinPath(dist, 'panel.css')).toString(),
    });
  }

  get active(): boolean {
    return this.#view.active;
  }

  get lockedTo(): string | undefined {
    return this.#request ? this.#request.lockedTo : this.#viewRequest?.lockedTo;
  }

  get scenario(): string | undefined {
    return this.lockedTo ?? this.#state?.scenario?.uri;
  }

  reveal(preserveFocus: boolean): void {
    this.#view.reveal(undefined, preserveFocus);
  }

  /** Asks the page for something, now or as soon as it listens. */
  viewRequest(viewRequest: ViewRequest): void {
    if (viewRequest.view === undefined && viewRequest.lockedTo === undefined && viewRequest.query === undefined) return;
    if (this.#listening) this.#post({ kind: 'show', ...viewRequest });
    else this.#viewRequest = viewRequest;
  }

  /** A state from the server. One that is older than what the page shows is dropped. */
  show(state: PanelState): void {
    if (this.#state && state.revision < this.#state.revision) return;
    this.#state = state;
    const { scenario } = state;
    this.#view.title = scenario ? `Posterior: ${nameOf(scenario.uri)}` : 'Posterior';
    this.#post({ kind: 'state', state });
  }

  markCaret({ evidence, line }: CaretMessage): void {
    this.#post({ kind: 'caret', evidence, line });
  }

  /** A server that is new counts its revisions from the start. The page asks it again by itself. */
  serverChanged(running: boolean): void {
    this.#post({ kind: 'server', running });
    if (running && this.#state) this.#state = { ...this.#state, revision: -1 };
  }

  dispose(): void {
    this.#view.dispose();
  }

  #rest(): void {
    this.#listening = false;
    notify(this.#client, panelClose, { panel: this.#id });
  }

  #post(message: HostMessage): void {
    if (this.#listening) void this.#view.webview.postMessage(message);
  }

  async #receive(message: PageMessage): Promise<void> {
    switch (message.kind) {
      case 'ready':
        this.#listening = true;
        if (this.#state) this.#post({ kind: 'state', state: this.#state });
        if (this.#viewRequest) this.#post({ kind: 'show', ...this.#viewRequest });
        this.#viewRequest = undefined;
        return;
      case 'request':
        this.#request = { ...message.request, panel: this.#id };
        notify(this.#client, panelOpen, this.#request);
        return;
      case 'reveal':
        return reveal(this.#client, message.location, message.preserveFocus ?? false);
      case 'write':
        return this.#write();
      case 'export':
        return this.#export(message.format, message.table);
      case 'save':
        return save(message.name, message.content, this.#folderOf());
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        return;
      case 'cancel':
        notify(this.#client, cancelWork, { token: message.token });
    }
  }

  async #write(): Promise<void> {
    const answer = await request<WhatIfWriting<WorkspaceEdit>>(this.#client, whatIfEdit, { panel: this.#id });
    if (!answer) return;
    const { edit, outdated } = answer;
    if (edit && !outdated && this.#isCurrent(edit)) {
      const workspaceEdit = await this.#client.protocol2CodeConverter.asWorkspaceEdit(edit);
      // Typed while it was converted: ranges of another version.
      if (this.#isCurrent(edit) && (await vscode.workspace.applyEdit(workspaceEdit))) {
        this.#post({ kind: 'written' });
        return;
      }
    } else if (!edit && !outdated) {
      this.#post({ kind: 'written' });
      return;
    }
    void vscode.window.showWarningMessage('The text has changed meanwhile. Nothing was written.');
  }

  /** Whether the texts are still the ones that the edit was made for. */
  #isCurrent({ documentChanges = [] }: WorkspaceEdit): boolean {
    return documentChanges.every((change) => {
      if (!('textDocument' in change)) return true;
      const { uri, version } = change.textDocument;
      const wanted = this.#client.protocol2CodeConverter.asUri(uri).toString();
      const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === wanted);
      return version === null ? open === undefined || !open.isDirty : open?.version === version;
    });
  }

  async #export(format: 'csv' | 'json' | 'markdown', table?: string): Promise<void> {
    const answer = await request<{ text: string; name: string } | null>(this.#client, exportData, {
      panel: this.#id,
      format,
      table,
    });
    if (answer === null) void vscode.window.showInformationMessage('There are no numbers to export yet.');
    if (!answer) return;
    if (format !== 'markdown') return save(answer.name, answer.text, this.#folderOf());
    await vscode.env.clipboard.writeText(answer.text);
    vscode.window.setStatusBarMessage('Copied as Markdown', 2000);
  }

  #folderOf(): vscode.Uri | undefined {
    return this.scenario === undefined ? undefined : this.#client.protocol2CodeConverter.asUri(this.scenario);
  }
}

/** The last part of a URI's path, as people write it: `my file.scenario`, not `my%20file.scenario`. */
function nameOf(uri: string): string {
  return vscode.Uri.parse(uri).path.split('/').pop() ?? uri;
}

function nonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
