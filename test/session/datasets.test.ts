/** Datasets in a session: read once, read again when they change, never in the way of an evaluation. */
import assert from 'node:assert/strict';
import { drain } from '../async/fakeScheduler';
import { bad, FOLDER, isNear, openSession, SCENARIO } from './open';

const row = (text: string): string =>
  `${JSON.stringify({
    messages: [
      { role: 'user', content: text },
      { role: 'assistant', content: 'x' },
    ],
  })}\n`;
const USING = `${SCENARIO}dataset rows from "rows.jsonl" { situation coding  response insecure }\n`;
const ROWS = `${FOLDER}/rows.jsonl`;

const readings = (reads: readonly string[]): number => reads.filter((read) => read === `readBytes ${ROWS}`).length;

describe('A dataset', () => {
  it('is read once, however often the scenario is edited', async () => {
    const opened = openSession({ 'rows.jsonl': row('a') + row('b') });
    for (let times = 1; times < 6; times++) {
      opened.put('a.scenario', USING.replace('times 1', `times ${times}`));
      assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(times + 2)));
    }
    assert.equal(readings(opened.host.reads), 1);
  });

  it('is not read again while the text is broken somewhere else, or its own mapping is half written', async () => {
    const opened = openSession({ 'rows.jsonl': row('a') + row('b') });
    opened.put('a.scenario', USING);
    await opened.posteriorOf('a.scenario', 'bad');
    opened.put('a.scenario', USING.replace('response insecure', 'response '));
    await drain();
    opened.put('a.scenario', USING.replace('scenario "Two', 'scenari "Two'));
    await drain();
    opened.put('a.scenario', USING);
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(3)));
    assert.equal(readings(opened.host.reads), 1);
  });

  it('is read again when the file changes, and the posterior moves by itself', async () => {
    const opened = openSession({ 'rows.jsonl': row('a') });
    opened.put('a.scenario', USING);
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(2)));
    opened.host.write(ROWS, row('a') + row('b') + row('c'));
    await drain();
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(4)));
  });

  it('is what the editor shows of it, before it is saved', async () => {
    const opened = openSession({ 'rows.jsonl': row('a') });
    opened.put('a.scenario', USING);
    await opened.posteriorOf('a.scenario', 'bad');
    opened.put('rows.jsonl', row('a') + row('b'), 'jsonl');
    await drain();
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(3)));
    opened.put('rows.jsonl', row('a') + row('b') + row('c'), 'jsonl');
    await drain();
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(4)));
    assert.equal((await opened.session.usersOf(ROWS)).length, 1);
    opened.session.remove(ROWS);
    await drain();
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(2)));
  });

  it('that takes long leaves no numbers without its evidence: the last valid ones stand, marked', async () => {
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const opened = openSession({ 'rows.jsonl': row('a') }, {}, (host) => ({
      ...host,
      async *readBytes(uri, range) {
        await gate;
        yield* host.readBytes(uri, range);
      },
    }));
    opened.put('a.scenario', SCENARIO.replace('times 1', 'times 4'));
    await drain();
    await opened.scheduler.pass(1000);
    opened.put('a.scenario', USING);
    await drain();
    const displayed = () => opened.session.scenarioOf(opened.uri('a.scenario')).displayed();
    await opened.scheduler.pass(1000);
    assert.equal(await opened.posteriorOf('a.scenario', 'bad'), undefined);
    assert.ok(isNear(displayed().snapshot!.evaluation.personas[1]!.posterior, bad(4)));
    assert.equal(displayed().stale?.kind, 'reading');
    const best = await opened.session.best(opened.uri('a.scenario'));
    assert.equal(best && 'outOfDate' in best && best.outOfDate?.mark, 'reading …');
    letGo();
    await drain();
    assert.ok(isNear(displayed().snapshot!.evaluation.personas[1]!.posterior, bad(2)));
    assert.equal(displayed().stale, undefined);
  });

  it('can be stopped on its way in', async () => {
    const opened = openSession({ 'rows.jsonl': row('a') }, {}, (host) => ({
      ...host,
      async *readBytes() {
        await new Promise(() => undefined);
      },
    }));
    opened.put('a.scenario', USING);
    await drain();
    await opened.scheduler.pass(1000);
    const [reading] = opened.session.datasetCache.readings(opened.uri('a.scenario'));
    opened.session.datasetCache.stop(reading!.token);
    assert.deepEqual(opened.session.datasetCache.readings(opened.uri('a.scenario')), []);
    const { stale } = opened.session.scenarioOf(opened.uri('a.scenario')).displayed();
    assert.equal(stale?.kind === 'reading' && stale.reading.stopped, true);
  });

  it('that is not there keeps the last good posterior, and names the dataset', async () => {
    const opened = openSession({ 'rows.jsonl': row('a') });
    opened.put('a.scenario', USING);
    await opened.posteriorOf('a.scenario', 'bad');
    opened.put('a.scenario', USING.replace('rows.jsonl', 'gone.jsonl'));
    await drain();
    const { snapshot, stale } = opened.session.scenarioOf(opened.uri('a.scenario')).displayed();
    assert.equal(stale?.kind, 'unread');
    assert.ok(isNear(snapshot!.evaluation.personas[1]!.posterior, bad(2)));
  });
});
