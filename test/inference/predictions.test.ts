/** Probes with a context, and posteriors that are not defined, by hand. */
import assert from 'node:assert/strict';
import { assertNear, close, divergence, ln, numbersFrom } from './program';

const TWO = `
situation x -> a | b
situation z -> c | d
persona p prior 1 { x -> a 80%, b  z -> c 90%, d }
persona q prior 3 { x -> a 20%, b  z -> c 40%, d }
`;

describe('a probe with a context', () => {
  it('weighs the personas by the context before it predicts, before the evidence and after it', async () => {
    // Context a twice at strength ½: one factor of P(a). Before: 1·0.8 : 3·0.2 = 4 : 3. After one a more: 16 : 3.
    const n = await numbersFrom(
      `${TWO} method context strength 0.5\nepisode: x -> a\nprobe z -> c given x -> a times 2\nprobe z -> c`,
    );
    const [given, plain] = n.evaluation.probes;
    assertNear(given?.before, (4 * 0.9 + 3 * 0.4) / 7, 'before');
    assertNear(given?.after, (16 * 0.9 + 3 * 0.4) / 19, 'after');
    assertNear(plain?.after, (4 * 0.9 + 3 * 0.4) / 7, 'without a context');
    assertNear(given?.weightGiven[0], 16 / 19, 'weight');
    assertNear(given?.byPersona[1], 0.4, 'each persona answers as it does');
    assertNear(n.persona('p').posterior, 4 / 7, 'the posterior stays');
  });

  it('discounts how often the context says the same', async () => {
    const n = await numbersFrom(`${TWO} method context discount 0.5\nprobe z -> c given x -> a times 4, z -> d`);
    // 4·4^(−½) = 2 times a, and d once: 1·0.8²·0.1 : 3·0.2²·0.6 = 0.064 : 0.072.
    assertNear(n.evaluation.probes[0]?.after, (0.064 * 0.9 + 0.072 * 0.4) / 0.136);
  });

  it('predicts with capabilities at their means, in the context too', async () => {
    const n = await numbersFrom(`
      capability skill 50% learnable strength 2
      situation x -> call needs skill else fails | answer | fails
      persona p { x -> call 90%, answer }
      persona q { x -> call 10%, answer }
      episode: x -> call
      probe x -> call given x -> fails
    `);
    // κ → 2/3. Odds after the episode 9 : 1, after the context 0.9·⅓·9 : 0.1·⅓·1 = 81 : 1.
    assertNear(n.evaluation.probes[0]?.after, ((81 * 0.9 + 0.1) / 82) * (2 / 3));
    assertNear(n.evaluation.probes[0]?.before, ((9 * 0.9 + 0.1) / 10) * (1 / 2));
  });
});

describe('what every persona excludes', () => {
  const text = `
    situation x -> a | b | c
    persona p { x -> a 1, b 0, c 0 }
    persona q { x -> a 0, b 1, c 0 }
  `;

  it('leaves the posterior undefined, with the first episode that makes it so', async () => {
    const n = await numbersFrom(`${text} episode: x -> a times 3\nepisode: x -> a\nepisode: x -> b\nepisode: x -> c`);
    assert.equal(n.evaluation.defined, false);
    assert.deepEqual(
      n.evaluation.findings.find((f) => f.kind === 'undefined-posterior'),
      { kind: 'undefined-posterior', evidence: 2 },
    );
  });

  it('still shows all that does not depend on the posterior', async () => {
    const n = await numbersFrom(`${text} episode: x -> a\nepisode: x -> c\nprobe x -> a`);
    assertNear(n.evaluation.probes[0]?.before, 1 / 2);
    assertNear(n.persona('p').prior, 1 / 2);
    assert.equal(n.persona('p').logLikelihood, Number.NEGATIVE_INFINITY);
    assert.equal(n.evaluation.logMarginal, Number.NEGATIVE_INFINITY);
    assert.deepEqual([...n.evaluation.counts], [1, 0, 1]);
  });

  it('is no loss where a novel persona allows it', async () => {
    const n = await numbersFrom(`
      situation x -> a | b | c
      persona p prior 0.99 { x -> a 1, b 0, c 0 }
      novel prior 0.01
      episode: x -> c
    `);
    assertNear(n.persona('novel').posterior, 1);
    close(n.evaluation.logMarginal, ln(0.01 / 3), 'log marginal');
  });
});

describe('a persona that one episode excludes', () => {
  it('has its exact likelihood back when that episode is left out', async () => {
    // p cannot do b. Without it odds p : q = 0.9² : 0.5² and the posterior jumps to q alone with it.
    const n = await numbersFrom(`
      situation x -> a | b | c
      persona p { x -> a 90%, b 0, c }
      persona q { x -> a 50%, b 40%, c }
      persona r { x -> a 10%, b 40%, c }
      episode: x -> a times 2
      episode: x -> b
    `);
    assertNear(n.persona('p').posterior, 0);
    assertNear(n.persona('q').posterior, 25 / 26, 'q');
    assert.equal(n.weight(1, 'p'), Number.NEGATIVE_INFINITY);
    // With b: q : r = 25 : 1. Without it: p 81, q 25, r 1.
    close(n.weight(1, 'q'), ln(25) - ln(25 / 82), 'W for q');
    close(n.evaluation.episodes.shift[1], divergence([0, 25 / 26, 1 / 26], [81 / 107, 25 / 107, 1 / 107]), 'shift');
    assert.deepEqual(
      n.evaluation.findings.filter((f) => f.kind === 'killed-by-one'),
      [{ kind: 'killed-by-one', persona: 0, evidence: 1 }],
    );
  });

  it('stays excluded while another episode excludes it too', async () => {
    const n = await numbersFrom(`
      situation x -> a | b
      persona p { x -> a 1, b 0 }
      persona q { x -> a 50%, b }
      episode: x -> b
      episode: x -> b times 2
    `);
    assertNear(n.persona('q').posterior, 1);
    close(n.evaluation.episodes.shift[0], 0, 'shift');
  });
});
