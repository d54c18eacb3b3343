import assert from 'node:assert/strict';
import type { Stepwise } from '../../server/inference/stepwise';
import { drive, pause, Superseded } from '../../server/session/turns';
import { handTurns, rest } from './turns';

function* steps(count: number, each: () => void = () => undefined): Stepwise<string> {
  for (let step = 0; step < count; step++) {
    each();
    yield;
  }
  return 'done';
}

describe('Long work', () => {
  it('is done in one go where it is short', async () => {
    const turns = handTurns();
    assert.equal(await drive(steps(1000), turns, new AbortController().signal), 'done');
    assert.equal(turns.slices, 0);
  });

  it('gives way before ten milliseconds are over', async () => {
    const turns = handTurns();
    turns.costs(1);
    let longest = 0;
    let start = turns.now();
    const work = steps(100, () => {
      longest = Math.max(longest, turns.now() - start);
    });
    const next = turns.next.bind(turns);
    turns.next = async () => {
      await next();
      start = turns.now();
    };
    assert.equal(await drive(work, turns, new AbortController().signal), 'done');
    assert.ok(turns.slices > 10);
    // The clock of this test also runs while it is looked at: two looks per step.
    assert.ok(longest <= 10, `${longest} ms`);
  });

  it('ends where newer work has replaced it', async () => {
    const turns = handTurns();
    turns.costs(1);
    const abort = new AbortController();
    let done = 0;
    const work = drive(
      steps(1000, () => {
        if (++done === 20) abort.abort();
      }),
      turns,
      abort.signal,
    );
    await assert.rejects(work, Superseded);
    assert.ok(done < 30, `${done} steps`);
  });

  it('waits no longer once it is replaced', async () => {
    const turns = handTurns();
    const abort = new AbortController();
    const waiting = pause(1000, turns, abort.signal);
    abort.abort();
    await assert.rejects(waiting, Superseded);
    let over = false;
    void pause(10, turns, new AbortController().signal).then(() => {
      over = true;
    });
    await turns.pass(9);
    assert.equal(over, false);
    await turns.pass(1);
    await rest(1);
    assert.equal(over, true);
  });
});
