/**
 * The examples of docs/mathematics.md: every block is evaluated, and every number in the table behind it is checked to
 * its last printed digit; a whole number is meant exactly. A path names a value of the JSON result.
 *
 * The page's central number by hand. Two personas, κ ~ Beta(0.02·10, 0.98·10) shared, strength 0.1. The drill (100 times)
 * is N = 10 and the habit (40 times) N = 4 calls of the tool. Every persona's θ in the drill is 0.98, so
 *   L_diligent = 0.98^10·0.8^4·E[κ^14],   L_fluent = 0.98^10·0.2^4·E[κ^14]:
 * the drill's factor and the whole integral cancel, and what is left is (0.8/0.2)^4 = 2^8, 8 bits, all of it the
 * habit's. Prior odds 1 : 4, so posterior odds 64 : 1 and 64/65 = 0.984615…; κ has become Beta(14.2, 9.8), mean
 * 14.2/24; without the drill it would be Beta(4.2, 9.8).
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { productResult } from '../reference/product';

const page = readFileSync(join(resolve(import.meta.dirname, '../..'), 'docs/mathematics.md'), 'utf8');

interface Claim {
  readonly path: string;
  readonly printed: string;
}

interface Example {
  readonly line: number;
  readonly text: string;
  readonly claims: readonly Claim[];
}

/** Blocks with the table that follows each; `more` adds to the last block that stands alone. */
function examplesOf(markdown: string): Example[] {
  let base = '';
  return [...markdown.matchAll(/^```dramatis( more)?\n([\s\S]*?)^```\n((?:(?!^```dramatis)[\s\S])*)/gm)].map(
    (found) => {
      const [, more, text = '', rest = ''] = found;
      if (!more) base = text;
      const line = markdown.slice(0, found.index).split('\n').length;
      const rows = rest.split(/^## /m)[0]!.matchAll(/^\| ([a-z]+(?: \/ [^|/]+)+) \| ([^|]*) \|/gim);
      const claims = [...rows].map(([, path, printed]) => ({ path: path!.trim(), printed: printed!.trim() }));
      return { line, text: more ? base + text : text, claims };
    },
  );
}

/** Steps into the result: a list's items by name, by label, or by place. */
function valueAt(root: unknown, path: string): unknown {
  return path.split(' / ').reduce<unknown>((value, step) => {
    if (!Array.isArray(value)) return (value as Record<string, unknown> | undefined)?.[step];
    if (/^\d+$/.test(step)) return value[Number(step)];
    return value.find((item: { name?: string; label?: string }) => item.name === step || item.label === step);
  }, root);
}

function assertPrinted(actual: unknown, printed: string, path: string): void {
  assert.match(printed, /^-?\d+(\.\d+)?$/, `${path} is printed as a plain number`);
  assert.equal(typeof actual, 'number', `${path} leads to a number`);
  const decimals = printed.split('.')[1]?.length ?? 0;
  const allowed = decimals === 0 ? 1e-12 * Math.abs(Number(printed)) : 0.5000001 * 10 ** -decimals;
  const off = Math.abs((actual as number) - Number(printed));
  assert.ok(off <= allowed, `${path}: printed ${printed}, computed ${actual}`);
}

/** E[κ^n] under Beta(a, b) for whole n, as a product. */
function risingMean(a: number, b: number, n: number): number {
  let product = 1;
  for (let i = 0; i < n; i++) product *= (a + i) / (a + b + i);
  return product;
}

describe('The page on mathematics', () => {
  const examples = examplesOf(page);
  const alone = examples.filter(({ claims }) => claims.length > 0);

  for (const { line, text, claims } of alone) {
    it(`line ${line}: its example has no error and gives the ${claims.length} numbers printed`, async () => {
      const result = await productResult('main.scenario', { 'main.scenario': text });
      assert.deepEqual(
        (result['diagnostics'] as { severity: string }[]).filter((d) => d.severity === 'error'),
        [],
      );
      for (const { path, printed } of claims) assertPrinted(valueAt(result, path), printed, path);
    });
  }

  it('answers each of its four questions with numbers', () => {
    const probedTargets = page.split(/^## /m).filter((section) => /^[^\n]*\?$/m.test(section.split('\n')[0]!));
    assert.equal(probedTargets.length, 4);
    for (const section of probedTargets) {
      const claims = examplesOf(section).flatMap((example) => example.claims);
      assert.ok(claims.length > 2, section.slice(0, 60));
    }
  });

  it('has no table of numbers that is not checked', () => {
    const rows = page.match(/^\| (evidence|personas|capabilities|probes|reinforcements|accounts) \//gm)!.length;
    assert.equal(
      alone.reduce((sum, { claims }) => sum + claims.length, 0),
      rows,
    );
  });

  it('gives the numbers that follow by hand from the formulas', async () => {
    const [tool, own, , exact, strict] = await Promise.all(
      examples.map(({ text }) => productResult('main.scenario', { 'main.scenario': text })),
    );
    const assertNear = (root: unknown, path: string, wanted: number) => {
      const value = valueAt(root, path) as number;
      assert.ok(Math.abs(value - wanted) <= 1e-12 * Math.abs(wanted), `${path}: ${value}, by hand ${wanted}`);
    };
    assertNear(tool, 'evidence / the habit / weight / diligent', 8);
    assertNear(tool, 'personas / diligent / posterior', 64 / 65);
    assertNear(tool, 'capabilities / tool_syntax / after', 14.2 / 24);
    assertNear(
      tool,
      'logMarginal',
      Math.log2(0.98 ** 10 * risingMean(0.2, 9.8, 14) * (0.2 * 0.8 ** 4 + 0.8 * 0.2 ** 4)),
    );
    // The skill as a trait of one character: 0.6^10 against E[κ^10].
    assertNear(own, 'evidence / the drill / weight / diligent', Math.log2(0.6 ** 10 / risingMean(0.2, 9.8, 10)));
    // Exact KL-RL is the tilt of the mixture as a whole, and the chain rule splits its KL: E_q[2·r] − log Z.
    const z = 0.82 + 0.18 * Math.exp(2);
    const hacks = (0.18 * Math.exp(2)) / z;
    assertNear(exact, 'probes / 0 / after', hacks);
    const split = ['selection', 'propensityShift'].map(
      (part) => valueAt(exact, `reinforcements / 0 / ${part}`) as number,
    );
    assert.ok(Math.abs(split[0]! + split[1]! - (2 * hacks - Math.log(z)) / Math.LN2) < 1e-12);
    assertNear(strict, 'personas / hacker / posterior', 1 / (1 + 9 * Math.exp(-1.6)));
  });

  it('rounds rightly what it says beside the tables', async () => {
    const last = examples.at(-1)!;
    const result = await productResult('main.scenario', { 'main.scenario': last.text });
    const log = (account: string) => valueAt(result, `accounts / ${account} / logMarginal`) as number;
    const twiceLog = 2 * Math.LN2 * (log('unstructured 1') - log('drift 2'));
    assert.ok(page.includes(`Against drift 2 ln BF is ${twiceLog.toFixed(1)}, positive.`));
    const bits = 40 * (0.75 * Math.log2(0.75 / 0.7) + 0.25 * Math.log2(0.25 / 0.28));
    assert.ok(page.includes(`40·KL(p̂‖careful) is only ${bits.toFixed(1)} bits`));
  });
});
