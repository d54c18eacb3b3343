/** Panels: follow or locked, one state at a time, revisions that never go back. */
import assert from 'node:assert/strict';
import type { PanelRequest, PanelState } from '../../panel/model/messages';
import type { PosteriorView } from '../../panel/model/viewTypes';
import { Panels } from '../../server/session/panels';
import { drain } from '../async/fakeScheduler';
import { changeOf } from '../support/whatIf';
import { bad, isNear, type Opened, openSession, SCENARIO } from './open';

const ask = (part: Partial<PanelRequest> = {}): PanelRequest => ({
  panel: 'one',
  view: 'posterior',
  whatIf: [],
  query: {},
  ...part,
});

function openPanels(
  settings: unknown = {},
): Opened & { panels: Panels; states: PanelState[]; carets: (number | undefined)[] } {
  const states: PanelState[] = [];
  const carets: (number | undefined)[] = [];
  const opened = openSession({}, settings);
  const panels = new Panels(opened.session, {
    state: (state) => states.push(state),
    caret: ({ evidence }) => void carets.push(evidence),
    failed: (error) => opened.failures.push(error),
  });
  opened.listen((scenario, what) => panels.changed(scenario, what));
  return { ...opened, panels, states, carets };
}

const displayedOf = (state: PanelState | undefined, part: 'data' | 'whatIf' = 'data'): number | undefined => {
  const view = state?.[part] as PosteriorView | undefined;
  return view?.hypotheses.find(({ name }) => name === 'bad')?.posterior as number | undefined;
};

describe('A panel', () => {
  it('is empty while no scenario is active, and shows the one that becomes it', async () => {
    const { panels, states, put, session, uri } = openPanels();
    panels.open(ask());
    await drain();
    assert.equal(states.at(-1)?.status, 'empty');
    put('a.scenario', SCENARIO);
    await session.activate(uri('a.scenario'));
    await drain();
    assert.equal(states.at(-1)?.status, 'live');
    assert.ok(isNear(displayedOf(states.at(-1)), bad(1)));
  });

  it('follows the active scenario unless it is locked, and its revisions never go back', async () => {
    const { panels, states, put, session, uri } = openPanels();
    put('a.scenario', SCENARIO);
    put('b.scenario', SCENARIO.replace('times 1', 'times 2'));
    await session.activate(uri('a.scenario'));
    panels.open(ask());
    panels.open(ask({ panel: 'locked', lockedTo: uri('a.scenario') }));
    await drain();
    put('a.scenario', SCENARIO.replace('times 1', 'times 3'));
    await drain();
    await session.activate(uri('b.scenario'));
    await drain();
    const last = (panel: string) => states.filter((state) => state.panel === panel).at(-1);
    assert.equal(last('one')?.scenario?.uri, uri('b.scenario'));
    assert.ok(isNear(displayedOf(last('one')), bad(2)));
    assert.equal(last('locked')?.scenario?.uri, uri('a.scenario'));
    const revisions = states.filter(({ panel }) => panel === 'one').map(({ revision }) => revision);
    assert.deepEqual(
      revisions,
      [...revisions].sort((a, b) => a - b),
    );
  });

  it('locked to a scenario keeps it going after its text is closed', async () => {
    const { panels, states, put, session, uri, host } = openPanels();
    host.write(uri('a.scenario'), SCENARIO);
    put('a.scenario', SCENARIO);
    panels.open(ask({ lockedTo: uri('a.scenario') }));
    await drain();
    session.remove(uri('a.scenario'));
    await drain();
    host.write(uri('a.scenario'), SCENARIO.replace('times 1', 'times 2'));
    await drain();
    assert.ok(isNear(displayedOf(states.at(-1)), bad(2)));
  });

  it('is told once per evaluation, and not of programs that numbers follow', async () => {
    const { panels, states, put, session, uri } = openPanels();
    put('a.scenario', SCENARIO);
    await session.activate(uri('a.scenario'));
    panels.open(ask());
    await drain();
    states.length = 0;
    put('a.scenario', SCENARIO.replace('times 1', 'times 2'));
    await drain();
    assert.equal(states.length, 1);
  });

  it('says that it is being updated where that takes longer than a person overlooks, and never mixes revisions', async () => {
    const { panels, states, put, uri, scheduler, session } = openPanels();
    put('a.scenario', SCENARIO);
    panels.open(ask({ lockedTo: uri('a.scenario') }));
    scheduler.costs(50);
    await drain();
    scheduler.costs(0);
    const before = states.length;
    put('a.scenario', SCENARIO.replace('times 1', 'times 2'));
    await drain();
    assert.equal(states.length, before, 'the evaluation waits its turn after an expensive one');
    await scheduler.pass(210);
    assert.equal(states.at(-1)?.updating, true);
    assert.ok(isNear(displayedOf(states.at(-1)), bad(1)));
    await scheduler.pass(2000);
    assert.equal(states.at(-1)?.updating, undefined);
    assert.equal(states.at(-1)?.revision, session.revision);
    assert.ok(isNear(displayedOf(states.at(-1)), bad(2)));
  });

  it('of an empty file says what to write first, and takes it for no failure', async () => {
    const beginnings = ['', 'scenario "New"\n', 'situation trust -> keeps | breaks\n'];
    for (const text of beginnings) {
      const { panels, states, put, uri } = openPanels();
      put('a.scenario', text);
      panels.open(ask({ lockedTo: uri('a.scenario') }));
      await drain();
      const state = states.at(-1);
      assert.equal(state?.status, 'empty', text);
      assert.equal(state?.cause, undefined);
      const steps = state?.firstSteps ?? [];
      assert.ok(steps.some((line) => line.startsWith('persona ')));
      assert.equal(
        steps.some((line) => line.startsWith('situation ')),
        !text.startsWith('situation'),
      );
      put('a.scenario', `${text}${steps.join('\n')}\n`);
      await drain();
      assert.equal(states.at(-1)?.status, 'live', `what is proposed can be evaluated: ${steps.join('; ')}`);
    }
  });

  it('of a text that never had numbers names the cause and the scenario', async () => {
    const { panels, states, put, uri } = openPanels();
    put('my file.scenario', `${SCENARIO.replace('scenario "Two characters"', '')}episode sft: coding -> nothing\n`);
    panels.open(ask({ lockedTo: uri('my file.scenario') }));
    await drain();
    const state = states.at(-1);
    assert.equal(state?.status, 'empty');
    assert.match(state?.cause?.message ?? '', /^Line 6: /);
    assert.equal(state?.scenario?.title, 'my file.scenario');
    assert.equal(state?.data, undefined);
  });

  it('says undefined with the line that makes it so', async () => {
    const { panels, states, put, uri } = openPanels();
    put(
      'a.scenario',
      SCENARIO.replaceAll('90%, ', '100%, ').replace('times 1', 'times 1\nepisode sft: coding -> secure'),
    );
    panels.open(ask({ lockedTo: uri('a.scenario') }));
    await drain();
    assert.equal(states.at(-1)?.status, 'undefined');
    assert.match(states.at(-1)!.cause!.message, /^Line \d+:/);
  });

  it('answers what-if beside the numbers of the text', async () => {
    const { panels, states, put, uri } = openPanels();
    put('a.scenario', SCENARIO);
    panels.open(ask({ lockedTo: uri('a.scenario') }));
    await drain();
    panels.open(
      ask({ lockedTo: uri('a.scenario'), whatIf: [changeOf(states.at(-1), 'coding → insecure', 2, 'times')] }),
    );
    await drain();
    assert.ok(isNear(displayedOf(states.at(-1)), bad(1)));
    assert.ok(isNear(displayedOf(states.at(-1), 'whatIf'), bad(2)));
  });

  it('keeps a what-if change with its declaration while the text changes around it and in it', async () => {
    const { panels, states, put, uri } = openPanels();
    put('a.scenario', SCENARIO);
    panels.open(ask({ lockedTo: uri('a.scenario') }));
    await drain();
    const whatIf = [changeOf(states.at(-1), 'coding → insecure', 3, 'times')];
    panels.open(ask({ lockedTo: uri('a.scenario'), whatIf }));
    await drain();
    const above = SCENARIO.replace('episode sft', 'episode sft "inserted": coding -> insecure\nepisode sft');
    put('a.scenario', above);
    await drain();
    assert.ok(isNear(displayedOf(states.at(-1)), bad(2)));
    assert.ok(isNear(displayedOf(states.at(-1), 'whatIf'), bad(4)));
    const edited = above.replace('insecure times 1', 'secure times 2');
    put('a.scenario', edited);
    await drain();
    assert.ok(isNear(displayedOf(states.at(-1), 'whatIf'), bad(1 - 3)));
    const written = await panels.changesToWrite('one');
    assert.deepEqual(
      written?.changes?.map(({ target }) => 'index' in target && target.index),
      [1],
    );
    assert.equal(states.at(-1)?.lost, undefined);
  });

  it('drops a what-if change whose declaration has gone, and names it', async () => {
    const { panels, states, put, uri } = openPanels();
    put('a.scenario', `${SCENARIO.replace('times 1', 'times 2')}episode "other": coding -> secure\n`);
    panels.open(ask({ lockedTo: uri('a.scenario') }));
    await drain();
    const whatIf = [changeOf(states.at(-1), 'bad', 0.5), changeOf(states.at(-1), 'coding → insecure', 3, 'times')];
    panels.open(ask({ lockedTo: uri('a.scenario'), whatIf }));
    await drain();
    put('a.scenario', SCENARIO.replace(/episode.*\n/, '').concat('episode "other": coding -> secure\n'));
    assert.equal((await panels.changesToWrite('one'))?.changes, undefined);
    await drain();
    assert.deepEqual(states.at(-1)?.lost, [whatIf[1]?.target]);
    assert.ok(isNear(displayedOf(states.at(-1), 'whatIf'), 0.1));
  });

  it('takes no what-if change over to another scenario', async () => {
    const { panels, states, put, session, uri } = openPanels();
    put('a.scenario', SCENARIO);
    put('b.scenario', SCENARIO.replace('times 1', 'times 2'));
    await session.activate(uri('a.scenario'));
    panels.open(ask());
    await drain();
    const whatIf = [changeOf(states.at(-1), 'bad', 0.99)];
    panels.open(ask({ whatIf }));
    await drain();
    assert.notEqual(states.at(-1)?.whatIf, undefined);
    await session.activate(uri('b.scenario'));
    await drain();
    assert.equal(states.at(-1)?.scenario?.uri, uri('b.scenario'));
    assert.equal(states.at(-1)?.whatIf, undefined);
    assert.equal(states.at(-1)?.lost, undefined);
    assert.ok(states.at(-1)?.controls?.every(({ value, effective }) => value === effective));
    const written = await panels.changesToWrite('one');
    assert.deepEqual(written?.changes, []);
  });

  it('says what the other priors become when one is set', async () => {
    const { panels, states, put, uri } = openPanels();
    put('a.scenario', SCENARIO);
    panels.open(ask({ lockedTo: uri('a.scenario') }));
    await drain();
    panels.open(ask({ lockedTo: uri('a.scenario'), whatIf: [changeOf(states.at(-1), 'bad', 0.6)] }));
    await drain();
    const good = states.at(-1)?.controls?.find(({ label }) => label === 'good');
    assert.equal(good?.value, 0.9);
    assert.ok(isNear(good?.effective, 0.4));
  });

  it('shows the last of many requests', async () => {
    const { panels, states, put, uri } = openPanels();
    put('a.scenario', SCENARIO);
    panels.open(ask({ lockedTo: uri('a.scenario') }));
    await drain();
    const { target, scenario, label } = changeOf(states.at(-1), 'coding → insecure', 2, 'times');
    states.length = 0;
    for (let value = 1; value <= 20; value++)
      panels.open(ask({ lockedTo: uri('a.scenario'), whatIf: [{ scenario, label, target, value }] }));
    await drain();
    assert.ok(isNear(displayedOf(states.at(-1), 'whatIf'), bad(20)));
    assert.ok(states.length < 20);
  });

  it('marks the evidence under the caret, and nothing elsewhere', async () => {
    const { panels, carets, put, uri } = openPanels();
    put('a.scenario', SCENARIO);
    panels.open(ask({ lockedTo: uri('a.scenario') }));
    await drain();
    await panels.caretMoved(uri('a.scenario'), { line: 4, character: 3 });
    await panels.caretMoved(uri('a.scenario'), { line: 4, character: 9 });
    await panels.caretMoved(uri('a.scenario'), { line: 0, character: 0 });
    assert.deepEqual(carets, [0, undefined]);
  });

  it('hears nothing more once it is closed', async () => {
    const { panels, states, put, uri } = openPanels();
    put('a.scenario', SCENARIO);
    panels.open(ask({ lockedTo: uri('a.scenario') }));
    await drain();
    panels.close('one');
    states.length = 0;
    put('a.scenario', SCENARIO.replace('times 1', 'times 2'));
    await drain();
    assert.deepEqual(states, []);
  });

  it('evaluates a scenario that waits for a command when it opens', async () => {
    const { panels, states, put, uri } = openPanels({ evaluation: { when: 'manual' } });
    put('a.scenario', SCENARIO);
    await drain();
    panels.open(ask({ lockedTo: uri('a.scenario') }));
    await drain();
    assert.ok(isNear(displayedOf(states.at(-1)), bad(1)));
    put('a.scenario', SCENARIO.replace('times 1', 'times 2'));
    await drain();
    assert.equal(states.at(-1)?.status, 'stale');
    assert.ok(isNear(displayedOf(states.at(-1)), bad(1)));
  });
});
