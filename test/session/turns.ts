/** Time that the test turns by hand: timers fire when it is told to go on, the clock stands still in between. */
import type { Turns } from '../../server/session/turns';

export interface HandTurns extends Turns {
  /** Let this many milliseconds pass, timers included. */
  pass(milliseconds: number): Promise<void>;
  /** Every look at the clock from now on takes this long: computing costs time. */
  costs(milliseconds: number): void;
  /** Timers that have not fired. */
  readonly waiting: number;
  /** How often work gave way to others. */
  readonly slices: number;
}

export function handTurns(): HandTurns {
  let time = 0;
  let cost = 0;
  let slices = 0;
  const timers = new Set<{ readonly at: number; readonly call: () => void }>();
  return {
    get waiting() {
      return timers.size;
    },
    get slices() {
      return slices;
    },
    now: () => (time += cost),
    async next() {
      slices++;
      await rest(1);
    },
    after(milliseconds, call) {
      const timer = { at: time + milliseconds, call };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    costs(milliseconds) {
      cost = milliseconds;
    },
    async pass(milliseconds) {
      time += milliseconds;
      await rest();
      for (const timer of [...timers].sort((a, b) => a.at - b.at)) {
        if (timer.at > time || !timers.delete(timer)) continue;
        timer.call();
        await rest();
      }
    },
  };
}

/** Let everything that can go on without time go on. */
export async function rest(rounds = 50): Promise<void> {
  for (let round = 0; round < rounds; round++) await new Promise((resolve) => setImmediate(resolve));
}
