/**
 * Simulation-based calibration (Talts, Betancourt, Simpson, Vehtari & Gelman, arXiv:1804.06788): parameters from the prior,
 * counts from the parameters, a fit: the true value's posterior rank is uniform. And the verdicts of what was held out are
 * inside 90% intervals as often as they say.
 */
import assert from 'node:assert/strict';
import gammainc from '@stdlib/math-base-special-gammainc';
import type { FitProblem } from '../../../server/analysis/fit/model';
import { posteriorOf } from '../../../server/analysis/fit/posterior';
import { posteriorDensity } from '../../../server/analysis/fit/posteriorDensity';
import { runResults } from '../../../server/analysis/fit/predictive';
import { runToEnd } from '../../../server/inference/stepwise';
import { account, betaBinomial, replied, share, stream, uniform } from './problems';

const long = process.env['DRAMATIS_LONG'] !== undefined;
const BINS = 10;

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

interface World {
  readonly size: number;
  /** Share by evaluation; the last one is held out. */
  readonly shares: (values: readonly number[]) => readonly number[];
}

const WORLDS: readonly World[] = [
  { size: 1, shares: ([a = 0]) => [sigmoid(a), sigmoid(a - 1), sigmoid(a + 0.5)] },
  { size: 2, shares: ([a = 0, b = 0]) => [sigmoid(a), sigmoid(a + b), sigmoid(a + 2 * b)] },
  {
    size: 4,
    shares: ([a = 0, b = 0, c = 0, d = 0]) => [
      sigmoid(a),
      sigmoid(a + b),
      sigmoid(b + c),
      sigmoid(c - d),
      sigmoid(d + 0.5 * a),
      sigmoid(a + d),
    ],
  },
];

interface Calibration {
  /** By parameter, how many ranks fell in each bin. */
  readonly bins: readonly number[][];
  readonly inside90: number;
  readonly of: number;
}

function calibrate(world: World, correlation: number, times: number, seed: number): Calibration {
  const random = stream(seed);
  const parameters = Array.from({ length: world.size }, (_, i) => uniform(`p${i}`, -2, 2));
  const bins = parameters.map(() => new Array<number>(BINS).fill(0));
  let inside90 = 0;
  for (let n = 0; n < times; n++) {
    const truth = parameters.map(() => -2 + 4 * random());
    const shares = world.shares(truth);
    const measured = replied(
      shares.map((p, i) => ({
        heldOut: i === shares.length - 1,
        runs: [25, 40].map((total) => [betaBinomial(random, total, p, correlation), total] as const),
      })),
    );
    const model = account('true', (values) => world.shares([...values]).map((p) => share(p, correlation)));
    const problem: FitProblem = { parameters, measured, accounts: [model] };
    const free = parameters.map((_, i) => i);
    const density = posteriorDensity(problem, model, free, parameters, new Float64Array(world.size), (m) => !m.heldOut);
    const posterior = runToEnd(posteriorOf(density));
    for (const [i, parameter] of parameters.entries()) {
      const rank = posterior.marginals[i]?.below(parameter.prior.quantile(truth[i] ?? 0)) ?? 0;
      const bin = bins[i];
      const at = Math.min(BINS - 1, Math.floor(rank * BINS));
      if (bin) bin[at] = (bin[at] ?? 0) + 1;
    }
    // One verdict for each case: two runs of one question share what is not known of it.
    const verdict = runToEnd(runResults(posterior, measured, (m) => m.heldOut)).find((r) => r.heldOut)?.verdict;
    if (verdict?.startsWith('inside')) inside90++;
  }
  return { bins, inside90, of: times };
}

/** P(χ² with k degrees of freedom is larger). */
const chiSquareTail = (x: number, k: number) => 1 - gammainc(x / 2, k / 2);

describe('Calibration', () => {
  for (const world of WORLDS) {
    for (const correlation of [0, 0.08]) {
      const name = `${world.size} ${world.size === 1 ? 'parameter' : 'parameters'}, correlation ${correlation}`;
      it(`has uniform ranks and honest verdicts with ${name}`, () => {
        const times = long ? (world.size === 4 ? 400 : 1500) : world.size === 4 ? 12 : world.size === 2 ? 40 : 150;
        const { bins, inside90, of } = calibrate(world, correlation, times, 100 * world.size + 1000 * correlation);
        for (const bin of bins) {
          const expected = times / BINS;
          const statistic = bin.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
          // Seven tests of this kind at 0.1% each: a wrong posterior fails, chance does not.
          assert.ok(chiSquareTail(statistic, BINS - 1) > 0.001, `${name}: ${bin.join(' ')}`);
        }
        // Mid-p values of counts are a little wider than they say, never much narrower.
        const error = Math.sqrt((0.9 * 0.1) / of);
        assert.ok(inside90 / of > 0.9 - 3.5 * error, `${name}: ${inside90} of ${of}`);
        assert.ok(inside90 / of < 0.9 + 3.5 * error + 0.03, `${name}: ${inside90} of ${of}`);
      }).timeout(long ? 3_600_000 : 60_000);
    }
  }
});
