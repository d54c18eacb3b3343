/**
 * Panels in a process of their own, as on a desktop. The VS Code of the tests serves webviews from the workbench's own
 * origin, so a browser runs both in one process. Here the same three files of VS Code (the frame around every webview) are
 * served under `http://<id>.localhost:PORT`, and the workbench's page is told so: another site, so another process.
 */
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Frame, Page } from 'playwright-core';
import { installation } from './installation';

const FRAME = 'out/vs/workbench/contrib/webview/browser/pre';
const FILES: Readonly<Record<string, string>> = {
  'index.html': 'text/html',
  'fake.html': 'text/html',
  'service-worker.js': 'text/javascript',
};

export interface PanelOrigin {
  /** Makes a workbench that this page loads from now on put its panels there. */
  attach(page: Page): Promise<void>;
  close(): Promise<void>;
}

/** Starts the server of the frames, on the loopback address. */
export async function panelOrigin(): Promise<PanelOrigin> {
  const { server } = installation();
  const files = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
    const type = FILES[name];
    if (type === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': type });
    createReadStream(join(server, FRAME, name)).pipe(response);
  });
  await new Promise<void>((listening) => files.listen(0, '127.0.0.1', listening));
  const { port } = files.address() as AddressInfo;
  return {
    async attach(page) {
      // A page that is answered here has no address of its own: Chromium asks before it lets it reach this machine.
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write', 'local-network-access']);
      await page.route(
        (url) => url.pathname === '/' && url.searchParams.has('tkn'),
        async (route) => {
          const answer = await route.fetch();
          const headers = answer.headers();
          const policy = headers['content-security-policy']?.replace(
            "frame-src 'self'",
            `frame-src 'self' http://*.localhost:${port}`,
          );
          const body = (await answer.text()).replace(
            /(webviewEndpoint&quot;:&quot;)[^&]*/,
            `$1http://{{uuid}}.localhost:${port}/`,
          );
          await route.fulfill({
            response: answer,
            headers: { ...headers, ...(policy && { 'content-security-policy': policy }) },
            body,
          });
        },
      );
    },
    close: () =>
      new Promise((closed) => {
        files.close(() => closed());
        files.closeAllConnections();
      }),
  };
}

/** The ids of the processes that run these frames, as the browser itself records them. */
export async function processIds(browser: Browser, page: Page, frames: readonly Frame[]): Promise<readonly number[]> {
  await browser.startTracing(page, { categories: ['blink.user_timing'] });
  for (const [index, frame] of frames.entries()) await frame.evaluate(`performance.mark('process-of-frame-${index}')`);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    readonly traceEvents: readonly { readonly name: string; readonly pid: number }[];
  };
  return frames.map((_frame, index) => {
    const mark = traceEvents.find(({ name }) => name === `process-of-frame-${index}`);
    if (!mark) throw new Error(`the browser recorded nothing of frame ${index}`);
    return mark.pid;
  });
}
