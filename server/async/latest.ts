/**
 * Latest wins, in its two forms. `LatestRunner` runs one task at a time and one more afterwards for whatever was requested
 * meanwhile: every request is followed by a run that begins after it, and many requests during a run cost one run.
 * `LatestTicket` tells slow answers apart: of several that were begun, only the newest may take effect.
 */

/**
 * Runs `task` for each request, never two at a time. Requests that arrive during a run are answered by one run after it.
 * A task that throws is reported and does not end the runner.
 */
export class LatestRunner {
  readonly #task: () => Promise<void>;
  readonly #failed: (error: unknown) => void;
  #running = false;
  #requested = false;

  constructor(task: () => Promise<void>, failed: (error: unknown) => void) {
    this.#task = task;
    this.#failed = failed;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Whether a request waits for a run: what the current run finds is not the newest. */
  get requested(): boolean {
    return this.#requested;
  }

  /** The first run begins before this returns, up to the task's first `await`. */
  request(): void {
    this.#requested = true;
    if (!this.#running) void this.#run();
  }

  /** Drops the request that waits; a run that has begun goes on. */
  cancel(): void {
    this.#requested = false;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#requested) {
      this.#requested = false;
      try {
        await this.#task();
      } catch (error) {
        this.#failed(error);
      }
    }
    this.#running = false;
  }
}

/** Numbers the beginnings of a kind of work. A ticket stays current until the next one is taken. */
export class LatestTicket {
  #last = 0;

  /** Begins: all tickets taken before are no longer current. The result says whether this one still is. */
  take(): () => boolean {
    const own = ++this.#last;
    return () => own === this.#last;
  }

  /** No ticket is current any more. */
  invalidate(): void {
    this.#last++;
  }
}
