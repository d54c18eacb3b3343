/**
 * Datasets that are read: each once, kept as counts while a scenario uses it, and read again when its file changes or
 * the scenario reads it in another way. A reading never holds up an evaluation; it reports when it is done.
 */
import type { DatasetCounts } from '../datasets/counts';
import type { Matcher } from '../datasets/mapping/patterns';
import { readingKey } from '../datasets/reading/cache';
import { readDataset } from '../datasets/reading/read';
import { rereadDataset } from '../datasets/reading/reread';
import { dataUris } from '../program/dataUris';
import type { DatasetSource } from '../program/model/program';
import { normalUri } from '../program/uris';
import type { OpenDocuments } from './openDocuments';

/** A dataset on its way in. */
export interface Reading {
  readonly name: string;
  readonly token: string;
  readonly fraction?: number;
  /** True after a person has stopped it: it begins again when its file or its declaration changes. */
  readonly stopped: boolean;
  readonly done: Promise<void>;
}

export interface CachedDataset {
  /** By dataset index: what is read, be it from before the file's last change. */
  readonly counts: ReadonlyMap<number, DatasetCounts>;
  /**
   * Datasets whose counts are not those of the file as it stands, by index: they are being read for the first time, or
   * again after a change, or their reading was stopped.
   */
  readonly missing: ReadonlyMap<number, Reading>;
}

interface Item {
  readonly token: string;
  /** Its files, and that of its labels. */
  readonly uris: readonly string[];
  readonly source: DatasetSource;
  readonly users: Set<string>;
  counts?: DatasetCounts;
  fraction?: number;
  stopped: boolean;
  reading?: AbortController;
  /** The file changed while it was read again. */
  again: boolean;
  done: Promise<void>;
  /** What the file system said of its files when its reading began. */
  file: string | undefined;
  /** Users whose text has left the declaration out while it was broken: changes of the file may go unnoticed meanwhile. */
  readonly absent: Set<string>;
}

/** Whom the shelf tells, by the users of a dataset. */
export interface DatasetCacheListener {
  /** Counts have come, or come again. */
  arrived(users: ReadonlySet<string>): void;
  /** A reading is further on, or was stopped. */
  progressed(users: ReadonlySet<string>): void;
  /** A reading ended as it never should: with an error instead of a failure among the counts. */
  failed(error: unknown): void;
}

export class DatasetCache {
  readonly #items = new Map<string, Item>();
  readonly #openDocuments: OpenDocuments;
  readonly #matcher: Matcher | undefined;
  readonly #listener: DatasetCacheListener;
  #tokens = 0;

  constructor(openDocuments: OpenDocuments, listener: DatasetCacheListener, matcher?: Matcher) {
    this.#openDocuments = openDocuments;
    this.#matcher = matcher;
    this.#listener = listener;
  }

  /**
   * What is there for these sources now; begins to read what is not, and drops what this user no longer takes.
   * While the text is `broken` nothing is dropped, and a file that the user has under an other mapping is not read
   * again: half a declaration is no reason to go through a million rows.
   */
  take(user: string, sources: readonly DatasetSource[], broken: boolean): CachedDataset {
    const counts = new Map<number, DatasetCounts>();
    const missing = new Map<number, Reading>();
    const keys = new Set<string>();
    for (const source of sources) {
      if (source.uri === undefined) continue;
      const key = readingKey(source, source.method);
      keys.add(key);
      if (broken && !this.#items.has(key) && this.#has(user, source.uri)) continue;
      const item = this.#items.get(key) ?? this.#add(key, source);
      item.users.add(user);
      if (item.absent.delete(user)) this.#check(item);
      if (item.counts) counts.set(source.index, named(item.counts, source.name));
      if (!item.counts || item.reading || item.stopped) missing.set(source.index, { ...item, name: source.name });
    }
    if (broken) this.#leave(user, keys);
    else this.#drop(user, keys);
    return { counts, missing };
  }

  /** This user is gone. */
  release(user: string): void {
    this.#drop(user, new Set());
  }

  /**
   * A file changed, on disk or in an editor: read it again, and keep the old counts until that is done. The result: who
   * uses it.
   */
  fileChanged(uri: string): ReadonlySet<string> {
    const users = new Set<string>();
    for (const item of this.#items.values()) {
      if (!item.uris.includes(uri)) continue;
      for (const user of item.users) users.add(user);
      // A second reading goes on from the first one's records: it is short, and ending it would lose them.
      if (item.reading && item.counts) item.again = true;
      else this.#begin(item);
    }
    return users;
  }

  /** The files of all datasets, to be watched. */
  files(): ReadonlySet<string> {
    return new Set([...this.#items.values()].flatMap(({ uris }) => uris));
  }

  /** Resolves once nothing of this file is being read. */
  async finished(uri: string): Promise<void> {
    for (;;) {
      const readings = [...this.#items.values()].filter(
        (item) => item.uris.includes(uri) && item.reading !== undefined,
      );
      if (readings.length === 0) return;
      await Promise.all(readings.map((item) => item.done));
    }
  }

  /** Stop one reading, by its token. */
  stop(token: string): void {
    for (const item of this.#items.values()) {
      if (item.token !== token || !item.reading) continue;
      item.reading.abort();
      item.reading = undefined;
      item.stopped = true;
      this.#listener.arrived(item.users);
    }
  }

  /** How far a reading is now, by its token. */
  reading(token: string): Reading | undefined {
    for (const item of this.#items.values()) if (item.token === token) return { ...item, name: item.source.name };
    return undefined;
  }

  /** What is being read for this user, for a progress bar. */
  readings(user: string): readonly Reading[] {
    return [...this.#items.values()]
      .filter((item) => item.reading !== undefined && item.users.has(user))
      .map((item) => ({ ...item, name: item.source.name }));
  }

  #add(key: string, source: DatasetSource): Item {
    const item: Item = {
      token: `dataset-${++this.#tokens}`,
      uris: dataUris(source),
      source,
      users: new Set(),
      stopped: false,
      again: false,
      done: Promise.resolve(),
      file: undefined,
      absent: new Set(),
    };
    this.#items.set(key, item);
    this.#begin(item);
    return item;
  }

  #begin(item: Item): void {
    item.reading?.abort();
    const reading = new AbortController();
    item.reading = reading;
    item.stopped = false;
    item.again = false;
    item.fraction = undefined;
    const current = (): boolean => item.reading === reading;
    const progress = (fraction: number | undefined): void => {
      if (!current()) return;
      item.fraction = fraction;
      this.#listener.progressed(item.users);
    };
    const options = {
      progress,
      signal: reading.signal,
      // Of several files each is read as it is open, from its beginning.
      openText: item.uris.length === 1 ? this.#openDocuments.opened(item.uris[0]!)?.text : undefined,
      matcher: this.#matcher,
    };
    const { source } = item;
    const read = async (): Promise<void> => {
      const file = await this.#statOf(item.uris);
      if (current()) item.file = file;
      const counts = item.counts
        ? await rereadDataset(item.counts, source, source.method, this.#openDocuments, options)
        : await readDataset(source, source.method, this.#openDocuments, options);
      if (!current()) return;
      item.counts = counts;
      item.reading = undefined;
      if (item.again) this.#begin(item);
      this.#listener.arrived(item.users);
    };
    item.done = read().catch((error: unknown) => {
      if (!current()) return;
      item.reading = undefined;
      item.stopped = true;
      this.#listener.failed(error);
      this.#listener.arrived(item.users);
    });
  }

  /** Reads the file again if it is another one than was read. Until that is known, the dataset counts as being read. */
  #check(item: Item): void {
    if (item.reading) return;
    const reading = new AbortController();
    item.reading = reading;
    const check = async (): Promise<void> => {
      const file = await this.#statOf(item.uris);
      if (item.reading !== reading) return;
      item.reading = undefined;
      if (file === item.file) this.#listener.arrived(item.users);
      else {
        this.#begin(item);
        await item.done;
      }
    };
    item.done = check();
  }

  /** Size and time of change of all files, as one text that can be compared. */
  async #statOf(uris: readonly string[]): Promise<string> {
    const facts = await Promise.all(uris.map(async (uri) => this.#openDocuments.stat(uri).catch(() => undefined)));
    return JSON.stringify(facts.map((file) => (file ? [file.size, file.mtime] : null)));
  }

  /** A broken text does not declare these any more: they stay until it is whole. */
  #leave(user: string, declared: ReadonlySet<string>): void {
    for (const [key, item] of this.#items) if (item.users.has(user) && !declared.has(key)) item.absent.add(user);
  }

  #has(user: string, uri: string): boolean {
    return [...this.#items.values()].some((item) => item.uris.includes(normalUri(uri)) && item.users.has(user));
  }

  #drop(user: string, keep: ReadonlySet<string>): void {
    for (const [key, item] of this.#items) {
      if (keep.has(key) || !item.users.delete(user)) continue;
      item.absent.delete(user);
      if (item.users.size > 0) continue;
      item.reading?.abort();
      item.reading = undefined;
      this.#items.delete(key);
    }
  }
}

/** The same object where the name is the same, so that caches that are keyed by counts find them. */
function named(counts: DatasetCounts, name: string): DatasetCounts {
  return counts.name === name ? counts : { ...counts, name };
}
