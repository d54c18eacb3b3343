import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXAMPLES, FORMATS } from '../../server/datasets/formats/list';
import * as limits from '../../server/datasets/limits';
import { previewRows } from '../../server/datasets/preview/preview';
import { datasetSource, jsonLines, readText } from '../support/datasets';
import { memoryHost } from '../support/memoryHost';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/datasets.md'), 'utf8');

/** The rows of the table under this heading, as cells. */
function table(heading: string): readonly (readonly string[])[] {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith(heading));
  assert.ok(start >= 0, heading);
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const code = (cell: string) => cell.replace(/^`|`$/gu, '');

describe('the documentation of datasets', () => {
  for (const [{ title, name, method = 'sft' }, examples] of EXAMPLES) {
    for (const { row, user, assistant } of examples) {
      it(`is right about ${title}: ${row.slice(0, 60)}`, async () => {
        // Constants would do for every format but one that has nothing else to be looked at.
        const mapping =
          name === 'record' ? 'situation x response field "label" over b' : 'situation x response a over b';
        const source = await datasetSource(mapping);
        const host = memoryHost({ 'file:///w/data.jsonl': row });
        const { rows, failure } = await previewRows(source, undefined, host, 5);
        assert.equal(failure, undefined);
        assert.equal(rows.length, 1);
        assert.equal(rows[0]!.format, title);
        assert.equal(rows[0]!.problem, undefined);
        assert.equal((rows[0]!.user ?? '').replace(/\s+/gu, ' ').trim(), user);
        assert.equal((rows[0]!.assistant ?? '').trim(), assistant);
        const counts = await readText(row, 'situation x response a');
        const asked = counts.problemCounts['dataset-row-no-over'] ? 'prefer' : counts.method;
        assert.equal(asked, method);
      });
    }
  }

  it('has an example of every format that can be evidence', () => {
    const displayed = new Set(EXAMPLES.map(([format]) => format));
    assert.deepEqual(
      FORMATS.filter((format) => !displayed.has(format)).map(({ name }) => name),
      ['prompt-only'],
    );
    assert.equal(new Set(FORMATS.map(({ name }) => name)).size, FORMATS.length);
  });

  for (const [kind, row] of table('| table | a row')) {
    it(`is right about measured tables: ${kind}`, async () => {
      const counts = await readText(jsonLines([JSON.parse(code(row!))]), 'logprobs sum nats field "p"');
      assert.deepEqual(counts.problems, []);
      assert.equal(counts.measured!.rows, 1);
      assert.equal(counts.measured!.personas[0], 'helpful');
      assert.equal(counts.measured!.logprob[0], -3.2);
    });
  }

  it('names every limit as it is', () => {
    const written = table('| what | limit').map(([, value]) => Number(value));
    assert.deepEqual(written, [
      limits.maxRowBytes,
      limits.maxDepth,
      limits.maxInflation,
      limits.inflationGrace,
      limits.maxListedProblems,
      limits.maxShapes,
      limits.maxCompared,
      limits.maxRowGroupBytes,
      limits.maxZstdWindow,
      limits.maxUnboundedMatch,
      limits.matchTimeLimit,
      limits.matchTimePerMillion,
      limits.rereadEntire,
    ]);
  });
});
