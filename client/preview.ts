/** The preview of a dataset: a read-only page beside the text, asked for anew as scenarios and data files change. */
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { type DatasetPreview, datasetPreview, type PreviewRequest } from '../panel/model/messages';
import { Debouncer } from '../server/async/debounce';
import { systemScheduler } from '../server/async/scheduler';
import { request } from './request';

const SCHEME = 'dramatis-preview';
/** Keys that follow each other this quickly are one change. */
const PAUSE_MILLISECONDS = 400;
const NOTHING = 'There is no dataset to preview.';

export class Previews {
  readonly #client: BaseLanguageClient;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registrations: vscode.Disposable;
  readonly #refresh = new Debouncer(systemScheduler, PAUSE_MILLISECONDS, () => {
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === SCHEME) this.#changed.fire(uri);
  });

  constructor(client: BaseLanguageClient) {
    this.#client = client;
    this.#registrations = vscode.Disposable.from(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.#changed.event,
        provideTextDocumentContent: async ({ query }) => (await this.#ask(JSON.parse(query)))?.markdown ?? NOTHING,
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.scheme !== SCHEME) this.#refresh.request();
      }),
    );
  }

  /** The dataset at the caret, else every dataset of the scenario; of a data file, those that read it. */
  async open(uri: string, position?: vscode.Position): Promise<void> {
    const found = await this.#ask({
      uri,
      position: position && { line: position.line, character: position.character },
    });
    if (!found) {
      void vscode.window.showInformationMessage(NOTHING);
      return;
    }
    const { dataset } = found;
    const wanted: PreviewRequest = { uri, dataset };
    const page = vscode.Uri.from({
      scheme: SCHEME,
      path: `/${dataset ?? 'datasets'} row by row.md`,
      query: JSON.stringify(wanted),
    });
    this.#changed.fire(page);
    try {
      await vscode.commands.executeCommand('markdown.showPreviewToSide', page);
    } catch {
      // Without VS Code's own Markdown extension the table is still readable as it is written.
      await vscode.window.showTextDocument(page, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
    }
  }

  dispose(): void {
    this.#refresh.cancel();
    this.#registrations.dispose();
  }

  async #ask(wanted: PreviewRequest): Promise<DatasetPreview | null> {
    return (await request<DatasetPreview | null>(this.#client, datasetPreview, wanted)) ?? null;
  }
}
