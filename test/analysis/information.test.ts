/** Expected information about accounts and personas, against an enumeration written down a second time. */
import assert from 'node:assert/strict';
import { compositions, outcomeCount } from '../../server/analysis/information/counts';
import { expectedInformation } from '../../server/analysis/information/information';
import { runToEnd } from '../../server/inference/stepwise';
import { close } from '../inference/program';

const alternatives = (rows: readonly (readonly number[])[], weights = rows.map(() => 1)) =>
  rows.map((p, i) => ({ weight: weights[i] ?? 0, mixture: [{ weight: 1, p }] }));

/** Every sequence of n answers, one after the other: I(alternative; sequence), which equals that of the counts. */
function bySequences(rows: readonly (readonly number[])[], weights: readonly number[], n: number): number {
  const total = weights.reduce((a, b) => a + b, 0);
  const m = rows[0]?.length ?? 0;
  let sum = 0;
  const walk = (left: number, chances: readonly number[]): void => {
    if (left === 0) {
      const mean = chances.reduce((s, c, i) => s + (c * (weights[i] ?? 0)) / total, 0);
      chances.forEach((c, i) => {
        if (c > 0) sum += ((weights[i] ?? 0) / total) * c * Math.log(c / mean);
      });
      return;
    }
    for (let y = 0; y < m; y++)
      walk(
        left - 1,
        chances.map((c, i) => c * (rows[i]?.[y] ?? 0)),
      );
  };
  walk(
    n,
    rows.map(() => 1),
  );
  return sum;
}

describe('Expected information', () => {
  it('counts outcomes as they are enumerated', () => {
    for (const [n, m] of [
      [0, 3],
      [5, 1],
      [7, 2],
      [6, 4],
    ] as const)
      assert.equal([...compositions(n, m)].length, outcomeCount(n, m));
  });

  it('is what all sequences of answers say', () => {
    for (const [rows, weights] of [
      [
        [
          [0.2, 0.8],
          [0.7, 0.3],
        ],
        [1, 1],
      ],
      [
        [
          [0.2, 0.5, 0.3],
          [0.1, 0, 0.9],
          [1 / 3, 1 / 3, 1 / 3],
        ],
        [0.6, 0.3, 0.1],
      ],
    ] as const)
      for (const n of [1, 2, 5]) {
        const { nats, exact } = runToEnd(expectedInformation(alternatives(rows, [...weights]), n));
        assert.ok(exact);
        close(nats, bySequences(rows, weights, n), `${n}`, 1e-12);
      }
  });

  it('is nothing between equals and everything between what never answers alike', () => {
    close(
      runToEnd(
        expectedInformation(
          alternatives([
            [0.4, 0.6],
            [0.4, 0.6],
          ]),
          100,
        ),
      ).nats,
      0,
    );
    close(
      runToEnd(
        expectedInformation(
          alternatives([
            [1, 0],
            [0, 1],
          ]),
          1,
        ),
      ).nats,
      Math.LN2,
    );
    close(runToEnd(expectedInformation(alternatives([[1, 0]]), 3)).nats, 0);
  });

  it('reads a mixture as one alternative', () => {
    const mixed = {
      weight: 1,
      mixture: [
        { weight: 0.5, p: [0.1, 0.9] },
        { weight: 0.5, p: [0.9, 0.1] },
      ],
    };
    const flat = { weight: 1, mixture: [{ weight: 1, p: [0.5, 0.5] }] };
    // One answer cannot tell them apart, two can: P(same) is 0.82 against 0.5.
    close(runToEnd(expectedInformation([mixed, flat], 1)).nats, 0, '', 1e-12);
    const same = 0.82;
    const middle = (same + 0.5) / 2;
    const expected =
      0.5 * (same * Math.log(same / middle) + (1 - same) * Math.log((1 - same) / (1 - middle))) +
      0.5 * (0.5 * Math.log(0.5 / middle) + 0.5 * Math.log(0.5 / (1 - middle)));
    close(runToEnd(expectedInformation([mixed, flat], 2)).nats, expected, '', 1e-12);
  });

  it('is sampled and marked beyond 100,000 outcomes, close to what enumeration of merged answers gives', () => {
    // Seven answers of which the last five are told apart by nothing: the same as three.
    const wide = [
      [0.2, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1],
      [0.25, 0.15, 0.12, 0.12, 0.12, 0.12, 0.12],
    ];
    const merged = wide.map((p) => [p[0] ?? 0, p[1] ?? 0, p.slice(2).reduce((a, b) => a + b, 0)]);
    const sampled = runToEnd(expectedInformation(alternatives(wide), 100));
    const exact = runToEnd(expectedInformation(alternatives(merged), 100));
    assert.equal(sampled.exact, false);
    assert.equal(exact.exact, true);
    close(sampled.nats, exact.nats, 'sampled', 0.01);
  });
});
