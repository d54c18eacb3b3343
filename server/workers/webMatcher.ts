/**
 * Matching with a time limit in a browser: a worker of the server's worker tries the patterns that may backtrack without
 * end, and is ended when the time of the batch is over. The twin of `node/matcher.ts`.
 */
import { type Dispose, systemScheduler } from '../async/scheduler';
import { SerialQueue } from '../async/serialQueue';
import type { Matched, Matcher } from '../datasets/mapping/patterns';

/** Its whole program: no second file, which a browser would not take from where extensions come from. */
const PROGRAM = `
onmessage = ({ data: { pattern, texts } }) => {
  const regex = new RegExp(pattern, 'u');
  postMessage('begun');
  const start = performance.now();
  const matches = Uint8Array.from(texts, (text) => (regex.test(text) ? 1 : 0));
  postMessage({ matches, milliseconds: performance.now() - start });
};
`;

/** Undefined where workers cannot start workers: such patterns are then refused. */
export function workerMatcher(): Matcher | undefined {
  if (typeof Worker === 'undefined') return undefined;
  let worker: Worker | undefined;
  const queue = new SerialQueue();
  const match = (pattern: string, texts: readonly string[], limit: number): Promise<Matched | 'timeout' | 'refused'> =>
    new Promise((resolve) => {
      worker ??= new Worker(URL.createObjectURL(new Blob([PROGRAM], { type: 'text/javascript' })));
      const current = worker;
      let stopTimer: Dispose | undefined;
      const finish = (result: Matched | 'timeout' | 'refused') => {
        stopTimer?.();
        current.onmessage = current.onerror = null;
        if (typeof result === 'string') {
          worker = undefined;
          current.terminate();
        }
        resolve(result);
      };
      current.onmessage = ({ data }: MessageEvent<Matched | 'begun'>) => {
        if (data !== 'begun') finish(data);
        // Starting up and the way there do not count.
        else stopTimer = systemScheduler.after(limit, () => finish('timeout'));
      };
      // A policy of the page may forbid it.
      current.onerror = () => finish('refused');
      current.postMessage({ pattern, texts });
    });
  return (pattern, texts, limit) => queue.add(() => match(pattern, texts, limit)).catch(() => 'refused' as const);
}
