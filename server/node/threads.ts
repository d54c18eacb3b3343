/**
 * Threads that read training files, so that two cores do and the one that answers the editor does not. They are started
 * when there is something to read, take one job at a time, and are ended when they have had nothing to do for a while.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Threads } from '../host';

/** More of them would take memory, and the disk is the limit then. */
const MOST = 4;
/** Milliseconds without work after which a thread is ended. */
const IDLE = 5000;

/** Megabytes for short-lived values in a thread: rows are read in place and leave few. */
const YOUNG = 8;

interface Job {
  readonly job: unknown;
  readonly progress?: (done: number) => void;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Threads whose entry is this bundle's own `reader.cjs`; undefined where it is not there (sources that run as they stand). */
export function threadsBeside(): Threads | undefined {
  if (typeof __dirname === 'undefined') return undefined;
  const script = join(__dirname, 'reader.cjs');
  return existsSync(script) ? nodeThreads(script) : undefined;
}

/** A thread and what it is doing. */
interface Thread {
  readonly worker: Worker;
  current: Job | undefined;
}

/** Threads that start from a script; at most as many as there are cores. */
export function nodeThreads(script: string, count: number = Math.min(MOST, availableParallelism())): Threads {
  const waiting: Job[] = [];
  const threads = new Set<Thread>();
  let sleep: NodeJS.Timeout | undefined;
  const end = (thread: Thread) => {
    threads.delete(thread);
    void thread.worker.terminate();
  };
  const rest = () => {
    clearTimeout(sleep);
    sleep = setTimeout(() => {
      for (const thread of threads) if (!thread.current) end(thread);
    }, IDLE);
    sleep.unref();
  };
  /** The thread's job is over, one way or another. */
  const settle = (thread: Thread, tell: (job: Job) => void) => {
    const job = thread.current;
    thread.current = undefined;
    thread.worker.unref();
    if (job) tell(job);
    begin();
    rest();
  };
  const lose = (thread: Thread, error: unknown) => {
    end(thread);
    settle(thread, ({ reject }) => reject(error));
  };
  const start = (): Thread => {
    const worker = new Worker(script, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG } });
    const thread: Thread = { worker, current: undefined };
    worker.on('message', (message: { readonly answer?: unknown; readonly done?: number }) => {
      if (message.done !== undefined) thread.current?.progress?.(message.done);
      else settle(thread, ({ resolve }) => resolve(message.answer));
    });
    worker.on('error', (error) => lose(thread, error));
    worker.on('exit', () => lose(thread, new Error('the thread has ended')));
    threads.add(thread);
    return thread;
  };
  const begin = () => {
    while (waiting.length > 0) {
      const free = [...threads].find(({ current }) => !current) ?? (threads.size < count ? start() : undefined);
      if (!free) return;
      const job = waiting.shift()!;
      free.current = job;
      free.worker.ref();
      free.worker.postMessage(job.job);
    }
  };
  return {
    count,
    run: (job, { signal, progress }) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const ended =
          <T>(then: (value: T) => void) =>
          (value: T) => {
            signal?.removeEventListener('abort', abort);
            then(value);
          };
        const mine: Job = { job, progress, resolve: ended(resolve), reject: ended(reject) };
        // Work that nobody wants any more is not waited for: its thread is ended with it.
        const abort = () => {
          const place = waiting.indexOf(mine);
          if (place >= 0) waiting.splice(place, 1);
          for (const thread of threads) if (thread.current === mine) lose(thread, signal?.reason);
          mine.reject(signal?.reason);
        };
        signal?.addEventListener('abort', abort);
        waiting.push(mine);
        begin();
      }),
  };
}
