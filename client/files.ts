/**
 * Files for a server that cannot reach them itself: one in a web worker, or any server when the workspace is virtual.
 * Answers with null where nothing is there: a missing file is the server's to explain.
 */
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { type FileFacts, fileList, fileRead, fileStat } from '../panel/model/messages';
import { Debouncer } from '../server/async/debounce';
import { systemScheduler } from '../server/async/scheduler';

/** A file that is read in chunks is kept so long after the last one. */
const FORGET_MILLISECONDS = 2000;

interface FileRequest {
  readonly uri: string;
  readonly start?: number;
  readonly end?: number;
}

export function answerFileRequests(client: BaseLanguageClient): vscode.Disposable {
  const place = (uri: string): vscode.Uri => client.protocol2CodeConverter.asUri(uri);
  const chunked = new ChunkedFile((uri) => vscode.workspace.fs.readFile(uri));
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
        const { type, size, mtime } = await vscode.workspace.fs.stat(place(uri));
        if (!(type & vscode.FileType.File)) return null;
        if (end === undefined) return (await vscode.workspace.fs.readFile(place(uri))).subarray(start);
        return (await chunked.bytesOf(place(uri), `${size} ${mtime}`)).subarray(start, end);
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

/** The editor reads files as a whole: one that is asked for in chunks is kept until they have been fetched. */
class ChunkedFile {
  readonly #read: (uri: vscode.Uri) => Thenable<Uint8Array>;
  readonly #forget = new Debouncer(systemScheduler, FORGET_MILLISECONDS, () => {
    this.#last = undefined;
  });
  #last: { readonly key: string; readonly bytes: Thenable<Uint8Array> } | undefined;

  constructor(read: (uri: vscode.Uri) => Thenable<Uint8Array>) {
    this.#read = read;
  }

  /** `state` says which state of the file: another one is read anew. */
  bytesOf(uri: vscode.Uri, state: string): Thenable<Uint8Array> {
    const key = `${uri.toString()} ${state}`;
    if (this.#last?.key !== key) this.#last = { key, bytes: this.#read(uri) };
    this.#forget.request();
    return this.#last.bytes;
  }
}

async function orNull<T>(answer: () => Promise<T>): Promise<T | null> {
  try {
    return await answer();
  } catch {
    return null;
  }
}
