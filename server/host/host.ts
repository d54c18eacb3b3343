/**
 * The narrow interface to files. The core takes text and bytes through a `Host` and do no I/O of their own;
 * the node server, the web worker, the command line and the tests each bring one.
 *
 * Paths are URIs as strings (`file:///…`, `untitled:…`, `vscode-vfs://…`), so that the same code runs in the browser.
 */

export interface FileStat {
  readonly size: number;
  /** Milliseconds since the epoch, as the file system says; compared for equality only. */
  readonly mtime: number;
  /** Absent for a file. Otherwise in words what stands there: a folder, a named pipe, a device; it is never opened. */
  readonly notAFile?: string;
}

/** Threads beside this one, each with a Host of its own over the same files. */
export interface Threads {
  readonly count: number;
  /**
   * Has a job done by the next thread that is free. What jobs and answers are is between `datasets/part.ts` and the
   * thread's entry; both are copied. Rejects where no thread can be had, and when the signal ends it.
   */
  run(
    job: unknown,
    options: { readonly signal?: AbortSignal; readonly progress?: (done: number) => void },
  ): Promise<unknown>;
}

export interface ByteRange {
  readonly start: number;
  readonly end?: number;
  readonly reusable?: boolean;
}

export interface Host {
  /** The text of a file, or undefined where there is none or it cannot be read; a pipe or device is never waited for. */
  readText(uri: string): Promise<string | undefined>;
  /**
   * The bytes of a file in chunks, from `start` (inclusive) to `end` (exclusive), so that a large file is never whole in
   * memory. A caller that is done with a chunk when it asks for the next says `reusable`: its memory may then be used again.
   */
  readBytes(uri: string, range?: ByteRange): AsyncIterable<Uint8Array>;
  stat(uri: string): Promise<FileStat | undefined>;
  /** The URI with links resolved, or undefined where nothing is there. */
  realpath(uri: string): Promise<string | undefined>;
  /** Calls back when the file changes on disk; the result ends the watch. */
  watch(uri: string, changed: () => void): () => void;
  /** The entries of a folder, for completion of paths; folders end in `/`. */
  list(uri: string): Promise<readonly string[]>;
  /** Undo gzip in a stream. */
  gunzip(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Undo Brotli, at most so many bytes; absent where the machine brings no Brotli (a browser). Throws where it is none. */
  readonly unbrotli?: (bytes: Uint8Array, length: number) => Uint8Array;
  /** Threads that read this file as this Host does; absent where the machine has none, undefined where they see another file. */
  readonly threads?: (uri: string) => Threads | undefined;
}
