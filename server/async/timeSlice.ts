/**
 * Long computations without a long hold on the event loop: they run in slices of a few milliseconds, and messages are
 * handled between two slices. The clock decides only when a slice ends, never what the computation returns.
 */
import type { Scheduler } from './scheduler';
import { checkSuperseded } from './superseded';

/** No caller holds the event loop longer than 10 ms; the rest is for the step that overruns. */
const SLICE_MILLISECONDS = 6;

/** A computation in steps: it yields every few thousand operations, and returns its result at the end. */
export interface Steps<T> {
  next(): IteratorResult<unknown, T>;
}

/** Runs the steps to the end, in slices. Throws `Superseded` between two slices once the signal is aborted. */
export async function runInSlices<T>(steps: Steps<T>, scheduler: Scheduler, signal: AbortSignal): Promise<T> {
  for (;;) {
    checkSuperseded(signal);
    const start = scheduler.now();
    do {
      const { done, value } = steps.next();
      if (done) return value;
    } while (scheduler.now() - start < SLICE_MILLISECONDS);
    await scheduler.next();
  }
}

/** The same for work that is written as a loop with `await`: it asks whether its slice is over, and yields if so. */
export interface TimeSlice {
  /** Whether the slice is over. Cheap; call it every few dozen items. */
  over(): boolean;
  /** Lets others run, and begins the next slice. Resolves to false where the work was cancelled meanwhile. */
  yield(): Promise<boolean>;
}

export function timeSlice(scheduler: Scheduler, signal?: AbortSignal): TimeSlice {
  let end = scheduler.now() + SLICE_MILLISECONDS;
  return {
    over: () => scheduler.now() >= end,
    yield: async () => {
      await scheduler.next();
      end = scheduler.now() + SLICE_MILLISECONDS;
      return !signal?.aborted;
    },
  };
}
