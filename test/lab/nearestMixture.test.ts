/** The nearest mixture of personas against brute force on a fine grid, and against mixtures that are known. */
import assert from 'node:assert/strict';
import { nearestMixture } from '../../lab/measurement/nearestMixture';
import { dirichlet, randomOf } from '../../lab/random';

const SITUATIONS = 3;
const RESPONSES = 3;
const CELLS = SITUATIONS * RESPONSES;

const blocks = (draw: () => Float64Array) =>
  Float64Array.from(Array.from({ length: SITUATIONS }, draw).flatMap((x) => [...x]));

function divergenceOf(p: Float64Array, rows: Float64Array, w: readonly number[]): number {
  let sum = 0;
  for (let c = 0; c < CELLS; c++) {
    const q = w.reduce((total, weight, h) => total + weight * (rows[h * CELLS + c] ?? 0), 0);
    const x = p[c] ?? 0;
    if (x > 0) sum += x * Math.log(x / q);
  }
  return sum;
}

describe('lab: the nearest mixture of personas', () => {
  it('is as near as the best of a fine grid over three personas, and within its stated gap', () => {
    const random = randomOf('nearest');
    for (let trial = 0; trial < 20; trial++) {
      const rows = Float64Array.from(
        Array.from({ length: 3 }, () => [...blocks(() => dirichlet(random, RESPONSES, 0.5))]).flat(),
      );
      const observed = blocks(() => dirichlet(random, RESPONSES, 1));
      let best = Number.POSITIVE_INFINITY;
      const steps = 200;
      for (let i = 0; i <= steps; i++) {
        for (let j = 0; i + j <= steps; j++) {
          best = Math.min(best, divergenceOf(observed, rows, [i / steps, j / steps, (steps - i - j) / steps]));
        }
      }
      const { weights, divergence, gap } = nearestMixture(observed, rows, 3);
      assert.ok(Math.abs(weights.reduce((sum, w) => sum + w, 0) - 1) < 1e-12);
      assert.ok(Math.abs(divergence - divergenceOf(observed, rows, [...weights])) < 1e-9);
      assert.ok(divergence <= best + 1e-9, `${divergence} against ${best}`);
      // The grid cannot be far worse, or the solver found something that is no mixture.
      assert.ok(best - divergence < 2e-3, `${divergence} against ${best}`);
      assert.ok(gap <= 1e-10);
    }
  });

  it('finds the weights of a mixture, also on the edge of the simplex', () => {
    const random = randomOf('known');
    for (const known of [
      [0.2, 0.3, 0.1, 0.4],
      [0, 0.7, 0.3, 0],
      [0, 0, 1, 0],
    ]) {
      const rows = Float64Array.from(
        Array.from({ length: 4 }, () => [...blocks(() => dirichlet(random, RESPONSES, 0.7))]).flat(),
      );
      const observed = Float64Array.from({ length: CELLS }, (_, c) =>
        known.reduce((sum, w, h) => sum + w * (rows[h * CELLS + c] ?? 0), 0),
      );
      const { weights, divergence } = nearestMixture(observed, rows, 4);
      assert.ok(divergence < 1e-9);
      known.forEach((w, h) => {
        assert.ok(Math.abs(w - (weights[h] ?? 0)) < 1e-4, `${weights}`);
      });
    }
  });

  it('is infinitely far where no persona can do what was seen', () => {
    assert.equal(nearestMixture([0.5, 0.5], Float64Array.of(1, 0, 1, 0), 2).divergence, Number.POSITIVE_INFINITY);
  });
});
