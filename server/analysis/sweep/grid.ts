/**
 * Curves over an adaptive grid: refined where linear interpolation between neighbours is off by more than a tolerance in
 * any curve, and at the ends of stretches where there is nothing to draw.
 */
import type { Stepwise } from '../../inference/stepwise';
import { bracketChange } from '../numbers/bracket';
import { entry } from '../numbers/entry';

/** Values of all curves at one place, or the reason why there are none. */
export interface Place<T> {
  readonly z: number;
  readonly curves: Float64Array | null;
  readonly state: T;
}

export interface Grid<T> {
  /** Ascending in z. */
  readonly places: readonly Place<T>[];
}

/** In probability. */
export const TOLERANCE = 0.002;
const FIRST_INTERVALS = 16;
const DEEPEST = 14;
const MOST_PLACES = 1500;

export function* adaptiveGrid<T>(
  at: (z: number) => Stepwise<Omit<Place<T>, 'z'>>,
  from: number,
  to: number,
  always: readonly number[] = [],
): Stepwise<Grid<T>> {
  const places: Place<T>[] = [];
  function* place(z: number): Stepwise<Place<T>> {
    const made = { z, ...(yield* at(z)) };
    places.push(made);
    return made;
  }
  const starts = Array.from({ length: FIRST_INTERVALS + 1 }, (_, i) =>
    i === FIRST_INTERVALS ? to : from + ((to - from) * i) / FIRST_INTERVALS,
  );
  for (const z of always) if (z > from && z < to) starts.push(z);
  starts.sort((a, b) => a - b);
  let last = yield* place(entry(starts, 0));
  for (const z of starts.slice(1)) {
    if (z === last.z) continue;
    const next = yield* place(z);
    const waiting: [Place<T>, Place<T>, number][] = [[last, next, 0]];
    for (let pair = waiting.pop(); pair; pair = waiting.pop()) {
      const [a, b, depth] = pair;
      if (depth >= DEEPEST || places.length > MOST_PLACES) continue;
      if (!a.curves && !b.curves) continue;
      if (!a.curves || !b.curves) {
        yield* edge(place, a, b);
        continue;
      }
      const middle = yield* place((a.z + b.z) / 2);
      if (!middle.curves || bends(a.curves, middle.curves, b.curves))
        waiting.push([middle, b, depth + 1], [a, middle, depth + 1]);
    }
    last = next;
  }
  places.sort((a, b) => a.z - b.z);
  return { places: places.filter((p, i) => i === 0 || p.z !== places[i - 1]?.z) };
}

/** Half of the tolerance at the middle: what is left between the three is about a quarter of that. */
function bends(a: Float64Array, middle: Float64Array, b: Float64Array): boolean {
  return middle.some((y, i) => !(Math.abs(y - (entry(a, i) + entry(b, i)) / 2) <= TOLERANCE / 2));
}

/** Both sides of where the curves end. */
function* edge<T>(place: (z: number) => Stepwise<Place<T>>, a: Place<T>, b: Place<T>): Stepwise<void> {
  function* drawn(z: number): Stepwise<boolean> {
    return (yield* place(z)).curves !== null;
  }
  yield* bracketChange(drawn, a.z, b.z, a.curves !== null, b.curves !== null, (x, y) => x === y);
}
