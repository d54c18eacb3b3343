/** Smallest flipping sets against every subset, for programs small enough to try them all. */
import assert from 'node:assert/strict';
import { type Flip, flips } from '../../server/analysis/flips/flips';
import { leaderOf, standingOf } from '../../server/analysis/subject/standing';
import { isUnsound } from '../../server/analysis/subject/subject';
import { runToEnd } from '../../server/inference/stepwise';
import type { Program } from '../../server/program/model/program';
import { load, numbersFrom } from '../inference/program';

const flipsOf = async (text: string): Promise<readonly Flip[]> =>
  runToEnd(flips({ program: await load(text), counts: new Map() }));

/** Tries every way of taking singles away, fewest first. */
async function fewest(text: string, flipped: (p: Program) => boolean): Promise<number | null> {
  const { program } = await numbersFrom(text);
  const times = program.episodes.map((e) => e.times);
  let best: number | null = null;
  const walk = (at: number, removed: readonly number[]): void => {
    const count = removed.reduce((a, b) => a + b, 0);
    if (best !== null && count >= best) return;
    if (at === times.length) {
      const episodes = program.episodes.map((e, i) => ({ ...e, times: e.times - (removed[i] ?? 0) }));
      if (flipped({ ...program, episodes })) best = count;
      return;
    }
    for (let k = 0; k <= (times[at] ?? 0); k++) walk(at + 1, [...removed, k]);
  };
  walk(0, []);
  return best;
}

const standing = (program: Program) => {
  const s = runToEnd(standingOf(program, new Map()));
  assert.ok(!isUnsound(s));
  return s;
};

const TWO = `
situation x -> a | b
situation y -> c | d
persona good prior 90% { x -> a 80%, b  y -> c 90%, d }
persona bad prior 10% { x -> b 70%, a  y -> c 30%, d }
episode "one": x -> b times 4
episode "two": y -> d times 2
episode "three": x -> a times 3
expect bad above 50%
`;

const THREE = `
situation x -> a | b | c
situation y -> d | e
persona p prior 50% { x -> a 70%, b 20%, c  y -> d 60%, e }
persona q prior 30% { x -> a 20%, b 60%, c  y -> d 30%, e }
persona r prior 20% { x -> a 10%, b 30%, c  y -> d 90%, e }
episode x -> b times 3
episode x -> c times 2
episode y -> d times 3
episode y -> e times 2
expect x -> a below 40%
`
  .replaceAll('episode ', 'episode sft: ')
  .replaceAll('sft: "', 'sft "');

describe('The smallest flipping set', () => {
  it('is the fewest singles, exactly, with two personas', async () => {
    const text = TWO;
    const [lead, expectation] = await flipsOf(text);
    const program = await load(text);
    const leader = leaderOf(standing(program));
    assert.equal(lead?.exact, true);
    assert.equal(lead?.count, await fewest(text, (p) => leaderOf(standing(p)) !== leader));
    assert.equal(expectation?.exact, true);
    const held = standing(program).expectations[0] ?? 0;
    assert.ok(held > 0.5);
    assert.equal(expectation?.count, await fewest(text, (p) => !((standing(p).expectations[0] ?? 0) > 0.5)));
  });

  it('with three personas is exact for the lead, and for an expectation within its bound', async () => {
    const [lead, expectation] = await flipsOf(THREE);
    const program = await load(THREE);
    const now = standing(program);
    const leader = leaderOf(now);
    const truth = await fewest(THREE, (p) => leaderOf(standing(p)) !== leader);
    assert.equal(lead?.count, truth);
    const before = (now.expectations[0] ?? 0) < 0.4;
    const least = await fewest(THREE, (p) => (standing(p).expectations[0] ?? 0) < 0.4 !== before);
    assert.ok(least !== null && expectation?.count !== null && expectation !== undefined);
    assert.ok((expectation.lowerBound ?? 0) <= least && least <= (expectation.count ?? 0), JSON.stringify(expectation));
    if (expectation.exact) assert.equal(expectation.count, least);
  });

  it('flips when it is taken out of the program', async () => {
    for (const text of [
      TWO,
      THREE,
      THREE.replaceAll('persona p prior 50% {', 'persona p prior 50% { concentration 5 '),
    ]) {
      const program = await load(text);
      const now = standing(program);
      for (const flip of await flipsOf(text)) {
        if (flip.count === null) continue;
        const removed = new Map(flip.episodes.map((r) => [r.episode, r.count]));
        const episodes = program.episodes.map((e, i) => ({ ...e, times: e.times - (removed.get(i) ?? 0) }));
        const then = standing({ ...program, episodes });
        if (flip.expectation === undefined) assert.notEqual(leaderOf(then), leaderOf(now));
        else {
          const limit = text === TWO ? 0.5 : 0.4;
          assert.notEqual((then.expectations[0] ?? 0) > limit, (now.expectations[0] ?? 0) > limit, text);
        }
      }
    }
  });

  it('says that there is none where no episode holds the lead', async () => {
    const [lead] = await flipsOf(`
situation x -> a | b
persona good prior 90% { x -> a 80%, b }
persona bad prior 10% { x -> b 70%, a }
episode sft: x -> b
`);
    assert.equal(lead?.count, null);
    assert.equal(lead?.exact, true);
  });

  it('counts singles in the thousands at once', async () => {
    const [lead] = await flipsOf(TWO.replace('times 4', 'times 6000').replace('times 3', 'times 5'));
    assert.ok((lead?.count ?? 0) > 5000);
  });
});
