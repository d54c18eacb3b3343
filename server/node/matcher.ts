/** Patterns that may run for ever run in a thread of their own, which is ended when its time is over. */
import { Worker } from 'node:worker_threads';
import type { Matcher } from '../datasets/patterns';

/** A thousand texts in this time is slow already; what takes longer does not end. */
const PATIENCE = 2000;

/** The thread's whole program; it gets plain strings and gives back bytes. */
const THREAD = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ pattern, texts }) => {
  const regex = new RegExp(pattern, 'u');
  parentPort.postMessage(Uint8Array.from(texts, (text) => (regex.test(text) ? 1 : 0)));
});
`;

export function threadMatcher(): Matcher {
  let thread: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const run = (pattern: string, texts: readonly string[]): Promise<Uint8Array | 'timeout'> =>
    new Promise((resolve) => {
      const worker = thread ?? new Worker(THREAD, { eval: true });
      thread = worker;
      worker.ref();
      const finish = (answer: Uint8Array | 'timeout'): void => {
        clearTimeout(timer);
        worker.removeAllListeners();
        if (answer === 'timeout') {
          thread = undefined;
          void worker.terminate();
        } else worker.unref();
        resolve(answer);
      };
      const timer = setTimeout(() => finish('timeout'), PATIENCE);
      worker.once('message', finish);
      worker.once('error', () => finish('timeout'));
      worker.postMessage({ pattern, texts });
    });

  return (pattern, texts) => {
    const turn = last.then(() => run(pattern, texts));
    last = turn;
    return turn;
  };
}
