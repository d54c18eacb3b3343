/** Power-scaling against finite differences of exact posteriors, and the tornado against numbers written into the text. */
import assert from 'node:assert/strict';
import { identifiability } from '../../server/analysis/information/identifiability';
import { powerScaling } from '../../server/analysis/sensitivity/powerScaling';
import { tornado } from '../../server/analysis/sensitivity/tornado';
import { isUnsound } from '../../server/analysis/subject/subject';
import { runToEnd } from '../../server/inference/stepwise';
import { declaredNumbers } from '../../server/program/declaredNumbers';
import { assertNear, close } from '../inference/program';
import { evaluated, probeAfter, subject } from './subjects';

const TEXT = `
situation x -> a | b | c
situation y -> d | e
persona p prior 60% { x -> a 60%, b 30%, c  y -> d 90%, e }
persona q prior 30% { x -> a 30%, b 60%, c  y -> d 40%, e }
persona r prior 10% { x -> a 10%, b 30%, c  y -> d 20%, e }
episode sft: x -> b times 3
episode sft: x -> c times 2
probe y -> d
`;

const LIKELIHOOD = [
  [0.6, 0.3, 0.1],
  [0.3, 0.6, 0.1],
  [0.1, 0.3, 0.6],
].map(([, b = 0, c = 0]) => 3 * Math.log(b) + 2 * Math.log(c));
const PRIOR = [0.6, 0.3, 0.1];
const ANSWERS = [0.9, 0.4, 0.2];

function posterior(prior: number, likelihood: number): number[] {
  const w = PRIOR.map((p, h) => p ** prior * Math.exp(likelihood * (LIKELIHOOD[h] ?? 0)));
  const total = w.reduce((a, b) => a + b, 0);
  return w.map((x) => x / total);
}

/** Square root of the Jensen-Shannon divergence in bits. */
function distance(a: readonly number[], b: readonly number[]): number {
  const kl = (p: readonly number[], q: readonly number[]) =>
    p.reduce((s, x, i) => s + x * Math.log2(x / (q[i] ?? 0)), 0);
  const middle = a.map((x, i) => (x + (b[i] ?? 0)) / 2);
  return Math.sqrt((kl(a, middle) + kl(b, middle)) / 2);
}

describe('Power-scaling', () => {
  it('is the distance per unit of log2 α that a small change of the prior or the likelihood makes', async () => {
    const result = runToEnd(powerScaling(await subject(TEXT), null));
    assert.ok(!isUnsound(result));
    const step = 1e-3;
    for (const [value, up, down] of [
      [result.prior, posterior(2 ** step, 1), posterior(2 ** -step, 1)],
      [result.likelihood, posterior(1, 2 ** step), posterior(1, 2 ** -step)],
    ] as const)
      assertNear(value, distance(up, down) / (2 * step), '', 1e-4);
    const mean = (w: readonly number[]) => w.reduce((s, x, h) => s + x * (ANSWERS[h] ?? 0), 0);
    const fine = 1e-4;
    assertNear(
      result.probes[0]?.prior,
      (mean(posterior(2 ** fine, 1)) - mean(posterior(2 ** -fine, 1))) / (2 * fine),
      'prior',
      1e-6,
    );
    assertNear(
      result.probes[0]?.likelihood,
      (mean(posterior(1, 2 ** fine)) - mean(posterior(1, 2 ** -fine))) / (2 * fine),
      'likelihood',
      1e-6,
    );
    assert.equal(result.diagnosis, 'conflict');
  });

  it('flags a conclusion that the priors carry', async () => {
    const weak = TEXT.replace('times 3', 'times 3 weight 0.001').replace('times 2', 'times 2 weight 0.001');
    const result = runToEnd(powerScaling(await subject(weak), null));
    assert.ok(!isUnsound(result));
    assert.equal(result.diagnosis, 'prior-dominated');
  });
});

describe('The tornado', () => {
  it('moves every number by half a unit of its scale, as if written into the text', async () => {
    const s = await subject(TEXT);
    const { bars, now } = runToEnd(tornado(s, null, declaredNumbers(s.program.text), { probe: 0 }));
    assertNear(now, probeAfter(await evaluated(TEXT)), 'now');
    for (const bar of bars) {
      const { number } = bar;
      if (number.role === 'cell' || number.implicit) continue;
      for (const [value, result] of [
        [bar.downValue, bar.down],
        [bar.upValue, bar.up],
      ] as const) {
        const text = `${TEXT.slice(0, number.origin.start)}${value}${TEXT.slice(number.origin.end)}`;
        assertNear(result, probeAfter(await evaluated(text)), number.label, 1e-10);
      }
    }
    const times = bars.find((b) => b.number.role === 'times');
    assertNear(times?.upValue, (times?.number.value ?? 0) * Math.SQRT2, 'log2 scale', 1e-12);
    const sizes = bars.map((b) => Math.max(Math.abs(b.down - now), Math.abs(b.up - now)));
    assert.deepEqual(
      sizes,
      [...sizes].sort((a, b) => b - a),
    );
  });

  it('rescales the other cells of a row', async () => {
    const s = await subject(TEXT);
    const { bars } = runToEnd(tornado(s, null, declaredNumbers(s.program.text), { probe: 0 }));
    const bar = bars.find((b) => b.number.label.startsWith('b in x of q') || /b in x of q/.test(b.number.label));
    assert.ok(bar);
    const odds = 1.5 * Math.exp(0.5);
    const b = odds / (1 + odds);
    assertNear(bar.upValue, b, 'log odds', 1e-12);
    const a = (0.3 * (1 - b)) / 0.4;
    const text = TEXT.replace(
      'persona q prior 30% { x -> a 30%, b 60%, c',
      `persona q prior 30% { x -> a ${a}, b ${b}, c`,
    );
    assertNear(bar.up, probeAfter(await evaluated(text)), 'rescaled', 1e-10);
  });
});

describe('Identifiability', () => {
  it('names personas that nothing tells apart, until something does', async () => {
    const twins = TEXT.replace(
      'persona r',
      'persona p2 prior 5% { x -> a 10%, b 30%, c 10%, a 60%  y -> d 90%, e }\npersona r',
    ).replace('x -> a 10%, b 30%, c 10%, a 60%', 'x -> a 60%, b 30%, c');
    const of = async (text: string) => runToEnd(identifiability(await subject(text), null)).pairs;
    assert.deepEqual(await of(twins), [{ a: 'p', b: 'p2' }]);
    assert.deepEqual(
      await of(
        twins.replace('persona p2 prior 5% { x -> a 60%, b 30%, c', 'persona p2 prior 5% { x -> a 50%, b 30%, c'),
      ),
      [],
    );
  });

  it('says what answers in one conversation tell about the persona, by Bayes', async () => {
    const result = runToEnd(identifiability(await subject(`${TEXT}compare selection, unstructured 1`), null));
    const [probe] = result.probes;
    const w = posterior(1, 1);
    // One answer: I(h; y) = H(y) − Σ w H(y|h).
    const h = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
    const mean = w.reduce((s, x, i) => s + x * (ANSWERS[i] ?? 0), 0);
    close(probe?.persona[0], h(mean) - w.reduce((s, x, i) => s + x * h(ANSWERS[i] ?? 0), 0), 'one answer', 1e-10);
    assert.ok((probe?.persona[7] ?? 0) > (probe?.persona[0] ?? 1));
    // Accounts: two binomials of 100, enumerated here.
    const p = [mean, 0.5];
    const choose = (n: number, k: number) =>
      Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((a, b) => a * b, 1);
    let bits = 0;
    for (let k = 0; k <= 100; k++) {
      const c = p.map((q) => choose(100, k) * q ** k * (1 - q) ** (100 - k));
      const middle = ((c[0] ?? 0) + (c[1] ?? 0)) / 2;
      for (const x of c) if (x > 0) bits += (x * Math.log(x / middle)) / 2;
    }
    close(probe?.account, bits, 'accounts', 1e-9);
  });
});
