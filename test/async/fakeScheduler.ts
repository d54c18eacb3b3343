/**
 * Time that a test moves by hand: timers fire when it says so, in order of their time; the clock stands still in between,
 * and `next` resolves without time passing.
 */
import type { Scheduler } from '../../server/async/scheduler';

export interface FakeScheduler extends Scheduler {
  /** Lets this many milliseconds pass, and all work that follows without time. */
  pass(milliseconds: number): Promise<void>;
  /** Lets time pass until the next timer fires. */
  passToTimer(): Promise<void>;
  /** Every look at the clock from now on takes this long: a model of work that costs time. */
  costs(milliseconds: number): void;
  /** Timers that have neither fired nor been disposed of. */
  readonly timers: number;
  /** How often `next` was called: how often work yielded. */
  readonly yields: number;
}

export function fakeScheduler(): FakeScheduler {
  let time = 0;
  let cost = 0;
  let yields = 0;
  let order = 0;
  const nextTimer = () => [...timers].sort((a, b) => a.at - b.at || a.order - b.order)[0];
  const timers = new Set<{ readonly at: number; readonly order: number; readonly callback: () => void }>();
  const scheduler: FakeScheduler = {
    get timers() {
      return timers.size;
    },
    get yields() {
      return yields;
    },
    now: () => (time += cost),
    async next() {
      yields++;
      await drain(1);
    },
    after(milliseconds, callback) {
      const timer = { at: time + milliseconds, order: order++, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    costs(milliseconds) {
      cost = milliseconds;
    },
    async passToTimer() {
      await scheduler.pass(Math.max(0, (nextTimer()?.at ?? time) - time));
    },
    async pass(milliseconds) {
      const end = time + milliseconds;
      await drain();
      for (;;) {
        const due = nextTimer();
        if (!due || due.at > end) break;
        timers.delete(due);
        time = Math.max(time, due.at);
        due.callback();
        await drain();
      }
      time = end;
    },
  };
  return scheduler;
}

/** Lets everything go on that can go on without time. */
export async function drain(rounds = 50): Promise<void> {
  for (let round = 0; round < rounds; round++) await new Promise((resolve) => setImmediate(resolve));
}

/** A promise that the test settles. */
export interface Gate<T = void> {
  readonly promise: Promise<T>;
  open(value: T): void;
  fail(error: unknown): void;
}

export function gate<T = void>(): Gate<T> {
  let open: (value: T) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}
