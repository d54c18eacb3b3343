import assert from 'node:assert/strict';
import { pace } from '../../server/session/pace';

describe('The pace of evaluations', () => {
  it('starts the first run at once', () => {
    assert.equal(pace().delay(0), 0);
    assert.equal(pace().delay(123_456), 0);
  });

  it('lets cheap runs follow each other without a rest', () => {
    const own = pace();
    own.ran(100, 105);
    assert.equal(own.delay(105), 0);
  });

  it('rests as long as the last run took, but no longer than a second', () => {
    const own = pace();
    own.ran(0, 200);
    assert.equal(own.delay(200), 200);
    assert.equal(own.delay(350), 50);
    assert.equal(own.delay(400), 0);
    own.ran(400, 60_400);
    assert.equal(own.delay(60_400), 1000);
  });
});
