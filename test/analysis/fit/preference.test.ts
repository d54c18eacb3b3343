/** The rule by which measurements prefer an account, its sentence, and how often it errs between equals. */
import assert from 'node:assert/strict';
import { fitAccounts } from '../../../server/analysis/fit/fit';
import { coverageTail, preference, type ScoredAccount, scoreDifference } from '../../../server/analysis/fit/preference';
import { displayUnit } from '../../../server/analysis/fit/units';
import { close } from '../../inference/program';
import { account, betaBinomial, replied, share, stream } from './problems';

const unit = displayUnit('bits');

function scored(name: string, scores: readonly number[], inside90 = scores.length): ScoredAccount {
  return {
    name,
    units: scores.map((score, i) => ({ unit: `u${i}`, score })),
    heldOutScore: scores.reduce((a, b) => a + b, 0),
    coverage: { inside90, of: scores.length },
  };
}

describe('The rule for a preference', () => {
  const eight = [-10, -11, -10, -9, -10, -12, -10, -10];
  const worse = eight.map((x, i) => x - 1 - (i % 3) * 0.2);

  it('prefers the best by more than 4 nats and t standard errors over eight units', () => {
    const { preferred, sentence } = preference([scored('unmoved', worse), scored('selection', eight)], unit);
    assert.equal(preferred, 'selection');
    assert.match(
      sentence,
      /^The measurements prefer selection: its held-out score is 13\.\d bits above unmoved, the next best, over 8 units, and 8 of 8 held-out runs lie inside its 90% intervals\.$/,
    );
  });

  it('does not with seven units, however far apart', () => {
    const { preferred, sentence } = preference(
      [
        scored('a', eight.slice(1)),
        scored(
          'b',
          eight.slice(1).map((x) => x - 50),
        ),
      ],
      unit,
    );
    assert.equal(preferred, null);
    assert.match(sentence, /cannot tell the accounts apart: 7 independent units are held out, 8 are needed/);
  });

  it('does not by 4 nats or less, nor where the units disagree', () => {
    assert.equal(
      preference(
        [
          scored('a', eight),
          scored(
            'b',
            eight.map((x) => x - 0.5),
          ),
        ],
        unit,
      ).preferred,
      null,
    );
    assert.equal(
      preference(
        [
          scored('a', eight),
          scored(
            'b',
            eight.map((x) => x - 0.51),
          ),
        ],
        unit,
      ).preferred,
      'a',
    );
    // Six nats in one unit alone: the standard error is as large as the difference.
    const once = eight.map((x, i) => (i === 0 ? x - 6 : x));
    assert.equal(preference([scored('a', eight), scored('b', once)], unit).preferred, null);
  });

  it('counts an account that called the data impossible as beaten', () => {
    const impossible = eight.map((x, i) => (i === 3 ? Number.NEGATIVE_INFINITY : x));
    assert.equal(preference([scored('a', eight), scored('b', impossible)], unit).preferred, 'a');
    const both = preference([scored('a', impossible), scored('b', impossible)], unit);
    assert.equal(both.preferred, null);
    assert.match(both.sentence, /impossible/);
  });

  it('does not where the best account’s coverage is rejected, and says so where everyone’s is', () => {
    assert.equal(preference([scored('a', eight, 3), scored('b', worse)], unit).preferred, null);
    const none = preference([scored('a', eight, 3), scored('b', worse, 2)], unit);
    assert.match(none.sentence, /^None of these accounts predicts the measurements: of 8 held-out runs at most 3 lie/);
  });

  it('says where nothing is held out', () => {
    assert.match(preference([scored('a', [])], unit).sentence, /^Nothing is held out/);
  });

  it('has √u times the standard deviation of the differences as its error', () => {
    const difference = scoreDifference([1, 2, 3.5], [0, 3, 1]);
    assert.equal(difference.value, 2.5);
    // Differences 1, −1, 2.5: mean 5/6, sum of squares 6.1667, variance 3.08333.
    close(difference.standardError ?? 0, Math.sqrt((3 * (8.25 - 3 * (2.5 / 3) ** 2)) / 2));
    assert.equal(scoreDifference([1], [2]).standardError, null);
    assert.ok(Number.isNaN(scoreDifference([-Infinity], [-Infinity]).value));
  });

  it('rejects a coverage by the binomial tail', () => {
    close(coverageTail(8, 8), 1);
    close(coverageTail(7, 8), 1 - 0.9 ** 8);
    close(coverageTail(0, 0), 1);
  });
});

describe('Simulated measurements', () => {
  const long = process.env['DRAMATIS_LONG'] !== undefined;

  it('lead to a false preference between equally wrong accounts in at most 5% of all cases', () => {
    const random = stream(7);
    const times = long ? 4000 : 400;
    for (const correlation of [0, 0.02]) {
      let preferred = 0;
      for (let n = 0; n < times; n++) {
        const runs = Array.from({ length: 10 }, () => betaBinomial(random, 100, 0.5, correlation));
        const measured = replied(runs.map((k) => ({ heldOut: true, runs: [[k, 100] as const] })));
        const accounts = [0.46, 0.54].map((p) => account(`${p}`, () => runs.map(() => share(p, correlation))));
        if (fitAccounts({ parameters: [], measured, accounts }, { unit }).preferred !== null) preferred++;
      }
      assert.ok(preferred / times <= 0.05, `${correlation}: ${preferred} of ${times}`);
    }
  }).timeout(120_000);

  it('prefer the true account over a false one where there is enough of them', () => {
    const random = stream(11);
    const runs = Array.from({ length: 12 }, (_, i) => betaBinomial(random, 200, 0.1 + 0.05 * i, 0));
    const measured = replied(runs.map((k) => ({ heldOut: true, runs: [[k, 200] as const] })));
    const accounts = [
      account('true', () => runs.map((_, i) => share(0.1 + 0.05 * i))),
      account('false', () => runs.map(() => share(0.375))),
    ];
    assert.equal(fitAccounts({ parameters: [], measured, accounts }, { unit }).preferred, 'true');
  });
});
