/**
 * One after the other: tasks run in the order in which they were added, each after the one before has ended, whether that
 * one succeeded or failed.
 */
import { Superseded } from './superseded';

interface Entry {
  readonly run: () => Promise<void>;
}

export class SerialQueue {
  readonly #waiting: Entry[] = [];
  #running = false;

  /** Tasks that have not begun. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Resolves or rejects with what `task` does. A task whose signal is aborted before it begins never begins: it leaves the
   * queue at once and rejects with `Superseded`. One that has begun has to watch its signal itself.
   */
  add<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new Superseded());
      const abandon = (): void => {
        const place = this.#waiting.indexOf(entry);
        if (place >= 0) this.#waiting.splice(place, 1);
        reject(new Superseded());
      };
      const entry: Entry = {
        run: async () => {
          signal?.removeEventListener('abort', abandon);
          try {
            resolve(await task());
          } catch (error) {
            reject(error);
          }
        },
      };
      signal?.addEventListener('abort', abandon, { once: true });
      this.#waiting.push(entry);
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let entry = this.#waiting.shift(); entry; entry = this.#waiting.shift()) await entry.run();
    this.#running = false;
  }
}
