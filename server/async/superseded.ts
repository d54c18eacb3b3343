/**
 * Cancellation: work carries an `AbortSignal`, and ends with `Superseded` once newer work has replaced it. A caller that
 * starts work with a signal expects this error and no other reason to stop.
 */

/** Thrown out of work whose signal was aborted. It is no failure: newer work has replaced this. */
export class Superseded extends Error {
  constructor() {
    super('newer work has replaced this');
  }
}

/** Throws `Superseded` where the signal is aborted. Call it after every `await` whose result is about to be used. */
export function checkSuperseded(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Superseded();
}

/** Passes every error on but `Superseded`: for work that is started without a caller that waits for it. */
export function ignoreSuperseded(failed: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Superseded)) failed(error);
  };
}
