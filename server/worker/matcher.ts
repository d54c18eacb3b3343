/**
 * Matching with a time limit in a browser: a worker of the server's worker tries the patterns that may backtrack without
 * end, and is ended when its time is over. The twin of `node/matcher.ts`.
 */
import { systemScheduler } from '../async/scheduler';
import { SerialQueue } from '../async/serialQueue';
import { matchTimeLimit } from '../datasets/limits';
import type { Matcher } from '../datasets/patterns';

/** Its whole program: no second file, which a browser would not take from where extensions come from. */
const PROGRAM = `
onmessage = ({ data: { pattern, texts } }) => {
  const regex = new RegExp(pattern, 'u');
  postMessage(Uint8Array.from(texts, (text) => (regex.test(text) ? 1 : 0)));
};
`;

/** Undefined where workers cannot start workers: such patterns are then refused. `limit` in milliseconds for one batch. */
export function workerMatcher(limit: number = matchTimeLimit): Matcher | undefined {
  if (typeof Worker === 'undefined') return undefined;
  let worker: Worker | undefined;
  const queue = new SerialQueue();
  const match = (pattern: string, texts: readonly string[]): Promise<Uint8Array | 'timeout' | 'refused'> =>
    new Promise((resolve) => {
      worker ??= new Worker(URL.createObjectURL(new Blob([PROGRAM], { type: 'text/javascript' })));
      const current = worker;
      const settle = (end: () => void, keep: boolean) => {
        dispose();
        current.onmessage = current.onerror = null;
        if (!keep) {
          worker = undefined;
          current.terminate();
        }
        end();
      };
      const dispose = systemScheduler.after(limit, () => settle(() => resolve('timeout'), false));
      current.onmessage = ({ data }: MessageEvent<Uint8Array>) => settle(() => resolve(data), true);
      // A policy of the page may forbid it.
      current.onerror = () => settle(() => resolve('refused'), false);
      current.postMessage({ pattern, texts });
    });
  return (pattern, texts) => queue.add(() => match(pattern, texts)).catch(() => 'refused' as const);
}
