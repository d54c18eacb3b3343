import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changeBetween, reparse } from '../../server/syntax/incremental/reparse';
import { parse } from '../../server/syntax/parser/parser';
import { arbitraryLaidOut, arbitraryWreck } from '../support/mutations';

const BITS = [
  '',
  'a',
  ' ',
  '\n',
  '"',
  '"""',
  '/*',
  '*/',
  '//',
  '///',
  '{',
  '}',
  '->',
  ',',
  'episode',
  '\nprobe a -> b\n',
  'import "x"',
  '%',
  '$x',
  '(',
  ')',
  '@p',
  '\ncondition c {\n',
  '\ndataset d from "x", "y" { where "a" not is -2  rows 1 to 3\n  turn each  labels "l" by "i" corrected }\n',
  ' set $dose 3 ',
  '\\',
];

const arbitraryEdits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.nat(12),
    inserted: fc.constantFrom(...BITS),
  }),
  { minLength: 1, maxLength: 8 },
);

describe('reading again after an edit', () => {
  it('gives exactly what reading from nothing gives', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryLaidOut(), arbitraryWreck), arbitraryEdits, (original, edits) => {
        let text = original;
        let result = parse(text);
        for (const edit of edits) {
          const start = Math.floor(edit.at * text.length);
          const removed = Math.min(edit.removed, text.length - start);
          text = text.slice(0, start) + edit.inserted + text.slice(start + removed);
          result = reparse(text, result, { start, removed, inserted: edit.inserted.length });
          assert.deepStrictEqual(result, parse(text));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the declarations before the edit and, where nothing moves, those behind it', () => {
    const text = 'probe a -> b\nprobe c -> misaligned\nprobe e -> f\n';
    const before = parse(text);
    const at = text.indexOf('misaligned') + 3;
    const after = reparse(text.replace('misaligned', 'misbligned'), before, { start: at, removed: 1, inserted: 1 });
    assert.equal(after.file.declarations[0], before.file.declarations[0]);
    assert.notEqual(after.file.declarations[1], before.file.declarations[1]);
    assert.equal(after.file.declarations[2], before.file.declarations[2]);
  });

  it('reads from nothing where the change does not fit the text', () => {
    const before = parse('probe a -> b');
    const text = 'probe c -> d\nprobe e -> f';
    assert.deepStrictEqual(reparse(text, before, { start: 50, removed: 3, inserted: 0 }), parse(text));
    assert.deepStrictEqual(reparse(text, before, { start: 0, removed: 0, inserted: 1 }), parse(text));
  });

  it('finds the smallest change between two texts', () => {
    assert.deepEqual(changeBetween('abcd', 'abXcd'), { start: 2, removed: 0, inserted: 1 });
    assert.deepEqual(changeBetween('aaa', 'aa'), { start: 2, removed: 1, inserted: 0 });
    assert.deepEqual(changeBetween('same', 'same'), { start: 4, removed: 0, inserted: 0 });
  });
});
