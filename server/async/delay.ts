/** Waiting for an amount of time, and waiting for a value no longer than an amount of time. */
import type { Scheduler } from './scheduler';
import { Superseded } from './superseded';

/** Resolves `milliseconds` from now; rejects with `Superseded` as soon as the signal is aborted, and leaves no timer. */
export function delay(milliseconds: number, scheduler: Scheduler, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new Superseded());
    const abandon = (): void => {
      dispose();
      reject(new Superseded());
    };
    const dispose = scheduler.after(milliseconds, () => {
      signal?.removeEventListener('abort', abandon);
      resolve();
    });
    signal?.addEventListener('abort', abandon, { once: true });
  });
}

/**
 * The value if it arrives within `milliseconds`, else what `otherwise` returns. The work behind `value` goes on; an error
 * that arrives after the time-out is dropped, one that arrives before it is passed on. Leaves no timer.
 */
export function withTimeout<T, Otherwise>(
  value: Promise<T>,
  milliseconds: number,
  scheduler: Scheduler,
  otherwise: () => Otherwise,
): Promise<T | Otherwise> {
  return new Promise((resolve, reject) => {
    const dispose = scheduler.after(milliseconds, () => {
      try {
        resolve(otherwise());
      } catch (error) {
        reject(error);
      }
    });
    value.then(resolve, reject).finally(dispose);
  });
}
