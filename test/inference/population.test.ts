/** The population account of two personas, against an integral over the mixture's weight written here. */
import assert from 'node:assert/strict';
import { assertNear, close, ln, numbersFrom, rising } from './program';
import { integrals, type LogitPoint, logBetaKernel, logitPoints } from './trapezoid';

const QUADRATURE = 1e-7;

interface Cell {
  readonly count: number;
  readonly p: number;
  readonly q: number;
}

/** w ~ Beta(a, b): log ∫ Π (w·p + (1−w)·q)^N, and the posterior mean of w. */
function population(a: number, b: number, cells: readonly Cell[], reward?: (w: number) => number) {
  // Steps well below the width of what is integrated, in the logit about 1/√(observations).
  const observations = cells.reduce((sum, cell) => sum + cell.count, a + b);
  const points = logitPoints(Math.min(a, b), Math.min(0.05, 0.2 / Math.sqrt(observations)));
  const likelihood = (t: LogitPoint) => {
    let sum = reward ? reward(t.u) : 0;
    // 1−w from its own log, exact also where w is next to 1.
    const v = Math.exp(t.logV);
    for (const cell of cells) sum += cell.count * Math.log(t.u * cell.p + v * cell.q);
    return sum;
  };
  const prior = integrals(points.map((t) => ({ log: logBetaKernel(a, b, t), values: [] })));
  const joint = integrals(points.map((t) => ({ log: logBetaKernel(a, b, t) + likelihood(t), values: [t.u] })));
  return { logMarginal: joint.log - prior.log, mean: joint.values[0]! };
}

const TWO = `
situation x -> a | b | c
situation z -> d | e
persona p prior 30% { x -> a 80%, b 15%, c  z -> d 90%, e }
persona q prior 70% { x -> a 20%, b 30%, c  z -> d 40%, e }
probe x -> a
`;

const EPISODES = `
episode: x -> a times 7
episode: x -> b times 2.5
episode: x -> c
episode: z -> d times 4
episode: z -> e
`;

const CELLS: readonly Cell[] = [
  { count: 7, p: 0.8, q: 0.2 },
  { count: 2.5, p: 0.15, q: 0.3 },
  { count: 1, p: 0.05, q: 0.5 },
  { count: 4, p: 0.9, q: 0.4 },
  { count: 1, p: 0.1, q: 0.6 },
];

describe('the population account of two personas', () => {
  for (const total of [10, 1, 0.5, 1000]) {
    it(`is exact at A = ${total}`, async () => {
      const n = await numbersFrom(`${TWO}${EPISODES}compare population ${total}`);
      const result = n.evaluation.accounts[0]!;
      const expected = population(0.3 * total, 0.7 * total, CELLS);
      assert.equal(result.bound, false);
      close(result.logMarginal, expected.logMarginal, 'log marginal', QUADRATURE);
      assertNear(result.standings[0]?.posterior, expected.mean, 'mean weight', QUADRATURE);
      assertNear(result.probes[0], 0.8 * expected.mean + 0.2 * (1 - expected.mean), 'probe', QUADRATURE);
    });
  }

  it('is exact for many episodes, where the weight is known well', async () => {
    const n = await numbersFrom(`${TWO}episode: x -> a times 40000\nepisode: x -> c times 20000\ncompare population 3`);
    const expected = population(0.9, 2.1, [
      { count: 40000, p: 0.8, q: 0.2 },
      { count: 20000, p: 0.05, q: 0.5 },
    ]);
    const result = n.evaluation.accounts[0]!;
    close(result.logMarginal, expected.logMarginal, 'log marginal', QUADRATURE);
    assertNear(result.standings[0]?.posterior, expected.mean, 'mean weight', QUADRATURE);
  });

  it('mixes the two personas’ preferences', async () => {
    // p: 0.8/0.95; q: 0.2/0.5.
    const n = await numbersFrom(`${TWO}episode: x -> a over b times 3\ncompare population 2`);
    const expected = population(0.6, 1.4, [{ count: 3, p: 0.8 / 0.95, q: 0.4 }]);
    close(n.evaluation.accounts[0]?.logMarginal, expected.logMarginal, 'log marginal', QUADRATURE);
  });

  it('is moved by a reward only after its marginal', async () => {
    // Strict, over the mixture: exp(Σ_y P_w(y)·r(y)/β) with P_w(a) = 0.2 + 0.6·w.
    const n = await numbersFrom(`${TWO}${EPISODES}reinforce x beta 0.5 reward a 1, b 0, c 0\ncompare population 10`);
    const plain = population(3, 7, CELLS);
    const rewarded = population(3, 7, CELLS, (w) => (0.2 + 0.6 * w) / 0.5);
    const result = n.evaluation.accounts[0]!;
    close(result.logMarginal, plain.logMarginal, 'log marginal', QUADRATURE);
    assertNear(result.standings[0]?.posterior, rewarded.mean, 'mean weight', QUADRATURE);
  });

  it('has 90% intervals that hold 90% of the weight', async () => {
    const n = await numbersFrom(`${TWO}${EPISODES}compare population 10`);
    const [low, high] = n.evaluation.accounts[0]!.standings[0]!.interval!;
    const within = (edge: number) => {
      // A smooth function of the edge: the share below it, by a finer rule cut at the edge.
      const points = logitPoints(3, 0.0005);
      const all = points.map((t) => {
        let log = logBetaKernel(3, 7, t);
        for (const c of CELLS) log += c.count * Math.log(t.u * c.p + (1 - t.u) * c.q);
        return Math.exp(log);
      });
      let below = 0;
      let total = 0;
      all.forEach((w, i) => {
        total += w;
        if (points[i]!.u < edge) below += w;
      });
      return below / total;
    };
    assert.ok(Math.abs(within(high) - within(low) - 0.9) < 2e-3, `${within(low)} … ${within(high)}`);
  });
});

describe('the population account of three personas', () => {
  it('is exact where two of them are the same, as that of two personas with their priors joined', async () => {
    const n = await numbersFrom(`
      situation x -> a | b
      persona p prior 30% { x -> a 80%, b }
      persona q prior 50% { x -> a 20%, b }
      persona r prior 20% { x -> a 20%, b }
      episode: x -> a times 7
      episode: x -> b times 3
      compare population 10
    `);
    const expected = population(3, 7, [
      { count: 7, p: 0.8, q: 0.2 },
      { count: 3, p: 0.2, q: 0.8 },
    ]);
    close(n.evaluation.accounts[0]?.logMarginal, expected.logMarginal, 'log marginal', QUADRATURE);
    assertNear(n.evaluation.accounts[0]?.standings[0]?.posterior, expected.mean, 'mean weight', QUADRATURE);
  });

  it('is the sum over who answered what', async () => {
    const n = await numbersFrom(mixed(3));
    const result = n.evaluation.accounts[0]!;
    assert.equal(result.bound, false);
    close(result.logMarginal, drawn(3), 'log marginal', QUADRATURE);
  });
});

describe('the population account of more personas', () => {
  it('is the sum over who answered what to 0.1%, marked approximate, up to five', async () => {
    for (const personas of [4, 5]) {
      const result = (await numbersFrom(mixed(personas))).evaluation.accounts[0]!;
      assert.deepEqual([result.bound, result.approximate], [false, true]);
      const error = result.logMarginal - drawn(personas);
      assert.ok(Math.abs(error) < 1e-4, `${personas}: off by ${error}`);
    }
  });

  it('is a lower bound beyond, shown as one, and better than the one that keeps the prior weights', async () => {
    const result = (await numbersFrom(mixed(6))).evaluation.accounts[0]!;
    assert.equal(result.bound, true);
    assert.ok(result.logMarginal <= drawn(6), `${result.logMarginal} is above ${drawn(6)}`);
    // q(w) = Dirichlet(α): Σ_e log Σ_h exp(E log w_h)·P_h(y), E log w_h = ψ(α_h) − ψ(A), harmonic numbers' difference.
    const harmonic = (n: number) => Array.from({ length: n - 1 }, (_, i) => 1 / (i + 1)).reduce((a, b) => a + b, 0);
    const retained = PRIORS.map((a) => Math.exp(harmonic(a) - harmonic(13)));
    const first = ANSWERS.reduce((sum, y) => sum + ln(retained.reduce((p, w, h) => p + w * ROWS[h]![y]!, 0)), 0);
    assert.ok(result.logMarginal > first, `${result.logMarginal} is below ${first}`);
  });
});

const ROWS = [
  [0.7, 0.2, 0.1],
  [0.2, 0.6, 0.2],
  [0.1, 0.3, 0.6],
  [0.4, 0.5, 0.1],
  [0.3, 0.1, 0.6],
  [0.5, 0.1, 0.4],
] as const;
const PRIORS = [4, 3, 2, 1, 1, 2];
/** Which response each of five episodes has. */
const ANSWERS = [0, 0, 1, 2, 0];

/** The first personas, with A so large that their parameters are their priors as written. */
function mixed(personas: number): string {
  const total = PRIORS.slice(0, personas).reduce((a, b) => a + b);
  const rows = ROWS.slice(0, personas).map(
    ([a, b], h) => `persona h${h} prior ${PRIORS[h]} { x -> a ${a}, b ${b}, c }`,
  );
  return [
    'situation x -> a | b | c',
    ...rows,
    ...ANSWERS.map((y) => `episode: x -> ${'abc'[y]}`),
    `compare population ${total}`,
  ].join('\n');
}

/** log of the sum over all ways to draw a persona for each episode: Π P_h(y) · Π (α_h)_{n_h} / (A)_5. */
function drawn(personas: number): number {
  const alpha = PRIORS.slice(0, personas);
  const total = alpha.reduce((a, b) => a + b);
  let sum = 0;
  for (let code = 0; code < personas ** ANSWERS.length; code++) {
    const who = ANSWERS.map((_, e) => Math.floor(code / personas ** e) % personas);
    const chance = alpha.reduce((product, a, h) => product * rising(a, who.filter((d) => d === h).length), 1);
    sum += who.reduce((product, h, e) => product * ROWS[h]![ANSWERS[e]!]!, chance);
  }
  return ln(sum / rising(total, ANSWERS.length));
}
