/** Horizons against closed forms and against texts in which every count is multiplied. */
import assert from 'node:assert/strict';
import { type HorizonResult, horizons } from '../../server/analysis/horizon/horizon';
import { runToEnd } from '../../server/inference/stepwise';
import { assertNear, close } from '../inference/program';
import { evaluated, probeAfter, subject } from './subjects';

const of = async (text: string): Promise<readonly HorizonResult[]> => runToEnd(horizons(await subject(text)));

const TEXT = `
situation x -> a | b
situation y -> c | d
persona good prior 99% { x -> a 80%, b  y -> c 99%, d }
persona bad prior 1% { x -> b 70%, a  y -> d 60%, c }
episode sft: x -> b times 6
episode sft: x -> a times 2
probe y -> d
probe y -> d given x -> b times 3
compare selection, contextual, unstructured 1, drift 5
`;

describe('The horizon', () => {
  /** log L_bad − log L_good for one unit of this training. */
  const rate = 6 * Math.log(0.7 / 0.2) + 2 * Math.log(0.3 / 0.8);

  it('of two rigid personas: the leader reaches 99% at a quotient of logs', async () => {
    const [h] = await of(TEXT);
    assert.equal(h?.leader, 'bad');
    assertNear(h?.leaderAt99 ?? undefined, (Math.log(99) + Math.log(99)) / rate, 't', 1e-9);
  });

  it('has each probe’s limit and the share of the way that is gone', async () => {
    const [h] = await of(TEXT);
    const now = await evaluated(TEXT);
    const before = now.probes[0]?.before ?? Number.NaN;
    assertNear(h?.probes[0]?.limit, 0.6, 'limit', 1e-12);
    assertNear(h?.probes[0]?.gone, (probeAfter(now) - before) / (0.6 - before), 'gone', 1e-9);
    assertNear(h?.probes[1]?.limit, 0.6, 'a context does not change who is left', 1e-12);
  });

  it('leaves personas that tie their ratio', async () => {
    const [h] = await of(`
situation x -> a | b
situation y -> c | d
persona one prior 2 { x -> a 80%, b  y -> c 90%, d }
persona two prior 1 { x -> a 80%, b  y -> c 30%, d }
persona three prior 7 { x -> a 10%, b  y -> c 50%, d }
episode sft: x -> a times 4
probe y -> c
`);
    assertNear(h?.probes[0]?.limit, (2 * 0.9 + 0.3) / 3, 'limit', 1e-12);
    assert.equal(h?.leaderAt99, null);
    assert.match(h?.leaderReason ?? '', /no persona reaches 99%: one tends to 67%/);
  });

  it('with finite rigidity weighs the personas by P(argmax r) to its power', async () => {
    const [h] = await of(`
situation x -> a | b
situation y -> c | d
persona one prior 2 { x -> a 80%, b  y -> c 90%, d }
persona two prior 1 { x -> a 20%, b  y -> c 30%, d }
reinforce x beta 1 rigidity 2 reward a 1, b 0
probe y -> c
probe x -> a
`);
    const one = 2 * 0.8 ** 2;
    const two = 0.2 ** 2;
    assertNear(h?.probes[0]?.limit, (one * 0.9 + two * 0.3) / (one + two), 'limit', 1e-7);
    assertNear(h?.probes[1]?.limit, 1, 'tilted to the best answer', 1e-7);
    assert.equal(h?.leaderAt99, null);
  });

  it('of a learning persona tends to the shares that were trained', async () => {
    const [h] = await of(`
situation x -> a | b
persona one prior 1 { concentration 4  x -> a 80%, b }
episode sft: x -> a times 3
episode sft: x -> b times 1
probe x -> a
`);
    assertNear(h?.probes[0]?.limit, 0.75, 'limit', 1e-6);
  });

  it('says from where on a rival account explains the file better, and never without the cross-entropies', async () => {
    const [h] = await of(TEXT);
    const unstructured = h?.overtaken.find((o) => o.account === 'unstructured 1');
    assert.ok(unstructured?.t);
    // At that multiple, written into the text, the two log marginals are equal.
    const there = await evaluated(
      TEXT.replace('times 6', `times ${6 * unstructured.t}`).replace('times 2', `times ${2 * unstructured.t}`),
    );
    const log = (name: string) => there.accounts.find((a) => a.name === name)?.logMarginal;
    close(log('unstructured 1'), log('selection') ?? 0, 'equal there', 1e-6);
    // One situation was trained: drawing a persona for each is the same as drawing one.
    const contextual = h?.overtaken.find((o) => o.account === 'contextual');
    assert.equal(contextual?.t, null);
    assert.match(contextual?.reason ?? '', /cross-entropy is .* nats, that of contextual .* nats/);
  });

  it('is said of rows where rows are discounted', async () => {
    const [h] = await of(`method sft discount 0.5\n${TEXT}`);
    assert.deepEqual(h?.discounted, [{ method: 'sft', discount: 0.5, forTwice: 4 }]);
  });

  it('speaks of every condition', async () => {
    const all = await of(`${TEXT}\ncondition other { episode sft: x -> a times 30 }`);
    assert.deepEqual(
      all.map((h) => [h.condition, h.leader]),
      [
        [null, 'bad'],
        ['other', 'good'],
      ],
    );
  });
});
