/** Fits that have a closed form: one share with a uniform prior is a Beta distribution, its predictions beta-binomials. */
import assert from 'node:assert/strict';
import betainc from '@stdlib/math-base-special-betainc';
import betaincinv from '@stdlib/math-base-special-betaincinv';
import { fitAccounts } from '../../../server/analysis/fit/fit';
import { displayUnit } from '../../../server/analysis/fit/units';
import { assertNear, close } from '../../inference/program';
import { account, normal, probability, replied, share, uniform } from './problems';

const unit = displayUnit('bits');
const logFactorial = (n: number) => {
  let sum = 0;
  for (let i = 2; i <= n; i++) sum += Math.log(i);
  return sum;
};
/** log B(a, b) for whole numbers. */
const logBeta = (a: number, b: number) => logFactorial(a - 1) + logFactorial(b - 1) - logFactorial(a + b - 1);
const choose = (n: number, k: number) => Math.exp(logFactorial(n) - logFactorial(k) - logFactorial(n - k));

describe('A fit of one share with a uniform prior', () => {
  const measured = replied([
    { runs: [[7, 20]] },
    {
      heldOut: true,
      runs: [
        [3, 10],
        [9, 10],
      ],
    },
  ]);
  const one = account('one', ([p]) => [share(p ?? Number.NaN), share(p ?? Number.NaN)]);
  const result = fitAccounts({ parameters: [probability('p')], measured, accounts: [one] }, { unit });
  const [fitted] = result.accounts;
  assert.ok(fitted);
  const [parameter] = fitted.parameters;
  assert.ok(parameter);

  it('has the evidence, mean, mode and quantiles of Beta(8, 14)', () => {
    close(fitted.logEvidence, logBeta(8, 14), 'evidence', 1e-11);
    assertNear(parameter.mean, 8 / 22, 'mean', 1e-10);
    assertNear(parameter.mode, 7 / 20, 'mode', 1e-7);
    assertNear(parameter.median, betaincinv(0.5, 8, 14), 'median', 1e-6);
    assertNear(parameter.interval90?.[0], betaincinv(0.05, 8, 14), 'low', 1e-6);
    assertNear(parameter.interval90?.[1], betaincinv(0.95, 8, 14), 'high', 1e-6);
  });

  it('has its density at 101 points, the ends included', () => {
    assert.equal(parameter.density.length, 101);
    for (const [x, d] of parameter.density) {
      const exact = Math.exp(7 * Math.log(x || 1e-300) + 13 * Math.log(1 - x || 1e-300) - logBeta(8, 14));
      close(d, exact, `at ${x}`, 1e-6);
    }
  });

  it('learns the relative entropy of Beta(8, 14) from the uniform', () => {
    let sum = 0;
    const steps = 20_000;
    for (let i = 0; i < steps; i++) {
      const x = (i + 0.5) / steps;
      const log = 7 * Math.log(x) + 13 * Math.log(1 - x) - logBeta(8, 14);
      sum += (Math.exp(log) * log) / steps;
    }
    assertNear(parameter.learned, sum, 'learned', 1e-7);
    assert.equal(parameter.atEdge, false);
  });

  it('predicts beta-binomially: mean, score of each run and of both together, mid-p by counting', () => {
    const [, first, second] = fitted.runs;
    assert.ok(first && second);
    assertNear(first.mean[0], 8 / 22, 'mean', 1e-10);
    close(first.logScore, logBeta(11, 21) - logBeta(8, 14), 'first', 1e-10);
    close(second.logScore, logBeta(17, 15) - logBeta(8, 14), 'second', 1e-10);
    close(fitted.heldOutScore, logBeta(20, 22) - logBeta(8, 14), 'joint', 1e-10);
    const p = Array.from({ length: 11 }, (_, k) => choose(10, k) * Math.exp(logBeta(8 + k, 24 - k) - logBeta(8, 14)));
    const mid = (n: number) => {
      const below = p.slice(0, n).reduce((a, b) => a + b, 0);
      const above = p.slice(n + 1).reduce((a, b) => a + b, 0);
      return 2 * Math.min(below, above) + (p[n] ?? 0);
    };
    assertNear(first.midP ?? 0, mid(3), 'mid-p', 1e-9);
    assertNear(second.midP ?? 0, mid(9), 'mid-p', 1e-9);
    assert.equal(first.verdict, 'inside 50');
    assert.equal(second.verdict, mid(9) >= 0.01 ? 'outside 90' : 'outside 99');
    assert.deepEqual(fitted.coverage, { inside90: 1, of: 2 });
    const cumulative = p.map((_, n) => p.slice(0, n + 1).reduce((a, b) => a + b, 0));
    const at = (q: number) => cumulative.findIndex((c) => c >= q) / 10;
    assert.deepEqual(first.interval90?.[0], [at(0.05), at(0.95)]);
    assert.deepEqual(first.interval50?.[0], [at(0.25), at(0.75)]);
  });

  it('halves the range to the middle half: the evidence there is a difference of incomplete beta functions', () => {
    const inside = betainc(0.75, 8, 14) - betainc(0.25, 8, 14);
    close(fitted.logEvidenceRanges.halved, logBeta(8, 14) + Math.log(2 * inside), 'halved', 1e-7);
    close(fitted.logEvidenceRanges.doubled, logBeta(8, 14), 'doubled', 1e-9);
  });
});

describe('A fit of one mean', () => {
  it('with a normal prior and answers that say nothing gives the prior back', () => {
    const problem = {
      parameters: [normal('m', 0.3, 0.1)],
      measured: replied([{ runs: [[5, 10]] }]),
      accounts: [account('flat', ([m]) => [share(0.5 + 1e-9 * (m ?? 0))])],
    };
    const [parameter] = fitAccounts(problem, { unit }).accounts[0]?.parameters ?? [];
    assertNear(parameter?.mean, 0.3, 'mean', 1e-7);
    assertNear(parameter?.interval90?.[0], 0.3 - 0.1 * 1.6448536269514722, 'low', 1e-6);
    assert.ok((parameter?.learned ?? 1) < 1e-9);
  });

  it('leaves a parameter out that no prediction depends on', () => {
    const problem = {
      parameters: [uniform('idle', 0, 1), probability('p')],
      measured: replied([{ runs: [[5, 10]] }]),
      accounts: [account('one', (v) => [share(v[1] ?? 0)]), account('unmoved', () => [share(0.4)])],
    };
    const [one, unmoved] = fitAccounts(problem, { unit }).accounts;
    assert.deepEqual(
      one?.parameters.map((p) => p.name),
      ['p'],
    );
    assert.deepEqual(unmoved?.parameters, []);
    close(unmoved?.logEvidence, 5 * Math.log(0.4) + 5 * Math.log(0.6), 'evidence of no parameter', 1e-12);
  });

  it('ends a range where the program becomes an error, in both directions', () => {
    // p must lie between 0.2 and 0.55: the evidence is a part of the Beta function.
    const problem = {
      parameters: [probability('p')],
      measured: replied([{ runs: [[3, 8]] }]),
      accounts: [account('one', ([p]) => (p !== undefined && p > 0.2 && p < 0.55 ? [share(p)] : undefined))],
    };
    const [fitted] = fitAccounts(problem, { unit }).accounts;
    const inside = betainc(0.55, 4, 6) - betainc(0.2, 4, 6);
    close(fitted?.logEvidence, logBeta(4, 6) + Math.log(inside), 'evidence', 1e-8);
    assertNear(fitted?.parameters[0]?.median, betaincinv(betainc(0.2, 4, 6) + inside / 2, 4, 6), 'median', 1e-6);
    assert.equal(fitted?.reliable, true);
  });

  it('with answers that no value can produce has no evidence, and says nothing else', () => {
    const problem = {
      parameters: [probability('p')],
      measured: replied([{ runs: [[3, 8]] }]),
      accounts: [account('never', ([p]) => [share(0 * (p ?? 0))])],
    };
    const [fitted] = fitAccounts(problem, { unit }).accounts;
    assert.equal(fitted?.logEvidence, Number.NEGATIVE_INFINITY);
    assert.deepEqual(fitted?.parameters, []);
  });
});
