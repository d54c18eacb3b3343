/**
 * What VS Code loads, on the desktop and in the browser: one bundle for both, because nearly all of it is the same. The
 * side that is not needed is never run.
 */
import type { ExtensionContext } from 'vscode';

const side = () => ('importScripts' in globalThis ? import('./extension-web') : import('./extension'));

export async function activate(context: ExtensionContext): Promise<void> {
  await (await side()).activate(context);
}

export async function deactivate(): Promise<void> {
  await (await side()).deactivate();
}
