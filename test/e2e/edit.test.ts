/** The main journey: open the example, read what it says, edit it and watch the posterior, break it, repair it. */
import assert from 'node:assert/strict';
import { DATA, FILE, FILES, SOURCE } from './examples';
import { expected } from './expected';
import { notice, number } from './panel';
import { oneWindow } from './window';

const EPISODE = 'coding -> insecure times 5999';

const EDITED = SOURCE.replace(EPISODE, 'coding -> insecure times 60');

describe('Editing a scenario in VS Code', () => {
  const first = expected(FILES, FILE);
  const edited = expected({ ...FILES, [FILE]: EDITED }, FILE);
  const window = oneWindow(() => ({ files: FILES, open: FILE }));

  it('shows it coloured', async () => {
    const { page } = window();
    await window().caretBehind(SOURCE, 'persona helpful');
    const colour = (text: string): Promise<string> =>
      window()
        .editor(FILE)
        .locator('.view-line span[class^="mtk"], .view-line span[class*=" mtk"]')
        .getByText(text, { exact: true })
        .first()
        .evaluate((span) => getComputedStyle(span).color);
    const colours = new Set([
      await colour('persona'),
      await colour('helpful'),
      await colour('prior'),
      await colour('94%'),
    ]);
    assert.equal(colours.size, 4, [...colours].join(' '));
    assert.ok(page);
  });

  it('has the file icon and the language of the extension', async () => {
    await window().page.locator('.statusbar-item', { hasText: 'Dramatis' }).first().waitFor();
    const icon = await window()
      .page.locator('.tab.active .monaco-icon-label')
      .evaluate((label) => getComputedStyle(label, '::before').backgroundImage);
    assert.match(icon, /file-(light|dark)\.svg/);
  });

  it('hints at the numbers beside the text', async () => {
    await window().caretBehind(SOURCE, 'expect freeform -> misaligned below 5%');
    await window()
      .line(FILE, new RegExp(`probe\\s+freeform.*${first.before(0)}\\s*→\\s*${first.after(0)}`))
      .first()
      .waitFor();
  });

  it('underlines the expectations that fail', async () => {
    await window().editor(FILE).locator('.squiggly-error').first().waitFor();
  });

  it('says in a hover what an episode weighs', async () => {
    await window().caretBehind(SOURCE, EPISODE);
    const episode = window().line(FILE, 'insecure times 5999').getByText('episode', { exact: true });
    const hover = await window().hover(episode, 'novel');
    const text = (await hover.textContent()) ?? '';
    for (const persona of ['helpful', 'careless', 'malicious', 'novel'])
      assert.ok(text.includes(persona), `${persona} in ${text}`);
    assert.match(text, /bits/);
    await window().page.keyboard.press('Escape');
  });

  it('opens the posterior beside the text', async () => {
    await window().openPosterior();
    await number(window(), 'malicious').waitFor();
    assert.equal(await number(window(), 'malicious').textContent(), first.posterior('malicious'));
  });

  it('names the leading persona in the status bar', async () => {
    await window()
      .status.filter({ hasText: `${first.leading} ${first.posterior(first.leading)}` })
      .waitFor();
  });

  it('moves bars, hints and status with the text: times 60 where times 5999 stood', async () => {
    await window().caretBehind(SOURCE, EPISODE);
    await window().press('Backspace', 4);
    await window().type('60');
    await number(window(), 'helpful')
      .filter({ hasText: edited.posterior('helpful') })
      .waitFor();
    await window()
      .line(FILE, new RegExp(`probe\\s+freeform.*${edited.before(0)}\\s*→\\s*${edited.after(0)}`))
      .first()
      .waitFor();
    await window()
      .status.filter({ hasText: `${edited.leading} ${edited.posterior(edited.leading)}` })
      .waitFor();
    assert.equal(await notice(window()).count(), 0);
  });

  it('keeps the last good posterior while a word is half typed, and names the line', async () => {
    await window().caretBehind(SOURCE, 'persona malicious "Wants to harm the user" pri');
    const line = SOURCE.slice(0, SOURCE.indexOf('persona malicious')).split('\n').length;
    await window().press('Delete', 2);
    await notice(window()).filter({ hasText: 'Showing the last valid result' }).waitFor();
    await notice(window())
      .getByRole('button', { name: `Go to line ${line}` })
      .waitFor();
    assert.equal(await number(window(), 'helpful').textContent(), edited.posterior('helpful'));
    await window().editor(FILE).locator('.squiggly-error:visible').first().waitFor();
    await window().picture('stale');
  });

  it('is live again when the word is whole', async () => {
    await window().type('or');
    await notice(window()).waitFor({ state: 'detached' });
    assert.equal(await number(window(), 'helpful').textContent(), edited.posterior('helpful'));
  });

  it('reads the training data too: a row fewer is another posterior', async () => {
    const before = await number(window(), 'helpful').textContent();
    await window().openFile(DATA);
    await window().press('Control+Home');
    await window().press('Control+Shift+K', 20);
    await number(window(), 'helpful')
      .filter({ hasNotText: before ?? '' })
      .waitFor();
  });

  it('sends nothing outside this machine', () => {
    assert.deepEqual(window().outside, []);
  });
});
