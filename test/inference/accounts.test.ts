/** The rival accounts of one small program, by hand. */
import assert from 'node:assert/strict';
import { assertNear, close, ln, numbersFrom, rising } from './program';

/** Two situations, so that `contextual` and `selection` differ: a twice, b once; d once. */
const PROGRAM = `
situation x -> a | b
situation z -> c | d
persona p prior 1 { x -> a 80%, b  z -> c 90%, d }
persona q prior 3 { x -> a 20%, b  z -> c 40%, d }
episode: x -> a times 2
episode: x -> b
episode: z -> d
probe x -> a
probe z -> c
probe z -> c given x -> a
evaluation "eight": x -> a 3, b 5
`;

const PX = 0.8 ** 2 * 0.2;
const QX = 0.2 ** 2 * 0.8;
const PZ = 0.1;
const QZ = 0.6;

async function account(name: string, program = PROGRAM) {
  const numbers = await numbersFrom(`${program}\ncompare ${name}`);
  return numbers.account(name);
}

/** What an account predicts: x -> a, z -> c, z -> c given a. */
function predicts(probes: ArrayLike<number>, ...expected: readonly number[]): void {
  expected.forEach((value, i) => {
    assertNear(probes[i], value, `probe ${i}`);
  });
}

describe('the account selection', () => {
  it('keeps one rigid persona for everything, and no novel one', async () => {
    const joint = [0.25 * PX * PZ, 0.75 * QX * QZ] as const;
    const w = joint[0] / (joint[0] + joint[1]);
    for (const extra of ['', 'persona r prior 0\n']) {
      const result = await account('selection', `${PROGRAM}${extra}`);
      close(result.logMarginal, ln(joint[0] + joint[1]), 'log marginal');
      const a = w * 0.8 + (1 - w) * 0.2;
      const given = (w * 0.8) / a;
      predicts(result.probes, a, w * 0.9 + (1 - w) * 0.4, given * 0.9 + (1 - given) * 0.4);
      close(result.logScore, 3 * ln(a) + 5 * ln(1 - a), 'log score');
    }
  });

  it('renormalises the priors without the novel persona, and makes drifting ones rigid', async () => {
    const drifting = PROGRAM.replace('c 90%, d }', 'c 90%, d  concentration 2 }');
    const result = await account('selection', `${drifting}novel prior 4`);
    close(result.logMarginal, ln(0.25 * PX * PZ + 0.75 * QX * QZ), 'log marginal');
  });
});

describe('the account drift', () => {
  it('gives every persona a concentration', async () => {
    // k = 10: p has (8, 2) and (9, 1), q has (2, 8) and (4, 6).
    const p = ((rising(8, 2) * rising(2, 1)) / rising(10, 3)) * (1 / 10);
    const q = ((rising(2, 2) * rising(8, 1)) / rising(10, 3)) * (6 / 10);
    const result = await account('drift 10');
    const w = (0.25 * p) / (0.25 * p + 0.75 * q);
    close(result.logMarginal, ln(0.25 * p + 0.75 * q), 'log marginal');
    predicts(result.probes, w * (10 / 13) + (1 - w) * (4 / 13), w * (9 / 11) + (1 - w) * (4 / 11));
  });
});

describe('the account novel', () => {
  it('adds a Dirichlet persona of the given probability, whose prior the others give up', async () => {
    // c = 2: (1, 1) in both situations. x: 1·2·1/(2·3·4) = 1/12; z: 1/2.
    const joint = [0.9 * 0.25 * PX * PZ, 0.9 * 0.75 * QX * QZ, 0.1 / 24] as const;
    const total = joint[0] + joint[1] + joint[2];
    const result = await account('novel 0.1 2');
    close(result.logMarginal, ln(total), 'log marginal');
    const answers = [0.8, 0.2, 3 / 5] as const;
    predicts(result.probes, joint.reduce((sum, j, i) => sum + j * answers[i]!, 0) / total);
  });
});

describe('the account contextual', () => {
  it('draws a persona anew for each situation, and lets a context speak of its own situation only', async () => {
    const x = 0.25 * PX + 0.75 * QX;
    const z = 0.25 * PZ + 0.75 * QZ;
    const result = await account('contextual');
    close(result.logMarginal, ln(x) + ln(z), 'log marginal');
    const wx = (0.25 * PX) / x;
    const wz = (0.25 * PZ) / z;
    const c = wz * 0.9 + (1 - wz) * 0.4;
    predicts(result.probes, wx * 0.8 + (1 - wx) * 0.2, c, c);
  });
});

describe('the account unstructured', () => {
  it('has no persona but a Dirichlet for each situation, which no context moves', async () => {
    // c = 1: (½, ½). x: (½·3/2·½)/(1·2·3) = 1/16; z: 1/2.
    const result = await account('unstructured 1');
    close(result.logMarginal, ln(1 / 32), 'log marginal');
    predicts(result.probes, 2.5 / 4, 0.5 / 2, 0.5 / 2);
    assert.equal(result.standings.length, 0);
  });
});

describe('accounts together', () => {
  it('have probabilities under equal prior odds', async () => {
    const n = await numbersFrom(`${PROGRAM}compare selection, contextual, unstructured 1`);
    const marginals = [
      0.25 * PX * PZ + 0.75 * QX * QZ,
      (0.25 * PX + 0.75 * QX) * (0.25 * PZ + 0.75 * QZ),
      1 / 32,
    ] as const;
    const total = marginals.reduce((a, b) => a + b, 0);
    n.evaluation.accounts.forEach((a, i) => {
      assertNear(a.probability, marginals[i]! / total, a.name);
      assert.equal(a.bound, false);
    });
  });

  it('leave incentives out of the log marginal, and let them move the predictions', async () => {
    const rewarded = `${PROGRAM}episode reward 1: x -> a\nreinforce z beta 1 rigidity 1 reward c 1, d 0`;
    const result = await account('selection', rewarded);
    const plain = await account('selection');
    close(result.logMarginal, plain.logMarginal, 'log marginal');
    const [zp, zq] = [0.9 * Math.E + 0.1, 0.4 * Math.E + 0.6];
    const joint = [0.25 * PX * PZ * 0.8 * zp, 0.75 * QX * QZ * 0.2 * zq] as const;
    const w = joint[0] / (joint[0] + joint[1]);
    predicts(result.probes, w * 0.8 + (1 - w) * 0.2, (w * 0.9 * Math.E) / zp + ((1 - w) * 0.4 * Math.E) / zq);
  });

  it('share a learnable capability over all situations, integrated outermost', async () => {
    // κ ~ Beta(1, 1), one success in x and one failure in z: the common factor is 1/6 in every account.
    const program = `
      capability skill 50% learnable strength 2
      situation x -> a needs skill else f | b | f
      situation z -> c needs skill else g | d | g
      persona p { x -> a 80%, b  z -> c 90%, d }
      persona q { x -> a 20%, b  z -> c 40%, d }
      episode: x -> a
      episode: z -> g
      probe x -> a
    `;
    const selection = await account('selection', program);
    const contextual = await account('contextual', program);
    close(selection.logMarginal, ln(((0.8 * 0.9 + 0.2 * 0.4) / 2) * (1 / 6)), 'selection');
    close(contextual.logMarginal, ln(((0.8 + 0.2) / 2) * ((0.9 + 0.4) / 2) * (1 / 6)), 'contextual');
    assertNear(contextual.probes[0], (0.8 * 0.8 + 0.2 * 0.2) * (1 / 2), 'contextual probe');
  });

  it('weigh a preference by each account’s own answers', async () => {
    const program = `
      situation x -> a | b | c
      persona p { x -> a 60%, b 20%, c }
      persona q { x -> a 10%, b 30%, c }
      episode: x -> a over b times 2
    `;
    close((await account('selection', program)).logMarginal, ln((9 / 16 + 1 / 16) / 2), 'selection');
    // c = 3: Beta(1, 1) on a against b, twice: 1·2/(2·3).
    close((await account('unstructured 3', program)).logMarginal, ln(1 / 3), 'unstructured');
    // k = 10: (6, 2) and (1, 3).
    close((await account('drift 10', program)).logMarginal, ln(((6 * 7) / (8 * 9) + (1 * 2) / (4 * 5)) / 2), 'drift');
  });
});
