/**
 * The client, whichever kind of process the server runs in: puts the language client, the panels, the status item and
 * the commands together.
 */
import * as vscode from 'vscode';
import {
  type BaseLanguageClient,
  CloseAction,
  ErrorAction,
  type LanguageClientOptions,
  State,
} from 'vscode-languageclient';
import type { InitializationOptions } from '../panel/model/messages';
import { followActiveEditor } from './activeEditor';
import { registerCommands } from './commands';
import { answerFileRequests } from './files';
import { openBeside } from './openBeside';
import { Panels } from './panels';
import { Previews } from './preview';
import { showStatus } from './status';

export interface Dramatis {
  /** Resolves once the server answers, or once it is known that it does not start. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

/** A server that ends this often within three minutes is broken, not unlucky. */
const CRASHES_ALLOWED = 4;
const CRASH_WINDOW = 3 * 60_000;

/** Files that can be evidence: the server hears when they change on disk. */
const WATCHED = '**/*.{persona,episodes,scenario,jsonl,ndjson,json,gz,csv,tsv,parquet,eval}';

export function startDramatis(
  context: vscode.ExtensionContext,
  newClient: (options: LanguageClientOptions) => BaseLanguageClient,
): Dramatis {
  const output = vscode.window.createOutputChannel('Dramatis', { log: true });
  const watcher = vscode.workspace.createFileSystemWatcher(WATCHED);
  const client = newClient({
    documentSelector: [{ language: 'dramatis' }],
    outputChannel: output,
    synchronize: { fileEvents: watcher },
    initializationOptions: {
      documentation: vscode.Uri.joinPath(context.extensionUri, 'docs/diagnostics.md').toString(),
    } satisfies InitializationOptions,
    // Hovers link to these commands, and draw small bars in the personas' colours: VS Code lets nothing but coloured
    // text through, and the server escapes what comes out of files.
    markdown: { isTrusted: { enabledCommands: ['dramatis.openPosterior', 'dramatis.reveal'] }, supportHtml: true },
    errorHandler: restartAfterCrash(output),
  });

  const panels = new Panels(context, client);
  const previews = new Previews(client);
  context.subscriptions.push(
    output,
    previews,
    watcher,
    panels,
    showStatus(client),
    answerFileRequests(client),
    followActiveEditor(client),
    openBeside(panels),
    registerCommands({ client, panels, previews, output }),
    client.onDidChangeState(({ newState }) => panels.serverChanged(newState === State.Running)),
  );

  const ready = client.start().catch((problem: unknown) => {
    output.error(`The server did not start: ${problem instanceof Error ? problem.message : String(problem)}`);
  });
  return { ready, stop: () => client.stop() };
}

/** Starts a crashed server again by itself; gives up, and says how to go on, when it keeps crashing. */
function restartAfterCrash(output: vscode.LogOutputChannel): NonNullable<LanguageClientOptions['errorHandler']> {
  let crashes: number[] = [];
  return {
    error: (error, _message, count) => {
      output.error(error.message);
      return { action: (count ?? 0) <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown, handled: true };
    },
    closed: () => {
      const now = Date.now();
      crashes = [...crashes.filter((time) => now - time < CRASH_WINDOW), now];
      if (crashes.length <= CRASHES_ALLOWED) {
        output.warn('The server ended unexpectedly; starting it again.');
        return { action: CloseAction.Restart, handled: true };
      }
      const restart = 'Restart Server';
      void vscode.window
        .showErrorMessage(
          `The Dramatis server crashed ${crashes.length} times within three minutes.`,
          restart,
          'Show Output',
        )
        .then((choice) => {
          if (choice === restart) void vscode.commands.executeCommand('dramatis.restartServer');
          else if (choice) output.show();
        });
      return { action: CloseAction.DoNotRestart, handled: true };
    },
  };
}
