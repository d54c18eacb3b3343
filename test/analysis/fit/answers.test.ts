/** Likelihoods of counted answers, and the distribution of how many of N will be one of them. */
import assert from 'node:assert/strict';
import { answersLog, saturatedLog } from '../../../server/analysis/fit/answers';
import { countDistribution, midP, shareInterval, verdictOf } from '../../../server/analysis/fit/shareDistribution';
import { assertNear, close, rising } from '../../inference/program';

/** Pólya's urn by counting: the chance of an order of answers with k of one kind, times the orders. */
function urn(n: number, k: number, p: number, correlation: number): number {
  const concentration = (1 - correlation) / correlation;
  const orders = Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((a, b) => a * b, 1);
  return (orders * rising(concentration * p, k) * rising(concentration * (1 - p), n - k)) / rising(concentration, n);
}

describe('Counted answers', () => {
  it('are multinomial without correlation, and impossible where an answer was seen that cannot be', () => {
    close(answersLog([3, 1, 0], [0.5, 0.25, 0.25], 0), 3 * Math.log(0.5) + Math.log(0.25));
    assert.equal(answersLog([1, 1], [1, 0], 0), Number.NEGATIVE_INFINITY);
    assert.equal(answersLog([1, 1], [1, 0], 0.2), Number.NEGATIVE_INFINITY);
    assert.equal(answersLog([4, 0], [1, 0], 0.2), 0);
  });

  it('are Pólya’s urn with correlation, and tend to the multinomial as it goes to 0', () => {
    const correlation = 0.1;
    const c = 9;
    const expected =
      Math.log(rising(c * 0.3, 4)) +
      Math.log(rising(c * 0.6, 2)) +
      Math.log(rising(c * 0.1, 1)) -
      Math.log(rising(c, 7));
    close(answersLog([4, 2, 1], [0.3, 0.6, 0.1], correlation), expected, '', 1e-12);
    close(answersLog([4, 2], [0.3, 0.7], 1e-12), answersLog([4, 2], [0.3, 0.7], 0), '', 1e-10);
  });

  it('take fractions, and the observed shares score no lower than any other', () => {
    const counts = [2.5, 7.25, 0.25];
    for (const correlation of [0, 0.05]) {
      const best = saturatedLog(counts, correlation);
      close(best, answersLog(counts, [0.25, 0.725, 0.025], correlation));
      if (correlation === 0)
        for (const shift of [0.01, -0.01])
          assert.ok(answersLog(counts, [0.25 + shift, 0.725 - shift, 0.025], correlation) < best);
    }
    assert.equal(saturatedLog([0, 0], 0), 0);
  });
});

describe('How many of N answers are one response', () => {
  it('is the urn’s count for every mean and correlation, tails and two-humped ones included', () => {
    for (const [n, p, correlation] of [
      [7, 0.3, 0.2],
      [12, 0.5, 0.9],
      [9, 0.02, 0.6],
      [9, 0.98, 0.6],
      [10, 0.5, 1 / 3],
      [30, 0.001, 0.01],
    ] as const) {
      const distribution = countDistribution(n, [{ weight: 1, p, correlation }]);
      distribution.forEach((value, k) => {
        // Chances below 1e-18 of the largest are left out.
        assert.ok(
          Math.abs(value - urn(n, k, p, correlation)) <= 1e-11 * urn(n, k, p, correlation) + 1e-17,
          `${n} ${p} ${correlation}: ${k}`,
        );
      });
    }
  });

  it('is binomial without correlation, and a mixture is the weighted sum', () => {
    const binomial = countDistribution(400, [{ weight: 1, p: 0.2, correlation: 0 }]);
    close(
      binomial.reduce((a, b) => a + b, 0),
      1,
      'mass',
      1e-11,
    );
    close(
      binomial.reduce((a, b, k) => a + b * k, 0),
      80,
      'mean',
      1e-11,
    );
    const mixed = countDistribution(5, [
      { weight: 0.25, p: 0, correlation: 0 },
      { weight: 0.75, p: 0.4, correlation: 0.5 },
    ]);
    mixed.forEach((value, k) => {
      assertNear(value, 0.75 * urn(5, k, 0.4, 0.5) + (k === 0 ? 0.25 : 0), `${k}`, 1e-12);
    });
  });

  it('gives central intervals of the share and mid-p values', () => {
    const distribution = Float64Array.of(0.04, 0.06, 0.4, 0.3, 0.16, 0.04);
    assert.deepEqual(shareInterval(distribution, 0.9), [1 / 5, 4 / 5]);
    assert.deepEqual(shareInterval(distribution, 0.5), [2 / 5, 3 / 5]);
    close(midP(distribution, 1), 2 * 0.04 + 0.06);
    close(midP(distribution, 2), 2 * 0.1 + 0.4);
    assert.deepEqual([0.5, 0.1, 0.01, 0.0099].map(verdictOf), ['inside 50', 'inside 90', 'outside 90', 'outside 99']);
  });
});
