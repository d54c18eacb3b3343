/** The bridge to the editor: `acquireVsCodeApi` in a webview, an injected twin in a plain browser (tests, demos). */
import type { HostMessage, PageMessage } from '../panel/model/messages';

interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  var acquireVsCodeApi: (() => EditorApi) | undefined;
}

export interface HostBridge {
  readonly post: (message: PageMessage) => void;
  /** What the page kept across a reload; undefined at the first start. */
  readonly retained: () => unknown;
  readonly keep: (state: unknown) => void;
}

export function openHostBridge(receive: (message: HostMessage) => void): HostBridge {
  const api: EditorApi = globalThis.acquireVsCodeApi?.() ?? {
    postMessage: () => undefined,
    getState: () => undefined,
    setState: () => undefined,
  };
  window.addEventListener('message', (event: MessageEvent<HostMessage>) => {
    if (typeof event.data === 'object' && event.data !== null && 'kind' in event.data) receive(event.data);
  });
  return {
    post: (message) => api.postMessage(message),
    retained: () => api.getState(),
    keep: (state) => api.setState(state),
  };
}
