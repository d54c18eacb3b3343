/** The world on a desktop: files through node. Anything that is not a `file:` is not there. */
import { createReadStream, type FSWatcher, readSync, type Stats, watch } from 'node:fs';
import { open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { isMainThread } from 'node:worker_threads';
import { brotliDecompressSync, createGunzip } from 'node:zlib';
import { URI } from 'vscode-uri';
import { Debouncer } from '../async/debounce';
import { systemScheduler } from '../async/scheduler';
import type { ByteRange, Host, Threads } from './host';

const CHUNK = 1 << 18;

/** `threads` read files beside this one, where there are some. */
export function nodeHost(threads?: Threads): Host {
  const folders = new FolderWatches();
  return {
    readText: (uri) => orUndefined(async () => readFile(await fileAt(path(uri)), 'utf8')),
    async *readBytes(uri, range) {
      const file = await fileAt(path(uri));
      if (range?.reusable) {
        yield* passingBytes(file, range);
        return;
      }
      const end = range?.end === undefined ? undefined : range.end - 1;
      if (end !== undefined && end < (range?.start ?? 0)) return;
      yield* createReadStream(file, { start: range?.start, end, highWaterMark: CHUNK });
    },
    stat: (uri) =>
      orUndefined(async () => {
        const facts = await stat(path(uri));
        const kind = notAFile(facts);
        return { size: facts.size, mtime: facts.mtimeMs, ...(kind ? { notAFile: kind } : {}) };
      }),
    realpath: (uri) => orUndefined(async () => URI.file(await realpath(path(uri))).toString()),
    watch(uri, changed) {
      const parsed = URI.parse(uri);
      return parsed.scheme === 'file' ? folders.watch(parsed.fsPath, changed) : () => undefined;
    },
    list: async (uri) =>
      (await orUndefined(async () => {
        const entries = await readdir(path(uri), { withFileTypes: true });
        return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
      })) ?? [],
    ...(threads ? { threads: () => threads } : {}),
    unbrotli: (bytes, length) => brotliDecompressSync(bytes, { maxOutputLength: Math.max(1, length) }),
    async *gunzip(bytes) {
      const source = Readable.from(bytes);
      const unzip = createGunzip({ chunkSize: CHUNK });
      source.on('error', (error) => unzip.destroy(error));
      source.pipe(unzip);
      try {
        yield* unzip;
      } finally {
        source.destroy();
      }
    },
  };
}

/** In words what is no file; undefined for a file. */
function notAFile(facts: Stats): string | undefined {
  if (facts.isFile()) return undefined;
  if (facts.isDirectory()) return 'a folder';
  if (facts.isFIFO()) return 'a named pipe';
  if (facts.isSocket()) return 'a socket';
  return 'a device';
}

/** The path, where a file is there: opening a pipe or a device may never end, and blocks one of node's few threads. */
async function fileAt(file: string): Promise<string> {
  const kind = notAFile(await stat(file));
  if (kind) throw new Error(`${kind}, not a file`);
  return file;
}

/**
 * One buffer for all chunks: a large file leaves nothing to be collected. A thread that has nothing else to do reads without
 * going through the event loop, which costs more than the reading.
 */
async function* passingBytes(
  file: string,
  { start, end = Number.POSITIVE_INFINITY }: ByteRange,
): AsyncGenerator<Uint8Array> {
  const handle = await open(file);
  try {
    const buffer = new Uint8Array(2 * CHUNK);
    for (let at = start; at < end; ) {
      const length = Math.min(buffer.length, end - at);
      const bytesRead = isMainThread
        ? (await handle.read(buffer, 0, length, at)).bytesRead
        : readSync(handle.fd, buffer, 0, length, at);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

function path(uri: string): string {
  const parsed = URI.parse(uri);
  if (parsed.scheme !== 'file') throw new Error(`not a file: ${parsed.scheme}`);
  return parsed.fsPath;
}

async function orUndefined<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}

/** A burst of events from one save is one change. */
const BURST_MILLISECONDS = 40;

/**
 * Watches folders and not files: editors and scripts replace a file by renaming another over it, which ends a watch on
 * the file itself. Where the machine offers no watch, files are simply not watched.
 */
class FolderWatches {
  readonly #folders = new Map<string, { readonly watcher: FSWatcher; readonly files: Map<string, Set<() => void>> }>();

  watch(file: string, changed: () => void): () => void {
    const folder = dirname(file);
    const name = basename(file);
    const entry = this.#folders.get(folder) ?? this.#begin(folder);
    if (!entry) return () => undefined;
    const listeners = entry.files.get(name) ?? new Set();
    entry.files.set(name, listeners.add(changed));
    return () => {
      listeners.delete(changed);
      if (listeners.size === 0 && entry.files.get(name) === listeners) entry.files.delete(name);
      if (entry.files.size > 0 || this.#folders.get(folder) !== entry) return;
      entry.watcher.close();
      this.#folders.delete(folder);
    };
  }

  #begin(folder: string) {
    const files = new Map<string, Set<() => void>>();
    const editBursts = new Map<string, Debouncer>();
    const notify = (name: string): void => {
      const call = (): void => {
        editBursts.delete(name);
        for (const listener of files.get(name) ?? []) listener();
      };
      const editBurst = editBursts.get(name) ?? new Debouncer(systemScheduler, BURST_MILLISECONDS, call);
      editBursts.set(name, editBurst);
      editBurst.request();
    };
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null) for (const file of files.keys()) notify(file);
        else if (files.has(name)) notify(name);
      });
      watcher.on('error', () => {
        watcher.close();
        this.#folders.delete(folder);
      });
      const entry = { watcher, files };
      this.#folders.set(folder, entry);
      return entry;
    } catch {
      return undefined;
    }
  }
}
