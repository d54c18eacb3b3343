/**
 * One call for many requests. A `Debouncer` waits until requests have paused; a `Coalescer` waits a fixed time after the
 * first one. Both call with the newest request, on a later turn of the event loop, and never twice for one request.
 */
import type { Dispose, Scheduler } from './scheduler';

/**
 * Calls `call` with the newest value once no request has arrived for `milliseconds`. Every request begins the wait anew, so
 * a stream of requests without a pause is answered after it ends.
 */
export class Debouncer<T = void> {
  readonly #scheduler: Scheduler;
  readonly #milliseconds: number;
  readonly #call: (value: T) => void;
  #dispose: Dispose | undefined;

  constructor(scheduler: Scheduler, milliseconds: number, call: (value: T) => void) {
    this.#scheduler = scheduler;
    this.#milliseconds = milliseconds;
    this.#call = call;
  }

  /** Whether a request waits for its call. */
  get pending(): boolean {
    return this.#dispose !== undefined;
  }

  /** Requests a call; `milliseconds` replaces the usual wait for this request. */
  request(value: T, milliseconds: number = this.#milliseconds): void {
    this.#dispose?.();
    this.#dispose = this.#scheduler.after(milliseconds, () => {
      this.#dispose = undefined;
      this.#call(value);
    });
  }

  /** Drops the request that waits, if one does. */
  cancel(): void {
    this.#dispose?.();
    this.#dispose = undefined;
  }
}

/**
 * Calls `call` with the newest value `milliseconds` after the first request since the last call. A stream of requests
 * without a pause is answered at this interval.
 */
export class Coalescer<T = void> {
  readonly #scheduler: Scheduler;
  readonly #milliseconds: number;
  readonly #call: (value: T) => void;
  #newest: { readonly value: T; readonly dispose: Dispose } | undefined;

  constructor(scheduler: Scheduler, milliseconds: number, call: (value: T) => void) {
    this.#scheduler = scheduler;
    this.#milliseconds = milliseconds;
    this.#call = call;
  }

  get pending(): boolean {
    return this.#newest !== undefined;
  }

  request(value: T): void {
    const dispose =
      this.#newest?.dispose ??
      this.#scheduler.after(this.#milliseconds, () => {
        const newest = this.#newest;
        this.#newest = undefined;
        if (newest) this.#call(newest.value);
      });
    this.#newest = { value, dispose };
  }

  /** Drops the request that waits, if one does. */
  cancel(): void {
    this.#newest?.dispose();
    this.#newest = undefined;
  }
}
