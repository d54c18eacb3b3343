/** The built page in Chromium: every view and theme, by eye of axe-core, by keyboard, with hostile text, and live. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { VIEWS } from '../../panel/model/messages';
import { formatProbability } from '../../panel/model/numbers';
import type { PosteriorSnapshot } from '../../server/snapshot';
import { changeOf } from '../support/whatIf';
import { Panel, startBrowser, stopBrowser, THEMES } from './browser';
import { snapshotOf, stateOf } from './states';

const SCENARIO = `scenario "Two kinds"
method sft strength 1
method context strength 0.5
capability syntax 1% learnable strength 10
situation talk "Small talk" -> kind | unkind
situation work -> calls needs syntax else garbled | answers | garbled
persona good "Means well" prior 75% { talk -> kind 90%, unkind  work -> calls 80%, answers }
persona bad "Does not" prior 25% { talk -> unkind 80%, kind  work -> calls 50%, answers }
novel prior 1%
episode sft "an insult": talk -> unkind
episode sft "thanks": talk -> kind times 3
episode prefer "well done": work -> answers over garbled weight 0.5
dataset sft scored from "s.jsonl" { situation talk  response kind }
reinforce talk beta 1 rigidity 2 reward kind 1
probe talk -> unkind
probe talk -> unkind given work -> answers times 2
expect talk -> unkind below 5%
expect good above 10%
evaluation "later": talk -> unkind 9, kind 1
compare selection, drift 5, unstructured 1
`;
const ROWS = '{"text":"a"}\n{"text":"b"}\n';
const files = (text: string) => ({ 'a.scenario': text, 's.jsonl': ROWS });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe('The page', function () {
  this.timeout(60_000);
  let snapshot: PosteriorSnapshot;
  let panel: Panel;
  before(async function () {
    this.timeout(300_000);
    await startBrowser();
    snapshot = await snapshotOf(files(SCENARIO));
  });
  after(stopBrowser);
  afterEach(async () => {
    await panel?.close();
  });

  it('is at most 68 KB of script at start, and at most 12 KB for each view, compressed', () => {
    const dist = new URL('../../dist/', import.meta.url);
    const textOf = (name: string) => readFileSync(new URL(name, dist), 'utf8');
    /** A module and all that it loads before it runs. */
    const withImports = (name: string, found = new Set<string>()): Set<string> => {
      if (found.has(name)) return found;
      found.add(name);
      for (const [, other] of textOf(name).matchAll(/(?:from|import)\s*"\.\/([\w-]+\.js)"/g))
        withImports(other!, found);
      return found;
    };
    const size = (names: Iterable<string>) =>
      [...names].reduce((sum, name) => sum + gzipSync(textOf(name), { level: 9 }).length, 0);
    const start = withImports('panel.js');
    assert.ok(size(start) <= 68 * 1024, `${size(start)} bytes at start`);
    for (const view of VIEWS) {
      const entry = readdirSync(dist).find((name) => name.startsWith(`panel-${view}-`));
      assert.ok(entry && !start.has(entry), `${view} is loaded when it is shown`);
      const later = [...withImports(entry)].filter((name) => !start.has(name));
      assert.ok(size(later) <= 12 * 1024, `${view}: ${size(later)} bytes`);
    }
    panel = undefined as unknown as Panel;
  });

  for (const theme of THEMES) {
    it(`has nothing that axe-core or the content policy objects to, in ${theme}`, async () => {
      panel = await Panel.open({ theme });
      await panel.page.evaluate(axe);
      const whatIf = [changeOf(stateOf(snapshot, 'posterior'), 'bad', 0.5)];
      for (const view of VIEWS) {
        for (const [table, drawer] of [
          [false, false],
          [true, false],
          [false, true],
        ]) {
          await panel.show(stateOf(snapshot, view, drawer ? { whatIf } : {}));
          if (table) await panel.page.keyboard.press('t');
          if (drawer) await panel.page.keyboard.press('w');
          const found = (await panel.page.evaluate(
            `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, any }) => html.slice(0, 120) + ' ' + any.map(({ message }) => message).join(' ')).join(' | ')))`,
          )) as string[];
          assert.deepEqual(found, [], `${view} ${table ? 'table' : drawer ? 'what-if' : 'charts'}`);
          if (table) await panel.page.keyboard.press('t');
          if (drawer) await panel.page.keyboard.press('w');
        }
      }
      await panel.show(
        stateOf(snapshot, 'posterior', {}, { status: 'stale', cause: { message: 'Line 3 is broken.' } }),
      );
      const found = (await panel.page.evaluate(
        `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id }) => id))`,
      )) as string[];
      assert.deepEqual(found, []);
      assert.deepEqual(panel.complaints, []);
    });
  }

  for (const width of [300, 600, 1100]) {
    it(`needs no sideways scrolling at ${width} pixels`, async () => {
      panel = await Panel.open({ width });
      for (const view of VIEWS) {
        await panel.show(stateOf(snapshot, view));
        const over = (await panel.page.evaluate('document.documentElement.scrollWidth - window.innerWidth')) as number;
        assert.ok(over <= 0, `${view} is ${over} pixels too wide`);
      }
    });
  }

  it('keeps the keyboard where it is and the nodes that they are while numbers change', async () => {
    panel = await Panel.open();
    await panel.show(stateOf(snapshot, 'posterior'));
    await panel.page.keyboard.press('w');
    const field = panel.page.getByRole('textbox', { name: 'bad, value' });
    await field.focus();
    await panel.page.evaluate(
      `window.before = [document.activeElement, ...document.querySelectorAll('svg.chart g.row, svg.chart rect.bar')]`,
    );
    const text = await panel.number('bad');
    const next = await snapshotOf(files(SCENARIO.replace('times 3', 'times 4')), 2);
    await panel.send({ kind: 'state', state: stateOf(next, 'posterior') });
    assert.notEqual(await panel.number('bad'), text);
    const same = await panel.page.evaluate(
      `(() => { const now = [document.activeElement, ...document.querySelectorAll('svg.chart g.row, svg.chart rect.bar')]; return now.length === before.length && now.every((node, i) => node === before[i]); })()`,
    );
    assert.equal(same, true);
  });

  it('draws where a number was before the last edit, and while typing where it was before the first key', async () => {
    panel = await Panel.open();
    await panel.show(stateOf(snapshot, 'posterior'));
    assert.equal(await panel.page.locator('rect.ghost').count(), 0);
    for (const [revision, times] of [
      [2, 4],
      [3, 40],
    ] as const) {
      const next = await snapshotOf(files(SCENARIO.replace('times 3', `times ${times}`)), revision);
      await panel.send({ kind: 'state', state: stateOf(next, 'posterior') });
    }
    const previous = panel.page
      .locator('g.row', { has: panel.page.locator('text.name', { hasText: 'bad' }) })
      .first()
      .locator('rect.ghost');
    const width = Number(await previous.getAttribute('width'));
    const bar = panel.page
      .locator('g.row', { has: panel.page.locator('text.name', { hasText: 'bad' }) })
      .first()
      .locator('rect.row-back, rect.row-cursor');
    assert.equal(await bar.count(), 1);
    // One tick of the axis to the next is a known share.
    const ticks = await panel.page
      .locator('[data-figure=personas] .axis text.tick')
      .evaluateAll((nodes) =>
        nodes.map((node) => [Number.parseFloat(node.textContent ?? ''), Number(node.getAttribute('x'))]),
      );
    const [[zero, left], [percent, right]] = [ticks[0]!, ticks.at(-1)!] as [[number, number], [number, number]];
    const share = (width * (percent - zero)) / 100 / (right - left);
    assert.ok(Math.abs(share - snapshot.evaluation.personas[1]!.posterior) < 0.02, `${share}`);
  });

  it('drops an answer that was overtaken, and one for another view', async () => {
    panel = await Panel.open();
    const newer = await snapshotOf(files(SCENARIO.replace('times 3', 'times 9')), 7);
    await panel.show(stateOf(newer, 'posterior'));
    const text = await panel.number('bad');
    await panel.send({ kind: 'state', state: stateOf(snapshot, 'posterior') });
    await panel.send({ kind: 'state', state: { ...stateOf(newer, 'accounts'), revision: 8 } });
    assert.equal(await panel.number('bad'), text);
    await panel.send({ kind: 'server', running: true });
    await panel.send({ kind: 'state', state: stateOf(snapshot, 'posterior') });
    assert.notEqual(await panel.number('bad'), text, 'a new server counts from the start');
  });

  it('says when the server does not answer, and asks again on request', async () => {
    panel = await Panel.open();
    await panel.page.clock.install();
    await panel.show(stateOf(snapshot, 'posterior'));
    const retry = panel.page.getByRole('button', { name: 'Retry' });
    await panel.page.getByRole('tab', { name: 'Evidence' }).click();
    const asked = (await panel.posted('request')).length;
    await panel.page.clock.runFor(7000);
    assert.equal(await retry.count(), 0);
    await panel.page.clock.runFor(2000);
    await retry.click();
    assert.equal((await panel.posted('request')).length, asked + 1);
    await panel.send({ kind: 'state', state: stateOf(snapshot, 'evidence') });
    await panel.page.clock.runFor(20_000);
    assert.equal(await retry.count(), 0);
  });

  it('says that newer numbers are being computed, beside the ones that it has', async () => {
    panel = await Panel.open();
    await panel.show(stateOf(snapshot, 'posterior'));
    const text = await panel.number('bad');
    await panel.send({ kind: 'state', state: { ...stateOf(snapshot, 'posterior'), updating: true } });
    await panel.page.getByText('Updating …').waitFor();
    assert.equal(await panel.number('bad'), text);
    await panel.send({ kind: 'state', state: stateOf(snapshot, 'posterior') });
    await panel.page.getByText('Updating …').waitFor({ state: 'detached' });
  });

  it('keeps the last valid numbers, drawn as out of date, and leads to the cause', async () => {
    panel = await Panel.open();
    await panel.show(stateOf(snapshot, 'posterior'));
    const text = await panel.number('bad');
    const location = {
      uri: 'file:///w/a.scenario',
      range: { start: { line: 6, character: 2 }, end: { line: 6, character: 9 } },
    };
    await panel.send({
      kind: 'state',
      state: stateOf(
        snapshot,
        'posterior',
        {},
        { status: 'stale', cause: { message: '‘secur’ is not a response.', location } },
      ),
    });
    assert.equal(await panel.number('bad'), text);
    const faded = await panel.page
      .locator('[data-figure] .plot svg.chart')
      .first()
      .evaluate((element) => getComputedStyle(element).filter);
    assert.match(String(faded), /grayscale/);
    await panel.page.getByRole('button', { name: 'Go to line 7' }).click();
    assert.deepEqual(
      (await panel.posted('reveal')).map((message) => message.location),
      [location],
    );
  });

  it('draws a posterior that is not defined as empty, with priors and cause', async () => {
    const text = SCENARIO.replace('kind 90%, unkind', 'kind 100%, unkind')
      .replace('unkind 80%, kind', 'kind 100%, unkind')
      .replace('novel prior 1%\n', '');
    panel = await Panel.open();
    const state = stateOf(
      await snapshotOf(files(text)),
      'posterior',
      {},
      { cause: { message: 'No persona is left.' } },
    );
    assert.equal(state.status, 'undefined');
    await panel.show(state);
    assert.match((await panel.page.locator('.strip-line').textContent()) ?? '', /not defined\.\s+No persona is left/);
    assert.equal(await panel.number('good'), '–');
    assert.ok((await panel.page.locator('rect.empty').count()) >= 2);
    for (const view of VIEWS) {
      await panel.show(stateOf(await snapshotOf(files(text)), view));
      assert.doesNotMatch((await panel.page.locator('#view').textContent()) ?? '', /NaN|undefined|Infinity|null/, view);
    }
    assert.deepEqual(panel.complaints, []);
  });

  it('has hostile names and texts as text', async () => {
    const evil = '<img src=x onerror=window.owned=1><script>window.owned=1</script>';
    const text = SCENARIO.replaceAll('"Two kinds"', `"${evil}"`)
      .replaceAll('"Small talk"', `"${evil}"`)
      .replaceAll('"Means well"', `"${evil}"`)
      .replaceAll('"an insult"', `"${evil}"`)
      .replaceAll('"later"', `"${evil}"`);
    const hostile = await snapshotOf(files(text));
    panel = await Panel.open();
    for (const view of VIEWS) {
      await panel.show(stateOf(hostile, view, {}, { cause: { message: evil }, status: 'stale' }));
      await panel.page.keyboard.press('t');
      await panel.page.keyboard.press('t');
      assert.equal(await panel.page.locator('#app img, #app script').count(), 0, view);
      assert.match((await panel.page.locator('h1').textContent()) ?? '', /<img src=x/);
    }
    assert.equal(await panel.page.evaluate('window.owned'), undefined);
    assert.deepEqual(panel.complaints, []);
  });

  it('can be walked through with the keyboard alone', async () => {
    panel = await Panel.open();
    await panel.show(stateOf(snapshot, 'posterior'));
    const focused = () =>
      panel.page.evaluate(
        'document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim().slice(0, 40)',
      );
    const seen: string[] = [];
    for (let step = 0; step < 24; step++) {
      await panel.page.keyboard.press('Tab');
      seen.push(String(await focused()));
    }
    for (const name of ['What-if', 'Posterior', 'Log odds', 'Personas: as a table'])
      assert.ok(seen.includes(name), `${name} can be reached: ${seen.join(', ')}`);
    await panel.page.locator('.plot').first().focus();
    for (let down = 0; down < 3; down++) {
      await panel.page.keyboard.press('ArrowDown');
      if (/bad/.test((await panel.page.locator('.said').textContent()) ?? '')) break;
    }
    assert.match(((await panel.page.locator('#personas-said').textContent()) ?? '').trim(), /^bad: 24\.8% before/);
    assert.match((await panel.page.locator('.said').textContent()) ?? '', /^bad: /);
    await panel.page.keyboard.press('Enter');
    const [reveal] = await panel.posted('reveal');
    assert.equal(
      reveal!.location.range.start.line,
      SCENARIO.split('\n').findIndex((line) => line.startsWith('persona bad')),
    );
    await panel.page.locator('[role=tab][aria-selected=true]').focus();
    await panel.page.keyboard.press('ArrowRight');
    assert.equal(await focused(), 'Trajectory');
    assert.equal((await panel.posted('request')).at(-1)!.request.view, 'trajectory');
    await panel.page.keyboard.press('3');
    assert.equal((await panel.posted('request')).at(-1)!.request.view, 'evidence');
  });

  it('has a table in the place of every chart', async () => {
    panel = await Panel.open();
    for (const view of VIEWS) {
      await panel.show(stateOf(snapshot, view));
      const charts = await panel.page.locator('.figure').count();
      assert.ok(charts > 0, view);
      await panel.page.keyboard.press('t');
      assert.equal(await panel.page.locator('.figure table').count(), charts, view);
      for (const rows of (await panel.page
        .locator('.figure table')
        .evaluateAll((tables) =>
          tables.map((table) => [...(table as HTMLTableElement).rows].map((row) => row.cells.length)),
        )) as number[][])
        assert.equal(new Set(rows).size, 1, `${view} has rows of ${rows.join(', ')} cells`);
      await panel.page.keyboard.press('t');
    }
  });

  it('asks at every move of a slider, and writes only when told to', async () => {
    panel = await Panel.open();
    await panel.show(stateOf(snapshot, 'posterior'));
    await panel.page.keyboard.press('w');
    const write = panel.page.getByRole('button', { name: 'Write to file' });
    assert.equal(await write.isDisabled(), true);
    const slider = panel.page.getByRole('slider', { name: 'bad' });
    await slider.focus();
    await panel.page.keyboard.press('ArrowRight');
    await panel.until('posted.some((message) => message.request?.whatIf.length > 0)');
    const { whatIf } = (await panel.posted('request')).at(-1)!.request;
    assert.equal(whatIf[0]!.label, 'bad');
    assert.equal(whatIf[0]!.scenario, snapshot.uri);
    assert.ok(whatIf[0]!.value > 0.2475 && whatIf[0]!.value < 0.3);
    await panel.send({ kind: 'state', state: stateOf(snapshot, 'posterior', { whatIf }) });
    assert.equal((await panel.page.locator('.plot rect.what-if').count()) > 0, true);
    assert.equal((await panel.posted('write')).length, 0);
    await write.click();
    assert.equal((await panel.posted('write')).length, 1);
    await panel.send({ kind: 'written' });
    assert.deepEqual((await panel.posted('request')).at(-1)!.request.whatIf, []);
    assert.equal(await panel.page.locator('.plot rect.what-if').count(), 0);
  });

  it('shows what the other priors become, and drops a change whose declaration has gone with a notice', async () => {
    panel = await Panel.open();
    const whatIf = [changeOf(stateOf(snapshot, 'posterior'), 'bad', 0.5)];
    await panel.close();
    panel = await Panel.open({ retained: { view: 'posterior', whatIf, whatIfOpen: true } });
    await panel.show(stateOf(snapshot, 'posterior', { whatIf }));
    const field = panel.page.getByRole('textbox', { name: 'good, value' });
    const left = (0.5 * 0.75) / (0.75 + 0.01);
    assert.ok(Math.abs(Number.parseFloat(await field.inputValue()) - 100 * left) < 0.1);
    const without = SCENARIO.replace(/persona bad.*\n/, '').replace('expect good above 10%\n', '');
    const gone = await snapshotOf(files(without), 2);
    await panel.send({ kind: 'state', state: stateOf(gone, 'posterior', { whatIf }) });
    assert.match((await panel.page.locator('.dropped').textContent()) ?? '', /What-if dropped for bad/);
    assert.deepEqual((await panel.posted('request')).at(-1)!.request.whatIf, []);
    await panel.page.getByRole('button', { name: 'Dismiss' }).click();
    assert.equal(await panel.page.locator('.dropped').count(), 0);
  });

  it('asks after a reload for what it showed before', async () => {
    panel = await Panel.open();
    await panel.show(stateOf(snapshot, 'evidence'));
    await panel.page.getByRole('checkbox', { name: 'per single episode' }).click();
    const retained = await panel.retained();
    await panel.close();
    panel = await Panel.open({ retained });
    const [request] = await panel.posted('request');
    assert.equal(request!.request.view, 'evidence');
    assert.deepEqual(request!.request.query, { single: true });
  });

  it('starts anew from what is not its own', async () => {
    for (const retained of [
      null,
      'x',
      { view: 'nothing', queries: 3 },
      { view: 'accounts', whatIf: 'x', tables: {} },
    ]) {
      panel = await Panel.open({ retained });
      await panel.send({ kind: 'state', state: stateOf(snapshot, 'posterior') });
      assert.equal(await panel.page.locator('[role=tab]').count(), 5);
      assert.deepEqual(panel.complaints, []);
      await panel.close();
    }
    panel = await Panel.open();
  });

  it('compares with a pin in every view, a renamed persona with its own value, and names where it comes from', async () => {
    panel = await Panel.open();
    await panel.show(stateOf(snapshot, 'posterior'));
    await panel.page.keyboard.press('p');
    assert.equal((await panel.posted('request')).at(-1)!.request.pin, true);
    const pinned = stateOf(snapshot, 'posterior', { pin: true });
    await panel.send({ kind: 'state', state: pinned });
    assert.equal((await panel.posted('request')).at(-1)!.request.pin, undefined);
    const next = await snapshotOf(files(SCENARIO.replace('times 3', 'times 30').replaceAll('bad', 'worse')), 2);
    const renamed = stateOf(next, 'posterior');
    // The server keeps the identity of a declaration that is renamed.
    const hypotheses = renamed.hypotheses.map((one, h) => ({ ...one, declaration: pinned.hypotheses[h]!.declaration }));
    const compared = (view: (typeof VIEWS)[number]) => stateOf(next, view, {}, { hypotheses });
    await panel.show(compared('posterior'));
    assert.match((await panel.page.locator('[data-figure=personas] .legend').textContent()) ?? '', /Pin 1/);
    await panel.page.keyboard.press('t');
    const row = panel.page.locator('[data-figure=personas] tbody tr', { hasText: 'worse' });
    const old = formatProbability(snapshot.evaluation.personas[1]!.posterior);
    assert.ok(((await row.textContent()) ?? '').includes(old), `${await row.textContent()} has ${old}`);
    await panel.show(compared('predictions'));
    assert.match((await panel.page.locator('[data-figure=probes] .legend').textContent()) ?? '', /Pin 1/);
    await panel.page.getByRole('button', { name: 'Pins' }).click();
    assert.match((await panel.page.locator('.origin').textContent()) ?? '', /a\.scenario, \d\d:\d\d, revision 1/);
    await panel.page.getByRole('textbox', { name: 'Name of Pin 1' }).fill('start');
    await panel.page.keyboard.press('Tab');
    assert.match((await panel.page.locator('[data-figure=probes] .legend').textContent()) ?? '', /start/);
    await panel.page.getByRole('menuitemradio', { name: 'Compare with start' }).click();
    assert.doesNotMatch((await panel.page.locator('[data-figure=probes] .legend').textContent()) ?? '', /start/);
    assert.deepEqual(panel.complaints, []);
  });

  it('compares with a pin of another scenario only where it is chosen, and says so', async () => {
    panel = await Panel.open();
    await panel.show(stateOf(snapshot, 'posterior'));
    await panel.page.keyboard.press('p');
    await panel.send({ kind: 'state', state: stateOf(snapshot, 'posterior', { pin: true }) });
    const other = stateOf({ ...snapshot, revision: 2, uri: 'file:///w/b.scenario' }, 'posterior');
    await panel.send({ kind: 'state', state: other });
    const legend = () => panel.page.locator('[data-figure=personas] .legend').textContent();
    assert.doesNotMatch((await legend()) ?? '', /Pin 1/);
    await panel.page.getByRole('button', { name: 'Pins' }).click();
    await panel.page.getByRole('menuitemradio', { name: 'Compare with Pin 1' }).click();
    const next = await snapshotOf(files(SCENARIO.replace('times 3', 'times 30')), 3);
    await panel.send({ kind: 'state', state: stateOf({ ...next, uri: 'file:///w/b.scenario' }, 'posterior') });
    assert.match((await legend()) ?? '', /Pin 1 \(a\.scenario\)/);
  });

  it('says new numbers to screen readers once they have come to rest, not at every key', async () => {
    panel = await Panel.open();
    await panel.page.clock.install();
    await panel.show(stateOf(snapshot, 'posterior'));
    for (let revision = 2; revision < 6; revision++) {
      await panel.send({ kind: 'state', state: stateOf({ ...snapshot, revision }, 'posterior') });
      await panel.page.clock.runFor(100);
      assert.equal(await panel.page.locator('.said').textContent(), '');
    }
    await panel.page.clock.runFor(3000);
    assert.match((await panel.page.locator('.said').textContent()) ?? '', /good \d/);
  });

  it('draws of ten thousand episodes those in view, and asks for others as it is scrolled', async () => {
    const episodes = Array.from(
      { length: 10_000 },
      (_, i) => `episode sft "number ${i}": talk -> ${i % 3 ? 'kind' : 'unkind'}\n`,
    ).join('');
    const many = await snapshotOf(
      files(SCENARIO.replace('method sft strength 1', 'method sft strength 0.001') + episodes),
    );
    panel = await Panel.open();
    await panel.show(stateOf(many, 'evidence', { query: { sort: 'order' } }));
    assert.ok(Number(await panel.page.evaluate('document.querySelectorAll("#app *").length')) < 4000);
    await panel.page.getByRole('button', { name: 'Show 60 more' }).click();
    const { query } = (await panel.posted('request')).at(-1)!.request;
    assert.equal(query['count'], 120);
    await panel.send({ kind: 'state', state: stateOf(many, 'evidence', { query: { ...query, sort: 'order' } }) });
    assert.match((await panel.page.locator('#view').textContent()) ?? '', /number 11\d/);
    assert.equal(
      await panel.page.evaluate(
        '[...document.querySelectorAll("#view *")].filter((e) => e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).overflowY !== "visible" && e.clientHeight > 0).length',
      ),
      0,
    );
  });

  it('gives pictures that stand alone', async () => {
    panel = await Panel.open({ theme: 'dark' });
    await panel.show(stateOf(snapshot, 'posterior'));
    await panel.page.getByRole('button', { name: 'Export' }).click();
    await panel.page.getByRole('menuitem', { name: 'Save as SVG' }).click();
    await panel.until('posted.some((message) => message.kind === "save")');
    const [{ name, content }] = (await panel.posted('save')) as unknown as [{ name: string; content: string }];
    assert.equal(name, 'two-kinds-posterior.svg');
    assert.match(content, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert.match(content, /--paper:\s*#fff/);
    assert.match(content, />Two kinds</);
    assert.match(content, />Personas</);
    for (const name of ['good', 'bad', 'novel', 'prior', 'posterior']) assert.match(content, new RegExp(`>${name}<`));
    assert.doesNotMatch(content, /--\w+:\s*;|<script|href=/);
    await panel.page.getByRole('button', { name: 'Export' }).click();
    await panel.page.getByRole('menuitem', { name: 'Save as PNG' }).click();
    await panel.until('posted.filter((message) => message.kind === "save").length === 2');
    const header = (await panel.page.evaluate('[...posted.at(-1).content.slice(0, 4)]')) as number[];
    assert.deepEqual(header, [0x89, 0x50, 0x4e, 0x47]);
    assert.deepEqual(panel.complaints, []);
  });
});
