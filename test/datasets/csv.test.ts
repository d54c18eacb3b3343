import assert from 'node:assert/strict';
import fc from 'fast-check';
import Papa from 'papaparse';
import { dialectOf, parseCells } from '../../server/datasets/containers/csv';
import { createRecordScanner } from '../../server/datasets/containers/csvRecords';
import { groupsOf, readText } from '../support/datasets';

const bytes = (text: string) => new TextEncoder().encode(text);
const MAPPING = 'situation x response field "label"';

/** The records of a text in chunks of a size, as their texts. */
function recordsOf(text: string, delimiter: string, carriageReturns: boolean, chunk: number) {
  const scanner = createRecordScanner({ delimiter: delimiter.charCodeAt(0), carriageReturns }, 1 << 20);
  const all = bytes(text);
  const records = [];
  for (let at = 0; at < all.length; at += chunk) records.push(...scanner.push(all.subarray(at, at + chunk)));
  records.push(...scanner.end());
  return records.map((record) => ({ ...record, text: new TextDecoder().decode(record.bytes) }));
}

const piece = fc.constantFrom('a', 'bc', '"', '""', ',', ';', '\t', ' ', 'é', '\n', '', 'x"y');
const cell = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));

describe('tables of text', () => {
  it('are what Papa Parse reads, where it finds nothing wrong', async () => {
    let compared = 0;
    await fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        (table, delimiter, newline, quotes, chunk) => {
          const text = table
            .map((row) =>
              row
                .map((value) => (quotes ? `"${value.replaceAll('"', '""')}"` : value.replaceAll('\n', '')))
                .join(delimiter),
            )
            .join(newline)
            .concat(newline);
          const papa = Papa.parse<string[]>(text, { delimiter, newline });
          const ours = recordsOf(text, delimiter, newline === '\r', chunk);
          if (papa.errors.length > 0) {
            // What Papa finds wrong is found wrong here too, and costs no other record.
            assert.ok(
              ours.some(({ malformed }) => malformed),
              text,
            );
            return;
          }
          compared += 1;
          assert.ok(
            ours.every(({ malformed }) => !malformed),
            text,
          );
          const cells = ours.map((record) => parseCells(record.text, delimiter));
          // Papa counts what stands behind the last line end as a record.
          assert.deepEqual(cells, papa.data.slice(0, -1));
        },
      ),
      { numRuns: 2000 },
    );
    assert.ok(compared > 800, String(compared));
  });

  it('lose one row to a quote that does not fit, and say which', async () => {
    const counts = await readText(
      'prompt,completion,label\n1,say ""hi"" now,a\n2,"x"y,a\n3,fine,b\n4,"q ""x""",b\n',
      MAPPING,
      { file: 'data.csv' },
    );
    assert.deepEqual(groupsOf(counts), ['x a times 1', 'x b times 2']);
    assert.deepEqual(
      counts.problems.map(({ line, code }) => `${line} ${code}`),
      ['3 dataset-row-quotes'],
    );
    const tabs = await readText('prompt\tcompletion\tlabel\n1\tan ""x""\ta\n2\t5" pipe\tb\n', MAPPING, {
      file: 'data.tsv',
    });
    assert.deepEqual(groupsOf(tabs), ['x a times 1', 'x b times 1']);
  });

  it('say that a quote is not closed, and where it opens', async () => {
    const counts = await readText('prompt,completion,label\n1,b,a\n2,"open,b\n3,c,a\n', MAPPING, { file: 'data.csv' });
    assert.deepEqual([counts.rows, counts.classified], [2, 1]);
    assert.match(counts.problems[0]!.message, /opens on line 3 is not closed/u);
  });

  it('may end their lines with carriage returns alone', async () => {
    const counts = await readText('prompt,completion,label\r1,"two\rlines",a\r2,b,b\r', MAPPING, { file: 'data.csv' });
    assert.deepEqual(groupsOf(counts), ['x a times 1', 'x b times 1']);
    assert.deepEqual([...counts.index!.line], [2, 4]);
  });

  it('may separate cells by semicolons, tabs or bars, however few rows they have', async () => {
    for (const delimiter of [';', '\t', '|', ','])
      for (const tail of ['', '\n']) {
        const text = `prompt${delimiter}completion${delimiter}label\nHello${delimiter}"Hi, ""you""; there"${delimiter}a${tail}`;
        const counts = await readText(text, MAPPING, { file: 'data.csv' });
        assert.deepEqual(groupsOf(counts), ['x a times 1'], text);
      }
    const commas = 'prompt;completion;label\na, b, c;d, e, f;a\ng;h, i;b\n';
    assert.equal(dialectOf(commas, false).delimiter, ';'.charCodeAt(0));
    assert.equal(dialectOf('text\nno, delimiter; here\n', false).delimiter, ','.charCodeAt(0));
    assert.equal(dialectOf('a;b\n1;2,3\n', false).delimiter, ';'.charCodeAt(0));
    assert.equal(dialectOf('a;b', false).delimiter, ';'.charCodeAt(0));
  });

  it('have a cell that is nested too deeply as the problem of its row alone', async () => {
    for (const depth of [600, 200_000]) {
      const deep = `${'['.repeat(depth)}{}${']'.repeat(depth)}`;
      const text = `messages,label\n"${deep}",a\n"[{""role"":""assistant"",""content"":""x""}]",b\n`;
      const counts = await readText(text, MAPPING, { file: 'data.csv' });
      assert.deepEqual([counts.failure, counts.rows, counts.classified], [undefined, 2, 1]);
      assert.equal(counts.problems[0]?.line, 2);
    }
  });

  it('cannot be read without a header', async () => {
    const counts = await readText('"a"b,c\n1,2\n', MAPPING, { file: 'data.csv' });
    assert.equal(counts.failure?.code, 'dataset-unreadable');
  });
});
