/** Personas with a concentration, and the novel one: Dirichlet rows, by hand. */
import assert from 'node:assert/strict';
import { assertNear, betaRatio, close, divergence, ln, numbersFrom, rising } from './program';

describe('a persona with a concentration', () => {
  it('has the Dirichlet-multinomial likelihood and learns the posterior mean row', async () => {
    // α = 10·(0.5, 0.3, 0.2) = (5, 3, 2), counts (2, 1, 0): Π (α)_N / (10)_3.
    const n = await numbersFrom(`
      situation x -> a | b | c
      persona p { x -> a 50%, b 30%, c  concentration 10 }
      persona q { x -> a 50%, b 30%, c }
      episode: x -> a times 2
      episode: x -> b
    `);
    const p = (rising(5, 2) * rising(3, 1)) / rising(10, 3);
    const q = 0.5 ** 2 * 0.3;
    close(n.persona('p').logLikelihood, ln(p), 'log likelihood');
    assertNear(n.persona('p').posterior, p / (p + q), 'posterior');
    for (const [response, mean] of [
      ['a', 7 / 13],
      ['b', 4 / 13],
      ['c', 2 / 13],
    ] as const) {
      assertNear(n.row('p', 'x', response), mean, response);
      assertNear(n.predicts('p', 'x', response), mean, response);
    }
    // Without b: p has 5·6/(10·11) against 0.5².
    close(n.weight(1, 'p'), ln(p / q) - ln(30 / 110 / 0.25), 'W of b');
  });

  it('is exact for counts that are not whole', async () => {
    // α = (½, ½), N = (½, 1): B(1, 3/2)/B(½, ½) = Γ(1)Γ(3/2)/Γ(5/2)/π = 2/(3π).
    const n = await numbersFrom(`
      situation x -> a | b
      persona p { x -> a 50%, b  concentration 1 }
      episode: x -> a times 0.5
      episode: x -> b
    `);
    close(n.evaluation.logMarginal, ln(2 / (3 * Math.PI)), 'log marginal');
    assertNear(n.row('p', 'x', 'a'), 1 / 2.5);
  });

  it('takes negative counts while its parameters stay positive', async () => {
    // α = (3/2, 3/2), N = (0, −1): B(3/2, 1/2)/B(3/2, 3/2) = Γ(1/2)·Γ(3)/(Γ(2)·Γ(3/2)) = 4.
    const n = await numbersFrom(`
      situation x -> a | b
      persona p { x -> a 50%, b  concentration 3 }
      episode reward -1: x -> b
    `);
    close(n.evaluation.logMarginal, ln(4), 'log marginal');
    assertNear(n.row('p', 'x', 'b'), 0.5 / 2);
  });

  it('leaves out, and names, a negative episode that would take a parameter to zero or below', async () => {
    const n = await numbersFrom(`
      situation x -> a | b
      persona p { x -> a 50%, b  concentration 3 }
      episode: x -> a
      episode reward -1.5: x -> b
    `);
    const finding = { kind: 'negative-evidence', episode: 1, persona: 'p', reason: 'dirichlet' };
    assert.deepEqual(
      n.evaluation.findings.filter((f) => f.kind === 'negative-evidence'),
      [finding],
    );
    close(n.evaluation.logMarginal, ln(1 / 2), 'log marginal without it');
  });

  it('never does what its row excludes', async () => {
    const n = await numbersFrom(`
      situation x -> a | b | c
      persona p { x -> a 50%, b 50%, c 0  concentration 10 }
      persona q { x -> a 50%, b 30%, c }
      episode: x -> c
    `);
    assert.equal(n.persona('p').logLikelihood, Number.NEGATIVE_INFINITY);
    assert.equal(n.persona('p').posterior, 0);
    assert.equal(n.row('p', 'x', 'c'), 0);
  });

  it('weighs preferences as a beta-binomial on the two parameters, after the episodes', async () => {
    // α = (4, 3, 3) + (1, 0, 0); a over b twice and once the other way: B(5+2, 3+1)/B(5, 3). The episode: 4/10.
    const n = await numbersFrom(`
      situation x -> a | b | c
      persona p { x -> a 40%, b 30%, c  concentration 10 }
      episode: x -> a
      episode: x -> a over b times 2
      episode: x -> b over a
    `);
    close(n.evaluation.logMarginal, ln(0.4) + ln(betaRatio(5, 3, 2, 1)), 'log marginal');
    assert.ok(!n.evaluation.findings.some((f) => f.kind === 'approximate-preference'));
  });

  it('says that it approximates where one response stands in two pairs', async () => {
    const n = await numbersFrom(`
      situation x -> a | b | c
      persona p { x -> a 40%, b 30%, c  concentration 10 }
      episode: x -> a over b
      episode: x -> b over c
    `);
    assert.ok(n.evaluation.findings.some((f) => f.kind === 'approximate-preference' && f.reason === 'shared-response'));
  });

  it('says that it approximates where the two responses of a pair differ in capability', async () => {
    const n = await numbersFrom(`
      capability k 30%
      situation x -> a needs k else f | b | f
      persona p { x -> a 40%, b  concentration 10 }
      episode: x -> a over b
    `);
    assert.ok(
      n.evaluation.findings.some((f) => f.kind === 'approximate-preference' && f.reason === 'unequal-capability'),
    );
  });

  it('integrates two learnable capabilities that share a fallback: moments of Dirichlet and Betas', async () => {
    // α = (4, 3, 3) for a, b, c. Two failures: E[(S₁m₁ + S₂m₂)²] with m = 1−κ, m₁ ~ Beta(2.8, 1.2), m₂ ~ Beta(1.2, 1.8).
    const second = (a: number, s: number) => (a / s) * ((a + 1) / (s + 1));
    const n = await numbersFrom(`
      capability k 30% learnable strength 4
      capability l 60% learnable strength 3
      situation x -> a needs k else f | b needs l else f | c | f
      persona p { x -> a 40%, b 30%, c 30%, f 0  concentration 10 }
      episode: x -> f times 2
      probe x -> a
    `);
    const pieces = [
      second(4, 10) * second(2.8, 4),
      (2 * ((4 / 10) * (3 / 11)) * (2.8 / 4) * 1.2) / 3,
      second(3, 10) * second(1.2, 3),
    ];
    const total = pieces[0]! + pieces[1]! + pieces[2]!;
    close(n.evaluation.logMarginal, ln(total), 'log marginal');
    // E[S₁κ₁ | both failed]: of (a, a), (a, b) and (b, b) failing, a third one does a and can.
    const next = [(6 / 12) * (1.2 / 6), (5 / 12) * (1.2 / 5), (4 / 12) * (1.2 / 4)];
    const after = pieces.reduce((sum, part, i) => sum + part * next[i]!, 0) / total;
    close(n.evaluation.probes[0]!.after, after, 'probe');
  });

  it('drifts by the row and learns a capability apart, where failing has a response of its own', async () => {
    // θ ~ Dirichlet(8·(0.5, 0.5)) over what is intended: calls and garbled calls are both intended calls, 3 of 4.
    // κ ~ Beta(1, 1): 2 successes and 1 failure.
    const n = await numbersFrom(`
      capability syntax 50% learnable strength 2
      situation x -> call needs syntax else garbled | answer | garbled
      persona p { x -> call 50%, answer  concentration 8 }
      episode: x -> call times 2
      episode: x -> garbled
      episode: x -> answer
    `);
    close(n.evaluation.logMarginal, ln(betaRatio(4, 4, 3, 1)) + ln(betaRatio(1, 1, 2, 1)), 'log marginal');
    assertNear(n.row('p', 'x', 'call'), 7 / 12);
    assertNear(n.predicts('p', 'x', 'call'), (7 / 12) * (3 / 5));
    assertNear(n.predicts('p', 'x', 'garbled'), (7 / 12) * (2 / 5));
  });
});

describe('a novel persona', () => {
  const text = `
    situation x -> a | b | c
    situation z -> d | e
    persona p prior 0.9 { x -> a 80%, b 10%, c  z -> d 90%, e }
    persona q prior 0.09 { x -> a 10%, b 10%, c  z -> d 10%, e }
    novel prior 0.01 concentration 3
    episode: x -> b times 2
    episode: z -> e
  `;

  it('is a Dirichlet on every observed situation', async () => {
    // x: α = 1 each, b twice: (1·2)/(3·4) = 1/6. z: α = 3/2 each, e once: 1/2.
    const n = await numbersFrom(text);
    const joint = { p: 0.9 * 0.1 ** 2 * 0.1, q: 0.09 * 0.1 ** 2 * 0.9, novel: (0.01 * 1) / 12 };
    const total = joint.p + joint.q + joint.novel;
    for (const name of ['p', 'q', 'novel'] as const) assertNear(n.persona(name).posterior, joint[name] / total, name);
    close(n.evaluation.logMarginal, ln(total), 'log marginal');
    assertNear(n.row('novel', 'x', 'b'), 3 / 5);
    assertNear(n.row('novel', 'z', 'e'), 2.5 / 4);
  });

  it('is compared with the named persona whose rows are nearest to what it learnt', async () => {
    // Learnt: x (1/5, 3/5, 1/5), z (3/8, 5/8). KL of a persona from it: what standing for that persona would lose.
    const { nearest } = (await numbersFrom(text)).evaluation;
    const x = [0.2, 0.6, 0.2];
    const z = [3 / 8, 5 / 8];
    const p = [divergence([0.8, 0.1, 0.1], x), divergence([0.9, 0.1], z)] as const;
    const q = [divergence([0.1, 0.1, 0.8], x), divergence([0.1, 0.9], z)] as const;
    assert.equal(nearest?.overall.persona, p[0] + p[1] < q[0] + q[1] ? 0 : 1);
    close(nearest?.overall.divergence, Math.min(p[0] + p[1], q[0] + q[1]), 'in all');
    close(nearest?.bySituation[0]?.divergence, Math.min(p[0], q[0]), 'in x');
    close(nearest?.bySituation[1]?.divergence, Math.min(p[1], q[1]), 'in z');
  });
});
