/**
 * Long computations as generators: each `yield` is a place where the caller may stop, look at the clock, or let others
 * run. The mathematics stays pure; the caller decides how it runs.
 */
export type Stepwise<T> = Generator<undefined, T, undefined>;

/** Drive to the end at once. */
export function runToEnd<T>(steps: Stepwise<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value as T;
  }
}
