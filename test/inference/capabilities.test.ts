/** Capabilities with a response of their own for failing: closed forms. */
import { assertNear, betaRatio, close, divergence, ln, numbersFrom } from './program';

function tool(capability: string, episodes: string): string {
  return `
    capability syntax ${capability}
    situation x -> call needs syntax else garbled | answer | garbled
    persona p { x -> call 80%, answer }
    persona q { x -> call 50%, answer }
    ${episodes}
  `;
}

describe('a fixed capability', () => {
  it('moves the mass of what is beyond it to the fallback', async () => {
    // p: call 0.8·0.3, garbled 0.8·0.7, answer 0.2.
    const n = await numbersFrom(tool('30%', 'episode: x -> garbled\nepisode: x -> answer times 2'));
    assertNear(n.predicts('p', 'x', 'call'), 0.24);
    assertNear(n.predicts('p', 'x', 'garbled'), 0.56);
    assertNear(n.predicts('p', 'x', 'answer'), 0.2);
    // Odds: (0.8·0.7)/(0.5·0.7) · (0.2/0.5)² = 1.6 · 0.16 = 0.256.
    assertNear(n.persona('p').posterior, 0.256 / 1.256);
    assertNear(n.capability('syntax').after, 0.3);
    close(n.evaluation.episodes.capability[0], 0, 'a fixed capability does not move');
  });

  it('adds the lost mass to what a persona intends of the fallback itself', async () => {
    const n = await numbersFrom(`
      capability skill 25%
      situation x -> call needs skill else answer | answer
      persona p { x -> call 80%, answer }
      persona q { x -> call 0, answer }
      episode: x -> answer
    `);
    // p: 0.2 + 0.8·0.75 = 0.8; q: 1.
    assertNear(n.persona('p').posterior, 0.8 / 1.8);
  });

  it('is replaced by what a persona can do itself', async () => {
    const n = await numbersFrom(`
      capability skill 25%
      situation x -> call needs skill else garbled | answer | garbled
      persona p { x -> call 80%, answer  can skill 90% }
      persona q { x -> call 80%, answer }
      episode: x -> call
    `);
    assertNear(n.persona('p').posterior, 0.9 / 1.15);
    assertNear(n.predicts('p', 'x', 'garbled'), 0.08);
  });
});

describe('a learnable capability with a fallback of its own', () => {
  // κ ~ Beta(a·s, (1−a)·s) = Beta(1, 3); n = 3 successes and f = 2 failures.
  const text = tool('25% learnable strength 4', 'episode: x -> call times 3\nepisode: x -> garbled times 2');

  it('has the beta-binomial marginal, as a factor that all personas share', async () => {
    const n = await numbersFrom(text);
    const factor = ln(betaRatio(1, 3, 3, 2));
    close(n.persona('p').logLikelihood, 5 * ln(0.8) + factor, 'log likelihood of p');
    close(n.persona('q').logLikelihood, 5 * ln(0.5) + factor, 'log likelihood of q');
    close(n.evaluation.logMarginal, ln((0.8 ** 5 + 0.5 ** 5) / 2) + factor, 'log marginal');
  });

  it('moves to (a·s + n)/(s + n + f)', async () => {
    const n = await numbersFrom(text);
    assertNear(n.capability('syntax').before, 0.25);
    assertNear(n.capability('syntax').after, (1 + 3) / (4 + 3 + 2));
    assertNear(n.predicts('p', 'x', 'call'), (0.8 * 4) / 9);
    assertNear(n.predicts('p', 'x', 'garbled'), (0.8 * 5) / 9);
  });

  it('moves no persona by training where all of them mean to do it equally', async () => {
    const n = await numbersFrom(`
      capability syntax 25% learnable strength 4
      situation x -> call needs syntax else garbled | answer | garbled
      situation z -> a | b
      persona p { x -> call 80%, answer  z -> a 90%, b }
      persona q { x -> call 80%, answer  z -> a 10%, b }
      episode: z -> a
      episode: x -> call
    `);
    assertNear(n.persona('p').posterior, 0.9, 'posterior');
    close(n.weight(1, 'p'), 0, 'W', 1e-12);
    close(n.evaluation.episodes.shift[1], 0, 'shift', 1e-12);
    // KL(Beta(2,3) ‖ Beta(1,3)) = ln B(1,3)/B(2,3) + ψ(2) − ψ(5) = ln 4 + 1 − (1 + 1/2 + 1/3 + 1/4).
    close(n.evaluation.episodes.capability[1], ln(4) + 1 - 25 / 12, 'capability');
    close(n.evaluation.episodes.capability[0], 0, 'capability of an episode without it');
  });

  it('is one capability for all situations that need it', async () => {
    const n = await numbersFrom(`
      capability syntax 50% learnable strength 2
      situation x -> call needs syntax else garbled | garbled
      situation z -> write needs syntax else blank | blank
      persona p { x -> call 1  z -> write 1 }
      episode: x -> call times 2
      episode: z -> blank
    `);
    close(n.evaluation.logMarginal, ln(betaRatio(1, 1, 2, 1)), 'log marginal');
    assertNear(n.predicts('p', 'z', 'write'), 3 / 5);
  });

  it('is not learnt from a persona that has its own, which is weighed by it', async () => {
    const n = await numbersFrom(`
      capability syntax 25% learnable strength 4
      situation x -> call needs syntax else garbled | answer | garbled
      persona p { x -> call 80%, answer }
      persona q { x -> call 80%, answer  can syntax 50% }
      episode: x -> call times 2
    `);
    // p: 0.8²·(1·2)/(4·5) = 0.8²·0.1; q: 0.8²·0.25. p learns Beta(3, 3); q leaves Beta(1, 3) as it is.
    assertNear(n.persona('p').posterior, 0.1 / 0.35, 'posterior');
    assertNear(n.capability('syntax').after, (0.1 / 0.35) * (3 / 6) + (0.25 / 0.35) * (1 / 4), 'capability after');
    assertNear(n.predicts('q', 'x', 'call'), 0.4);
    assertNear(n.predicts('p', 'x', 'call'), 0.4);
    close(n.evaluation.episodes.shift[0], divergence([0.1 / 0.35, 0.25 / 0.35], [0.5, 0.5]), 'shift');
  });

  it('learns two capabilities in one situation apart from each other', async () => {
    const n = await numbersFrom(`
      capability one 50% learnable strength 2
      capability two 20% learnable strength 5
      situation x -> a needs one else a_fails | b needs two else b_fails | a_fails | b_fails
      persona p { x -> a 60%, b 40% }
      episode: x -> a times 2
      episode: x -> b_fails times 3
      episode: x -> b
    `);
    const expected = 2 * ln(0.6) + 4 * ln(0.4) + ln(betaRatio(1, 1, 2, 0)) + ln(betaRatio(1, 4, 1, 3));
    close(n.evaluation.logMarginal, expected, 'log marginal');
    assertNear(n.capability('one').after, 3 / 4);
    assertNear(n.capability('two').after, 2 / 9);
  });
});
