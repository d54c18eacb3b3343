/** Where something changes between two places, by bisection: a yes or no, or any other state. */
import type { Stepwise } from '../../inference/stepwise';

/** Relative precision of a crossing. */
const PRECISION = 1e-9;
const MOST_STEPS = 200;

export interface Change<T> {
  /** The last place with the first state, and the first with another one. */
  readonly before: number;
  readonly after: number;
  readonly state: T;
}

/**
 * Between `from`, where the state is `first`, and `to`, where it is not: two neighbouring places with different states.
 * `distance` measures places relative to each other, e.g. |ln b/a|.
 */
export function* bracketChange<T>(
  state: (x: number) => Stepwise<T>,
  from: number,
  to: number,
  first: T,
  last: T,
  same: (a: T, b: T) => boolean,
  value: (x: number) => number = (x) => x,
): Stepwise<Change<T>> {
  let before = from;
  let after = to;
  let found = last;
  for (let step = 0; step < MOST_STEPS; step++) {
    const a = value(before);
    const b = value(after);
    if (Math.abs(b - a) <= PRECISION * Math.max(Math.abs(a), Math.abs(b))) break;
    const middle = (before + after) / 2;
    if (middle === before || middle === after) break;
    const here = yield* state(middle);
    if (same(here, first)) before = middle;
    else {
      after = middle;
      found = here;
    }
  }
  return { before, after, state: found };
}
