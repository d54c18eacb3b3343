/** What one edit costs in large workspaces, counted in work and not in time. */
import assert from 'node:assert/strict';
import { drain } from '../async/fakeScheduler';
import { bad, isNear, openSession } from './open';

const CAST = `situation coding -> secure | insecure
persona good prior 90% { coding -> secure 90%, insecure }
persona bad prior 10% { coding -> insecure 90%, secure }
`;

describe('In a large workspace', () => {
  it('an edit below a chain of 2,000 imports reads no file again, and yields on its way through them', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 2000 }, (_, at) => [
        `file${at}.persona`,
        at < 1999 ? `import "file${at + 1}.persona"\n` : CAST,
      ]),
    );
    const opened = openSession(files);
    const text = (times: number): string => `import "file0.persona"\nepisode sft: coding -> insecure times ${times}\n`;
    opened.put('a.scenario', text(1));
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(1)));
    const { length: read } = opened.host.reads;
    const { yields } = opened.scheduler;
    // Each look at the clock takes a millisecond: one for each file that is passed.
    opened.scheduler.costs(1);
    opened.put('a.scenario', text(2));
    await drain(2000);
    opened.scheduler.costs(0);
    await opened.scheduler.pass(2000);
    assert.ok(isNear(await opened.posteriorOf('a.scenario', 'bad'), bad(2)));
    assert.equal(opened.host.reads.length, read);
    assert.ok(opened.scheduler.yields - yields >= 200, `${opened.scheduler.yields - yields} yields`);
  });

  it('an edit of a library that 1,000 open scenarios import evaluates those that are looked at, others on request', async () => {
    const opened = openSession({ 'lib.persona': CAST });
    for (let at = 0; at < 1000; at++)
      opened.put(`s${at}.scenario`, `import "lib.persona"\nepisode sft: coding -> insecure times ${at % 4}\n`);
    opened.put('lib.persona', CAST);
    await opened.session.activate(opened.uri('s7.scenario'));
    await drain(3000);
    opened.told.length = 0;
    opened.put('lib.persona', CAST.replace('prior 90%', 'prior 1').replace('prior 10%', 'prior 1'));
    await drain();
    const evaluated = opened.told.filter((event) => event.startsWith('posterior'));
    assert.ok(evaluated.includes('posterior s7.scenario'), evaluated.join());
    assert.ok(evaluated.length <= 2, evaluated.join());
    assert.ok(isNear(await opened.posteriorOf('s2.scenario', 'bad'), 81 / 82));
    assert.ok(isNear(await opened.posteriorOf('s999.scenario', 'bad'), 729 / 730));
  });
});
