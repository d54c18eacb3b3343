/**
 * Matching with a time limit: a thread tries the patterns that may backtrack without end, and is ended when the time of
 * the batch is over. One thread serves all datasets, a batch at a time; it does not keep the process alive.
 */
import { Worker } from 'node:worker_threads';
import { type Dispose, systemScheduler } from '../async/scheduler';
import { SerialQueue } from '../async/serialQueue';
import type { Matched, Matcher } from '../datasets/mapping/patterns';

/**
 * The thread's whole program: plain JavaScript in a string, so that no bundle needs a second file for it. It says when
 * it begins with a batch, so that starting up and the way there do not count.
 */
const PROGRAM = `
const { parentPort } = require('node:worker_threads');
const { performance } = require('node:perf_hooks');
parentPort.on('message', ({ pattern, texts }) => {
  const regex = new RegExp(pattern, 'u');
  parentPort.postMessage('begun');
  const start = performance.now();
  const matches = Uint8Array.from(texts, (text) => (regex.test(text) ? 1 : 0));
  parentPort.postMessage({ matches, milliseconds: performance.now() - start });
});
`;

/** What is waiting for the thread's answer. */
interface Batch {
  readonly limit: number;
  readonly resolve: (result: Matched | 'timeout') => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  batch: Batch | undefined;
  stopTimer: Dispose | undefined;
}

/** A matcher over one thread, which starts with the first batch and again after a batch that took too long. */
export function nodeMatcher(): Matcher {
  let thread: Thread | undefined;
  const queue = new SerialQueue();

  /** The batch is over; the thread waits for the next one without keeping the process alive. */
  const finish = (of: Thread): Batch | undefined => {
    const { batch } = of;
    of.stopTimer?.();
    of.batch = undefined;
    of.worker.unref();
    return batch;
  };
  const end = (of: Thread): Batch | undefined => {
    if (thread === of) thread = undefined;
    const batch = finish(of);
    void of.worker.terminate();
    return batch;
  };
  const start = (): Thread => {
    const started: Thread = { worker: new Worker(PROGRAM, { eval: true }), batch: undefined, stopTimer: undefined };
    // The listeners stay for the thread's life: taking them off would take off those of the worker itself.
    started.worker.on('message', (message: Matched | 'begun') => {
      if (message === 'begun') watch(started);
      else finish(started)?.resolve(message);
    });
    started.worker.on('error', (error) => end(started)?.reject(error));
    started.worker.on('exit', () => end(started)?.reject(new Error('the matching thread has ended')));
    return started;
  };
  const watch = (of: Thread) => {
    const { batch } = of;
    if (!batch) return;
    of.stopTimer = systemScheduler.after(batch.limit, async () => {
      // An answer that has come while this thread was busy is taken before the time is called over.
      await systemScheduler.next();
      if (of.batch === batch) end(of)?.resolve('timeout');
    });
  };

  const match = (pattern: string, texts: readonly string[], limit: number): Promise<Matched | 'timeout'> =>
    new Promise((resolve, reject) => {
      thread ??= start();
      thread.batch = { limit, resolve, reject };
      thread.worker.ref();
      thread.worker.postMessage({ pattern, texts });
    });
  return (pattern, texts, limit) => queue.add(() => match(pattern, texts, limit));
}
