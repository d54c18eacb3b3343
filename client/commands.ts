/** The commands that are not a feature of the language: panels, the server, a report. */
import * as vscode from 'vscode';
import { type BaseLanguageClient, State } from 'vscode-languageclient';
import {
  evaluateNow,
  type ReportAnswer,
  report,
  VIEWS,
  type ViewName,
  type WireLocation,
} from '../panel/model/messages';
import { save } from './export';
import type { Panels } from './panels';
import type { Previews } from './preview';
import { request } from './request';
import { reveal } from './reveal';

interface Parts {
  readonly client: BaseLanguageClient;
  readonly panels: Panels;
  readonly previews: Previews;
  readonly output: vscode.LogOutputChannel;
}

export function registerCommands({ client, panels, previews, output }: Parts): vscode.Disposable {
  const commands: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
    'dramatis.newScenario': newScenario,
    'dramatis.openPosterior': async (scenario, view, query) => {
      // From the explorer, of a scenario that is not open: the panel follows the active editor, so it becomes that.
      if (scenario instanceof vscode.Uri) await vscode.window.showTextDocument(scenario);
      panels.open({ scenario: uriOf(scenario), view: viewOf(view), query: queryOf(query) });
    },
    'dramatis.openLockedPosterior': (scenario) => panels.open({ scenario: uriOf(scenario), locked: true }),
    'dramatis.reveal': (location) => reveal(client, location as WireLocation, false),
    'dramatis.evaluateNow': () => withScenario((uri) => request(client, evaluateNow, { uri })),
    'dramatis.exportReport': () =>
      withScenario(async (uri) => {
        const answer = await request<ReportAnswer>(client, report, { uri });
        if (!answer) return;
        if ('html' in answer) await save(`${nameOf(uri)}.html`, answer.html, vscode.Uri.parse(uri));
        else void vscode.window.showWarningMessage(`There are no numbers to report. ${answer.reason}`);
      }),
    'dramatis.previewDataset': (file) => {
      const editor = vscode.window.activeTextEditor;
      const uri = uriOf(file) ?? editor?.document.uri.toString();
      const isActive = uri === editor?.document.uri.toString();
      return uri === undefined ? undefined : previews.open(uri, isActive ? editor?.selection.active : undefined);
    },
    'dramatis.restartServer': () => restart(client),
    'dramatis.showOutput': () => output.show(),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run)),
  );

  async function withScenario(run: (uri: string) => Promise<unknown>): Promise<void> {
    const uri = uriOf(undefined) ?? panels.activeScenario();
    if (uri) await run(uri);
    else void vscode.window.showInformationMessage('Open a scenario first.');
  }
}

/** A new text with the whole-scenario snippet in it, the first name selected. */
async function newScenario(): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'dramatis' }));
  await vscode.commands.executeCommand('editor.action.insertSnippet', { langId: 'dramatis', name: 'Scenario' });
}

async function restart(client: BaseLanguageClient): Promise<void> {
  if (client.state === State.Running) await client.stop();
  await client.start();
}

/** Menus give a Uri, code lenses and hovers a string, the palette nothing: then it is the active editor's. */
function uriOf(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  if (argument instanceof vscode.Uri) return argument.toString();
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === 'dramatis' ? document.uri.toString() : undefined;
}

function viewOf(argument: unknown): ViewName | undefined {
  return VIEWS.find((view) => view === argument);
}

/** A view's questions, as code lenses give them. */
function queryOf(argument: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof argument === 'object' && argument !== null && !Array.isArray(argument) ? { ...argument } : undefined;
}

function nameOf(uri: string): string {
  return (vscode.Uri.parse(uri).path.split('/').pop() ?? 'scenario').replace(/\.\w+$/, '');
}
