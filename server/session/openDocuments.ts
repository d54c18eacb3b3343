/**
 * The world as the session sees it: texts that are open in an editor lie over the files on disk. Texts read from disk
 * are kept until the disk says that they changed, so an edit reads no file again. A file has one text, whichever of its
 * names (links) it is asked for and under whichever name the editor has opened it.
 */
import type { Scheduler } from '../async/scheduler';
import type { ByteRange, FileStat, Host, Threads } from '../host/host';
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
  /** What `real` resolved to, once it has. */
  resolved?: string;
  readonly unwatch: () => void;
}

export class OpenDocuments implements Host {
  readonly #disk: Host;
  readonly #scheduler: Scheduler;
  readonly #changed: (uris: ReadonlySet<string>) => void;
  readonly #open = new Map<string, OpenText>();
  /** Files that are open under the name of a link: from the real name to the one that is open. */
  readonly #openAs = new Map<string, string>();
  readonly #cachedTexts = new Map<string, CachedText>();
  /** The links that were found to lead to a file. */
  readonly #linksTo = new Map<string, Set<string>>();
  /** Names that led nowhere when they were resolved. */
  readonly #unresolved = new Set<string>();
  #pending: Set<string> | undefined;

  /**
   * `changed` is told of what was read through this overlay and has another text now without an edit of it. Changes of
   * one turn of the event loop are told together.
   */
  constructor(disk: Host, scheduler: Scheduler, changed: (uris: ReadonlySet<string>) => void) {
    this.#disk = disk;
    this.#scheduler = scheduler;
    this.#changed = changed;
  }

  put(text: OpenText): void {
    const { uri } = text;
    const fresh = !this.#open.has(uri);
    this.#open.set(uri, text);
    if (fresh) void this.#noteLink(uri);
  }

  remove(uri: string): void {
    this.#open.delete(uri);
    for (const [real, name] of this.#openAs) if (name === uri) this.#openAs.delete(real);
    this.forget(uri);
  }

  /** The open text of this file, under this name or another one. */
  opened(uri: string): OpenText | undefined {
    const real = this.realOf(uri);
    return this.#open.get(uri) ?? this.#open.get(real) ?? this.#open.get(this.#openAs.get(real) ?? '');
  }

  /** Whether the editor has opened a text under exactly this name. */
  isOpen(uri: string): boolean {
    return this.#open.has(uri);
  }

  allOpened(): readonly OpenText[] {
    return [...this.#open.values()];
  }

  /** The name with links resolved, as far as it is known without looking at the disk. */
  realOf(uri: string): string {
    return this.#cachedTexts.get(uri)?.resolved ?? uri;
  }

  /** Drop what was kept of a file, so that the next read asks the disk. */
  forget(uri: string): void {
    this.#resolveAgain();
    for (const name of [uri, ...(this.#linksTo.get(uri) ?? [])]) {
      const retained = this.#cachedTexts.get(name);
      if (!retained) continue;
      retained.text = undefined;
      retained.real = undefined;
    }
  }

  /** What led nowhere may be a link to the file that has changed: it is resolved again when it is asked for. */
  #resolveAgain(): void {
    for (const uri of this.#unresolved) {
      const retained = this.#cachedTexts.get(uri);
      if (retained) retained.real = undefined;
      if (this.#open.has(uri)) void this.#noteLink(uri);
    }
    this.#unresolved.clear();
  }

  /** Drop, and watch no longer, whatever is read no more. */
  keepOnly(uris: ReadonlySet<string>): void {
    for (const [uri, retained] of this.#cachedTexts) {
      if (uris.has(uri)) continue;
      retained.unwatch();
      this.#cachedTexts.delete(uri);
      this.#unresolved.delete(uri);
      this.#linksTo.delete(uri);
    }
  }

  /**
   * The same host, noting every file that it is asked for, and what links lead to: what an answer depends on, files that
   * are not there included. A file is noted before it is read. What is known without the disk is answered at once, so `pause`
   * is awaited before each answer: a chance to let others run.
   */
  recording(into: Set<string>, pause: () => Promise<void> | undefined = () => undefined): Host {
    const note = (uri: string): string => {
      into.add(normalUri(uri));
      return uri;
    };
    return {
      readText: async (uri) => {
        note(uri);
        await pause();
        return this.readText(uri);
      },
      readBytes: (uri, range) => this.readBytes(note(uri), range),
      stat: (uri) => this.stat(note(uri)),
      realpath: async (uri) => {
        const real = await this.realpath(note(uri));
        if (real !== undefined) note(real);
        return real;
      },
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
    await this.realpath(uri);
    const linked = this.opened(key);
    if (linked) return linked.text;
    const retained = this.#keep(key);
    retained.text ??= this.#disk.readText(uri);
    const text = await retained.text;
    // The editor may have opened it meanwhile.
    return this.opened(key)?.text ?? text;
  }

  async realpath(uri: string): Promise<string | undefined> {
    const key = normalUri(uri);
    const retained = this.#keep(key);
    retained.real ??= this.#disk.realpath(uri);
    const { real } = retained;
    const found = await real;
    if (retained.real === real) {
      retained.resolved = found === undefined ? undefined : normalUri(found);
      if (found === undefined) this.#unresolved.add(key);
      else if (retained.resolved && retained.resolved !== key) this.#noteTarget(key, retained.resolved);
    }
    return found ?? (this.#open.has(key) ? key : undefined);
  }

  /** A change of the file that a link leads to is a change of what is read through the link. */
  #noteTarget(link: string, target: string): void {
    this.#keep(target);
    const links = this.#linksTo.get(target);
    if (links) links.add(link);
    else this.#linksTo.set(target, new Set([link]));
  }

  async stat(uri: string): Promise<FileStat | undefined> {
    const open = this.opened(normalUri(uri));
    return open ? { size: open.text.length, mtime: -open.version } : this.#disk.stat(uri);
  }

  async *readBytes(uri: string, range?: ByteRange): AsyncIterable<Uint8Array> {
    const open = this.opened(normalUri(uri));
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
    return this.opened(normalUri(uri)) ? undefined : this.#disk.threads?.(uri);
  }

  get unbrotli(): Host['unbrotli'] {
    return this.#disk.unbrotli;
  }

  /** A text that is opened under the name of a link is the text of the file that the link leads to. */
  async #noteLink(uri: string): Promise<void> {
    const real = await this.realpath(uri).then(
      (found) => found && normalUri(found),
      () => undefined,
    );
    if (real === undefined || real === uri || !this.#open.has(uri)) return;
    this.#openAs.set(real, uri);
    this.#notify(real);
  }

  #keep(uri: string): CachedText {
    const known = this.#cachedTexts.get(uri);
    if (known) return known;
    const unwatch = this.#disk.watch(uri, () => {
      this.forget(uri);
      if (!this.opened(uri)) this.#notify(uri);
    });
    const retained: CachedText = { unwatch };
    this.#cachedTexts.set(uri, retained);
    return retained;
  }

  #notify(uri: string): void {
    if (this.#pending) {
      this.#pending.add(uri);
      return;
    }
    this.#pending = new Set([uri]);
    void this.#scheduler.next().then(() => {
      const changed = this.#pending;
      this.#pending = undefined;
      if (changed) this.#changed(changed);
    });
  }
}
