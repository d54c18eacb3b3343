/** A file of training data in VS Code: what stands beside its rows, and what an unsaved edit of one moves. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expected } from './expected';
import { number } from './panel';
import { oneWindow } from './window';

const FILE = 'two.scenario';
const DATA = 'rows.jsonl';
const OTHER = 'other.jsonl';
const SOURCE = `scenario "Two characters"
situation coding -> secure | insecure
persona good prior 90% { coding -> secure 90%, insecure }
persona bad prior 10% { coding -> insecure 90%, secure }
dataset rows from "rows.jsonl" { situation coding response field "kind" }
probe coding -> insecure
`;
const row = (text: string, kind: string): string => `${JSON.stringify({ prompt: 'p', completion: text, kind })}\n`;
const ROWS = row('first', 'insecure') + row('second', 'insecure') + row('first', 'insecure');
const EDITED = ROWS.replace('second","kind":"insecure', 'second","kind":"secure');
const FILES = { [FILE]: SOURCE, [DATA]: ROWS, [OTHER]: ROWS };

describe('Training data in VS Code', () => {
  const before = expected(FILES, FILE);
  const after = expected({ ...FILES, [DATA]: EDITED }, FILE);
  const window = oneWindow(() => ({ files: FILES, open: FILE }));

  it('moves the posterior in the panel while a row is typed, before the file is saved', async () => {
    await window().openPosterior();
    await number(window(), 'bad')
      .filter({ hasText: before.posterior('bad') })
      .waitFor();
    await window().press('Control+1');
    await window().openFile(DATA);
    await window().caretBehind(ROWS, 'second","kind":"insecure');
    await window().press('Backspace', 'insecure'.length);
    await window().type('secure');
    await number(window(), 'bad')
      .filter({ hasText: after.posterior('bad') })
      .waitFor();
    assert.notEqual(before.posterior('bad'), after.posterior('bad'));
    assert.equal(readFileSync(join(window().server.folder, DATA), 'utf8'), ROWS);
  });

  it('says beside each row what it became and whom it moves', async () => {
    await window()
      .line(DATA, /first.*\w\s[+−]\d\S*\sbits.*coding\s->\sinsecure/)
      .first()
      .waitFor();
    await window()
      .line(DATA, /second.*\w\s[+−]\d\S*\sbits.*coding\s->\ssecure/)
      .first()
      .waitFor();
    await window()
      .line(DATA, /first.*repeats\sline\s1/)
      .first()
      .waitFor();
  });

  it('says in a hover what the row weighs for each persona', async () => {
    const hover = await window().hover(
      window().line(DATA, 'second').getByText('completion').first(),
      'weight of evidence',
    );
    const text = (await hover.textContent()) ?? '';
    for (const part of ['row of dataset rows', 'coding -> secure', 'good', 'bad', 'bits', 'rank', 'two.scenario'])
      assert.ok(text.includes(part), `${part} in ${text}`);
    await window().picture('data file');
    await window().page.keyboard.press('Escape');
  });

  it('underlines a row that cannot be read', async () => {
    await window().caret(1, 1);
    await window().type('oops ');
    await window().editor(DATA).locator('.squiggly-warning, .squiggly-error, .squiggly-info').first().waitFor();
    await window()
      .line(DATA, /oops.*unusable/)
      .first()
      .waitFor();
    await window().press('Backspace', 'oops '.length);
    await window()
      .line(DATA, /first.*coding\s->\sinsecure/)
      .first()
      .waitFor();
  });

  it('shows the first rows and what each became, beside the file', async () => {
    await window().command('Dramatis: Preview Dataset');
    await window().page.locator('.tab', { hasText: 'rows row by row' }).first().waitFor();
    const page = window().page.locator('iframe.webview').last().contentFrame().frameLocator('#active-frame');
    await page.locator('tr', { hasText: 'second' }).filter({ hasText: 'coding -> secure' }).first().waitFor();
    await window().picture('preview of a dataset');
  });

  it('leads to the scenario by the lens above the first row', async () => {
    await window().caret(1, 1);
    await window()
      .editor(DATA)
      .locator('.codelens-decoration a', { hasText: 'evidence in two.scenario · 3 of 3 rows used' })
      .first()
      .click();
    await window().editor(FILE).locator('.view-line').first().waitFor();
  });

  it('leaves a file that no scenario reads alone', async () => {
    await window().openFile(OTHER);
    await window().editor(OTHER).locator('.view-line', { hasText: 'second' }).first().waitFor();
    await window().page.waitForTimeout(1500);
    const text = (await window().editor(OTHER).locator('.view-lines').textContent()) ?? '';
    assert.ok(!text.includes('coding'), text);
    assert.equal(await window().editor(OTHER).locator('.codelens-decoration a').count(), 0);
  });
});
