/** Quadrature and importance sampling against a dense grid that shares no code with them. */
import assert from 'node:assert/strict';
import { fitAccounts } from '../../../server/analysis/fit/fit';
import { displayUnit } from '../../../server/analysis/fit/units';
import { close } from '../../inference/program';
import { dense } from '../../reference/denseFit';
import { account, replied, share, uniform } from './problems';

const unit = displayUnit('nats');
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** Multinomial log likelihood of a share. */
const binomialLog = (k: number, n: number, p: number) => k * Math.log(p) + (n - k) * Math.log(1 - p);

/** A ridge: dose times strength, seen at two doses; and a start. */
const ridge = {
  counts: [
    [9, 60],
    [31, 60],
    [50, 60],
  ] as const,
  p: (a: number, b: number, i: number) => sigmoid(a + Math.exp(b) * (i - 0.5)),
};

describe('Two parameters by quadrature', () => {
  const problem = {
    parameters: [uniform('a', -4, 1), uniform('b', -3, 2)],
    measured: replied([...ridge.counts.map((run) => ({ runs: [run] })), { heldOut: true, runs: [[44, 50] as const] }]),
    accounts: [account('ridge', ([a = 0, b = 0]) => [0, 1, 2, 3].map((i) => share(ridge.p(a, b, i))))],
  };
  const [fitted] = fitAccounts(problem, { unit }).accounts;
  assert.ok(fitted);
  const grid = dense(
    [
      [-4, 1],
      [-3, 2],
    ],
    12,
    ([a = 0, b = 0]) => ridge.counts.reduce((sum, [k, n], i) => sum + binomialLog(k, n, ridge.p(a, b, i)), 0),
  );

  it('agrees on evidence, means, correlation and the held-out score', () => {
    close(fitted.logEvidence, grid.logEvidence, 'evidence', 1e-8);
    fitted.parameters.forEach((p, i) => {
      close(p.mean, grid.mean[i] ?? 0, p.name, 1e-7);
    });
    const [[va = 0, ab = 0] = [], [, vb = 0] = []] = grid.covariance;
    close(fitted.correlations[0]?.[1], ab / Math.sqrt(va * vb), 'correlation', 1e-6);
    const score = Math.log(grid.expectation(([a = 0, b = 0]) => Math.exp(binomialLog(44, 50, ridge.p(a, b, 3)))));
    close(fitted.heldOutScore, score, 'held-out score', 1e-7);
  });

  it('agrees on the marginals: mass below each reported quantile', () => {
    for (const [i, p] of fitted.parameters.entries()) {
      const [low, high] = p.interval90 ?? [Number.NaN, Number.NaN];
      // A step function on Gauss panels is exact only where the step falls between panels: a box cut at the quantile is.
      const below = (end: number) => {
        const box: [number, number][] = [
          [-4, 1],
          [-3, 2],
        ];
        const entire = box[i] ?? [0, 1];
        const start = entire[0];
        box[i] = [start, end];
        const cut = dense(box, 12, ([a = 0, b = 0]) =>
          ridge.counts.reduce((sum, [k, n], at) => sum + binomialLog(k, n, ridge.p(a, b, at)), 0),
        );
        return Math.exp(cut.logEvidence - grid.logEvidence) * ((end - start) / (entire[1] - start));
      };
      close(below(low), 0.05, `${p.name} low`, 1e-6);
      close(below(p.median), 0.5, `${p.name} median`, 1e-6);
      close(below(high), 0.95, `${p.name} high`, 1e-6);
    }
  });

  it('agrees on the principal directions: the covariance in units of the prior, rebuilt from them', () => {
    const deviation = 5 / Math.sqrt(12);
    for (const i of [0, 1]) {
      for (const j of [0, 1]) {
        const rebuilt = fitted.directions.reduce((sum, d) => {
          const loads = Object.values(d.loadings);
          return sum + d.ratio ** 2 * (loads[i] ?? 0) * (loads[j] ?? 0);
        }, 0);
        close(rebuilt, (grid.covariance[i]?.[j] ?? 0) / deviation ** 2, `${i} ${j}`, 1e-6);
      }
    }
  });
});

describe('Two parameters of which only the product is known', () => {
  it('name the direction that is not identified', () => {
    const problem = {
      parameters: [uniform('strength', 1e-3, 1, 'log'), uniform('dose', 1e-3, 1, 'log')],
      measured: replied([{ runs: [[30, 100]] }]),
      accounts: [account('product', ([s = 0, d = 0]) => [share(1 - Math.exp(-30 * s * d))])],
    };
    const [fitted] = fitAccounts(problem, { unit }).accounts;
    assert.equal(fitted?.reliable, true);
    const [first, second] = fitted?.directions ?? [];
    assert.ok((first?.ratio ?? 0) > 0.9, `${first?.ratio}`);
    assert.match(first?.notIdentified ?? '', /strength ÷ dose|dose ÷ strength/);
    assert.equal(second?.notIdentified, undefined);
  });
});

describe('Three parameters by importance sampling', () => {
  const counts = [
    [9, 60],
    [31, 60],
    [50, 60],
    [12, 40],
  ] as const;
  const p = (a: number, b: number, c: number, i: number) =>
    i === 3 ? sigmoid(c + 0.3 * a) : sigmoid(a + Math.exp(b) * (i - 0.5) + 0.2 * c);
  const problem = {
    parameters: [uniform('a', -4, 1), uniform('b', -3, 2), uniform('c', -3, 2)],
    measured: replied(counts.map((run) => ({ runs: [run] }))),
    accounts: [account('three', ([a = 0, b = 0, c = 0]) => [0, 1, 2, 3].map((i) => share(p(a, b, c, i))))],
  };
  const [fitted] = fitAccounts(problem, { unit, leaveOut: false }).accounts;
  assert.ok(fitted);

  it('agrees with a dense grid within its own error, and meets the limits', () => {
    const log = ([a = 0, b = 0, c = 0]: readonly number[]) =>
      counts.reduce((sum, [k, n], i) => sum + binomialLog(k, n, p(a, b, c, i)), 0);
    const grid = dense(
      [
        [-4, 1],
        [-3, 2],
        [-3, 2],
      ],
      4,
      log,
    );
    assert.ok((fitted.effectiveSampleSize ?? 0) >= 400 && (fitted.paretoShape ?? 9) <= 0.7);
    assert.equal(fitted.approximate, true);
    close(fitted.logEvidence, grid.logEvidence, 'evidence', 0.01);
    fitted.parameters.forEach((parameter, i) => {
      const deviation = Math.sqrt(grid.covariance[i]?.[i] ?? 0);
      assert.ok(Math.abs(parameter.mean - (grid.mean[i] ?? 0)) < 0.06 * deviation, parameter.name);
    });
    // Halved and doubled ranges: the same likelihood over other boxes.
    const half = dense(
      [
        [-2.75, -0.25],
        [-1.75, 0.75],
        [-1.75, 0.75],
      ],
      4,
      log,
    );
    close(fitted.logEvidenceRanges.halved, half.logEvidence, 'halved', 0.01);
    const double = dense(
      [
        [-6.5, 3.5],
        [-5.5, 4.5],
        [-5.5, 4.5],
      ],
      6,
      log,
    );
    close(fitted.logEvidenceRanges.doubled, double.logEvidence, 'doubled', 0.01);
  }).timeout(60_000);
});

describe('Importance sampling beside quadrature', () => {
  it('gives the same evidence where a third parameter only adds a factor', () => {
    const three = {
      parameters: [uniform('a', -4, 1), uniform('b', -3, 2), uniform('c', -3, 3)],
      measured: replied([...ridge.counts.map((run) => ({ runs: [run] })), { runs: [[4, 9] as const] }]),
      accounts: [
        account('all', ([a = 0, b = 0, c = 0]) => [
          ...[0, 1, 2].map((i) => share(ridge.p(a, b, i))),
          share(sigmoid(c)),
        ]),
      ],
    };
    const two = {
      parameters: three.parameters.slice(0, 2),
      measured: three.measured.slice(0, 3),
      accounts: [account('two', ([a = 0, b = 0]) => [0, 1, 2].map((i) => share(ridge.p(a, b, i))))],
    };
    const one = {
      parameters: three.parameters.slice(2),
      measured: three.measured.slice(3),
      accounts: [account('one', ([c = 0]) => [share(sigmoid(c))])],
    };
    const [all, ab, c] = [three, two, one].map(
      (problem) => fitAccounts(problem, { unit, leaveOut: false }).accounts[0],
    );
    close(all?.logEvidence, (ab?.logEvidence ?? 0) + (c?.logEvidence ?? 0), 'evidence', 0.001);
    for (const [i, q] of [...(ab?.parameters ?? []), ...(c?.parameters ?? [])].entries()) {
      const own = all?.parameters[i];
      const width = (q.interval90?.[1] ?? 0) - (q.interval90?.[0] ?? 0);
      for (const end of [0, 1] as const)
        assert.ok(Math.abs((own?.interval90?.[end] ?? 0) - (q.interval90?.[end] ?? 0)) < 0.06 * width, q.name);
      assert.ok(Math.abs((own?.learned ?? 0) - q.learned) < 0.06, `${own?.learned} ${q.learned}`);
    }
  });
});
