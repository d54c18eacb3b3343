/** Quantiles of a Beta, against the inverse of another library and against closed forms. */
import assert from 'node:assert/strict';
import betaincinv from '@stdlib/math-base-special-betaincinv';
import { betaQuantile } from '../../server/inference/numbers/betaQuantile';

describe('a quantile of a Beta distribution', () => {
  for (const [a, b] of [
    [1, 1],
    [0.5, 0.5],
    [14.2, 9.8],
    [0.01, 10],
    [3, 4000],
    [1e6, 2e6],
    [0.2, 0.3],
  ] as const) {
    for (const q of [0.05, 0.5, 0.95])
      it(`is that of a library for Beta(${a}, ${b}) at ${q}`, () => {
        const expected = betaincinv(q, a, b);
        assert.ok(
          Math.abs(betaQuantile(q, a, b) - expected) <= 1e-9 * expected,
          `${betaQuantile(q, a, b)} ${expected}`,
        );
      });
  }

  it('is q^(1/a) for b = 1, however small', () => {
    for (const a of [1e-2, 0.1, 3, 50, 1e5]) {
      const expected = 0.05 ** (1 / a);
      assert.ok(Math.abs(betaQuantile(0.05, a, 1) - expected) <= 1e-10 * expected, `${a}`);
    }
    assert.ok(betaQuantile(0.05, 1e-299, 10) < 1e-300);
    assert.equal(betaQuantile(0.05, 10, 1e-299), 1);
  });
});
