/** What is open now: texts over files, which scenario a text belongs to, and the way from an edit to its numbers. */
import assert from 'node:assert/strict';
import { drain } from '../async/fakeScheduler';
import { memoryHost } from '../support/memoryHost';
import { bad, FOLDER, isNear, openSession, SCENARIO } from './open';

const PERSONAS = `situation coding -> secure | insecure
persona good prior 90% { coding -> secure 90%, insecure }
persona bad prior 10% { coding -> insecure 90%, secure }
`;
const IMPORTING = 'import "cast.persona"\nepisode sft: coding -> insecure times 1\n';

describe('A session', () => {
  it('answers with the numbers of the open text, and with those of the file once the text is closed', async () => {
    const opened = openSession({ 'a.scenario': SCENARIO });
    opened.put('a.scenario', SCENARIO.replace('times 1', 'times 2'));
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(2)));
    opened.session.remove(opened.uri('a.scenario'));
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(1)));
  });

  it('answers for a text that no folder holds', async () => {
    const opened = openSession();
    opened.put('untitled:Untitled-1', SCENARIO);
    assert.ok(isNear(await opened.posteriorOf('untitled:Untitled-1', 'bad'), bad(1)));
    opened.put('vscode-vfs://github/some/where/a.scenario', SCENARIO.replace('times 1', 'times 3'));
    assert.ok(isNear(await opened.posteriorOf('vscode-vfs://github/some/where/a.scenario', 'bad'), bad(3)));
  });

  it('knows one text under every spelling of its URI', async () => {
    const opened = openSession();
    opened.session.put('file:///w/a%20b.scenario', 1, SCENARIO, 'dramatis');
    assert.equal(opened.session.syntax('file:///w/a b.scenario')?.version, 1);
  });

  it('answers at the syntax level at once, of the newest text', () => {
    const opened = openSession();
    opened.put('a.scenario', SCENARIO);
    opened.put('a.scenario', 'scenario "other"');
    assert.equal(opened.session.syntax(opened.uri('a.scenario'))?.text, 'scenario "other"');
    assert.equal(opened.session.syntax(opened.uri('b.scenario')), undefined);
  });

  it('a request that waits while the text is edited gets the numbers of the newest text', async () => {
    const opened = openSession();
    opened.put('a.scenario', SCENARIO);
    const waiting = opened.posteriorOf('a.scenario', 'bad');
    opened.put('a.scenario', SCENARIO.replace('times 1', 'times 2'));
    await drain(1);
    opened.put('a.scenario', SCENARIO.replace('times 1', 'times 4'));
    assert.ok(isNear(await waiting, bad(4)));
  });

  it('tells of each scenario once per edit that was not overtaken: first its program, then its numbers', async () => {
    const opened = openSession();
    opened.put('a.scenario', SCENARIO);
    await drain();
    assert.deepEqual(opened.told, ['program a.scenario', 'posterior a.scenario']);
    opened.told.length = 0;
    for (let times = 2; times < 9; times++) opened.put('a.scenario', SCENARIO.replace('times 1', `times ${times}`));
    await drain();
    assert.deepEqual(opened.told, ['program a.scenario', 'posterior a.scenario']);
  });

  it('gives every change a later revision, and a snapshot the one that it was made for', async () => {
    const opened = openSession();
    opened.put('a.scenario', SCENARIO);
    const first = await opened.session.posterior(opened.uri('a.scenario'));
    opened.put('a.scenario', SCENARIO.replace('times 1', 'times 2'));
    const second = await opened.session.posterior(opened.uri('a.scenario'));
    assert.ok(second!.revision > first!.revision);
    assert.equal(second!.version, 2);
    assert.equal(second!.revision, opened.session.revision);
  });

  it('leaves nothing watched and nothing running when it ends', async () => {
    const watched = new Set<string>();
    const opened = openSession({ 'cast.persona': PERSONAS }, {}, (host) => ({
      ...host,
      watch(uri, changed) {
        watched.add(uri);
        const end = host.watch(uri, changed);
        return () => {
          watched.delete(uri);
          end();
        };
      },
    }));
    opened.put('a.scenario', IMPORTING);
    await opened.posteriorOf('a.scenario', 'bad');
    assert.ok(watched.has(`${FOLDER}/cast.persona`));
    opened.session.dispose();
    await drain();
    assert.deepEqual([...watched], []);
  });
});

describe('A text that others import', () => {
  it('belongs to the scenario of the workspace that imports it, open or not', async () => {
    const opened = openSession({ 'a.scenario': IMPORTING, 'cast.persona': PERSONAS });
    opened.put('cast.persona', PERSONAS);
    const snapshot = await opened.session.posterior(opened.uri('cast.persona'));
    assert.equal(snapshot!.program.files[0]!.uri, opened.uri('a.scenario'));
    assert.equal(snapshot!.program.files[snapshot!.file]!.uri, opened.uri('cast.persona'));
    assert.equal(snapshot!.text, PERSONAS);
    assert.ok(isNear(snapshot!.evaluation.personas[1]!.posterior, bad(1)));
  });

  it('moves the numbers of its scenario when it is edited', async () => {
    const opened = openSession({ 'a.scenario': IMPORTING, 'cast.persona': PERSONAS });
    opened.put('a.scenario', IMPORTING);
    opened.put('cast.persona', PERSONAS);
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), 0.5));
    opened.put('cast.persona', PERSONAS.replace('prior 90%', 'prior 9').replace('prior 10%', 'prior 9'));
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), 0.9));
  });

  it('is its own scenario where none imports it, and from then on when one does', async () => {
    const opened = openSession();
    opened.put('cast.persona', PERSONAS);
    assert.equal((await opened.session.semantic(opened.uri('cast.persona')))!.program.files.length, 1);
    opened.put('a.scenario', IMPORTING);
    const snapshot = await opened.session.semantic(opened.uri('cast.persona'));
    assert.equal(snapshot!.program.files[0]!.uri, opened.uri('a.scenario'));
    opened.put('a.scenario', SCENARIO);
    assert.equal((await opened.session.semantic(opened.uri('cast.persona')))!.program.files.length, 1);
  });

  it('belongs to the scenario that was active last where several import it', async () => {
    const opened = openSession({ 'a.scenario': IMPORTING, 'b.scenario': IMPORTING, 'cast.persona': PERSONAS });
    for (const name of ['a.scenario', 'b.scenario', 'cast.persona'])
      opened.put(name, name === 'cast.persona' ? PERSONAS : IMPORTING);
    const owner = async () => (await opened.session.semantic(opened.uri('cast.persona')))!.program.files[0]!.uri;
    await opened.session.activate(opened.uri('b.scenario'));
    assert.equal(await owner(), opened.uri('b.scenario'));
    await opened.session.activate(opened.uri('a.scenario'));
    assert.equal(await owner(), opened.uri('a.scenario'));
  });

  it('is read once, however often the scenario is edited, and again when it changes on disk', async () => {
    const opened = openSession({ 'cast.persona': PERSONAS });
    opened.put('a.scenario', IMPORTING);
    for (let times = 1; times < 5; times++) {
      opened.put('a.scenario', IMPORTING.replace('times 1', `times ${times}`));
      assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(times)));
    }
    const readings = () => opened.host.reads.filter((read) => read === `readText ${FOLDER}/cast.persona`).length;
    assert.equal(readings(), 1);
    opened.host.write(
      `${FOLDER}/cast.persona`,
      PERSONAS.replace('prior 90%', 'prior 9').replace('prior 10%', 'prior 9'),
    );
    await drain();
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), 9 ** 4 / (9 ** 4 + 1)));
    assert.equal(readings(), 2);
  });

  it('comes in as soon as it is there', async () => {
    const opened = openSession();
    opened.put('a.scenario', IMPORTING);
    const missing = await opened.session.semantic(opened.uri('a.scenario'));
    assert.ok(missing!.program.diagnostics.some(({ code }) => code === 'import-missing'));
    opened.host.write(`${FOLDER}/cast.persona`, PERSONAS);
    await drain();
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(1)));
  });

  it('may come from the other of two folders only if the text lies in one of them', async () => {
    const host = memoryHost({ 'file:///v/cast.persona': PERSONAS });
    const opened = openSession({}, {}, () => host);
    const text = IMPORTING.replace('cast', '../v/cast');
    opened.put('a.scenario', text);
    const outside = await opened.session.semantic(opened.uri('a.scenario'));
    assert.ok(outside!.program.diagnostics.some(({ code }) => code === 'import-outside'));
    opened.session.setFolders([FOLDER, 'file:///v']);
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(1)));
  });
});

describe('A broken text', () => {
  it('leaves the last good posterior standing, and names the line', async () => {
    const opened = openSession();
    opened.put('a.scenario', SCENARIO);
    await opened.posteriorOf('a.scenario', 'bad');
    opened.put('a.scenario', `${SCENARIO}episode sft: coding -> \nepisode sft: coding -> insecure times 2\n`);
    await drain();
    const { snapshot, stale } = opened.session.scenarioOf(opened.uri('a.scenario')).displayed();
    assert.ok(isNear(snapshot!.evaluation.personas[1]!.posterior, bad(1)));
    assert.equal(stale?.kind, 'broken');
    assert.equal(stale?.kind === 'broken' && stale.diagnostic.severity, 'error');
  });

  it('has no numbers: where there never were any, none are shown', async () => {
    const opened = openSession();
    opened.put('a.scenario', `${SCENARIO}episode sft: coding -> nowhere\n`);
    await drain();
    const { snapshot, stale } = opened.session.scenarioOf(opened.uri('a.scenario')).displayed();
    assert.equal(snapshot, undefined);
    assert.equal(stale?.kind, 'broken');
    assert.equal(await opened.posteriorOf('a.scenario', 'bad'), undefined);
    const best = await opened.session.best(opened.uri('a.scenario'));
    assert.equal(best?.program.diagnostics[0]?.code, 'unknown-response');
    assert.ok(best && !('evaluation' in best));
  });

  it('shows what is declared as before with the last valid number, and nothing for what is not', async () => {
    const opened = openSession();
    opened.put('a.scenario', SCENARIO);
    await opened.posteriorOf('a.scenario', 'bad');
    opened.put(
      'a.scenario',
      `persona new prior 5% { coding -> secure }\n${SCENARIO}episode sft: coding -> secure\nepisode sft: coding -> \n`,
    );
    const best = await opened.session.best(opened.uri('a.scenario'));
    assert.ok(best && 'evaluation' in best);
    assert.match(best.outOfDate?.message ?? '', /^Line 8: /);
    const { hypotheses, personas, episodes } = best.evaluation;
    assert.deepEqual(hypotheses, ['new', 'good', 'bad']);
    assert.equal(personas[0]?.posterior, Number.NaN);
    assert.ok(isNear(personas[2]?.posterior, bad(1)));
    // The first episode is as it was: it moved `bad` by log 9. The second is new.
    assert.ok(isNear(episodes.weight[2], Math.log(9)));
    assert.equal(episodes.weight[5], Number.NaN);
  });

  it('whose error is inside a question has numbers', async () => {
    const opened = openSession();
    opened.put('a.scenario', `${SCENARIO}probe coding -> nothing\n`);
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(1)));
    assert.equal(opened.session.scenarioOf(opened.uri('a.scenario')).displayed().stale, undefined);
  });

  it('shows the numbers from before it was typed through, not those of a half-typed one', async () => {
    const opened = openSession();
    const typed = async (text: string): Promise<void> => {
      opened.put('a.scenario', text);
      await drain();
      await opened.scheduler.pass(50);
    };
    opened.put('a.scenario', SCENARIO);
    await drain();
    const displayed = () => opened.session.scenarioOf(opened.uri('a.scenario')).displayed();
    await typed(SCENARIO.replace('times 1', 'times '));
    assert.equal(displayed().stale?.kind, 'broken');
    await typed(SCENARIO.replace('times 1', 'times 5'));
    assert.ok(isNear(displayed().snapshot!.evaluation.personas[1]!.posterior, bad(5)), 'live while it is valid');
    await typed(SCENARIO.replace('times 1', 'times 5 ,'));
    assert.equal(displayed().stale?.kind, 'broken');
    assert.ok(
      isNear(displayed().snapshot!.evaluation.personas[1]!.posterior, bad(1)),
      'times 5 was on the way elsewhere',
    );
    await typed(SCENARIO.replace('times 1', 'times 7'));
    await opened.scheduler.pass(1000);
    await typed(SCENARIO.replace('times 1', 'times 7 ,'));
    assert.ok(isNear(displayed().snapshot!.evaluation.personas[1]!.posterior, bad(7)), 'typing had paused');
  });

  it('is live again when it is mended', async () => {
    const opened = openSession();
    opened.put('a.scenario', SCENARIO);
    await drain();
    opened.put('a.scenario', SCENARIO.replace('insecure times', 'insecur times'));
    await drain();
    assert.equal(opened.session.scenarioOf(opened.uri('a.scenario')).displayed().stale?.kind, 'broken');
    opened.put('a.scenario', SCENARIO.replace('times 1', 'times 2'));
    await drain();
    const { snapshot, stale, previous } = opened.session.scenarioOf(opened.uri('a.scenario')).displayed();
    assert.equal(stale, undefined);
    assert.ok(isNear(snapshot!.evaluation.personas[1]!.posterior, bad(2)));
    assert.ok(isNear(previous!.evaluation.personas[1]!.posterior, bad(1)));
  });
});

describe('Evaluation by setting', () => {
  it('on save: the first time by itself, then with each save', async () => {
    const opened = openSession({}, { evaluation: { when: 'onSave' } });
    opened.put('a.scenario', SCENARIO);
    await drain();
    const displayed = () => opened.session.scenarioOf(opened.uri('a.scenario')).displayed();
    assert.ok(isNear(displayed().snapshot!.evaluation.personas[1]!.posterior, bad(1)));
    opened.put('a.scenario', SCENARIO.replace('times 1', 'times 2'));
    assert.equal(await opened.posteriorOf('a.scenario', 'bad'), undefined);
    assert.ok(isNear(displayed().snapshot!.evaluation.personas[1]!.posterior, bad(1)));
    assert.equal(displayed().stale?.kind, 'waiting');
    opened.session.saved(opened.uri('a.scenario'));
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(2)));
    assert.equal(displayed().stale, undefined);
  });

  it('manual: only when asked to', async () => {
    const opened = openSession({}, { evaluation: { when: 'manual' } });
    opened.put('a.scenario', SCENARIO);
    await drain();
    assert.deepEqual(opened.told, ['program a.scenario']);
    opened.session.saved(opened.uri('a.scenario'));
    await drain();
    assert.equal(await opened.posteriorOf('a.scenario', 'bad'), undefined);
    await opened.session.evaluateNow(opened.uri('a.scenario'));
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(1)));
  });

  it('live: an edit right after expensive work waits as long as that took', async () => {
    const opened = openSession();
    opened.put('a.scenario', SCENARIO);
    opened.scheduler.costs(50);
    await drain();
    opened.put('a.scenario', SCENARIO.replace('times 1', 'times 2'));
    opened.scheduler.costs(0);
    await drain();
    const { evaluation } = opened.session.scenarioOf(opened.uri('a.scenario')).displayed().snapshot!;
    assert.ok(isNear(evaluation.personas[1]!.posterior, bad(1)));
    await opened.scheduler.pass(1000);
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(2)));
  });
});
