/** Sweeps against the same values written into the text, and crossings against closed forms. */
import assert from 'node:assert/strict';
import { wilson } from '../../server/analysis/numbers/wilson';
import { adaptiveGrid } from '../../server/analysis/sweep/grid';
import {
  rangeAround,
  type SweepResult,
  sweepAll,
  sweptNumber,
  sweptParameter,
} from '../../server/analysis/sweep/sweep';
import { runToEnd } from '../../server/inference/stepwise';
import { declaredNumbers } from '../../server/program/declaredNumbers';
import { assertNear, close } from '../inference/program';
import { evaluated, probeAfter, subject, weightOf } from './subjects';

const TEXT = `
parameter n "Episodes" 5 from 1 to 50 log
situation x -> a | b
situation y -> c | d
persona good prior 90% { x -> a 80%, b  y -> c 99%, d }
persona bad prior 10% { x -> b 70%, a  y -> d 60%, c }
episode sft: x -> b times $n
probe y -> d
expect y -> d below 20%
condition fixed { set $n 3 evaluation: y -> d 7 of 50 }
condition more { episode sft: x -> a times 2 }
condition idle after fixed { episode sft: x -> a }
sweep $n
`;

/** log odds of bad after n answers b: from 1/9 by log(0.7/0.2) each. */
const logOdds = (n: number) => Math.log(1 / 9) + n * Math.log(0.7 / 0.2);
const answer = (n: number) => {
  const w = 1 / (1 + Math.exp(-logOdds(n)));
  return w * 0.6 + (1 - w) * 0.01;
};

async function swept(text: string): Promise<readonly SweepResult[]> {
  const s = await subject(text);
  const [sweep] = s.program.sweeps;
  assert.ok(sweep);
  const what = sweptParameter(s.program, sweep);
  assert.ok(what);
  return runToEnd(sweepAll(s, what, sweep.parameter));
}

describe('A sweep', () => {
  it('has the numbers of the text with the value written in, in the program and each condition that uses it', async () => {
    const results = await swept(TEXT);
    assert.deepEqual(
      results.map((r) => r.condition),
      [null, 'more'],
    );
    for (const result of results) {
      for (const k of [0, Math.floor(result.x.length / 3), result.x.length - 1]) {
        const x = result.x[k] ?? Number.NaN;
        const text = TEXT.replace('"Episodes" 5', `"Episodes" ${x}`);
        const there = await evaluated(text, result.condition ?? undefined);
        assertNear(result.probes[0]?.[k], probeAfter(there), `probe at ${x}`);
        assertNear(result.personas['bad']?.[k], weightOf(there, 'bad'), `bad at ${x}`);
      }
    }
  });

  it('interpolates within 0.002 everywhere', async () => {
    const [result] = await swept(TEXT);
    assert.ok(result);
    const { x, probes } = result;
    assert.ok(x.length < 200);
    for (let k = 1; k < x.length; k++) {
      const [a = 0, b = 0] = [x[k - 1], x[k]];
      for (const t of [0.2, 0.5, 0.8]) {
        const middle = Math.exp(Math.log(a) * (1 - t) + Math.log(b) * t);
        const line = (probes[0]?.[k - 1] ?? 0) * (1 - t) + (probes[0]?.[k] ?? 0) * t;
        assert.ok(Math.abs(line - answer(middle)) < 0.002, `${middle}`);
      }
    }
  });

  it('finds crossings to 1e-6: a quotient of logs', async () => {
    const [result] = await swept(TEXT);
    const leads = result?.crossings.find((c) => c.leader === 'bad');
    assertNear(leads?.x, Math.log(9) / Math.log(3.5), 'bad leads', 1e-6);
    const w = (0.2 - 0.01) / (0.6 - 0.01);
    const fails = result?.crossings.find((c) => c.expectation === 0);
    assertNear(fails?.x, (Math.log(w / (1 - w)) + Math.log(9)) / Math.log(3.5), 'expectation fails', 1e-6);
    assert.equal(fails?.holds, false);
    assert.equal(result?.crossings.length, 2);
  });

  it('gives evaluations of conditions that set it as points with Wilson intervals', async () => {
    const [result] = await swept(TEXT);
    assert.equal(result?.points.length, 1);
    const [point] = result?.points ?? [];
    assert.equal(point?.x, 3);
    assert.equal(point?.share, 0.14);
    // The ends solve (p̂ − p)² = z²·p(1−p)/n.
    const z = 1.6448536269514722;
    for (const p of point?.interval ?? []) close((0.14 - p) ** 2, (z * z * p * (1 - p)) / 50, `${p}`, 1e-12);
    assert.deepEqual(wilson(0, 10, 0.9)[0], 0);
  });

  it('stops where the program becomes an error, and says why', async () => {
    const [result] = await swept(`
parameter p "Share" 50% from 0 to 1
situation x -> a | b
persona good prior 1 { x -> a ($p + 0.3), b }
persona bad prior 1 { x -> a 10%, b }
probe x -> a
sweep $p
`);
    assert.equal(result?.gaps.length, 1);
    assertNear(result?.gaps[0]?.from, 0.7, 'the row sums above 1 from here', 1e-6);
    assert.match(result?.gaps[0]?.reason ?? '', /1|sum|exceed/);
    assert.ok(result?.x.some((x, k) => x < 0.7 && x > 0.699999 && !Number.isNaN(result.probes[0]?.[k] ?? Number.NaN)));
  });

  it('runs any number in the text', async () => {
    const text = TEXT.replace('times $n', 'times 5')
      .replace(/condition[^\n]*\n/g, '')
      .replace('sweep $n', '')
      .replace(/parameter[^\n]*\n/, '');
    const s = await subject(text);
    const times = declaredNumbers(s.program.text).find((n) => n.role === 'times');
    assert.ok(times);
    const [result] = runToEnd(sweepAll(s, sweptNumber(times)));
    assert.deepEqual(
      [result?.x[0], result?.x[(result?.x.length ?? 1) - 1]].map((x) => Number(x?.toPrecision(12))),
      [0.5, 50],
    );
    assertNear(result?.crossings.find((c) => c.leader === 'bad')?.x, Math.log(9) / Math.log(3.5), 'bad leads', 1e-6);
    assert.deepEqual(rangeAround(0.3, 'logit'), { from: 0.001, to: 0.999 });
  });
});

describe('An adaptive grid', () => {
  it('refines where a curve bends, and not where it is straight', () => {
    // biome-ignore lint/correctness/useYield: nothing takes long here
    const curve = function* (z: number) {
      return { curves: Float64Array.of(1 / (1 + Math.exp(-200 * (z - 0.3)))), state: null };
    };
    const { places } = runToEnd(adaptiveGrid(curve, 0, 1));
    const assertNear = places.filter((p) => Math.abs(p.z - 0.3) < 0.05).length;
    const far = places.filter((p) => p.z > 0.5).length;
    assert.ok(assertNear > 2 * far, `${assertNear} ${far}`);
  });
});
