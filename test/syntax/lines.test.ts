import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lineIndex, offsetAt, positionAt } from '../../server/syntax/lines';

describe('the lines of a text', () => {
  it('end at LF, CRLF and a lone CR', () => {
    const lines = lineIndex('a\nb\r\nc\rd');
    assert.deepEqual(lines.starts, [0, 2, 5, 7]);
    assert.deepEqual(lines.ends, [1, 3, 6, 8]);
  });

  it('keep a position behind their end in front of what ends them', () => {
    const lines = lineIndex('ab\r\ncd');
    assert.equal(offsetAt(lines, { line: 0, character: 99 }), 2);
    assert.equal(offsetAt(lines, { line: 0, character: 3 }), 2);
    assert.equal(offsetAt(lines, { line: 1, character: 99 }), 6);
    assert.equal(offsetAt(lines, { line: 9, character: 0 }), 6);
  });

  it('give every offset that is no part of a line end back', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '\n', '\r\n', '\r', '😀'), { maxLength: 20 });
    fc.assert(
      fc.property(text, (pieces) => {
        const joined = pieces.join('');
        const lines = lineIndex(joined);
        assert.equal(lines.starts.length, joined.split(/\r\n|\r|\n/).length);
        for (let offset = 0; offset <= joined.length; offset++) {
          if (joined[offset] === '\n' && joined[offset - 1] === '\r') continue;
          assert.equal(offsetAt(lines, positionAt(lines, offset)), offset);
        }
      }),
    );
  });
});
