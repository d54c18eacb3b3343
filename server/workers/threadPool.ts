/**
 * Threads that read training files, so that two cores do and the one that answers the editor does not. They are started
 * when there is something to read, take one job at a time, and are ended when they have had nothing to do for a while.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Scheduler, systemScheduler } from '../async/scheduler';
import { type PoolWorker, type TaskEvents, TaskPool } from '../async/taskPool';
import type { Threads } from '../host/host';

/** More of them would take memory, and the disk is the limit then. */
const MOST = 4;
/** A thread without work is ended after so long. */
const IDLE_MILLISECONDS = 5000;

/** Megabytes for short-lived values in a thread: rows are read in place and leave few. */
const YOUNG = 8;

/** Threads whose entry is this bundle's own `reader.cjs`; undefined where it is not there (sources that run as they stand). */
export function threadsBeside(): Threads | undefined {
  if (typeof __dirname === 'undefined') return undefined;
  const script = join(__dirname, 'reader.cjs');
  return existsSync(script) ? nodeThreads(script) : undefined;
}

/** Threads that start from a script; at most as many as there are cores. */
export function nodeThreads(script: string, count: number = Math.min(MOST, availableParallelism())): Threads {
  const pool = new TaskPool<unknown, unknown, number>({
    limit: count,
    scheduler: backgroundScheduler,
    idleMilliseconds: IDLE_MILLISECONDS,
    start: (events) => startThread(script, events),
  });
  return { count, run: (job, options) => pool.run(job, options) };
}

/** A thread that may still be started again keeps no process running. */
const backgroundScheduler: Scheduler = {
  ...systemScheduler,
  after: (milliseconds, callback) => systemScheduler.after(milliseconds, callback, { background: true }),
};

function startThread(script: string, events: TaskEvents<unknown, number>): PoolWorker<unknown> {
  const worker = new Worker(script, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG } });
  worker.on('message', (message: { readonly answer?: unknown; readonly done?: number }) => {
    if (message.done !== undefined) events.progress(message.done);
    else events.replied(message.answer);
  });
  worker.on('error', (error) => events.failed(error));
  worker.on('exit', () => events.failed(new Error('the thread has ended')));
  return {
    post: (job) => worker.postMessage(job),
    busy: (busy) => (busy ? worker.ref() : worker.unref()),
    end: () => void worker.terminate(),
  };
}
