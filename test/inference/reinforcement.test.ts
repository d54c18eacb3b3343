/** KL-regularised reinforcement, by hand: selection of personas and shift of their propensities. */
import assert from 'node:assert/strict';
import { assertNear, close, divergence, ln, numbersFrom } from './program';

const TWO = `
situation x -> a | b
persona p { x -> a 80%, b }
persona q { x -> a 20%, b }
`;
/** Rewards of a and b over β: 1 and 0, and −½. */
const REWARD = 'beta 2 reward a 2, b -1';

/** P tilted by exponents, with Z. */
function tilted(row: readonly number[], exponents: readonly number[]): { z: number; row: readonly number[] } {
  const pieces = row.map((v, y) => v * Math.exp(exponents[y]!));
  const z = pieces.reduce((a, b) => a + b, 0);
  return { z, row: pieces.map((v) => v / z) };
}

const P = [0.8, 0.2];
const Q = [0.2, 0.8];

describe('reinforcement', () => {
  it('selects by the mean reward alone where personas are rigid', async () => {
    // log L_p = 0.8·1 − 0.2·½ = 0.7; log L_q = 0.2·1 − 0.8·½ = −0.2.
    const n = await numbersFrom(`${TWO} reinforce x ${REWARD}`);
    close(n.persona('p').logLikelihood, 0.7, 'p');
    close(n.persona('q').logLikelihood, -0.2, 'q');
    const w = 1 / (1 + Math.exp(-0.9));
    assertNear(n.persona('p').posterior, w, 'posterior');
    assertNear(n.predicts('p', 'x', 'a'), 0.8, 'nothing tilts');
    const [split] = n.evaluation.reinforcements;
    close(split?.selection, divergence([w, 1 - w], [0.5, 0.5]), 'selection');
    close(split?.propensityShift, 0, 'propensity shift');
  });

  for (const [title, rigidity] of [
    ['is Bayesian inference with likelihood exp(r/β) at rigidity 1', 1],
    ['divides the exponent by a rigidity between, and raises Z to it', 0.5],
    ['does so also above 1', 4],
  ] as const) {
    it(title, async () => {
      const n = await numbersFrom(`${TWO} episode: x -> a\nreinforce x beta 2 rigidity ${rigidity} reward a 2, b -1`);
      const exponents = [1 / rigidity, -0.5 / rigidity];
      const p = tilted(P, exponents);
      const q = tilted(Q, exponents);
      close(n.persona('p').logLikelihood, ln(0.8) + rigidity * ln(p.z), 'p');
      close(n.persona('q').logLikelihood, ln(0.2) + rigidity * ln(q.z), 'q');
      const odds = 4 * (p.z / q.z) ** rigidity;
      const w = odds / (1 + odds);
      assertNear(n.persona('p').posterior, w, 'posterior');
      assertNear(n.predicts('p', 'x', 'a'), p.row[0]!, 'tilted p');
      assertNear(n.predicts('q', 'x', 'b'), q.row[1]!, 'tilted q');
      const [split] = n.evaluation.reinforcements;
      close(split?.selection, divergence([w, 1 - w], [0.8, 0.2]), 'selection');
      close(split?.propensityShift, w * divergence(p.row, P) + (1 - w) * divergence(q.row, Q), 'propensity shift');
    });
  }

  it('at rigidity 1 is the posterior over personas and answers together', async () => {
    // Joint ∝ π_h·P_h(y)·e^{r(y)/β}; its marginals are the new weights and the new answers.
    const n = await numbersFrom(`${TWO} reinforce x beta 2 rigidity 1 reward a 2, b -1\nprobe x -> a`);
    const joint = [0.4 * Math.E, 0.1 * Math.exp(-0.5), 0.1 * Math.E, 0.4 * Math.exp(-0.5)] as const;
    const total = joint.reduce((a, b) => a + b, 0);
    assertNear(n.persona('p').posterior, (joint[0] + joint[1]) / total, 'p');
    assertNear(n.evaluation.probes[0]?.after, (joint[0] + joint[2]) / total, 'a');
    close(n.evaluation.logMarginal, ln(total), 'log marginal');
  });

  it('acts in order where a situation is reinforced twice: the second sees the row that the first has tilted', async () => {
    const n = await numbersFrom(`
      ${TWO}
      reinforce x beta 1 rigidity 2 reward a 1, b 0
      reinforce x beta 1 reward a 0, b 3
    `);
    const p = tilted(P, [0.5, 0]);
    const q = tilted(Q, [0.5, 0]);
    close(n.persona('p').logLikelihood, 2 * ln(p.z) + 3 * p.row[1]!, 'p');
    close(n.persona('q').logLikelihood, 2 * ln(q.z) + 3 * q.row[1]!, 'q');
    const between = p.z ** 2 / (p.z ** 2 + q.z ** 2);
    const gain = Math.exp(3 * (p.row[1]! - q.row[1]!));
    const w = (between * gain) / (between * gain + 1 - between);
    assertNear(n.persona('p').posterior, w, 'posterior');
    const [first, second] = n.evaluation.reinforcements;
    close(first?.selection, divergence([between, 1 - between], [0.5, 0.5]), 'first selection');
    close(second?.selection, divergence([w, 1 - w], [between, 1 - between]), 'second selection');
    close(second?.propensityShift, 0, 'a strict one tilts nothing');
  });

  it('sees the row that the episodes taught a drifting persona', async () => {
    // α = (1, 1) + (1, 0): mean (2/3, 1/3). log L = ln ½ + ln(⅔·e + ⅓).
    const n = await numbersFrom(`
      situation x -> a | b
      persona p { x -> a 50%, b  concentration 2 }
      episode: x -> a
      reinforce x beta 1 rigidity 1 reward a 1, b 0
    `);
    const z = (2 / 3) * Math.E + 1 / 3;
    close(n.evaluation.logMarginal, ln(1 / 2) + ln(z), 'log marginal');
    assertNear(n.predicts('p', 'x', 'a'), ((2 / 3) * Math.E) / z);
    assertNear(n.row('p', 'x', 'a'), 2 / 3, 'the row itself is what was learnt');
  });

  it('gives logged rewards as evidence of weight reward/β', async () => {
    // 3·(0.5/0.25)·ln 4 − 2·(0.25/0.25)·ln 4 = 4·ln 4.
    const n = await numbersFrom(
      `${TWO} method rl beta 0.25\nepisode reward 0.5: x -> a times 3\nepisode reward -0.25: x -> a times 2`,
    );
    close(ln(n.persona('p').posterior / n.persona('q').posterior), 4 * ln(4), 'log odds');
    close(n.weight(1, 'p'), -2 * ln(4), 'W of the negative one');
    assert.equal(n.evaluation.reinforcements.length, 0);
  });
});
