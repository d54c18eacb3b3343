/** Effective counts N = strength · c′ · t̄, by hand. */
import assert from 'node:assert/strict';
import { assertNear, close, ln, numbersFrom } from './program';

const TWO = `
situation x -> a | b
persona p { x -> a 80%, b }
persona q { x -> a 20%, b }
`;

/** N of x -> a. */
async function countOf(lines: string): Promise<number> {
  const n = await numbersFrom(`${TWO}${lines}`);
  // The likelihood reads the same count that is shown: log L_p = N·log 0.8 where nothing else is counted.
  const count = n.evaluation.counts[n.cell('x', 'a')]!;
  close(n.persona('p').logLikelihood, count * ln(0.8), 'log likelihood');
  return count;
}

describe('effective counts', () => {
  it('are times · weight · strength for plain episodes', async () => {
    assertNear(await countOf('method sft strength 0.25\nepisode: x -> a times 6 weight 0.5\nepisode: x -> a'), 1);
  });

  it('ignore repeats of one text unless the method says how much a repeat is worth', async () => {
    assertNear(await countOf('episode: x -> a times 2 epochs 9'), 2);
    assertNear(await countOf('method sft repeats 0.5\nepisode: x -> a times 2 epochs 9'), 6);
    assertNear(await countOf('method sft repeats 1\nepisode: x -> a times 2 epochs 9'), 18);
  });

  it('grow as a power of what is discounted, beyond one episode', async () => {
    // 16 episodes at discount 1/2 count as 16^(1/2) = 4, and half an episode stays half an episode.
    assertNear(
      await countOf('method sft strength 0.5 discount 0.5\nepisode: x -> a times 10\nepisode: x -> a times 6'),
      2,
    );
    assertNear(await countOf('method sft discount 0.5\nepisode: x -> a times 0.5'), 0.5);
  });

  it('multiply by the mean number of tokens where the method counts per token', async () => {
    // c = 2 + 1 = 3, t̄ = (2·10 + 1·40)/3 = 20; discounted, c′ = √3.
    const episodes = 'episode: x -> a times 2 tokens 10\nepisode: x -> a tokens 40';
    assertNear(await countOf(`method sft strength 0.1 per token\n${episodes}`), 6);
    assertNear(await countOf(`method sft strength 1 per token discount 0.5\n${episodes}`), Math.sqrt(3) * 20);
    assertNear(await countOf(episodes), 3);
  });

  it('add signed rewards over beta before they are discounted', async () => {
    // 3 · 0.5/0.25 − 2 · 0.25/0.25 = 6 − 2 = 4; with discount 1/2 that is 2.
    const episodes = 'episode reward 0.5: x -> a times 3\nepisode reward -0.25: x -> a times 2';
    assertNear(await countOf(`method rl beta 0.25\n${episodes}`), 4);
    assertNear(await countOf(`method rl beta 0.25 discount 0.5\n${episodes}`), 2);
    assertNear(await countOf('method rl beta 0.5\nepisode reward -0.25: x -> a times 2'), -1);
  });

  it('add over methods after each method has discounted its own', async () => {
    // sft: 9^(1/2) = 3; document: 4 · 0.5 = 2.
    const methods = 'method sft discount 0.5\nmethod document strength 0.5';
    assertNear(await countOf(`${methods}\nepisode sft: x -> a times 9\nepisode document: x -> a times 4`), 5);
  });

  it('leave one episode out of the sum, and discount what remains', async () => {
    // With it c′ = √16 = 4, without it √9 = 3: the seven episodes weigh one ratio of 4. One of the seven: 4 − √15.
    const n = await numbersFrom(`${TWO} method sft discount 0.5\nepisode: x -> a times 9\nepisode: x -> a times 7`);
    close(n.weight(1, 'p'), (4 - 3) * ln(4), 'W');
    close(n.single(1, 'p'), (4 - Math.sqrt(15)) * ln(4), 'W of a single one');
    close(n.weight(0, 'p'), (4 - Math.sqrt(7)) * ln(4), 'W of the first');
  });

  it('leave an episode out of the mean of tokens too', async () => {
    // With both N = 3·20 = 60; without the second 2·10 = 20.
    const n = await numbersFrom(
      `${TWO} method sft strength 0.01 per token\nepisode: x -> a times 2 tokens 10\nepisode: x -> a tokens 40`,
    );
    close(n.weight(1, 'p'), 0.4 * ln(4), 'W');
  });

  it('do not include preferences', async () => {
    const n = await numbersFrom(`${TWO} episode: x -> a over b times 5`);
    assert.deepEqual([...n.evaluation.counts], [0, 0]);
    close(n.persona('p').logLikelihood, 5 * ln(0.8), 'log likelihood');
  });
});
