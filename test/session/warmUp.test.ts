/** Warm-up: it runs while the editor is idle, ends with an edit, and changes nothing but time. */
import assert from 'node:assert/strict';
import type { PanelState } from '../../panel/model/messages';
import { Panels } from '../../server/session/panels';
import { drain, type FakeScheduler } from '../async/fakeScheduler';
import { openSession, SCENARIO } from './open';

function openWarm() {
  const states: PanelState[] = [];
  let realpaths = 0;
  const opened = openSession({}, {}, (host) => ({
    ...host,
    realpath: (uri) => {
      realpaths++;
      return host.realpath(uri);
    },
  }));
  const panels = new Panels(opened.session, {
    state: (state) => states.push(state),
    caret: () => undefined,
    failed: (error) => opened.failures.push(error),
  });
  opened.listen((scenario, what) => panels.changed(scenario, what));
  return { ...opened, panels, states, asked: () => realpaths };
}

/** Let rounds go on, each after its timer, until there is none or so many have gone; how many went. */
async function roundsOf(scheduler: FakeScheduler, most: number): Promise<number> {
  for (let rounds = 0; ; rounds++) {
    if (rounds === most || scheduler.timers === 0) return rounds;
    await scheduler.passToTimer();
  }
}

describe('Warm-up', () => {
  it('leaves states, files and numbers as they are, and comes to an end', async () => {
    const { panels, states, put, session, uri, scheduler, asked, failures } = openWarm();
    put('a.scenario', SCENARIO);
    await session.activate(uri('a.scenario'));
    panels.open({ panel: 'one', view: 'posterior', whatIf: [], query: {} });
    await drain();
    const [displayed, read] = [states.length, asked()];
    const before = await session.posterior(uri('a.scenario'));
    const tree = session.syntax(uri('a.scenario'))?.parsed;
    assert.ok(scheduler.timers > 0, 'it waits for idle time');
    const rounds = await roundsOf(scheduler, 1000);
    assert.ok(rounds > 20 && rounds < 1000, `${rounds} rounds`);
    assert.equal(states.length, displayed);
    assert.equal(asked(), read);
    assert.equal((await session.posterior(uri('a.scenario')))?.evaluation, before?.evaluation);
    assert.equal(session.syntax(uri('a.scenario'))?.parsed, tree);
    assert.equal(session.trees, 1);
    assert.deepEqual(failures, []);
  });

  it('ends with an edit, and goes on after', async () => {
    const { panels, states, put, session, uri, scheduler } = openWarm();
    put('a.scenario', SCENARIO);
    await session.activate(uri('a.scenario'));
    panels.open({ panel: 'one', view: 'posterior', whatIf: [], query: {} });
    await drain();
    assert.equal(await roundsOf(scheduler, 3), 3);
    put('a.scenario', SCENARIO.replace('times 1', 'times 2'));
    await drain();
    assert.equal(states.at(-1)?.revision, session.revision);
    assert.equal(scheduler.timers, 1, 'only the wait for idle time');
    assert.equal(await roundsOf(scheduler, 3), 3);
  });
});
