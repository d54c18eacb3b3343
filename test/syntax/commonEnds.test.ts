import assert from 'node:assert/strict';
import fc from 'fast-check';
import { commonPrefix, commonSuffix } from '../../server/syntax/commonEnds';

/** A long text of few letters, and how it was changed: lengths around the slices that are compared at once. */
const edit = fc.record({
  unit: fc.constantFrom('a', 'ab', '漢', 'é\n'),
  length: fc.nat(9000),
  at: fc.nat(9000),
  removed: fc.nat(50),
  inserted: fc.constantFrom('', 'a', 'x', 'ab', 'ba漢'),
});

describe('What two texts share at their ends', () => {
  it('is counted as one unit after the other would be', () => {
    const property = fc.property(edit, ({ unit, length, at, removed, inserted }) => {
      const a = unit.repeat(length);
      const b = a.slice(0, at) + inserted + a.slice(at + removed);
      let prefix = 0;
      while (prefix < Math.min(a.length, b.length) && a[prefix] === b[prefix]) prefix += 1;
      const most = Math.min(a.length, b.length) - prefix;
      let suffix = 0;
      while (suffix < most && a[a.length - 1 - suffix] === b[b.length - 1 - suffix]) suffix += 1;
      assert.deepEqual([commonPrefix(a, b), commonSuffix(a, b, most)], [prefix, suffix]);
    });
    fc.assert(property, { numRuns: 300 });
  });
});
