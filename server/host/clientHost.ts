/**
 * The world through the editor: a server in a web worker, and any server for files that only the editor can reach
 * (`vscode-vfs:` and the like), asks the client. Changes come as `workspace/didChangeWatchedFiles`, so nothing is watched here.
 */

import { type FileFacts, fileList, fileRead, fileStat } from '../../panel/model/messages';
import type { FileStat, Host } from './host';

export type Ask = (method: string, params: unknown) => Promise<unknown>;

/** One request brings at most this much of a file. */
const CHUNK = 4 << 20;

export function clientHost(ask: Ask): Host {
  const facts = async (uri: string): Promise<FileFacts | undefined> =>
    ((await orNull(ask(fileStat, { uri }))) as FileFacts | null) ?? undefined;
  const read = async (uri: string, range: { start?: number; end?: number }): Promise<Uint8Array | undefined> =>
    asBytes(await orNull(ask(fileRead, { uri, ...range })));
  return {
    async readText(uri) {
      const bytes = await read(uri, {});
      return bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    },
    async *readBytes(uri, range) {
      const size = (await facts(uri))?.size ?? 0;
      const end = Math.min(range?.end ?? size, size);
      for (let start = range?.start ?? 0; start < end; start += CHUNK) {
        const bytes = await read(uri, { start, end: Math.min(start + CHUNK, end) });
        if (!bytes) throw new Error(`the file is gone: ${uri}`);
        yield bytes;
      }
    },
    stat: async (uri): Promise<FileStat | undefined> => facts(uri),
    // An editor's file system has no links to follow: what is there is where it says that it is.
    realpath: async (uri) => ((await facts(uri)) ? uri : undefined),
    watch: () => () => undefined,
    list: async (uri) => ((await orNull(ask(fileList, { uri }))) as readonly string[] | null) ?? [],
    async *gunzip(bytes) {
      const unzip = new DecompressionStream('gzip');
      const writing = write(bytes, unzip.writable.getWriter() as WritableStreamDefaultWriter<Uint8Array>);
      const reader = (unzip.readable as ReadableStream<Uint8Array>).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
      await writing;
    },
  };
}

/** A host that sends each URI to the one that knows its scheme. */
export function bySchemeHost(files: Host, others: Host): Host {
  const of = (uri: string): Host => (uri.startsWith('file:') ? files : others);
  return {
    readText: (uri) => of(uri).readText(uri),
    readBytes: (uri, range) => of(uri).readBytes(uri, range),
    stat: (uri) => of(uri).stat(uri),
    realpath: (uri) => of(uri).realpath(uri),
    watch: (uri, changed) => of(uri).watch(uri, changed),
    list: (uri) => of(uri).list(uri),
    gunzip: (bytes) => files.gunzip(bytes),
    unbrotli: files.unbrotli,
    threads: (uri) => of(uri).threads?.(uri),
  };
}

async function write(bytes: AsyncIterable<Uint8Array>, writer: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of bytes) await writer.write(chunk);
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
  }
}

async function orNull(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch {
    return null;
  }
}

/** Bytes arrive as bytes from a worker's client, and as plain JSON from a process's. */
function asBytes(value: unknown): Uint8Array | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (value instanceof Uint8Array) return value;
  if ('data' in value && Array.isArray(value.data)) return Uint8Array.from(value.data as number[]);
  return Uint8Array.from(Object.values(value as Record<string, number>));
}
