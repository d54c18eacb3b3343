/**
 * Files for a server that cannot reach them itself: one in a web worker, or any server when the workspace is virtual.
 * Answers with null where nothing is there: a missing file is the server's to explain.
 */
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { type FileFacts, fileList, fileRead, fileStat } from '../panel/model/messages';

interface FileRequest {
  readonly uri: string;
  readonly start?: number;
  readonly end?: number;
}

export function answerFileRequests(client: BaseLanguageClient): vscode.Disposable {
  const place = (uri: string): vscode.Uri => client.protocol2CodeConverter.asUri(uri);
  return vscode.Disposable.from(
    client.onRequest(fileStat, ({ uri }: FileRequest) =>
      orNull(async (): Promise<FileFacts | null> => {
        const { type, size, mtime } = await vscode.workspace.fs.stat(place(uri));
        return type & vscode.FileType.File ? { size, mtime } : null;
      }),
    ),
    client.onRequest(fileRead, ({ uri, start = 0, end }: FileRequest) =>
      orNull(async () => {
        // Reading a pipe or a device may never end.
        const { type } = await vscode.workspace.fs.stat(place(uri));
        if (!(type & vscode.FileType.File)) return null;
        return (await vscode.workspace.fs.readFile(place(uri))).subarray(start, end);
      }),
    ),
    client.onRequest(fileList, ({ uri }: FileRequest) =>
      orNull(async () =>
        (await vscode.workspace.fs.readDirectory(place(uri)))
          .map(([name, type]) => (type & vscode.FileType.Directory ? `${name}/` : name))
          .sort(),
      ),
    ),
  );
}

async function orNull<T>(answer: () => Promise<T>): Promise<T | null> {
  try {
    return await answer();
  } catch {
    return null;
  }
}
