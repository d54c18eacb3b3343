/** How long reading holds the event loop: a slice of a few milliseconds, then others run. */
import { systemScheduler } from '../async/scheduler';
import { timeSlice } from '../async/timeSlice';

export interface TimeSlice {
  /** Whether it is time to `rest`. Cheap; call it every few dozen rows. */
  due(): boolean;
  cancelled(): boolean;
  /** Lets others run. Resolves to false where the work was cancelled. */
  rest(): Promise<boolean>;
}

export function createTimeSlice(signal?: AbortSignal): TimeSlice {
  const slice = timeSlice(systemScheduler, signal);
  return { cancelled: () => signal?.aborted ?? false, due: slice.over, rest: slice.yield };
}
