/**
 * Synthetic networks that obey one account each: the pipeline must name it. In small here; at the size of the experiment
 * in `long/`.
 */
import assert from 'node:assert/strict';
import { supportedAccounts } from '../../lab/prediction/predict';
import { sourceOf } from '../../lab/run/network';
import { DEVELOPMENT_WORLDS } from '../../lab/run/plan';
import { syntheticPipeline } from '../../lab/run/synthetic';

const TRIALS = 2;

describe('lab: the pipeline on synthetic networks', function () {
  this.timeout(300_000);

  it('names the account that they obey, nine times of ten', () => {
    // Costly accounts are in the long test.
    const all = supportedAccounts(sourceOf(DEVELOPMENT_WORLDS[0] ?? 0, false).world);
    const accounts = all.filter(({ costly }) => !costly);
    const pipeline = syntheticPipeline(
      { arm: 'sft-1', worlds: DEVELOPMENT_WORLDS.slice(0, 2), fineTunings: 3, runs: 3, strengths: [1, 4] },
      accounts,
    );
    const wrong: string[] = [];
    for (const account of accounts) {
      for (let trial = 0; trial < TRIALS; trial++) {
        const named = pipeline.name(account, trial);
        if (named !== account.name) wrong.push(`${account.name} was called ${named}`);
      }
    }
    assert.ok(wrong.length <= 0.1 * TRIALS * accounts.length, wrong.join('; '));
  });
});
