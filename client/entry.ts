/**
 * The one bundle that ships, on the desktop and in the browser, for the client and for the server: they share the whole
 * protocol, and the package has to be small. Only the side that is asked for is ever run. `dist/server.cjs`, and the
 * text that the browser's worker is made of, say `dramatisServes` before they come here; `dist/reader.cjs`, which threads
 * of the server start from, says `dramatisReads`.
 */
import type { ExtensionContext } from 'vscode';

declare global {
  var dramatisServes: boolean | undefined;
  var dramatisReads: boolean | undefined;
}

const browser = 'importScripts' in globalThis;
const client = () => (browser ? import('./extensionWeb') : import('./extension'));

if (globalThis.dramatisReads) void import('../server/workers/reader');
else if (globalThis.dramatisServes) void (browser ? import('../server/worker') : import('../server/node'));

export async function activate(context: ExtensionContext): Promise<void> {
  await (await client()).activate(context);
}

export async function deactivate(): Promise<void> {
  await (await client()).deactivate();
}
