/** The panel's ways back into the text, and what it survives. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { FILE, FILES, SOURCE } from './examples';
import { expected } from './expected';
import { notice, number, show } from './panel';
import { oneWindow } from './window';

const lineOf = (text: string): number => SOURCE.slice(0, SOURCE.indexOf(text)).split('\n').length;

describe('The posterior panel in VS Code', () => {
  const first = expected(FILES, FILE);
  const window = oneWindow(() => ({ files: FILES, open: FILE }));

  before(async () => {
    await window().openPosterior();
    await number(window(), 'malicious').waitFor();
  });

  it('goes to the line of an episode', async () => {
    await show(window(), 'Evidence');
    const line = lineOf('episode prefer:');
    await window().panel.locator('svg g.row', { hasText: 'prefer' }).first().click({ force: true });
    await window().line(FILE, 'episode prefer:').waitFor();
    // The keyboard stays in the panel after a click; Enter takes it along.
    await window().press('Enter');
    await window()
      .page.locator('.statusbar-item', { hasText: `Ln ${line},` })
      .waitFor();
  });

  it('answers a slider while the text stays as it was, and writes it as one step that can be undone', async () => {
    await show(window(), 'Posterior');
    await window().panel.getByRole('button', { name: 'What-if' }).click();
    const prior = window()
      .panel.locator('.what-if-drawer')
      .getByRole('textbox', { name: /malicious/ });
    await prior.fill('20%');
    await prior.press('Enter');
    const write = window().panel.getByRole('button', { name: 'Write to file' });
    await write.and(window().panel.locator(':enabled')).waitFor();
    await window().caretBehind(SOURCE, 'persona malicious');
    await window().line(FILE, 'prior 1%').waitFor();
    await write.click();
    await window().line(FILE, 'prior 20%').waitFor();
    await window().page.keyboard.press('Control+1');
    await window().press('Control+Z');
    await window().line(FILE, 'prior 1%').waitFor();
    await number(window(), 'malicious')
      .filter({ hasText: first.posterior('malicious') })
      .waitFor();
    await window().panel.getByRole('button', { name: 'What-if' }).click();
  });

  it('says that the server has gone, and is live again by itself when it is back', async () => {
    const server = serverProcess(window().server.root);
    assert.ok(server, 'the server runs as a process of its own');
    process.kill(server, 'SIGKILL');
    await window().caretBehind(SOURCE, 'coding -> insecure times 5999');
    await window().type('9');
    const more = expected({ ...FILES, [FILE]: SOURCE.replace('times 5999\n', 'times 59999\n') }, FILE);
    await number(window(), 'novel')
      .filter({ hasText: more.posterior('novel') })
      .waitFor();
    await notice(window()).waitFor({ state: 'detached' });
    assert.notEqual(serverProcess(window().server.root), server);
    await window().press('Backspace');
    await number(window(), 'novel')
      .filter({ hasText: first.posterior('novel') })
      .waitFor();
  });

  it('keeps a second panel with its own scenario while the first follows the editor', async () => {
    await window().command('Dramatis: Open Posterior Locked to This Scenario');
    await window().page.locator('.tab', { hasText: 'Posterior: insecure-code.scenario' }).nth(1).waitFor();
    await window().page.keyboard.press('Control+W');
    await window()
      .page.locator('.tab', { hasText: 'Posterior: insecure-code.scenario' })
      .nth(1)
      .waitFor({ state: 'detached' });
  });

  it('comes back after a reload of the window with the view that was open', async () => {
    await show(window(), 'Predictions');
    await window().page.waitForTimeout(1500);
    await window().reload();
    const tab = window().panel.getByRole('tab', { name: 'Predictions' });
    await tab.waitFor();
    await window().panel.locator('[role=tab][aria-selected=true]', { hasText: 'Predictions' }).waitFor();
    await window().panel.locator('#view .waiting').waitFor({ state: 'detached' });
    await window().panel.getByText('misaligned').first().waitFor();
  });
});

/** The language server that this VS Code started: the process whose command line names its bundle. */
function serverProcess(root: string): number | undefined {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
      if (command.includes(`${root}/`) && command.includes('dist/server.cjs')) return Number(entry);
    } catch {
      // It ended while we looked.
    }
  }
  return undefined;
}
