/** Rival accounts may cost many times what the posterior does: they follow it, and never hold it up. */
import assert from 'node:assert/strict';
import { evaluate } from '../../server/inference/evaluate';
import type { Evaluated } from '../../server/session/outcome';
import { drain } from '../async/fakeScheduler';
import { type Opened, openSession, SCENARIO } from './open';

const COMPARED = `${SCENARIO}probe coding -> insecure\ncompare selection, unstructured 1\n`;

/** Every snapshot as it was told, with whether its rivals were still on their way. */
function record({ listen }: Opened): Evaluated[] {
  const seen: Evaluated[] = [];
  listen((scenario, what) => {
    if (what !== 'program' && scenario.evaluated) seen.push(scenario.evaluated);
  });
  return seen;
}

describe('Rival accounts', () => {
  it('follow the posterior, and then stand as an evaluation from nothing gives them', async () => {
    const opened = openSession();
    const seen = record(opened);
    opened.put('a.scenario', COMPARED);
    await opened.session.activate(opened.uri('a.scenario'));
    await opened.session.posterior(opened.uri('a.scenario'));
    await drain();
    assert.deepEqual(
      seen.map(({ rivalsPending, evaluation }) => [rivalsPending, evaluation.accounts.length]),
      [
        [true, 0],
        [false, 2],
      ],
    );
    assert.deepEqual(opened.told.slice(-2), ['posterior a.scenario', 'rivals a.scenario']);
    assert.deepEqual(seen[1]!.evaluation, evaluate(seen[1]!.program, new Map()));
  });

  it('of the text before are in no answer, not even while those of the text are computed', async () => {
    const opened = openSession();
    opened.put('a.scenario', COMPARED);
    await opened.session.activate(opened.uri('a.scenario'));
    await opened.session.posterior(opened.uri('a.scenario'));
    await drain();
    const seen = record(opened);
    opened.put('a.scenario', COMPARED.replace('times 1', 'times 3'));
    await opened.session.posterior(opened.uri('a.scenario'));
    await drain();
    const [early, late] = seen;
    assert.equal(early?.rivalsPending, true);
    assert.deepEqual(early.evaluation.accounts, []);
    assert.equal(late?.rivalsPending, false);
    assert.ok(Math.abs(late.evaluation.accounts[0]!.logMarginal - Math.log(0.9 * 0.1 ** 3 + 0.1 * 0.9 ** 3)) < 1e-12);
  });

  it('are those of the newest text for a request that waits for them', async () => {
    const opened = openSession();
    opened.put('a.scenario', COMPARED);
    const marginal = async (): Promise<number | undefined> => {
      const snapshot = await opened.session.posterior(opened.uri('a.scenario'), { accounts: true });
      return snapshot?.evaluation.accounts[0]?.logMarginal;
    };
    assert.ok(Math.abs((await marginal())! - Math.log(0.9 * 0.1 + 0.1 * 0.9)) < 1e-12);
    opened.put('a.scenario', COMPARED.replace('times 1', 'times 3'));
    const waiting = marginal();
    opened.put('a.scenario', COMPARED.replace('times 1', 'times 5'));
    assert.ok(Math.abs((await waiting)! - Math.log(0.9 * 0.1 ** 5 + 0.1 * 0.9 ** 5)) < 1e-12);
  });

  it('are not waited for where none are compared', async () => {
    const opened = openSession();
    const seen = record(opened);
    opened.put('a.scenario', SCENARIO);
    await opened.session.activate(opened.uri('a.scenario'));
    await opened.session.posterior(opened.uri('a.scenario'));
    await drain();
    assert.deepEqual(
      seen.map(({ rivalsPending }) => rivalsPending),
      [false],
    );
  });
});
