/**
 * Time, as far as the session knows it: a clock, the next turn of the event loop, a timer. The entry points bring real
 * ones; tests bring one that they turn by hand.
 */
import type { Stepwise } from '../inference/stepwise';

export interface Turns {
  /** Milliseconds from some fixed start. */
  now(): number;
  /** Resolves after waiting messages have had their turn. */
  next(): Promise<void>;
  /** Calls back after so many milliseconds; the result takes it back. */
  after(milliseconds: number, call: () => void): () => void;
}

/** Thrown out of work that newer work has replaced. Only the session throws and catches it. */
export class Superseded extends Error {
  constructor() {
    super('newer work has replaced this');
  }
}

export function checkSuperseded(signal: AbortSignal): void {
  if (signal.aborted) throw new Superseded();
}

/** Nothing holds the event loop longer than 10 ms; the rest is for the step that overruns. */
const SLICE = 6;

/** Drive a long computation in slices, letting messages in between; throws `Superseded` once the signal is aborted. */
export async function drive<T>(steps: Stepwise<T>, turns: Turns, signal: AbortSignal): Promise<T> {
  for (;;) {
    checkSuperseded(signal);
    const start = turns.now();
    do {
      const { done, value } = steps.next();
      if (done) return value as T;
    } while (turns.now() - start < SLICE);
    await turns.next();
  }
}

/** Wait for some milliseconds; throws `Superseded` once the signal is aborted. */
export function pause(milliseconds: number, turns: Turns, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Superseded());
    const abandon = (): void => {
      takeBack();
      reject(new Superseded());
    };
    const takeBack = turns.after(milliseconds, () => {
      signal.removeEventListener('abort', abandon);
      resolve();
    });
    signal.addEventListener('abort', abandon, { once: true });
  });
}
