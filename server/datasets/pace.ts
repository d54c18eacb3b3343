/**
 * How long work keeps the event loop: a slice of a few milliseconds, then everybody else has a turn. The clock decides
 * only when to rest, never what comes out.
 */

const SLICE = 6;

export interface Pace {
  /** Whether it is time to `rest`. Cheap; call it every few dozen rows. */
  due(): boolean;
  cancelled(): boolean;
  /** Lets others run. Resolves to false where the work was cancelled. */
  rest(): Promise<boolean>;
}

export function createPace(signal?: AbortSignal): Pace {
  let end = performance.now() + SLICE;
  return {
    cancelled: () => signal?.aborted ?? false,
    due: () => performance.now() >= end,
    rest: async () => {
      await breathe();
      end = performance.now() + SLICE;
      return !signal?.aborted;
    },
  };
}

/** A turn of the event loop. Timers are clamped to 4 ms in places, so something quicker comes first. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(undefined);
    }
  });
}
