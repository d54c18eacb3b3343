/**
 * `npm run pictures`: takes the pictures of the documentation and of the walkthrough, in the real VS Code with the
 * extension as it ships; and draws the icon from its SVG.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { FILE, FILES, SOURCE } from '../test/e2e/examples';
import { number, show } from '../test/e2e/panel';
import { Window } from '../test/e2e/window';
import { launchChromium } from '../test/vscode/chromium';
import { repository } from '../test/vscode/installation';
import { palettePng } from './palettePng';

const DOCS = join(repository, 'docs/pictures');
const WALKTHROUGH = join(repository, 'media/walkthrough');
for (const folder of [DOCS, WALKTHROUGH]) mkdirSync(folder, { recursive: true });

const settings = {
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.activityBar.location': 'hidden',
  'editor.minimap.enabled': false,
  'breadcrumbs.enabled': false,
  'editor.stickyScroll.enabled': false,
  'editor.lightbulb.enabled': 'off',
};

/** Decodes a picture in the browser and writes it again with few colours. */
async function fewColours(page: Page, png: Buffer, colours: number): Promise<Buffer> {
  const { width, height, base64 } = await page.evaluate(
    async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d')!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      // As text: a list of numbers takes seconds on its way out of the browser.
      const pieces = Array.from({ length: Math.ceil(data.length / 30_000) }, (_part, index) =>
        String.fromCharCode(...data.subarray(30_000 * index, 30_000 * (index + 1))),
      );
      return { width: image.width, height: image.height, base64: btoa(pieces.join('')) };
    },
    `data:image/png;base64,${png.toString('base64')}`,
  );
  return palettePng({ width, height, data: Buffer.from(base64, 'base64') }, colours);
}

const browser = await launchChromium();
const blank = await browser.newPage({ viewport: { width: 256, height: 256 } });
const icon = readFileSync(join(repository, 'media/icons/dramatis.svg'), 'utf8');
await blank.setContent(`<body style="margin:0;background:transparent">${icon}</body>`);
const iconPng = await blank.screenshot({ omitBackground: true });
writeFileSync(join(repository, 'media/icons/dramatis.png'), await fewColours(blank, iconPng, 128));

async function clip(
  window: Window,
  target: Locator,
  name: string,
  size: { width: number; height: number },
): Promise<void> {
  const box = await target.boundingBox();
  if (!box) throw new Error(`nothing to take a picture of for ${name}`);
  const area = {
    x: box.x,
    y: box.y,
    width: Math.min(box.width, size.width),
    height: Math.min(box.height, size.height),
  };
  writeFileSync(join(WALKTHROUGH, name), await fewColours(blank, await window.page.screenshot({ clip: area }), 24));
}

async function entire(window: Window, name: string): Promise<void> {
  await window.page.mouse.move(2, 2);
  await window.page.waitForTimeout(600);
  writeFileSync(join(DOCS, name), await fewColours(blank, await window.page.screenshot(), 200));
}

const frame = (window: Window): Locator => window.page.locator('iframe.webview').first();
const wide = await Window.open({ files: FILES, open: FILE, settings, size: { width: 1440, height: 860 } });
try {
  await wide.page.keyboard.press('Control+B');
  await wide.openPosterior();
  await number(wide, 'malicious').waitFor();
  await wide.caretBehind(SOURCE, 'probe freeform -> misaligned given');
  await entire(wide, 'editor-and-posterior.png');
  await clip(wide, wide.editor(FILE), 'scenario.png', { width: 690, height: 330 });
  await clip(wide, frame(wide), 'posterior.png', { width: 740, height: 350 });

  const episode = wide.line(FILE, 'insecure times 5999').getByText('episode', { exact: true });
  await wide.hover(episode, 'novel');
  await wide.page.waitForTimeout(400);
  const hover = wide.page.locator('.monaco-hover:visible').first();
  await clip(wide, hover, 'hover.png', { width: 720, height: 230 });
  await wide.page.keyboard.press('Escape');

  for (const view of ['Trajectory', 'Evidence', 'Predictions', 'Accounts']) {
    await show(wide, view);
    await entire(wide, `${view.toLowerCase()}.png`);
  }
  await show(wide, 'Posterior');
  await wide.caretBehind(SOURCE, 'coding -> insecure times 5999');
  await wide.press('Backspace', 4);
  await wide.type('60');
  await number(wide, 'careless').filter({ hasText: '35' }).waitFor();
  await wide.page.mouse.move(2, 2);
  await wide.page.waitForTimeout(600);
  await clip(wide, frame(wide), 'change.png', { width: 740, height: 350 });
} finally {
  await wide.close();
  await browser.close();
}
