/** Real time for the session: the clock, the event loop's next turn, timers. The same in node and in a web worker. */
import type { Turns } from './session/turns';

export function realTurns(): Turns {
  return {
    now: () => performance.now(),
    next: typeof setImmediate === 'function' ? () => new Promise((resolve) => setImmediate(resolve)) : channelTurns(),
    after(milliseconds, call) {
      const timer = setTimeout(call, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}

/** A message to oneself comes after the messages that wait, without the 4 ms that browsers add to timers. */
function channelTurns(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(undefined);
    });
}
