/**
 * The world as the session sees it: texts that are open in an editor lie over the files on disk. Texts read from disk
 * are kept until the disk says that they changed, so an edit reads no file again.
 */
import type { FileStat, Host, Threads } from '../host/host';
import { normalUri } from '../program/uris';

export interface OpenText {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  /** The editor's language id: `dramatis`, or a data file's. */
  readonly language: string;
}

/** What is known of a file on disk; asked for one by one, because a data file's path is resolved without reading it. */
interface CachedText {
  text?: Promise<string | undefined>;
  real?: Promise<string | undefined>;
  readonly unwatch: () => void;
}

export class OpenDocuments implements Host {
  readonly #disk: Host;
  readonly #changed: (uri: string) => void;
  readonly #open = new Map<string, OpenText>();
  readonly #cachedTexts = new Map<string, CachedText>();

  /** `changed` is told of changes on disk of whatever was read through this overlay and is not open. */
  constructor(disk: Host, changed: (uri: string) => void) {
    this.#disk = disk;
    this.#changed = changed;
  }

  put(text: OpenText): void {
    this.#open.set(text.uri, text);
  }

  remove(uri: string): void {
    this.#open.delete(uri);
    this.forget(uri);
  }

  opened(uri: string): OpenText | undefined {
    return this.#open.get(uri);
  }

  allOpened(): readonly OpenText[] {
    return [...this.#open.values()];
  }

  /** Drop what was kept of a file, so that the next read asks the disk. */
  forget(uri: string): void {
    const retained = this.#cachedTexts.get(uri);
    if (!retained) return;
    retained.text = undefined;
    retained.real = undefined;
  }

  /** Drop, and watch no longer, whatever nobody reads any more. */
  keepOnly(uris: ReadonlySet<string>): void {
    for (const [uri, retained] of this.#cachedTexts) {
      if (uris.has(uri)) continue;
      retained.unwatch();
      this.#cachedTexts.delete(uri);
    }
  }

  /** The same host, noting every file that it is asked for: what an answer depends on, files that are not there included. */
  recording(into: Set<string>): Host {
    const note = (uri: string): string => {
      into.add(normalUri(uri));
      return uri;
    };
    return {
      readText: (uri) => this.readText(note(uri)),
      readBytes: (uri, range) => this.readBytes(note(uri), range),
      stat: (uri) => this.stat(note(uri)),
      realpath: (uri) => this.realpath(note(uri)),
      watch: (uri, changed) => this.watch(uri, changed),
      list: (uri) => this.list(uri),
      gunzip: (bytes) => this.gunzip(bytes),
      unbrotli: this.unbrotli,
      threads: (uri) => this.threads(uri),
    };
  }

  async readText(uri: string): Promise<string | undefined> {
    const key = normalUri(uri);
    const open = this.#open.get(key);
    if (open) return open.text;
    const retained = this.#keep(key);
    retained.text ??= this.#disk.readText(uri);
    return retained.text;
  }

  async realpath(uri: string): Promise<string | undefined> {
    const key = normalUri(uri);
    const retained = this.#keep(key);
    retained.real ??= this.#disk.realpath(uri);
    return (await retained.real) ?? (this.#open.has(key) ? key : undefined);
  }

  async stat(uri: string): Promise<FileStat | undefined> {
    const open = this.#open.get(normalUri(uri));
    return open ? { size: open.text.length, mtime: -open.version } : this.#disk.stat(uri);
  }

  async *readBytes(uri: string, range?: { readonly start: number; readonly end?: number }): AsyncIterable<Uint8Array> {
    const open = this.#open.get(normalUri(uri));
    if (open) yield new TextEncoder().encode(open.text).subarray(range?.start, range?.end);
    else yield* this.#disk.readBytes(uri, range);
  }

  watch(uri: string, changed: () => void): () => void {
    return this.#disk.watch(uri, changed);
  }

  list(uri: string): Promise<readonly string[]> {
    return this.#disk.list(uri);
  }

  gunzip(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    return this.#disk.gunzip(bytes);
  }

  /** None for an open file: threads would see it as it is on disk. */
  threads(uri: string): Threads | undefined {
    return this.#open.has(normalUri(uri)) ? undefined : this.#disk.threads?.(uri);
  }

  get unbrotli(): Host['unbrotli'] {
    return this.#disk.unbrotli;
  }

  #keep(uri: string): CachedText {
    const known = this.#cachedTexts.get(uri);
    if (known) return known;
    const unwatch = this.#disk.watch(uri, () => {
      this.forget(uri);
      if (!this.#open.has(uri)) this.#changed(uri);
    });
    const retained: CachedText = { unwatch };
    this.#cachedTexts.set(uri, retained);
    return retained;
  }
}
