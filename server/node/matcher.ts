/**
 * Matching with a time limit: a thread tries the patterns that may backtrack without end, and is ended when its time is
 * over. One thread serves all datasets, a batch at a time; it keeps nobody from leaving.
 */
import { Worker } from 'node:worker_threads';
import { systemScheduler } from '../async/scheduler';
import { SerialQueue } from '../async/serialQueue';
import { matchTimeLimit } from '../datasets/limits';
import type { Matcher } from '../datasets/patterns';

/** Its whole program: plain JavaScript in a string, so that no bundle needs a second file for it. */
const PROGRAM = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ pattern, texts }) => {
  const regex = new RegExp(pattern, 'u');
  parentPort.postMessage(Uint8Array.from(texts, (text) => (regex.test(text) ? 1 : 0)));
});
`;

/** `limit` in milliseconds for one batch. */
export function nodeMatcher(limit: number = matchTimeLimit): Matcher {
  let worker: Worker | undefined;
  const queue = new SerialQueue();
  const match = (pattern: string, texts: readonly string[]): Promise<Uint8Array | 'timeout'> =>
    new Promise((resolve, reject) => {
      worker ??= new Worker(PROGRAM, { eval: true });
      const current = worker;
      current.ref();
      const settle = (end: () => void, keep: boolean) => {
        dispose();
        current.removeAllListeners();
        if (keep) current.unref();
        else {
          worker = undefined;
          void current.terminate();
        }
        end();
      };
      const dispose = systemScheduler.after(limit, () => settle(() => resolve('timeout'), false));
      current.once('message', (matched: Uint8Array) => settle(() => resolve(matched), true));
      current.once('error', (error) => settle(() => reject(error), false));
      current.postMessage({ pattern, texts });
    });
  return (pattern, texts) => queue.add(() => match(pattern, texts));
}
