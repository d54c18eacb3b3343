/** Predictions through the product's evaluator against Bayes' rule written out, and strengths against known ones. */
import assert from 'node:assert/strict';
import { ACCOUNTS } from '../../lab/prediction/accounts';
import type { Evidence } from '../../lab/prediction/evidence';
import { curvesOf, fitStrength } from '../../lab/prediction/fit';
import { predict, supportedAccounts } from '../../lab/prediction/predict';
import { codeHash, sealOf } from '../../lab/prediction/seal';
import { worldText } from '../../lab/world/generate';
import { plainText } from '../../lab/world/plain';
import { cellsOf, mixtureOf, readWorld } from '../../lab/world/world';

const world = readWorld(plainText(readWorld(worldText(101))));
const selection = ACCOUNTS.filter(({ name }) => name === 'selection');

/** Shares of one persona's answers in some situations. */
function sharesOf(persona: number, situations: readonly number[]): Float64Array {
  const shares = new Float64Array(world.cells);
  for (const x of situations) {
    for (let c = cellsOf(world, x)[0]; c < cellsOf(world, x)[1]; c++)
      shares[c] = world.rows[persona * world.cells + c] ?? 0;
  }
  return shares;
}

/** w ∝ π·exp(log-likelihood), then Σ w P_h. */
function mixtureBy(logLikelihood: (h: number) => number): Float64Array {
  const logs = world.personas.map((_, h) => Math.log(world.prior[h] ?? 0) + logLikelihood(h));
  const top = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - top));
  const sum = weights.reduce((total, w) => total + w, 0);
  return mixtureOf(
    world,
    weights.map((w) => w / sum),
  );
}

function assertNear(found: ArrayLike<number> | undefined, expected: ArrayLike<number>, tolerance = 1e-9): void {
  for (let i = 0; i < expected.length; i++) {
    assert.ok(
      Math.abs((found?.[i] ?? Number.NaN) - (expected[i] ?? 0)) < tolerance,
      `${i}: ${found?.[i]}, ${expected[i]}`,
    );
  }
}

const row = (h: number, cell: number) => world.rows[h * world.cells + cell] ?? 0;

describe('lab: predictions', () => {
  it('selection weighs personas by the trained answers, as Bayes’ rule has it', () => {
    const shares = sharesOf(2, [0, 3]);
    const strength = 2.5;
    const evidence: Evidence = { kind: 'episodes', method: 'sft', shares };
    const found = predict({ world, evidence, probes: [], accounts: selection }, strength).get('selection');
    const expected = mixtureBy((h) =>
      shares.reduce((sum, s, c) => (s > 0 ? sum + strength * s * Math.log(row(h, c)) : sum), 0),
    );
    assertNear(found?.cells, expected);
  });

  it('preferences weigh personas by P(y)/(P(y)+P(z))', () => {
    const pairs = [
      { situation: 1, response: 0, other: 2, share: 0.6 },
      { situation: 1, response: 1, other: 3, share: 0.4 },
    ];
    const found = predict({ world, evidence: { kind: 'preferences', pairs }, probes: [], accounts: selection }, 3);
    const from = cellsOf(world, 1)[0];
    const expected = mixtureBy((h) =>
      pairs.reduce((sum, { response, other, share }) => {
        const [y, z] = [row(h, from + response), row(h, from + other)];
        return sum + 3 * share * Math.log(y / (y + z));
      }, 0),
    );
    assertNear(found.get('selection')?.cells, expected);
  });

  it('a reinforcement without rigidity weighs personas by exp(P(y)/beta)', () => {
    const evidence: Evidence = { kind: 'reinforcement', situation: 2, response: 1 };
    const found = predict({ world, evidence, probes: [], accounts: selection }, 4).get('selection');
    const cell = cellsOf(world, 2)[0] + 1;
    assertNear(
      found?.cells,
      mixtureBy((h) => 4 * row(h, cell)),
    );
  });

  it('probes with a context weigh personas by it', () => {
    const shares = sharesOf(1, [0]);
    const context = [
      { situation: 4, response: 1 },
      { situation: 4, response: 1 },
      { situation: 5, response: 0 },
    ];
    const evidence: Evidence = { kind: 'episodes', method: 'sft', shares };
    const probes = [
      { context: [], situation: 2 },
      { context, situation: 6 },
    ];
    const found = predict({ world, evidence, probes, accounts: selection }, 1).get('selection');
    const [from, to] = cellsOf(world, 6);
    const expected = mixtureBy(
      (h) =>
        shares.reduce((sum, s, c) => (s > 0 ? sum + s * Math.log(row(h, c)) : sum), 0) +
        2 * Math.log(row(h, cellsOf(world, 4)[0] + 1)) +
        Math.log(row(h, cellsOf(world, 5)[0])),
    ).subarray(from, to);
    assertNear(found?.given[1], expected);
  });

  it('evidence in variants moves the variants under contextual, and not the situations without a prefix', () => {
    const shares = sharesOf(1, [0]);
    const evidence: Evidence = { kind: 'episodes', method: 'sft', shares };
    const accounts = ACCOUNTS.filter(({ name }) => name === 'contextual' || name === 'selection');
    const found = predict({ world, evidence, probes: [], accounts, variants: true }, 5);
    const before = mixtureOf(world, world.prior);
    assertNear(found.get('contextual')?.cells, before);
    const [from, to] = cellsOf(world, 0);
    assert.ok(Math.abs((found.get('contextual')?.variants[from] ?? 0) - (before[from] ?? 0)) > 1e-3);
    // Selection does not know the difference.
    assertNear(
      found.get('selection')?.variants.subarray(from, to),
      found.get('selection')?.cells.subarray(from, to) ?? [],
    );
  });

  it('a stage before counts with its own strength', () => {
    const [first, second] = [sharesOf(1, [0]), sharesOf(3, [0])];
    const found = predict(
      {
        world,
        evidence: { kind: 'episodes', method: 'sft', shares: second },
        probes: [],
        accounts: selection,
        before: { evidence: { kind: 'episodes', method: 'sft', shares: first }, strength: 2 },
      },
      0.5,
    ).get('selection');
    const expected = mixtureBy((h) =>
      first.reduce((sum, s, c) => (s > 0 ? sum + (2 * s + 0.5 * (second[c] ?? 0)) * Math.log(row(h, c)) : sum), 0),
    );
    assertNear(found?.cells, expected);
  });

  it('a strength is found again from the counts that it makes, and is 0 where nothing moved', () => {
    const evidence: Evidence = { kind: 'episodes', method: 'sft', shares: sharesOf(2, [0, 3]) };
    const accounts = supportedAccounts(world).filter(({ costly }) => !costly);
    const settings = { world, evidence, probes: [], accounts };
    const curves = curvesOf(settings);
    for (const account of settings.accounts) {
      if (account.name === 'unmoved') continue;
      for (const truth of [0.3, 1.7, 6]) {
        const predicted = predict(settings, truth).get(account.name)?.cells ?? new Float64Array(0);
        // Expected counts of very many answers, so that the likelihood has its maximum at the truth.
        const counts = predicted.map((p, c) => (evidence.shares[c] === 0 ? 0 : 1e6 * p));
        const fitted = fitStrength(curves, account, counts);
        const again = predict(settings, fitted?.strength ?? 0).get(account.name)?.cells ?? new Float64Array(0);
        // What the fit misses, for each answer: a hundredth of what 200 answers of four kinds can tell apart (3/400 nats).
        const missed = counts.reduce(
          (sum, n, c) => (n > 0 ? sum + (n / 2e6) * Math.log((predicted[c] ?? 0) / (again[c] ?? 0)) : sum),
          0,
        );
        assert.ok(missed < 7.5e-5, `${account.name} at ${truth}: ${fitted?.strength}, ${missed} nats`);
        if (truth < 2)
          assert.ok(Math.abs(Math.log((fitted?.strength ?? 0) / truth)) < 0.05, `${account.name}: ${fitted?.strength}`);
      }
      const before = predict(settings, 0).get(account.name)?.cells ?? new Float64Array(0);
      const still = before.map((p, c) => (evidence.shares[c] === 0 ? 0 : 1e6 * p));
      assert.ok((fitStrength(curves, account, still)?.strength ?? 1) < 0.02, account.name);
    }
  });

  it('a seal changes with any text and any order, and the code’s hash with any file', () => {
    const seals = [['a', 'b'], ['b', 'a'], ['ab'], ['a', 'b', ''], ['a', 'c']].map(sealOf);
    assert.equal(new Set(seals).size, seals.length);
    const root = `${import.meta.dirname}/../..`;
    assert.equal(codeHash(root), codeHash(root));
    assert.notEqual(codeHash(root), codeHash(root, ['lab/world']));
  });
});
