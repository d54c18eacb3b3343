/**
 * A pool of workers (threads, processes): tasks wait for a free one, at most `limit` are started, each takes one task at a
 * time, and those without a task are ended after a while. A worker that fails is ended with its task, and the next task
 * starts another one. Cancelling a task that runs ends its worker, because a thread cannot be interrupted otherwise.
 */
import { Debouncer } from './debounce';
import type { Scheduler } from './scheduler';
import { Superseded } from './superseded';

export interface PoolWorker<Task> {
  /** Begins a task; the worker reports its end through `TaskEvents`. */
  post(task: Task): void;
  /** Whether a task runs: an idle worker must not keep the process running. */
  busy(busy: boolean): void;
  end(): void;
}

/** What a worker reports of the task that it runs. */
export interface TaskEvents<Answer, Progress> {
  progress(progress: Progress): void;
  replied(answer: Answer): void;
  /** The worker is of no use any more; its task, if it has one, fails with this error. */
  failed(error: unknown): void;
}

export interface PoolOptions<Task, Answer, Progress> {
  readonly limit: number;
  readonly scheduler: Scheduler;
  /** A worker without a task is ended after so long. */
  readonly idleMilliseconds: number;
  readonly start: (events: TaskEvents<Answer, Progress>) => PoolWorker<Task>;
}

interface Entry<Task, Answer, Progress> {
  readonly task: Task;
  readonly progress: ((progress: Progress) => void) | undefined;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

interface Seat<Task, Answer, Progress> {
  readonly worker: PoolWorker<Task>;
  entry: Entry<Task, Answer, Progress> | undefined;
}

export class TaskPool<Task, Answer, Progress = never> {
  readonly #options: PoolOptions<Task, Answer, Progress>;
  readonly #waiting: Entry<Task, Answer, Progress>[] = [];
  readonly #seats = new Set<Seat<Task, Answer, Progress>>();
  readonly #idle: Debouncer;

  constructor(options: PoolOptions<Task, Answer, Progress>) {
    this.#options = options;
    this.#idle = new Debouncer(options.scheduler, options.idleMilliseconds, () => {
      for (const seat of [...this.#seats]) if (!seat.entry) this.#end(seat);
    });
  }

  /** Workers that are started, busy or not. */
  get size(): number {
    return this.#seats.size;
  }

  /**
   * Runs a task on the next free worker. Rejects with `Superseded` once the signal is aborted: a task that waits leaves the
   * queue, one that runs is ended with its worker. Rejects with the worker's own error where it fails or cannot be started.
   */
  run(
    task: Task,
    options: { readonly signal?: AbortSignal; readonly progress?: (progress: Progress) => void } = {},
  ): Promise<Answer> {
    const { signal, progress } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new Superseded());
      const finished =
        <T>(finish: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener('abort', abandon);
          finish(value);
        };
      const entry: Entry<Task, Answer, Progress> = {
        task,
        progress,
        resolve: finished(resolve),
        reject: finished(reject),
      };
      const abandon = (): void => {
        const place = this.#waiting.indexOf(entry);
        if (place >= 0) this.#waiting.splice(place, 1);
        for (const seat of [...this.#seats]) if (seat.entry === entry) this.#lose(seat, new Superseded());
        entry.reject(new Superseded());
      };
      signal?.addEventListener('abort', abandon, { once: true });
      this.#waiting.push(entry);
      this.#assign();
    });
  }

  /** Ends all workers; tasks that run or wait reject with `Superseded`. */
  dispose(): void {
    this.#idle.cancel();
    for (const entry of this.#waiting.splice(0)) entry.reject(new Superseded());
    for (const seat of [...this.#seats]) this.#lose(seat, new Superseded());
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const free = [...this.#seats].find(({ entry }) => !entry);
      if (!free && this.#seats.size >= this.#options.limit) return;
      const entry = this.#waiting.shift();
      if (!entry) return;
      try {
        const seat = free ?? this.#start();
        seat.entry = entry;
        seat.worker.busy(true);
        seat.worker.post(entry.task);
      } catch (error) {
        entry.reject(error);
      }
    }
  }

  #start(): Seat<Task, Answer, Progress> {
    // A worker may report before `start` has returned: its seat is not taken then.
    let seat: Seat<Task, Answer, Progress> | undefined;
    const worker = this.#options.start({
      progress: (progress) => seat?.entry?.progress?.(progress),
      replied: (answer) => seat && this.#finish(seat, ({ resolve }) => resolve(answer)),
      failed: (error) => seat && this.#lose(seat, error),
    });
    seat = { worker, entry: undefined };
    this.#seats.add(seat);
    return seat;
  }

  #finish(seat: Seat<Task, Answer, Progress>, report: (entry: Entry<Task, Answer, Progress>) => void): void {
    const { entry } = seat;
    seat.entry = undefined;
    if (this.#seats.has(seat)) seat.worker.busy(false);
    if (entry) report(entry);
    this.#assign();
    this.#idle.request();
  }

  #lose(seat: Seat<Task, Answer, Progress>, error: unknown): void {
    this.#end(seat);
    this.#finish(seat, ({ reject }) => reject(error));
  }

  #end(seat: Seat<Task, Answer, Progress>): void {
    if (this.#seats.delete(seat)) seat.worker.end();
  }
}
