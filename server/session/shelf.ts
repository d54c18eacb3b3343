/**
 * Datasets that are read: each once, kept as counts while a scenario uses it, and read again when its file changes or
 * the scenario reads it in another way. A reading never holds up an evaluation; it reports when it is done.
 */
import type { DatasetCounts } from '../datasets/counts';
import type { Host } from '../host';
import type { DatasetSource } from '../program/program';
import { normalUri } from '../program/uris';
import type { MethodName } from '../syntax/tree';

export type ReadDataset = (
  source: DatasetSource,
  method: MethodName | undefined,
  host: Host,
  options: { readonly progress: (fraction: number | undefined) => void; readonly signal: AbortSignal },
) => Promise<DatasetCounts>;

/** A dataset on its way in. */
export interface Reading {
  readonly name: string;
  readonly token: string;
  readonly fraction?: number;
  /** True after a person has stopped it: it begins again when its file or its declaration changes. */
  readonly stopped: boolean;
  readonly done: Promise<void>;
}

export interface Taken {
  /** By dataset index: what is read, be it from before the file's last change. */
  readonly counts: ReadonlyMap<number, DatasetCounts>;
  /** Datasets without any counts yet, by index. */
  readonly missing: ReadonlyMap<number, Reading>;
}

interface Item {
  readonly token: string;
  readonly uri: string;
  readonly source: DatasetSource;
  readonly users: Set<string>;
  counts?: DatasetCounts;
  fraction?: number;
  stopped: boolean;
  reading?: AbortController;
  done: Promise<void>;
}

/** Whom the shelf tells, by the users of a dataset. */
export interface ShelfListener {
  /** Counts have come, or come again. */
  arrived(users: ReadonlySet<string>): void;
  /** A reading is further on, or was stopped. */
  progressed(users: ReadonlySet<string>): void;
}

export class DatasetShelf {
  readonly #items = new Map<string, Item>();
  readonly #host: Host;
  readonly #read: ReadDataset;
  readonly #listener: ShelfListener;
  #tokens = 0;

  constructor(host: Host, read: ReadDataset, listener: ShelfListener) {
    this.#host = host;
    this.#read = read;
    this.#listener = listener;
  }

  /**
   * What is there for these sources now; begins to read what is not, and drops what this user no longer takes.
   * While the text is `broken` nothing is dropped, and a file that the user has under an other mapping is not read
   * again: half a declaration is no reason to go through a million rows.
   */
  take(user: string, sources: readonly DatasetSource[], broken: boolean): Taken {
    const counts = new Map<number, DatasetCounts>();
    const missing = new Map<number, Reading>();
    const keys = new Set<string>();
    for (const source of sources) {
      if (source.uri === undefined) continue;
      const key = keyOf(source);
      keys.add(key);
      if (broken && !this.#items.has(key) && this.#has(user, source.uri)) continue;
      const item = this.#items.get(key) ?? this.#add(key, source, source.uri);
      item.users.add(user);
      if (item.counts) counts.set(source.index, named(item.counts, source.name));
      else missing.set(source.index, { ...item, name: source.name });
    }
    if (!broken) this.#drop(user, keys);
    return { counts, missing };
  }

  /** This user is gone. */
  release(user: string): void {
    this.#drop(user, new Set());
  }

  /** A file changed, on disk or in an editor: read it again, and keep the old counts until that is done. */
  fileChanged(uri: string): void {
    for (const item of this.#items.values()) if (item.uri === uri) this.#begin(item);
  }

  uses(uri: string): boolean {
    return [...this.#items.values()].some((item) => item.uri === uri);
  }

  /** Stop one reading, by its token. */
  stop(token: string): void {
    for (const item of this.#items.values()) {
      if (item.token !== token || !item.reading) continue;
      item.reading.abort();
      item.reading = undefined;
      item.stopped = true;
      this.#listener.progressed(item.users);
    }
  }

  /** What is being read for this user, for a progress bar. */
  readings(user: string): readonly Reading[] {
    return [...this.#items.values()]
      .filter((item) => item.reading !== undefined && item.users.has(user))
      .map((item) => ({ ...item, name: item.source.name }));
  }

  #add(key: string, source: DatasetSource, uri: string): Item {
    const item: Item = {
      token: `dataset-${++this.#tokens}`,
      uri: normalUri(uri),
      source,
      users: new Set(),
      stopped: false,
      done: Promise.resolve(),
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
    item.fraction = undefined;
    const current = (): boolean => item.reading === reading;
    const progress = (fraction: number | undefined): void => {
      if (!current()) return;
      item.fraction = fraction;
      this.#listener.progressed(item.users);
    };
    item.done = this.#read(item.source, item.source.method, this.#host, { progress, signal: reading.signal }).then(
      (counts) => this.#settle(item, reading, counts),
      (error: unknown) => this.#settle(item, reading, failed(item.source, error)),
    );
  }

  #settle(item: Item, reading: AbortController, counts: DatasetCounts): void {
    if (item.reading !== reading) return;
    item.counts = counts;
    item.reading = undefined;
    this.#listener.arrived(item.users);
  }

  #has(user: string, uri: string): boolean {
    return [...this.#items.values()].some((item) => item.uri === normalUri(uri) && item.users.has(user));
  }

  #drop(user: string, keep: ReadonlySet<string>): void {
    for (const [key, item] of this.#items) {
      if (keep.has(key) || !item.users.delete(user) || item.users.size > 0) continue;
      item.reading?.abort();
      item.reading = undefined;
      this.#items.delete(key);
    }
  }
}

/** Two declarations with the same key read the same counts: places in the text do not matter, nor does the name. */
function keyOf(source: DatasetSource): string {
  const { uri, method, entries, rules, logprobs } = source;
  return JSON.stringify([uri, method, entries, rules, logprobs], (key, value: unknown) =>
    key === 'origin' ? undefined : value,
  );
}

/** The same object where the name is the same, so that whoever remembers counts recognises them. */
function named(counts: DatasetCounts, name: string): DatasetCounts {
  return counts.name === name ? counts : { ...counts, name };
}

/** A reader that throws is a defect, and still no reason to lose the rest. */
function failed(source: DatasetSource, error: unknown): DatasetCounts {
  const none = { size: 0 };
  const integers = new Int32Array(0);
  const numbers = new Float64Array(0);
  return {
    name: source.name,
    uri: source.uri ?? '',
    format: 'unread',
    method: source.method ?? 'sft',
    names: [],
    rows: 0,
    classified: 0,
    unclassified: 0,
    duplicates: 0,
    groups: {
      ...none,
      situation: integers,
      response: integers,
      over: integers,
      weight: numbers,
      tokens: numbers,
      reward: numbers,
      epochs: numbers,
      times: numbers,
    },
    problems: [],
    problemCounts: {},
    fields: [],
    failure: { code: 'dataset-unreadable', message: `The file cannot be read: ${String(error)}` },
    bytes: 0,
  };
}
