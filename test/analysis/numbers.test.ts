/** The small numerical tools of the analyses, against tables, identities and independent formulas. */
import assert from 'node:assert/strict';
import { normalPrior, uniformPrior } from '../../server/analysis/fit/prior';
import { scaleOf } from '../../server/analysis/fit/scale';
import { eigen, matrix } from '../../server/analysis/numbers/matrix';
import { normalBelow, normalQuantile } from '../../server/analysis/numbers/normal';
import { paretoShape, shapeOf } from '../../server/analysis/numbers/paretoShape';
import { MOST_DIMENSIONS, sobol } from '../../server/analysis/numbers/sobol';
import { studentQuantile } from '../../server/analysis/numbers/studentQuantile';
import { assertNear, close } from '../inference/program';
import { panels } from '../reference/denseFit';

describe('Numbers for the analyses', () => {
  it('has the quantiles of Student’s t from the tables', () => {
    for (const [freedom, t] of [
      [1, 12.7062047],
      [2, 4.30265273],
      [7, 2.36462425],
      [11, 2.20098516],
      [100, 1.98397152],
    ] as const)
      assertNear(studentQuantile(0.975, freedom), t, `${freedom}`, 1e-8);
  });

  it('inverts the normal distribution in both tails', () => {
    assertNear(normalQuantile(0.975), 1.959963984540054, '97.5%');
    for (const v of [-30, -8, -1, 0, 0.5, 5]) close(normalQuantile(normalBelow(v)), v, `${v}`, 1e-9);
  });

  it('goes to a scale and back', () => {
    for (const name of ['linear', 'log', 'logit'] as const)
      for (const value of [1e-9, 0.2, 0.999])
        assertNear(scaleOf(name).value(scaleOf(name).place(value)), value, name, 1e-12);
  });

  it('makes priors whose density integrates to 1, with the deviation that it says and quantiles that invert', () => {
    const priors = [
      uniformPrior(-2, 3),
      normalPrior(0, 1, -1, 4),
      normalPrior(2, 0.5, 2.8, 3.5),
      normalPrior(-1, 2, Number.NEGATIVE_INFINITY, -2),
      normalPrior(1, 0.2, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
    ];
    for (const [i, prior] of priors.entries()) {
      const low = Math.max(prior.from, prior.place(-8));
      const high = Math.min(prior.to, prior.place(8));
      const line = panels(low, high, 60);
      const integral = (f: (z: number) => number) =>
        line.x.reduce((sum, z, k) => sum + (line.w[k] ?? 0) * f(z) * Math.exp(prior.logDensity(z)), 0);
      close(
        integral(() => 1),
        1,
        `mass ${i}`,
        1e-10,
      );
      const mean = integral((z) => z);
      close(Math.sqrt(integral((z) => (z - mean) ** 2)), prior.deviation, `deviation ${i}`, 1e-8);
      for (const v of [-3, -0.4, 0, 1.2, 3]) {
        close(prior.quantile(prior.place(v)), v, `quantile ${i}`, 1e-8);
        const upTo = panels(low, prior.place(v), 60);
        const below = upTo.x.reduce((sum, z, k) => sum + (upTo.w[k] ?? 0) * Math.exp(prior.logDensity(z)), 0);
        close(below, normalBelow(v), `below ${i}`, 1e-9);
      }
    }
  });

  it('finds eigenvectors: rebuilt from them the matrix is itself', () => {
    const m = matrix(4, (i, j) => 1 / (1 + i + j) + (i === j ? i : 0));
    const { values, vectors } = eigen(m);
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 4; j++) {
        const sum = values.reduce((s, l, k) => s + l * (vectors[k]?.[i] ?? 0) * (vectors[k]?.[j] ?? 0), 0);
        close(sum, 1 / (1 + i + j) + (i === j ? i : 0), `${i},${j}`, 1e-12);
      }
    assert.deepEqual(
      [...values].sort((a, b) => b - a),
      values,
    );
  });

  it('spreads Sobol’ points: every block of 2^k has one point in each of 2^k equal parts of each axis', () => {
    const next = sobol(MOST_DIMENSIONS, 5);
    const points = Array.from({ length: 64 }, next);
    for (let d = 0; d < MOST_DIMENSIONS; d++) {
      const pieces = new Set(points.map((p) => Math.floor((p[d] ?? 0) * 64)));
      assert.equal(pieces.size, 64, `axis ${d}`);
    }
    // Pairs of neighbouring axes: 1,024 points fill a 32 × 32 grid evenly far better than chance would.
    const grid = sobol(2, 9);
    const cells = new Map<string, number>();
    for (let n = 0; n < 1024; n++) {
      const [x = 0, y = 0] = grid();
      const key = `${Math.floor(x * 32)},${Math.floor(y * 32)}`;
      cells.set(key, (cells.get(key) ?? 0) + 1);
    }
    assert.ok([...cells.values()].every((n) => n === 1) && cells.size === 1024);
  });

  it('estimates the shape of Pareto tails: exact quantiles of known shapes', () => {
    for (const k of [-0.4, 0.2, 0.5, 1]) {
      const n = 2000;
      const excesses = Float64Array.from({ length: n }, (_, i) => ((1 - (i + 0.5) / n) ** -k - 1) / k);
      assert.ok(Math.abs(shapeOf(excesses) - k) < 0.05, `${k}: ${shapeOf(excesses)}`);
    }
    // Weights of a Pareto distribution with shape 1 have k = 1, equal ones have none.
    const heavy = Float64Array.from({ length: 4000 }, (_, i) => -Math.log(1 - (i + 0.5) / 4000));
    assert.ok(Math.abs(paretoShape(heavy) - 1) < 0.12, `${paretoShape(heavy)}`);
    assert.equal(paretoShape(new Float64Array(100)), Number.NEGATIVE_INFINITY);
    assert.equal(paretoShape(new Float64Array(3)), Number.POSITIVE_INFINITY);
  });
});
