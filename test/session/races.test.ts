/** What happens at once: slow answers, late settings, files that change while they are read, surfaces that come and go. */
import assert from 'node:assert/strict';
import { readSettings } from '../../server/settings';
import type { Gate } from '../async/fakeScheduler';
import { drain, gate } from '../async/fakeScheduler';
import { bad, FOLDER, isNear, openSession, SCENARIO } from './open';

const CAST = `situation coding -> secure | insecure
persona good prior 90% { coding -> secure 90%, insecure }
persona bad prior 10% { coding -> insecure 90%, secure }
`;
const row = (text: string): string => `${JSON.stringify({ prompt: text, completion: 'x' })}\n`;
const USING = `${SCENARIO}dataset rows from "rows.jsonl" { situation coding  response insecure }\n`;
const ROWS = `${FOLDER}/rows.jsonl`;

describe('Evaluation on save', () => {
  it('evaluates a text although settings arrive after it', async () => {
    const opened = openSession({}, { evaluation: { when: 'onSave' } });
    opened.put('a.scenario', SCENARIO);
    opened.session.configure(readSettings({ evaluation: { when: 'onSave' }, unit: 'nats' }));
    await drain();
    opened.session.configure(readSettings({ evaluation: { when: 'onSave' }, unit: 'bits' }));
    await drain();
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(1)));
  });

  it('evaluates with a dataset that takes longer than the wait for it', async () => {
    const slow = gate();
    const opened = openSession({ 'rows.jsonl': row('a') }, { evaluation: { when: 'onSave' } }, (host) => ({
      ...host,
      async *readBytes(uri, range) {
        await slow.promise;
        yield* host.readBytes(uri, range);
      },
    }));
    opened.put('a.scenario', USING);
    await drain();
    await opened.scheduler.pass(1000);
    slow.open();
    await drain();
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(2)));
  });

  it('in manual mode keeps evaluated what a command evaluated, until its text changes', async () => {
    const opened = openSession({}, { evaluation: { when: 'manual' } });
    opened.put('a.scenario', SCENARIO);
    await opened.session.evaluateNow(opened.uri('a.scenario'));
    opened.session.configure(readSettings({ evaluation: { when: 'manual' }, unit: 'nats' }));
    await drain();
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(1)));
    opened.put('a.scenario', SCENARIO.replace('times 1', 'times 2'));
    await drain();
    assert.equal(await opened.posteriorOf('a.scenario', 'bad'), undefined);
    const best = await opened.session.best(opened.uri('a.scenario'));
    assert.ok(best && 'evaluation' in best && best.outOfDate?.mark === 'out of date');
    assert.ok(isNear(best.evaluation.personas[1]?.posterior, bad(1)));
  });
});

describe('An edit of an imported file', () => {
  it('is not lost while the program that imports it is loading', async () => {
    const names = Array.from({ length: 30 }, (_, at) => `file${at}.persona`);
    const files = Object.fromEntries(
      names.map((name, at) => [name, at < 29 ? `import "${names[at + 1]}"\n${at === 0 ? CAST : ''}` : '// the end\n']),
    );
    const even = `import "file1.persona"\n${CAST.replace('prior 90%', 'prior 1').replace('prior 10%', 'prior 1')}`;
    // At every stage of loading: after so many reads the first file of the chain, read long before, is opened and edited.
    for (let after = 1; after <= 30; after++) {
      let reads = 0;
      let edit = (): void => undefined;
      const opened = openSession(files, {}, (host) => ({
        ...host,
        readText: async (uri) => {
          const text = await host.readText(uri);
          if (++reads === after) edit();
          return text;
        },
      }));
      edit = () => opened.put('file0.persona', even);
      opened.put('a.scenario', 'import "file0.persona"\nepisode sft: coding -> insecure times 1\n');
      const early = opened.posteriorOf('a.scenario', 'bad');
      await drain(200);
      await early;
      await drain(200);
      assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), 0.9), `after ${after} reads`);
    }
  });
});

describe('The active text', () => {
  it('is the one named last, however long the answer for the one before takes', async () => {
    const slow = gate();
    const opened = openSession({ 'c.scenario': 'import "lib.persona"\n' }, {}, (host) => ({
      ...host,
      list: async (uri) => {
        await slow.promise;
        return host.list(uri);
      },
    }));
    opened.put('lib.persona', CAST);
    opened.put('a.scenario', SCENARIO);
    const first = opened.session.activate(opened.uri('lib.persona'));
    await opened.session.activate(opened.uri('a.scenario'));
    slow.open();
    await first;
    await drain();
    assert.equal(opened.session.active, opened.uri('a.scenario'));
  });

  it('of a panel is not closed under it by what was asked before it opened', async () => {
    const slow = gate();
    const opened = openSession({ 'b.scenario': SCENARIO }, {}, (host) => ({
      ...host,
      list: async (uri) => {
        await slow.promise;
        return host.list(uri);
      },
    }));
    opened.put('lib.persona', CAST);
    opened.session.scenarioOf(opened.uri('b.scenario'));
    opened.session.hold('panel', new Set([opened.uri('b.scenario')]));
    slow.open();
    await drain();
    assert.ok(!opened.told.includes('closed b.scenario'));
    assert.ok(isNear(await opened.posteriorOf('b.scenario', 'bad'), bad(1)));
    opened.session.hold('panel', new Set());
    await drain();
    assert.ok(opened.told.includes('closed b.scenario'));
  });
});

describe('A text that is no scenario', () => {
  it('is not parsed as one, whatever asks about it', async () => {
    const opened = openSession({ 'foo.ts': 'export const a = 1;' });
    assert.equal(await opened.session.semantic(opened.uri('foo.ts')), undefined);
    opened.put('foo.ts', 'export const a = 1;', 'typescript');
    assert.equal(await opened.session.semantic(opened.uri('foo.ts')), undefined);
    assert.equal(await opened.session.posterior(opened.uri('foo.ts')), undefined);
    await drain();
    assert.deepEqual(opened.told, []);
    assert.equal(opened.session.trees, 0);
  });

  it('as the other side of a comparison has a tree and belongs to no scenario', async () => {
    const opened = openSession();
    const other = 'git:/w/a.scenario?%7B%22ref%22%3A%22HEAD%22%7D';
    opened.session.put(other, 1, SCENARIO, 'dramatis');
    await drain();
    assert.equal(opened.session.syntax(other)?.text, SCENARIO);
    assert.equal(await opened.session.posterior(other), undefined);
    assert.deepEqual(opened.told, []);
  });
});

describe('What was read', () => {
  it('is let go of with the last text that used it', async () => {
    const names = Array.from({ length: 40 }, (_, at) => `file${at}.scenario`);
    const files = Object.fromEntries(names.map((name) => [name, SCENARIO]));
    const opened = openSession(files);
    opened.put('lib.persona', CAST);
    assert.equal((await opened.session.everyProgram()).length, 41);
    await opened.scheduler.pass(120_000);
    assert.ok(opened.session.trees <= 1, `${opened.session.trees} trees`);
    opened.session.remove(opened.uri('lib.persona'));
    await drain();
    assert.equal(opened.session.trees, 0);
  });

  it('by a search over the workspace is not read again for the next key of the search', async () => {
    const names = Array.from({ length: 30 }, (_, at) => `file${at}.scenario`);
    const opened = openSession(Object.fromEntries(names.map((name) => [name, SCENARIO])));
    opened.put('a.scenario', SCENARIO);
    await drain();
    const first = await opened.session.everyProgram();
    await drain();
    const second = await opened.session.everyProgram();
    assert.equal(first.length, 31);
    for (const [at, { program }] of second.entries()) assert.equal(program, first[at]?.program);
  });

  it('changes in one revision, however many files change together', async () => {
    const opened = openSession({ 'cast.persona': CAST });
    opened.put('a.scenario', 'import "cast.persona"\nepisode sft: coding -> insecure times 1\n');
    await opened.posteriorOf('a.scenario', 'bad');
    opened.told.length = 0;
    const before = opened.session.revision;
    opened.session.filesChanged(Array.from({ length: 5000 }, (_, at) => `${FOLDER}/data${at}.jsonl`));
    assert.equal(opened.session.revision, before + 1);
    for (let at = 0; at < 100; at++) opened.host.write(`${FOLDER}/cast.persona`, `${CAST}// ${at}\n`);
    await drain();
    assert.equal(opened.session.revision, before + 2);
    assert.deepEqual(opened.told, ['program a.scenario', 'posterior a.scenario']);
  });

  it('through a link is the unsaved text of the editor, under either name', async () => {
    const heavy = CAST.replace('prior 90%', 'prior 1').replace('prior 10%', 'prior 1');
    for (const name of ['cast.persona', 'link.persona'])
      for (const imported of ['cast.persona', 'link.persona']) {
        const opened = openSession({ 'cast.persona': CAST }, {}, (host) => {
          host.link(`${FOLDER}/link.persona`, `${FOLDER}/cast.persona`);
          return host;
        });
        opened.put('a.scenario', `import "${imported}"\nepisode sft: coding -> insecure times 1\n`);
        assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), 0.5));
        opened.put(name, heavy);
        await drain();
        assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), 0.9), `${name} for ${imported}`);
        const snapshot = await opened.session.posterior(opened.uri(name));
        assert.equal(snapshot?.program.files[0]?.uri, opened.uri('a.scenario'), `${name} belongs to the scenario`);
        opened.session.remove(opened.uri(name));
        await drain();
        assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), 0.5));
      }
  });
});

describe('A dataset', () => {
  it('is checked before it is used again, if its declaration was out of the text', async () => {
    // A host that cannot watch: nothing says that the file changed.
    const opened = openSession({ 'rows.jsonl': row('a') }, {}, (host) => ({ ...host, watch: () => () => undefined }));
    opened.put('a.scenario', USING);
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(2)));
    opened.put('a.scenario', `${USING.replace('dataset rows', '// dataset rows')}episode sft: coding ->\n`);
    await drain();
    opened.put('b.scenario', SCENARIO);
    await drain();
    opened.host.write(ROWS, row('a') + row('b') + row('c'));
    opened.put('a.scenario', USING);
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(4)));
  });

  it('whose second reading was stopped leaves the old numbers, marked', async () => {
    let slow: Gate | undefined;
    const opened = openSession({ 'rows.jsonl': row('a') }, {}, (host) => ({
      ...host,
      async *readBytes(uri, range) {
        if (slow) await slow.promise;
        yield* host.readBytes(uri, range);
      },
    }));
    opened.put('a.scenario', USING);
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(2)));
    slow = gate();
    opened.host.write(ROWS, row('a') + row('b'));
    await drain();
    await opened.scheduler.pass(1000);
    const displayed = () => opened.session.scenarioOf(opened.uri('a.scenario')).displayed();
    assert.equal(displayed().stale?.kind, 'reading');
    const [reading] = opened.session.datasetCache.readings(opened.uri('a.scenario'));
    opened.session.datasetCache.stop(reading?.token ?? '');
    await drain();
    const { stale, snapshot } = displayed();
    assert.ok(stale?.kind === 'reading' && stale.reading.stopped);
    assert.ok(isNear(snapshot?.evaluation.personas[1]?.posterior, bad(2)));
    assert.equal(await opened.posteriorOf('a.scenario', 'bad'), undefined);
  });
});
