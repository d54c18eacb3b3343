/** Long computations in slices: short holds on the event loop, an early end when cancelled, the same result. */
import assert from 'node:assert/strict';
import { Superseded } from '../../server/async/superseded';
import { runInSlices, timeSlice } from '../../server/async/timeSlice';
import { fakeScheduler } from './fakeScheduler';

function* steps(count: number, each: () => void = () => undefined): Generator<undefined, string, undefined> {
  for (let step = 0; step < count; step++) {
    each();
    yield;
  }
  return 'done';
}

describe('Long work', () => {
  it('is done in one go where it is short', async () => {
    const scheduler = fakeScheduler();
    assert.equal(await runInSlices(steps(1000), scheduler, new AbortController().signal), 'done');
    assert.equal(scheduler.yields, 0);
  });

  it('yields before ten milliseconds are over', async () => {
    const scheduler = fakeScheduler();
    scheduler.costs(1);
    let longest = 0;
    let start = scheduler.now();
    const work = steps(100, () => {
      longest = Math.max(longest, scheduler.now() - start);
    });
    const next = scheduler.next.bind(scheduler);
    scheduler.next = async () => {
      await next();
      start = scheduler.now();
    };
    assert.equal(await runInSlices(work, scheduler, new AbortController().signal), 'done');
    assert.ok(scheduler.yields > 10);
    // The clock of this test also runs while it is looked at: two looks per step.
    assert.ok(longest <= 10, `${longest} ms`);
  });

  it('ends where newer work has replaced it', async () => {
    const scheduler = fakeScheduler();
    scheduler.costs(1);
    const abort = new AbortController();
    let done = 0;
    const work = runInSlices(
      steps(1000, () => {
        if (++done === 20) abort.abort();
      }),
      scheduler,
      abort.signal,
    );
    await assert.rejects(work, Superseded);
    assert.ok(done < 30, `${done} steps`);
  });

  it('written as a loop yields as often, and learns of its cancellation', async () => {
    const scheduler = fakeScheduler();
    scheduler.costs(1);
    const abort = new AbortController();
    const slice = timeSlice(scheduler, abort.signal);
    let [done, sinceYield, longest, going] = [0, 0, 0, true];
    while (going) {
      if (++done === 100) abort.abort();
      longest = Math.max(longest, ++sinceYield);
      if (!slice.over()) continue;
      sinceYield = 0;
      going = await slice.yield();
    }
    assert.ok(done >= 100 && done < 110, `${done} rounds`);
    assert.ok(longest <= 10, `${longest} rounds`);
  });
});
