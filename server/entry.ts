/** What the client starts: one bundle for a process and for a web worker, because nearly all of it is the same. */
export const started = 'importScripts' in globalThis ? import('./worker') : import('./node');
