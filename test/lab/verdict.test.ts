/** Scores, intervals and verdicts against numbers from tables and by hand; lines and plans. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { betweenRuns } from '../../lab/measurement/betweenRuns';
import { movement } from '../../lab/measurement/movement';
import { countMasses, midP, overWorlds, studentQuantile } from '../../lab/measurement/skill';
import { dirichlet, randomOf } from '../../lab/random';
import {
  cellId,
  cellName,
  type Line,
  packCounts,
  packShares,
  packStrengths,
  unpackCounts,
  unpackShares,
  unpackStrengths,
} from '../../lab/run/lines';
import { COST, planOf, secondsOf, WIDTH, WORLDS, worldsWithin } from '../../lab/run/plan';
import { appendOnce, openResults } from '../../lab/run/results';
import { wholeCells } from '../../lab/run/scores';
import { type Judged, verdictOf } from '../../lab/run/verdict';
import { ARMS } from '../../lab/training/arms';

/** One account's numbers in a world, as the rules see them. */
const one = (world: number, account: string, divergence: number, inside = 9): Judged => ({
  world,
  account,
  divergence,
  inside90: inside,
  of: 10,
  loss: divergence,
  regrets: [divergence, divergence, divergence],
});

const worldsOf = (account: string, divergence: (world: number) => number, inside?: number) =>
  WORLDS.map((world) => one(world, account, divergence(world), inside));

describe('lab: scores and verdicts', () => {
  it('Student’s quantiles are those of the tables', () => {
    for (const [degrees, value] of [
      [1, 12.7062],
      [2, 4.3027],
      [7, 2.3646],
      [15, 2.1314],
      [30, 2.0423],
    ] as const) {
      assert.ok(Math.abs(studentQuantile(0.975, degrees) - value) < 5e-5, `${degrees}`);
      assert.ok(Math.abs(studentQuantile(0.025, degrees) + value) < 5e-5, `${degrees}`);
    }
    const { mean, standardError, interval95 } = overWorlds([1, 2, 3, 6]);
    assert.equal(mean, 3);
    assert.ok(Math.abs((standardError ?? 0) - Math.sqrt(14 / 3 / 4)) < 1e-12);
    assert.ok(Math.abs((interval95?.[1] ?? 0) - 3 - 3.18245 * Math.sqrt(14 / 12)) < 1e-4);
    assert.equal(overWorlds([1]).interval95, null);
  });

  it('count probabilities are binomial, and beta-binomial with overdispersion', () => {
    const binomial = countMasses(3, 0.25, 0);
    [27 / 64, 27 / 64, 9 / 64, 1 / 64].forEach((p, k) => {
      assert.ok(Math.abs(p - (binomial[k] ?? 0)) < 1e-12);
    });
    // ρ = 1/3 gives φ = 2, so p = 1/2 is Beta(1, 1): every count is as likely.
    countMasses(4, 0.5, 1 / 3).forEach((p) => {
      assert.ok(Math.abs(p - 0.2) < 1e-12);
    });
    assert.deepEqual([...countMasses(2, 0, 0)], [1, 0, 0]);
  });

  it('the correlation of runs is found again from draws with a known one', () => {
    const random = randomOf('runs');
    // Beta(a, b) has mean a/(a+b) and ρ = 1/(a+b+1).
    for (const rho of [0.02, 0.2]) {
      const total = (1 - rho) / rho;
      const groups = Array.from({ length: 4000 }, () =>
        Array.from({ length: 3 }, () => {
          // Beta(total/2, total/2) as two parts of a symmetric Dirichlet.
          const [p = 0] = dirichlet(random, 2, total / 2);
          return Float64Array.of(p, 1 - p);
        }),
      );
      const found = betweenRuns(groups) ?? 0;
      assert.ok(Math.abs(found / rho - 1) < 0.06, `${found} for ${rho}`);
    }
    assert.equal(betweenRuns([[Float64Array.of(0.5, 0.5)]]), null);
  });

  it('mid-p is two-sided and counts every response of more than two', () => {
    // 0 of 3 at 1/4: below 0, above 37/64, at 27/64.
    assert.ok(Math.abs(midP([0, 3], [0.25, 0.75]) - 27 / 64) < 1e-12);
    assert.ok(midP([60, 60, 80], [0.3, 0.3, 0.4]) > 0.9);
    assert.ok(midP([100, 20, 80], [0.3, 0.3, 0.4]) < 1e-5);
    assert.ok(midP([70, 50, 80], [0.3, 0.3, 0.4], 0.05) > midP([70, 50, 80], [0.3, 0.3, 0.4]));
  });

  it('slope and correlation are those of a line, and null where nothing was predicted', () => {
    const { slope, correlation } = movement([1, 2, -1], [0.5, 1, -0.5]);
    assert.ok(Math.abs((slope ?? 0) - 0.5) < 1e-12);
    assert.ok(Math.abs((correlation ?? 0) - 1) < 1e-12);
    assert.equal(movement([0, 0], [1, 2]).slope, null);
    assert.equal(movement([1, Number.NEGATIVE_INFINITY, 2], [1, 5, 2]).slope, 1);
  });

  it('an account holds only with skill, coverage, no better rival and no skill in scrambled worlds', () => {
    const unmoved = worldsOf('unmoved', () => 1, 2);
    const good = worldsOf('selection', (world) => 0.1 + 0.01 * (world % 3));
    const none = new Map([['selection', overWorlds([0.01, -0.02, 0.03])]]);
    const find = (all: readonly Judged[], scrambled = none) =>
      verdictOf('arm', 'own', all, scrambled).accounts.find(({ account }) => account === 'selection')?.verdict;
    assert.equal(find([...unmoved, ...good]), 'holds');
    assert.equal(find([...unmoved, ...good], new Map([['selection', overWorlds([0.5, 0.6, 0.7])]])), 'undecided');
    assert.equal(find([...unmoved, ...good, ...worldsOf('transfer', () => 0.05)]), 'undecided');
    // As good on average, in some worlds worse: not better by two standard errors.
    assert.equal(find([...unmoved, ...good, ...worldsOf('transfer', (world) => (world % 2 ? 0.02 : 0.19))]), 'holds');
    assert.equal(find([...unmoved, ...worldsOf('selection', (world) => (world % 2 ? 0.2 : 2))]), 'fails');
    // Skill on average, but not beyond what sixteen worlds vary by.
    assert.equal(find([...unmoved, ...worldsOf('selection', (world) => (world % 2 ? 0.2 : 1.7))]), 'fails');
    assert.equal(find([...unmoved, ...worldsOf('selection', () => 0.1, 5)]), 'fails');
    assert.equal(find([...unmoved, ...worldsOf('selection', (world) => 0.7 + 0.01 * (world % 2))]), 'undecided');
    assert.equal(find([...unmoved, ...worldsOf('selection', () => Number.NaN)]), 'no prediction');
  });

  it('names the account with the least log loss', () => {
    const all = [
      ...worldsOf('unmoved', () => 1),
      ...worldsOf('selection', () => 0.2),
      ...worldsOf('habits', () => 0.3),
    ];
    assert.equal(verdictOf('arm', 'own', all).named, 'selection');
  });
});

describe('lab: results and plans', () => {
  it('numbers are packed without loss of what counts', () => {
    const counts = [0, 1, 35, 36, 200, 255];
    assert.deepEqual([...unpackCounts(packCounts(counts))], counts);
    assert.throws(() => packCounts([3, 256]), RangeError);
    assert.throws(() => packCounts([0.5]), RangeError);
    const strengths = [0, null, ...[-7, 0, 0.5, 10].map((power) => 2 ** power)];
    assert.deepEqual(unpackStrengths(packStrengths(strengths)), strengths);
    const shares = [0, 1e-9, 0.25, 0.5, 1];
    const again = unpackShares(packShares(shares));
    shares.forEach((p, i) => {
      assert.ok(Math.abs(p - (again[i] ?? 0)) < 3e-5);
    });
    assert.ok((again[1] ?? 0) > 0, 'a share above 0 stays above 0');
    const id = { arm: 'rl-possible-0.03', world: 12, pretraining: 1, fineTuning: 2, width: 64 };
    assert.deepEqual(cellId(cellName(id)), id);
    assert.equal(cellId('w1 p2'), undefined);
  });

  it('a killed run loses the line that it was writing and no other', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dramatis-lab-'));
    try {
      const path = join(folder, 'deeper', 'cells.jsonl');
      const name = (n: number) => cellName({ arm: 'sft-1', world: n, pretraining: 0, fineTuning: 0, width: 32 });
      const sealed = (n: number): Line => ({ kind: 'sealed', cell: name(n), code: 'c', seal: `s${n}`, doses: [] });
      const measured = (n: number): Line => ({
        kind: 'measured',
        cell: name(n),
        seal: `s${n}`,
        start: '',
        startOther: '',
        doses: [],
        seconds: 1,
      });
      const first = openResults(path);
      for (const line of [sealed(1), measured(1), sealed(2)]) first.append(line);
      appendFileSync(path, '{"kind":"measured","cell":"sft-1 w2');
      const second = openResults(path);
      assert.equal(second.lines.length, 3);
      assert.deepEqual(wholeCells(second.lines).open, [name(2)]);
      for (const line of [sealed(2), measured(2)]) second.append(line);
      // The seal that stands is not written again, and another one for the same cell is refused.
      appendOnce(second, sealed(3));
      appendOnce(second, sealed(3));
      assert.equal(second.lines.filter((line) => line.kind === 'sealed' && line.cell === name(3)).length, 1);
      assert.throws(() => appendOnce(second, { ...sealed(3), seal: 'other' } as Line), /not the one that stands/);
      appendOnce(second, measured(3));
      const third = openResults(path);
      assert.deepEqual(third.lines.slice(0, 3), first.lines);
      assert.deepEqual(
        wholeCells(third.lines).cells.map(({ id }) => id.world),
        [1, 2, 3],
      );
      assert.ok(readFileSync(path, 'utf8').endsWith('\n'));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('a measurement without the seal before it does not count', () => {
    const cell = cellName({ arm: 'sft-1', world: 1, pretraining: 0, fineTuning: 0, width: 32 });
    const sealed: Line = { kind: 'sealed', cell, code: 'c', seal: 's', doses: [] };
    const measured: Line = { kind: 'measured', cell, seal: 's', start: '', startOther: '', doses: [], seconds: 1 };
    assert.equal(wholeCells([measured, sealed]).cells.length, 0);
    assert.equal(wholeCells([sealed, { ...measured, seal: 'other' }]).cells.length, 0);
    assert.equal(wholeCells([sealed, measured]).cells.length, 1);
  });

  it('the plan has every arm in every world, and drops worlds from the end, never arms', () => {
    const plan = planOf();
    const cells = plan.flatMap((network) => network.cells);
    assert.equal(new Set(cells.map(cellName)).size, cells.length);
    for (const world of WORLDS) {
      for (const { name, control } of ARMS) {
        const those = cells.filter((cell) => cell.world === world && cell.arm === name && cell.width === WIDTH);
        assert.equal(those.length, control ? 2 : 6, `${name} in world ${world}`);
      }
    }
    const cost = (worlds: readonly number[]) =>
      secondsOf(
        planOf(worlds),
        () => false,
        () => false,
      );
    const some = worldsWithin(cost(WORLDS) / 2, cost);
    assert.deepEqual(some, WORLDS.slice(0, some.length));
    assert.ok(some.length < WORLDS.length && cost(some) <= cost(WORLDS) / 2);
    assert.ok(cost(WORLDS.slice(0, some.length + 1)) > cost(WORLDS) / 2);
    assert.equal(
      secondsOf(
        plan,
        () => true,
        () => false,
      ),
      0,
    );
    assert.equal(
      secondsOf(
        planOf([1], []),
        (cell) => cellName(cell) !== cellName(cells[0] ?? ({} as never)),
        () => true,
      ),
      COST[WIDTH].cell,
    );
  });
});
