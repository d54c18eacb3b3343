/** Work that should not compete with a person who types: it waits until activity has paused. */
import { delay } from './delay';
import type { Scheduler } from './scheduler';

export class QuietPeriod {
  readonly #scheduler: Scheduler;
  readonly #milliseconds: number;
  #last = Number.NEGATIVE_INFINITY;

  /** Activity has paused once none was noted for so many milliseconds. */
  constructor(scheduler: Scheduler, milliseconds: number) {
    this.#scheduler = scheduler;
    this.#milliseconds = milliseconds;
  }

  /** Activity happens now. */
  note(): void {
    this.#last = this.#scheduler.now();
  }

  /** Milliseconds until activity has paused, if there is none meanwhile; 0 where it has. */
  get remaining(): number {
    return Math.max(0, this.#last + this.#milliseconds - this.#scheduler.now());
  }

  /** Resolves once activity has paused; activity meanwhile makes it wait longer. Rejects with `Superseded` on abort. */
  async wait(signal?: AbortSignal): Promise<void> {
    for (let left = this.remaining; left > 0; left = this.remaining) await delay(left, this.#scheduler, signal);
  }
}
