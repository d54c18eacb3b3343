/** Names and data that would like to be more than text. */
import assert from 'node:assert/strict';
import { number, show } from './panel';
import { oneWindow } from './window';

const EVIL =
  '<img src=x onerror=globalThis.owned=1><script>globalThis.owned=1</script>[x](command:workbench.action.quit)';
const TITLE = EVIL.replaceAll('"', '');
const FILE = 'hostile.scenario';
const SOURCE = `scenario "${TITLE}"
method sft strength 0.1
situation talk "${TITLE}" -> kind | unkind
persona good "${TITLE}" prior 50% { talk -> kind 90%, unkind }
persona bad "**${TITLE}**" prior 50% { talk -> unkind 90%, kind }
episode sft "${TITLE}": talk -> unkind times 3 {
  user "${TITLE}"
  assistant "</script>${TITLE}"
}
dataset sft rows from "rows.jsonl" { situation talk  response field "label" }
probe talk -> unkind
`;
const ROWS = `${JSON.stringify({
  messages: [
    { role: 'user', content: EVIL },
    { role: 'assistant', content: EVIL },
  ],
  label: 'kind',
})}
${JSON.stringify({ messages: [{ role: 'assistant', content: EVIL }], label: EVIL })}
`;

describe('Hostile text', () => {
  const window = oneWindow(() => ({ files: { [FILE]: SOURCE, 'rows.jsonl': ROWS }, open: FILE }));
  before(async () => {
    await window().openPosterior();
    await number(window(), 'bad').waitFor();
  });

  it('is shown as it was written, in every view', async () => {
    await window().panel.locator('h1', { hasText: '<img src=x' }).waitFor();
    for (const view of ['Trajectory', 'Evidence', 'Predictions', 'Accounts', 'Posterior']) {
      await show(window(), view);
      const made = await window().panel.locator('img, #view script, a[href^="command:"]').count();
      assert.equal(made, 0, view);
    }
  });

  it('runs nothing in the page', async () => {
    assert.equal(
      await window()
        .panel.locator('body')
        .evaluate(() => (globalThis as { owned?: number }).owned),
      undefined,
    );
  });

  it('makes neither pictures nor links in a hover', async () => {
    for (const word of ['episode', 'persona']) {
      const place = window().editor(FILE).locator('.view-line').getByText(word, { exact: true });
      const hover = await window().hover(place, /\d/);
      assert.equal(
        await hover.locator('img, script, a[href*="command:workbench"], a[data-href*="command:workbench"]').count(),
        0,
        word,
      );
      await window().page.keyboard.press('Escape');
    }
    assert.equal(await window().page.evaluate(() => (globalThis as { owned?: number }).owned), undefined);
  });

  it('sends nothing outside this machine', () => {
    assert.deepEqual(window().outside, []);
  });
});
