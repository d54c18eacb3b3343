/** Measures, in a real VS Code, the time from a key press to the painted answer in a panel. */
import type { Window } from '../../test/e2e/window';

/** Time origins of the two pages differ; both are turned into milliseconds since the epoch, on the same clock. */
const NOW = 'performance.timeOrigin + performance.now()';

export interface KeyTimes {
  /** Key press → the panel's document changed, ms. */
  readonly changed: readonly number[];
  /** Key press → the frame with the change was drawn, ms. */
  readonly painted: readonly number[];
}

/**
 * Presses each of `keys` once, waiting for the panel's answer and a little longer before the next. `watched` is a
 * selector of an element in the panel that changes with every answer.
 */
export async function keyToPaint(window: Window, watched: string, keys: readonly string[]): Promise<KeyTimes> {
  const { page, panel } = window;
  const element = panel.locator(watched);
  await page.evaluate(`
    globalThis.benchKeys ??= (addEventListener('keydown', () => globalThis.benchKeys.push(${NOW}), true), []);
    globalThis.benchKeys.length = 0;
  `);
  await element.evaluate((target) => {
    const bench = globalThis as unknown as { benchChanges?: [number, number][] };
    const changes: [number, number][] = [];
    bench.benchChanges = changes;
    const channel = new MessageChannel();
    let waiting: number | undefined;
    channel.port1.onmessage = () => {
      if (waiting !== undefined) changes.push([waiting, performance.timeOrigin + performance.now()]);
      waiting = undefined;
    };
    new MutationObserver(() => {
      if (waiting !== undefined) return;
      waiting = performance.timeOrigin + performance.now();
      // The frame that shows the change has been drawn when a task queued in its animation callback runs.
      requestAnimationFrame(() => channel.port2.postMessage(0));
    }).observe(target, { childList: true, characterData: true, attributes: true, subtree: true });
  });

  const changed: number[] = [];
  const painted: number[] = [];
  for (const key of keys) {
    await element.evaluate(() => {
      (globalThis as unknown as { benchChanges: unknown[] }).benchChanges.length = 0;
    });
    await page.keyboard.press(key);
    const [change, paint] = await element.evaluate(
      () =>
        new Promise<[number, number]>((resolve, reject) => {
          const { benchChanges } = globalThis as unknown as { benchChanges: [number, number][] };
          // Nothing here may have a name: the loader of the tests would mark it with a helper that the page has not.
          const late = setTimeout(() => reject(new Error('the panel did not answer a key within 10 s')), 10_000);
          const looking = setInterval(() => {
            if (benchChanges.length === 0) return;
            clearTimeout(late);
            clearInterval(looking);
            resolve(benchChanges[0]);
          }, 4);
        }),
    );
    const pressed = (await page.evaluate('globalThis.benchKeys.at(-1)')) as number;
    changed.push(change - pressed);
    painted.push(paint - pressed);
    // Let everything that follows an answer (hints, tokens) come to rest, as between two keys of a person.
    await page.waitForTimeout(120);
  }
  return { changed, painted };
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
