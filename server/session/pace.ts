/**
 * How soon the next evaluation may start. The first one after a rest starts at once; while edits keep coming, work and
 * rest take turns of equal length, so a cheap scenario answers every key and a dear one never fills the machine.
 */

/** No rest is longer, however dear the last run was. */
const LONGEST_REST = 1000;
/** A run cheaper than this needs no rest: it is below what a person notices. */
const CHEAP = 12;

export interface Pace {
  /** Milliseconds to wait before the next run may start. */
  delay(now: number): number;
  /** A run has ended, or was cut short: from when to when. */
  ran(start: number, end: number): void;
}

export function pace(): Pace {
  let rested = Number.NEGATIVE_INFINITY;
  return {
    delay: (now) => Math.max(0, rested - now),
    ran(start, end) {
      const cost = end - start;
      rested = cost < CHEAP ? end : end + Math.min(cost, LONGEST_REST);
    },
  };
}
