/**
 * The built page in Chromium, with a policy as strict as VS Code's, in VS Code's own theme colours, and with an editor
 * at the other end that only listens.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { panelHtml } from '../../media/html';
import type { HostMessage, PageMessage, PanelState } from '../../panel/model/messages';
import { launchChromium } from '../vscode/chromium';

const root = join(import.meta.dirname, '../..');
export const THEMES = ['light', 'dark', 'hc-dark', 'hc-light'] as const;
export type Theme = (typeof THEMES)[number];

/** `test/media/themes`: the class and the variables that VS Code 1.117 gives a webview in its default themes. */
interface ThemeFile {
  readonly class: string;
  readonly variables: Readonly<Record<string, string>>;
}

let shared: { readonly browser: Browser; readonly server: Server; readonly address: string } | undefined;

export async function startBrowser(): Promise<void> {
  if (shared) return;
  const files = new Map(
    readdirSync(join(root, 'dist'))
      .filter((name) => name.startsWith('panel'))
      .map((name): [string, Buffer] => [`/${name}`, readFileSync(join(root, 'dist', name))]),
  );
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const file = files.get(path);
    if (path === '/') {
      response.setHeader('content-type', 'text/html');
      response.end(
        panelHtml({
          cspSource: `http://${request.headers.host}`,
          nonce: 'n0nce',
          script: '/panel.js',
          styles: '/panel.css',
        }),
      );
    } else if (file) {
      response.setHeader('content-type', path.endsWith('.css') ? 'text/css' : 'text/javascript');
      response.end(file);
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  shared = { browser: await launchChromium(), server, address: `http://127.0.0.1:${port}/` };
}

export async function stopBrowser(): Promise<void> {
  await shared?.browser.close();
  shared?.server.close();
  shared = undefined;
}

export interface OpenOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  /** What the page kept before a reload. */
  readonly retained?: unknown;
  readonly reducedMotion?: boolean;
}

/** The page as it stands, and what it said. */
export class Panel {
  readonly page: Page;
  /** Errors of the console, of scripts, and of the policy. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('favicon')) this.complaints.push(message.text());
    });
  }

  static async open({
    theme = 'light',
    width = 600,
    height = 800,
    retained,
    reducedMotion,
  }: OpenOptions = {}): Promise<Panel> {
    const page = await shared!.browser.newPage({
      viewport: { width, height },
      reducedMotion: reducedMotion ? 'reduce' : null,
    });
    const panel = new Panel(page);
    const look = JSON.parse(readFileSync(join(import.meta.dirname, 'themes', `${theme}.json`), 'utf8')) as ThemeFile;
    await page.addInitScript({
      content: `(() => {
        const look = ${JSON.stringify(look)};
        window.posted = [];
        window.kept = ${JSON.stringify(retained) ?? 'undefined'};
        window.acquireVsCodeApi = () => ({
          postMessage: (message) => window.posted.push(message),
          getState: () => window.kept,
          setState: (state) => { window.kept = JSON.parse(JSON.stringify(state)); },
        });
        new MutationObserver((_, observer) => {
          if (!document.body) return;
          observer.disconnect();
          for (const [name, value] of Object.entries(look.variables)) document.documentElement.style.setProperty(name, value);
          document.body.className = look.class;
        }).observe(document, { childList: true, subtree: true });
      })()`,
    });
    await page.goto(shared!.address);
    return panel;
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  async send(message: HostMessage): Promise<void> {
    await this.page.evaluate(`window.dispatchEvent(new MessageEvent('message', { data: ${JSON.stringify(message)} }))`);
  }

  /** Goes to the state's view and shows it. */
  async show(state: PanelState): Promise<void> {
    await this.send({ kind: 'show', view: state.view });
    await this.send({ kind: 'state', state });
    if (state.data) await this.until(`document.querySelector('#view').dataset.drawn === ${JSON.stringify(state.view)}`);
  }

  /** What the page has said to the editor, by kind. */
  async posted<Kind extends PageMessage['kind']>(kind: Kind): Promise<Extract<PageMessage, { readonly kind: Kind }>[]> {
    const all = (await this.page.evaluate('window.posted')) as PageMessage[];
    return all.filter((message): message is Extract<PageMessage, { readonly kind: Kind }> => message.kind === kind);
  }

  /** Waits until an expression of the page is true. (The policy forbids the page to evaluate one by itself.) */
  async until(expression: string): Promise<void> {
    for (let round = 0; round < 200; round++) {
      if (await this.page.evaluate(expression)) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`never true: ${expression}`);
  }

  async retained(): Promise<unknown> {
    return this.page.evaluate('window.kept');
  }

  /** The text of a row's number: of the persona `bad`, `12.3%`. */
  async number(row: string): Promise<string> {
    const found = this.page
      .locator('svg.chart g.row', { has: this.page.locator('text.name', { hasText: row }) })
      .first();
    return (await found.locator('text.strong').first().textContent()) ?? '';
  }
}
