/**
 * In the panel's page, evaluated there as `(watch)(element)`: when the answer to a key arrives, when the element changed,
 * and when the frame with the change was drawn. It knows no module: only its text reaches the page.
 */
module.exports = function watch(element) {
  if (globalThis.benchAnswer) return;
  const now = () => performance.timeOrigin + performance.now();
  const channel = new MessageChannel();
  let message = 0;
  let changed = 0;
  let drawing = false;
  let seen = -1;
  let answered = () => undefined;

  /** Resolves with the times of the next answer that is drawn. */
  globalThis.benchExpect = () => {
    message = 0;
    changed = 0;
    globalThis.benchAnswer = new Promise((resolve) => {
      answered = resolve;
    });
  };
  globalThis.benchExpect();
  channel.port1.onmessage = () => {
    answered({ message, changed, painted: now() });
    drawing = false;
  };
  // The frame that shows the change has been drawn when a task queued in its animation callback runs.
  const draw = () => {
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(() => channel.port2.postMessage(0));
  };
  // The page draws in its own listener, before or after this one. A state of a newer text, not the caret's place, is the
  // answer to a key; the echo sends texts.
  addEventListener('message', ({ data, timeStamp }) => {
    if (drawing) return;
    if (typeof data !== 'string') {
      if (data?.kind !== 'state' || data.state.status === 'stale' || !(data.state.revision > seen)) return;
      seen = data.state.revision;
    }
    message = performance.timeOrigin + timeStamp;
    if (changed >= message) draw();
  });
  new MutationObserver(() => {
    if (drawing) return;
    changed = now();
    if (message > 0) draw();
  }).observe(element, { childList: true, characterData: true, attributes: true, subtree: true });
};
