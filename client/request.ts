/** Requests to the server whose answer a person waits for: what goes wrong is said, never thrown into the editor. */
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';

/** The answer, or undefined where the server is not running or answers with an error; the person is told which. */
export async function request<Answer>(
  client: BaseLanguageClient,
  method: string,
  params: unknown,
): Promise<Answer | undefined> {
  if (!client.isRunning()) {
    void vscode.window.showWarningMessage('The Dramatis server is not running.');
    return undefined;
  }
  try {
    return await client.sendRequest<Answer>(method, params);
  } catch (problem) {
    void vscode.window.showWarningMessage(
      `The Dramatis server could not answer: ${problem instanceof Error ? problem.message : String(problem)}`,
    );
    return undefined;
  }
}

/** A notification; one that a server that has just ended does not get is dropped. */
export function notify(client: BaseLanguageClient, method: string, params: unknown): void {
  if (client.isRunning()) client.sendNotification(method, params).catch(() => undefined);
}
