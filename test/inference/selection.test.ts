/** Selection among rigid personas, by hand. */
import { assertNear, close, divergence, ln, numbersFrom } from './program';

const TWO = `
situation x -> a | b
persona p prior 1 { x -> a 80%, b }
persona q prior 3 { x -> a 20%, b }
`;

describe('selection among rigid personas', () => {
  it('multiplies prior odds by one likelihood ratio per episode', async () => {
    // Odds p:q = 1/3 · (0.8/0.2)² · (0.2/0.8) = 4/3; the marginal is 1/4·0.8²·0.2 + 3/4·0.2²·0.8 = 0.032 + 0.024.
    const n = await numbersFrom(`${TWO} episode: x -> a times 2\nepisode: x -> b\nprobe x -> a`);
    assertNear(n.persona('p').posterior, 4 / 7, 'posterior of p');
    assertNear(n.persona('q').posterior, 3 / 7, 'posterior of q');
    assertNear(n.persona('p').prior, 1 / 4, 'prior of p');
    close(n.evaluation.logMarginal, ln(0.056), 'log marginal');
    close(n.persona('p').logLikelihood, ln(0.8 ** 2 * 0.2), 'log likelihood of p');
    assertNear(n.evaluation.probes[0]?.before, 0.25 * 0.8 + 0.75 * 0.2, 'before');
    assertNear(n.evaluation.probes[0]?.after, (4 / 7) * 0.8 + (3 / 7) * 0.2, 'after');
  });

  it('weighs an episode by the log odds that it adds, whole and per single one, and by the shift that it causes', async () => {
    const n = await numbersFrom(`${TWO} episode: x -> a times 2\nepisode: x -> b`);
    close(n.weight(0, 'p'), ln(16), 'W of a for p');
    close(n.weight(0, 'q'), -ln(16), 'W of a for q');
    close(n.single(0, 'p'), ln(4), 'W of a single a for p');
    close(n.weight(1, 'p'), -ln(4), 'W of b for p');
    // Without the first: odds 1/3·1/4 = 1/12. Without the second: odds 16/3.
    close(n.evaluation.episodes.shift[0], divergence([4 / 7, 3 / 7], [1 / 13, 12 / 13]), 'shift of a');
    close(n.evaluation.episodes.shift[1], divergence([4 / 7, 3 / 7], [16 / 19, 3 / 19]), 'shift of b');
    close(n.evaluation.episodes.capability[0], 0, 'nothing to learn');
  });

  it('weighs a persona against all the others together', async () => {
    // Before a: odds of p against {q, r} are 1 : 2. After: 1/3·0.5 against 1/3·0.3 + 1/3·0.1, that is 5 : 4.
    const n = await numbersFrom(`
      situation x -> a | b
      persona p { x -> a 50%, b }
      persona q { x -> a 30%, b }
      persona r { x -> a 10%, b }
      episode: x -> a
    `);
    close(n.weight(0, 'p'), ln(5 / 4) - ln(1 / 2), 'W for p');
    close(n.weight(0, 'q'), ln(3 / 6) - ln(1 / 2), 'W for q');
    close(n.weight(0, 'r'), ln(1 / 8) - ln(1 / 2), 'W for r');
    close(n.evaluation.episodes.shift[0], divergence([5 / 9, 3 / 9, 1 / 9], [1 / 3, 1 / 3, 1 / 3]), 'shift');
  });

  it('never moves a lone persona', async () => {
    const n = await numbersFrom('situation x -> a | b\npersona p { x -> a 10%, b }\nepisode: x -> a times 3');
    assertNear(n.persona('p').posterior, 1);
    close(n.weight(0, 'p'), 0, 'W');
    close(n.evaluation.episodes.shift[0], 0, 'shift');
    close(n.evaluation.logMarginal, 3 * ln(0.1), 'log marginal');
  });

  it('reads a preference as the odds between the two answers alone', async () => {
    // p: 0.6/(0.6+0.2) = 3/4; q: 0.1/(0.1+0.3) = 1/4; twice.
    const n = await numbersFrom(`
      situation x -> a | b | c
      persona p { x -> a 60%, b 20%, c }
      persona q { x -> a 10%, b 30%, c }
      episode: x -> a over b times 2
    `);
    assertNear(n.persona('p').posterior, 9 / 10, 'posterior of p');
    close(n.evaluation.logMarginal, ln((9 / 16 + 1 / 16) / 2), 'log marginal');
  });

  it('tosses a coin for a preference between two answers that a persona finds impossible', async () => {
    const n = await numbersFrom(`
      situation x -> a | b | c
      persona p { x -> a 0, b 0, c 1 }
      persona q { x -> a 30%, b 10%, c }
      episode: x -> a over b
    `);
    close(n.persona('p').logLikelihood, ln(1 / 2), 'p');
    close(n.persona('q').logLikelihood, ln(3 / 4), 'q');
  });
});
