/**
 * How soon the next run of repeated work may begin. After a pause it begins at once; while requests keep arriving, work
 * and rest alternate in equal parts, so that cheap work answers every request and expensive work never takes the machine.
 */

/** No rest is longer, however long the last run was. */
const LONGEST_REST_MILLISECONDS = 1000;
/** A run shorter than this needs no rest: it is below what a person notices. */
const CHEAP_RUN_MILLISECONDS = 12;

export class Throttle {
  #earliest = Number.NEGATIVE_INFINITY;

  /** Milliseconds from `now` until the next run may begin. */
  delay(now: number): number {
    return Math.max(0, this.#earliest - now);
  }

  /** A run has ended, or was cancelled: from when to when, in the clock of `delay`. */
  ran(start: number, end: number): void {
    const cost = end - start;
    this.#earliest = cost < CHEAP_RUN_MILLISECONDS ? end : end + Math.min(cost, LONGEST_REST_MILLISECONDS);
  }
}
