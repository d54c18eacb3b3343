/**
 * Time, as all other code sees it: a clock, the next turn of the event loop, a timer. Every delay, queue and time-out of
 * server, client and page is made of these three; `setTimeout` and its relatives stand in this file alone.
 *
 * This folder imports nothing, so that the page, the client and every layer of the server can use it. It must not know
 * what the work is that it orders.
 */

/** Undoes what was begun: a timer that has not fired never fires. Calling it again has no effect. */
export type Dispose = () => void;

export interface Scheduler {
  /** Milliseconds from some fixed start; never goes back. */
  now(): number;
  /** Resolves on a later turn of the event loop, after the messages that wait now. */
  next(): Promise<void>;
  /** Calls `callback` once, `milliseconds` from now. Does not keep a process running where `background` is set. */
  after(milliseconds: number, callback: () => void, options?: { readonly background?: boolean }): Dispose;
}

/** The real clock and event loop: the same in node, in a web worker, in the extension host and on the page. */
export const systemScheduler: Scheduler = {
  now: () => performance.now(),
  next: typeof setImmediate === 'function' ? () => new Promise((resolve) => setImmediate(resolve)) : messageTurns(),
  after(milliseconds, callback, { background = false } = {}) {
    const timer: unknown = setTimeout(callback, milliseconds);
    if (background && isRefCounted(timer)) timer.unref();
    return () => clearTimeout(timer as ReturnType<typeof setTimeout>);
  },
};

/** A message to oneself arrives after the messages that wait, without the 4 ms that browsers add to nested timers. */
function messageTurns(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  let channel: MessageChannel | undefined;
  return () =>
    new Promise((resolve) => {
      channel ??= new MessageChannel();
      channel.port1.onmessage = () => waiting.shift()?.();
      waiting.push(resolve);
      channel.port2.postMessage(undefined);
    });
}

/** Node's timers are objects that can let the process end; a browser's are numbers. */
function isRefCounted(timer: unknown): timer is { unref(): void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer;
}
