/**
 * Every account at any legal number: bounded in counted work, and within 1% where that is promised. The reference draws who gave each
 * answer: Σ over allocations of the answers to personas, in closed form for whole counts.
 */
import assert from 'node:assert/strict';
import { simplexIntegral } from '../../server/inference/accounts/simplex';
import { MOST_WORK } from '../../server/inference/accounts/work';
import { FINE, FINEST } from '../../server/inference/numbers/logitLine';
import { runToEnd } from '../../server/inference/stepwise';
import { numbersFrom } from './program';

interface Cell {
  readonly n: number;
  readonly p: readonly number[];
}

/** log E[Π (Σ_h w_h p_h)^n] and E[w | ·] for w ~ Dirichlet(alpha) and whole n. */
function drawn(alpha: readonly number[], cells: readonly Cell[]): { log: number; mean: number[] } {
  let ways = new Map<string, number>([[alpha.map(() => 0).join(), 1]]);
  for (const { n, p } of cells)
    for (let k = 0; k < n; k++) {
      const next = new Map<string, number>();
      for (const [key, value] of ways)
        p.forEach((share, h) => {
          if (share === 0) return;
          const given = key.split(',').map(Number);
          given[h]!++;
          next.set(given.join(), (next.get(given.join()) ?? 0) + value * share);
        });
      ways = next;
    }
  const rising = (a: number, n: number) =>
    Array.from({ length: n }, (_, i) => Math.log(a + i)).reduce((x, y) => x + y, 0);
  const total = alpha.reduce((x, y) => x + y, 0);
  const count = cells.reduce((sum, { n }) => sum + n, 0);
  const mean = alpha.map(() => 0);
  let z = 0;
  for (const [key, value] of ways) {
    const given = key.split(',').map(Number);
    const weight = value * Math.exp(given.reduce((sum, n, h) => sum + rising(alpha[h]!, n), -rising(total, count)));
    z += weight;
    given.forEach((n, h) => {
      mean[h]! += (weight * (alpha[h]! + n)) / (total + count);
    });
  }
  return { log: Math.log(z), mean: mean.map((m) => m / z) };
}

const FOUR: readonly Cell[] = [
  { n: 8, p: [0.9, 0.2, 0.01, 0.5] },
  { n: 5, p: [0.1, 0.8, 0.99, 0.5] },
  { n: 3, p: [1e-6, 0.5, 0.2, 0] },
];
const FIVE: readonly Cell[] = [
  { n: 5, p: [0.9, 0.2, 0.01, 0.5, 0.3] },
  { n: 4, p: [0.1, 0.8, 0.99, 0.5, 0.7] },
  { n: 3, p: [1e-6, 0.5, 0.2, 0, 0.9] },
];

describe('an integral over the weights of a mixture', () => {
  const cases: readonly (readonly [readonly number[], readonly Cell[]])[] = [
    [
      [1, 1],
      [
        { n: 300, p: [0.9, 0.2] },
        { n: 250, p: [0.1, 0.8] },
      ],
    ],
    [
      [1e-9, 1e-9],
      [
        { n: 30, p: [0.9, 0.2] },
        { n: 25, p: [0.1, 0.8] },
      ],
    ],
    [
      [1e-11, 3e-10, 1e-9],
      [
        { n: 12, p: [0.9, 0.2, 0.4] },
        { n: 10, p: [0.1, 0.8, 0.6] },
      ],
    ],
    [[0.0094, 0.0005, 0.0001], [{ n: 20, p: [0.1, 0.5, 0.99] }]],
    [[940, 50, 10], [{ n: 20, p: [0.1, 0.5, 0.99] }]],
    [[0.01, 0.02, 0.03, 0.005], FOUR],
    [[50, 1, 0.2, 0.3], FOUR],
    [[0.005, 0.001, 0.002, 0.001, 0.001], FIVE],
    [[1, 2, 0.5, 0.5, 1], FIVE],
  ];
  for (const [alpha, cells] of cases) {
    it(`is within 0.1% for Dirichlet(${alpha.join(', ')})`, () => {
      const expected = drawn(alpha, cells);
      const problem = {
        alpha: Float64Array.from(alpha),
        cells: cells.map(({ n, p }) => ({ count: n, logs: Float64Array.from(p, Math.log) })),
        ratios: [],
      };
      const work = { left: MOST_WORK.fine };
      const found = runToEnd(simplexIntegral(problem, alpha.length > 4 ? FINE : FINEST, work));
      assert.ok(work.left >= 0, `took ${MOST_WORK.fine - work.left}`);
      assert.ok(Math.abs(found.log - expected.log) < 1e-3, `${found.log} should be ${expected.log}`);
      found.mean.forEach((m, h) => {
        assert.ok(Math.abs(m - expected.mean[h]!) < 1e-3, `E[w_${h}] ${m} should be ${expected.mean[h]}`);
      });
    });
  }
});

const THREE = `units nats
situation x -> a | b
persona h0 prior 94% { x -> a 90%, b }
persona h1 prior 5% { x -> a 50%, b }
persona h2 prior 1% { x -> a 1%, b }
episode: x -> b times 20
probe x -> a
`;

describe('the population account', () => {
  it('is within 1% of the sum over who was drawn, for three personas and A = 0.01', async () => {
    const expected = drawn([0.0094, 0.0005, 0.0001], [{ n: 20, p: [0.1, 0.5, 0.99] }]);
    const n = await numbersFrom(`${THREE}compare population 0.01`);
    const account = n.account('population 0.01');
    assert.ok(Math.abs(account.logMarginal - expected.log) < 1e-3);
    const answer = expected.mean[0]! * 0.9 + expected.mean[1]! * 0.5 + expected.mean[2]! * 0.01;
    assert.ok(Math.abs(account.probes[0]! - answer) < 0.01 * answer, `${account.probes[0]} should be ${answer}`);
    assert.deepEqual([account.bound, account.approximate], [false, true]);
  });

  it('goes over into one draw for each situation where A goes to 0', async () => {
    const n = await numbersFrom(`${THREE}compare population 1e-12, contextual`);
    const difference = n.account('population 1e-12').logMarginal - n.account('contextual').logMarginal;
    assert.ok(Math.abs(difference) < 1e-3, `${difference}`);
  });

  it('goes over into the prior mixture where A goes to infinity', async () => {
    const n = await numbersFrom(`${THREE}compare population 1e12`);
    const expected = 20 * Math.log(0.94 * 0.1 + 0.05 * 0.5 + 0.01 * 0.99);
    assert.ok(Math.abs(n.account('population 1e12').logMarginal - expected) < 1e-3);
  });

  it('needs no integral where nothing was seen', async () => {
    const n = await numbersFrom('persona a prior 3\npersona b prior 50%\npersona c prior 1e9\ncompare population 50');
    assert.equal(n.account('population 50').logMarginal, 0);
  });

  it('has 90% intervals also where it is integrated roughly', async () => {
    // One seen cell under a flat prior of three: w_2 is pulled up, and all intervals hold their means.
    const n = await numbersFrom(`${THREE.replaceAll(/prior \S+/g, 'prior 1').replace('times 20', 'times 5')}
      persona h3 prior 1 { x -> a 30%, b }
      compare population 4`);
    for (const { name, interval, posterior } of n.account('population 4').standings) {
      assert.ok(interval && interval[0] < posterior && posterior < interval[1], `${name}: ${posterior} in ${interval}`);
      assert.ok(interval[1] - interval[0] > 0.3, `${name}: ${interval}`);
    }
    // Beta(1, 3) before: nothing seen.
    const prior = await numbersFrom(`${THREE.replaceAll(/prior \S+/g, 'prior 1').replace(/episode.*\n/, '')}
      persona h3 prior 1 { x -> a 30%, b }
      compare population 4`);
    const [first] = prior.account('population 4').standings;
    assert.ok(Math.abs(first!.interval![0] - (1 - 0.95 ** (1 / 3))) < 1e-6, `${first!.interval}`);
  });
});

const skills = (personas: number) => `
capability k 30% learnable strength 4
capability l 60% learnable strength 2
situation x -> a needs k else c | b needs l else c | c
situation z -> a needs k else b | b
${Array.from({ length: personas }, (_, i) => `persona p${i} { x -> a ${20 + 10 * i}%, b ${40 - 7 * i}%, c  z -> a ${90 - 15 * i}%, b }`).join('\n')}
episode: x -> a times 6
episode: x -> b times 5
episode: x -> c times 4
episode: z -> b times 5
probe x -> a
`;

describe('accounts at extreme numbers', () => {
  const extremes: Readonly<Record<string, string>> = {
    'priors of 94% and 1e-20 twice': `${THREE.replace('5%', '1e-20').replace('1%', '1e-20')}compare population 1e-9, population 7, drift 1e-9, drift 1e12`,
    'a capability of 99.999999% with weight 1e9': `capability k 99.999999% learnable strength 1e9
      situation x -> a needs k else b | b
      persona p { x -> a 90%, b }
      persona q { x -> a 10%, b can k 30% }
      persona r { x -> a 50%, b }
      episode: x -> a times 7
      episode: x -> b times 20
      compare population 7, contextual`,
    'counts of 1e12': `${THREE.replace('times 20', 'times 1e12')}episode: x -> a times 1e11\ncompare population 1, contextual`,
    'two learnable capabilities and four personas': `${skills(4)}compare population 0.5, contextual`,
    'two hundred personas': `situation x -> a | b\n${Array.from({ length: 200 }, (_, i) => `persona p${i} { x -> a ${(i + 1) / 202}, b }`).join('\n')}
      episode: x -> a times 40\nepisode: x -> b times 30\ncompare population 1, contextual`,
  };
  for (const [what, text] of Object.entries(extremes)) {
    it(`have a number within bounded work with ${what}`, async () => {
      const { evaluation } = await numbersFrom(text);
      for (const account of evaluation.accounts) {
        assert.equal(account.notComputable, undefined, `${account.name}: ${account.notComputable}`);
        assert.ok(Number.isFinite(account.logMarginal), `${account.name}: ${account.logMarginal}`);
        const sum = account.predictive.reduce((total, p) => total + p, 0);
        const situations = text.match(/situation/g)!.length;
        assert.ok(Math.abs(sum - situations) < 1e-6, `${account.name}: predictions sum to ${sum}`);
      }
    });
  }
});
