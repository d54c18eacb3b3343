/** The panel in VS Code's own themes: readable for axe-core, and pictures for people in .e2e/shots. */
import assert from 'node:assert/strict';
import axe from 'axe-core';
import { FILE, FILES } from './examples';
import { number, show } from './panel';
import { THEMES, Window } from './window';

const VIEWS = ['Posterior', 'Trajectory', 'Evidence', 'Predictions', 'Accounts'];

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

for (const [name, theme] of Object.entries(THEMES)) {
  describe(`The panel in the theme ${name}`, () => {
    let window: Window;
    before(async function () {
      this.timeout(120_000);
      window = await Window.open({ files: FILES, open: FILE, settings: { 'workbench.colorTheme': theme } });
      await window.openPosterior();
      await number(window, 'malicious').waitFor();
    });
    after(() => window?.close());

    for (const view of VIEWS) {
      it(`has nothing that axe-core objects to in the view ${view}`, async () => {
        await show(window, view);
        await window.page.waitForTimeout(300);
        await window.picture(`${name} ${view}`);
        const element = await window.page.frameLocator('iframe.webview').locator('#active-frame').elementHandle();
        const frame = await element?.contentFrame();
        assert.ok(frame);
        await frame.evaluate(axe.source);
        const { violations } = (await frame.evaluate(
          'axe.run(document, { resultTypes: ["violations"] })',
        )) as AxeResult;
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
        );
        assert.deepEqual(found, []);
      });
    }
  });
}
