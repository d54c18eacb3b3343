/** The nearest place, on both sides of where something fails, at which it holds. */
import type { Stepwise } from '../../inference/stepwise';
import { bracketChange } from '../numbers/bracket';

export interface Found {
  /** Holds here, and no longer a billionth nearer to the start. */
  readonly place: number;
  readonly distance: number;
}

/**
 * `holds` fails at `start`. Looks outwards on a scale in steps that grow, to at most `from` and `to`, and brackets the
 * first change on each side; the nearer one of the two.
 */
export function* nearestHolding(
  holds: (place: number) => Stepwise<boolean>,
  start: number,
  from: number,
  to: number,
  value: (place: number) => number,
): Stepwise<Found | undefined> {
  let best: Found | undefined;
  for (const direction of [-1, 1]) {
    const end = direction < 0 ? from : to;
    let last = start;
    let step = FIRST_STEP;
    while (last !== end) {
      yield;
      const next = direction < 0 ? Math.max(end, last - step) : Math.min(end, last + step);
      if (best && Math.abs(last - start) >= best.distance) break;
      if (yield* holds(next)) {
        const change = yield* bracketChange(holds, last, next, false, true, (a, b) => a === b, value);
        const distance = Math.abs(change.after - start);
        if (!best || distance < best.distance) best = { place: change.after, distance };
        break;
      }
      last = next;
      step = Math.min(LARGEST_STEP, step * 1.5);
    }
  }
  return best;
}

/** In nats of the number's scale. */
const FIRST_STEP = 0.1;
const LARGEST_STEP = 1.5;
