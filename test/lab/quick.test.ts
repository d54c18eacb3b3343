/** The full path in small, from a world's text to an exported scenario. Its numbers are no result. */
import assert from 'node:assert/strict';
import { type QuickResult, quickRun } from '../../lab/run/quick';

describe('lab: the quick run', function () {
  this.timeout(300_000);
  let result: QuickResult | undefined;

  before(async () => {
    result = await quickRun();
  });

  it('passes its gate, its gradient steps, its seals, its scores and its export', () => {
    assert.deepEqual(result?.failures, []);
  });

  it('writes the network, then the seal, then what was held out', () => {
    assert.deepEqual(
      result?.lines.map(({ kind }) => kind),
      ['network', 'sealed', 'measured'],
    );
  });
});
