import assert from 'node:assert/strict';
import type { DatasetCounts } from '../../server/datasets/counts';
import { labelsPage } from '../../server/features/hover/labels';

const none = { count: 0, first: [] };
const report = {
  labels: 9,
  labelled: 8,
  judged: 5,
  unmatched: { count: 1, first: ['zz'] },
  twice: none,
  several: none,
  unusable: 0,
};
const counts = (more: object) => ({ ...more }) as unknown as DatasetCounts;

describe('a hover over labels', () => {
  it('says how many rows have one, how far raters agree, and what was corrected', () => {
    const kappas = [{ raters: ['ann', 'judge:<b>'], units: 4, kappa: Number.NaN }];
    const agreement = { units: 4, alpha: 0.7431, interval: [0.5, 0.9], kappas };
    const corrected = { counts: [{ situation: 'x', response: 'a', count: 12.34, interval: [10, 15] }], draws: [] };
    const text = labelsPage(counts({ labels: { ...report, agreement }, corrected }))!;
    assert.match(text, /8 rows have a label, 5 of them by a judge only\. 1 labelled ids belong to no row/);
    assert.match(text, /\*\*0\.74\*\* \(95%: 0\.50 to 0\.90\)/);
    assert.match(text, /not defined/);
    assert.match(text, /12\.3 \| 10\.0 to 15\.0/);
    assert.doesNotMatch(text, /<b>|NaN/);
  });

  it('says nothing where there are none', () => {
    assert.equal(labelsPage(counts({})), undefined);
  });
});
