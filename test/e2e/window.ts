/**
 * One window of a real VS Code with the extension as it ships, driven through its own user interface: keys and clicks,
 * nothing behind the scenes. What the tests read is what a person sees.
 */
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import { launchChromium } from '../vscode/chromium';
import { layOutExtension } from '../vscode/extensionLayout';
import { scratch } from '../vscode/installation';
import { type PanelOrigin, panelOrigin, processIds } from '../vscode/panelProcess';
import { type ServerOptions, startVSCode, type VSCodeServer } from '../vscode/vscodeServer';

export interface WindowOptions extends Omit<ServerOptions, 'smokeTests'> {
  /** Path of a file to open, relative to the folder. */
  readonly open?: string;
  readonly size?: { readonly width: number; readonly height: number };
  /** Panels run in a process of their own, as on a desktop; otherwise in the workbench's. */
  readonly panelProcess?: boolean;
}

export const THEMES = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  'high contrast': 'Default High Contrast',
  'high contrast light': 'Default High Contrast Light',
} as const;

const QUICK = 10_000;
const SLOW = 45_000;

export class Window {
  readonly server: VSCodeServer;
  readonly page: Page;
  readonly browser: Browser;
  /** Addresses outside this machine that the window asked for. */
  readonly outside: string[] = [];
  readonly #open: string | undefined;
  readonly #panelOrigin: PanelOrigin | undefined;

  private constructor(
    server: VSCodeServer,
    browser: Browser,
    page: Page,
    context: BrowserContext,
    open?: string,
    origin?: PanelOrigin,
  ) {
    this.#panelOrigin = origin;
    this.server = server;
    this.browser = browser;
    this.page = page;
    this.#open = open;
    context.on('request', (request) => {
      const { hostname, protocol, href } = new URL(request.url());
      // VS Code names its webviews' resources so; its service worker answers them on this machine.
      const own =
        hostname === '127.0.0.1' ||
        hostname.endsWith('.localhost') ||
        hostname.endsWith('.vscode-resource.vscode-cdn.net');
      if (protocol.startsWith('http') && !own) this.outside.push(href);
    });
  }

  static async open(options: WindowOptions): Promise<Window> {
    const settings = { 'editor.hover.delay': 50, 'editor.inlayHints.enabled': 'on', ...options.settings };
    const server = await startVSCode({ extensions: layOutExtension, ...options, settings });
    let browser: Browser | undefined;
    const origin = options.panelProcess ? await panelOrigin() : undefined;
    try {
      browser = await launchChromium(options.panelProcess ? ['--site-per-process'] : []);
      const context = await browser.newContext({ viewport: options.size ?? { width: 1440, height: 900 } });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      await origin?.attach(page);
      const window = new Window(server, browser, page, context, options.open, origin);
      await window.load();
      return window;
    } catch (problem) {
      await browser?.close();
      await origin?.close();
      await server.stop();
      throw problem;
    }
  }

  /** Loads the window with the file to open. */
  async load(): Promise<void> {
    const { server } = this;
    const payload = this.#open ? [['openFile', server.remote(join(server.folder, this.#open))] as const] : [];
    await this.page.goto(server.url(payload), { waitUntil: 'domcontentloaded' });
    await this.page.locator('.monaco-workbench').waitFor({ timeout: SLOW });
    if (this.#open) await this.editor(this.#open).locator('.view-line').first().waitFor({ timeout: SLOW });
  }

  /** "Reload Window": VS Code itself restores what was open. */
  async reload(): Promise<void> {
    await this.page.goto(this.server.url(), { waitUntil: 'domcontentloaded' });
    await this.page.locator('.monaco-workbench').waitFor({ timeout: SLOW });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.#panelOrigin?.close();
    await this.server.stop();
  }

  /** The process ids of the workbench and of the panel that is open. */
  async processes(): Promise<{ readonly workbench: number; readonly panel: number }> {
    const panel = await (await this.panel.locator('body').elementHandle())?.ownerFrame();
    if (!panel) throw new Error('no panel is open');
    const [workbench, other] = await processIds(this.browser, this.page, [this.page.mainFrame(), panel]);
    return { workbench: workbench!, panel: other! };
  }

  /** The editor that shows this file. */
  editor(file: string): Locator {
    return this.page.locator(`.editor-instance .monaco-editor[data-uri$="${basename(file)}"]`).first();
  }

  /** Lines of an editor as they stand on the screen, inlay hints included. */
  line(file: string, text: string | RegExp): Locator {
    return this.editor(file).locator('.view-line', { hasText: text });
  }

  /** The page of the posterior panel. */
  get panel(): FrameLocator {
    return this.page.frameLocator('iframe.webview').frameLocator('#active-frame');
  }

  get status(): Locator {
    return this.page.locator('.statusbar-item[id*="dramatis"]');
  }

  /** Runs a command by its title in the palette. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor({ timeout: QUICK });
    await input.fill(`>${title}`);
    await this.page
      .locator('.quick-input-list .monaco-list-row', { hasText: title })
      .first()
      .waitFor({ timeout: SLOW });
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden', timeout: QUICK });
  }

  /** Opens a file of the folder in the focused group. */
  async openFile(file: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor({ timeout: QUICK });
    await input.fill(file);
    await this.page
      .locator('.quick-input-list .monaco-list-row', { hasText: basename(file) })
      .first()
      .waitFor({ timeout: SLOW });
    await this.page.keyboard.press('Enter');
    await this.editor(file).locator('.view-line').first().waitFor({ timeout: SLOW });
  }

  /** Puts the caret of the file in the first group at a place, both counted from 1, and gives it the keyboard. */
  async caret(line: number, column: number): Promise<void> {
    const input = this.page.locator('.quick-input-widget input').first();
    const there = this.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` });
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.page.keyboard.press('Control+1');
        await this.page.keyboard.press('Control+G');
        await input.waitFor({ timeout: 2000 });
        await input.fill(`:${line}:${column}`, { timeout: 1000 });
        await this.page.keyboard.press('Enter');
        await there.waitFor({ timeout: 2000 });
        return;
      } catch (problem) {
        // A panel that is just opening takes the keys.
        if (attempt === 5) throw problem;
      }
    }
  }

  /** Puts the caret behind the first occurrence of `text` in `source`, which is what the file of the first group says. */
  async caretBehind(source: string, text: string): Promise<void> {
    const offset = source.indexOf(text) + text.length;
    if (offset < text.length) throw new Error(`the text does not contain ${JSON.stringify(text)}`);
    const before = source.slice(0, offset).split('\n');
    await this.caret(before.length, before[before.length - 1].length + 1);
  }

  /** Types as a person does: one key after the other. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 15 });
  }

  async press(key: string, times = 1): Promise<void> {
    for (let time = 0; time < times; time += 1) await this.page.keyboard.press(key);
  }

  /** The hover of a place in an editor, once it says `text`; tries again where lines moved away under the mouse. */
  async hover(place: Locator, text: string | RegExp): Promise<Locator> {
    const hover = this.page.locator('.monaco-hover-content:visible', { hasText: text }).first();
    for (let attempt = 1; ; attempt += 1) {
      await this.page.mouse.move(5, 5);
      await place.first().hover();
      try {
        await hover.waitFor({ timeout: 3000 });
        return hover;
      } catch (problem) {
        if (attempt === 4) throw problem;
      }
    }
  }

  async openPosterior(): Promise<void> {
    await this.command('Dramatis: Open Posterior');
    await this.panel.locator('body').waitFor({ timeout: SLOW });
  }

  /** A picture for people to look at, kept in .e2e/shots. */
  async picture(name: string): Promise<string> {
    const folder = join(scratch, 'shots');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${name.replace(/[^\w-]+/g, '-')}.png`);
    await this.page.screenshot({ path });
    return path;
  }
}

/** In a mocha suite: one window for all its tests, with a picture of each failure. */
export function oneWindow(options: () => WindowOptions): () => Window {
  let window: Window | undefined;
  before(async function () {
    this.timeout(180_000);
    window = await Window.open(options());
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window?.picture(`failed ${this.currentTest.fullTitle()}`);
  });
  after(() => window?.close());
  return () => {
    if (!window) throw new Error('the window is not open');
    return window;
  };
}
