/**
 * A Host without a disk: files by URI, links, and a record of what was read, so that caching is tested and not hoped for.
 */
import { brotliDecompressSync } from 'node:zlib';
import { gunzipSync } from 'fflate';
import type { FileStat, Host } from '../../server/host/host';

export interface MemoryHost extends Host {
  /** Every call that looked at a file, in order: `readText file:///w/a.scenario`. */
  readonly reads: string[];
  /** Write a file and tell its watchers. */
  write(uri: string, content: string | Uint8Array): void;
  remove(uri: string): void;
  /** Make `uri` (a file or a folder) a link to `target`. */
  link(uri: string, target: string): void;
}

const CHUNK = 64 * 1024;

export function memoryHost(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  links: Readonly<Record<string, string>> = {},
): MemoryHost {
  const contents = new Map<string, { bytes: Uint8Array; mtime: number }>();
  const targets = new Map<string, string>(Object.entries(links));
  const watchers = new Map<string, Set<() => void>>();
  const reads: string[] = [];
  let clock = 0;

  /** Links resolved, the longest first, so that a link inside a linked folder is found too. */
  const follow = (uri: string): string | undefined => {
    let at = uri;
    for (let steps = 0; steps <= 40; steps++) {
      const [from, to] =
        [...targets]
          .sort((a, b) => b[0].length - a[0].length)
          .find(([link]) => at === link || at.startsWith(`${link}/`)) ?? [];
      if (from === undefined) return at;
      at = to + at.slice(from.length);
    }
    return undefined;
  };
  const isFolder = (uri: string) =>
    [...contents.keys()].some((file) => file.startsWith(uri.endsWith('/') ? uri : `${uri}/`));
  const fileAt = (uri: string) => {
    const real = follow(uri);
    return real === undefined ? undefined : contents.get(real);
  };
  const notify = (uri: string) => {
    for (const changed of watchers.get(uri) ?? []) changed();
  };

  const host: MemoryHost = {
    reads,
    write(uri, content) {
      contents.set(uri, {
        bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
        mtime: ++clock,
      });
      notify(uri);
    },
    remove(uri) {
      contents.delete(uri);
      notify(uri);
    },
    link: (uri, target) => void targets.set(uri, target),
    async readText(uri) {
      reads.push(`readText ${uri}`);
      const file = fileAt(uri);
      return file && new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.bytes);
    },
    async *readBytes(uri, range) {
      reads.push(`readBytes ${uri}`);
      const file = fileAt(uri);
      if (!file) throw new Error(`no such file: ${uri}`);
      const bytes = file.bytes.subarray(range?.start ?? 0, range?.end);
      for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
    },
    async stat(uri): Promise<FileStat | undefined> {
      reads.push(`stat ${uri}`);
      const file = fileAt(uri);
      return file && { size: file.bytes.length, mtime: file.mtime };
    },
    async realpath(uri) {
      reads.push(`realpath ${uri}`);
      const real = follow(uri);
      return real !== undefined && (contents.has(real) || isFolder(real)) ? real : undefined;
    },
    watch(uri, changed) {
      const set = watchers.get(uri) ?? new Set();
      watchers.set(uri, set.add(changed));
      return () => void set.delete(changed);
    },
    async list(uri) {
      reads.push(`list ${uri}`);
      const folder = uri.endsWith('/') ? uri : `${uri}/`;
      const names = [...contents.keys()]
        .filter((file) => file.startsWith(folder))
        .map((file) => file.slice(folder.length));
      return [...new Set(names.map((name) => name.replace(/\/.*/, '/')))].sort();
    },
    unbrotli: (bytes) => new Uint8Array(brotliDecompressSync(bytes)),
    async *gunzip(bytes) {
      const pieces: Uint8Array[] = [];
      for await (const part of bytes) pieces.push(part);
      const entire = new Uint8Array(pieces.reduce((size, part) => size + part.length, 0));
      let at = 0;
      for (const part of pieces) {
        entire.set(part, at);
        at += part.length;
      }
      yield gunzipSync(entire);
    },
  };
  for (const [uri, content] of Object.entries(files)) host.write(uri, content);
  return host;
}
