/** The pipeline on synthetic networks at the size of the experiment: every account, in four kinds of training. */
import assert from 'node:assert/strict';
import { supportedAccounts } from '../../../lab/prediction/predict';
import { sourceOf } from '../../../lab/run/network';
import { FINE_TUNINGS, PRETRAININGS, WORLDS } from '../../../lab/run/plan';
import { syntheticPipeline } from '../../../lab/run/synthetic';

const TRIALS = 10;

describe('lab: the pipeline on synthetic networks, at full size', function () {
  this.timeout(0);
  const accounts = supportedAccounts(sourceOf(101, false).world);

  for (const [arm, strengths] of [
    ['sft-1', [0.3, 1, 3, 8]],
    ['sft-4', [0.3, 1, 3, 8]],
    ['dpo', [0.5, 2, 6, 15]],
    ['rl-preferred-0.1', [1, 3, 8, 20]],
  ] as const) {
    const pipeline = syntheticPipeline(
      { arm, worlds: WORLDS, fineTunings: FINE_TUNINGS, runs: PRETRAININGS, strengths },
      accounts,
    );
    for (const account of accounts) {
      it(`names ${account.name} at least nine times of ten (${arm})`, () => {
        const named = Array.from({ length: TRIALS }, (_, trial) => pipeline.name(account, trial));
        const right = named.filter((name) => name === account.name).length;
        assert.ok(right >= 9, `${right} of ${TRIALS}: ${named.join(', ')}`);
      });
    }
  }
});
