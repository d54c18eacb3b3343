import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
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
  for (const [format, row, method, user, assistant] of table('| format | a row')) {
    it(`is right about ${format}: ${row!.slice(0, 60)}`, async () => {
      const source = await datasetSource('situation x response a over b');
      const host = memoryHost({ 'file:///w/data.jsonl': code(row!) });
      const { rows, failure } = await previewRows(source, undefined, host, 5);
      assert.equal(failure, undefined);
      assert.equal(rows.length, 1);
      assert.equal(rows[0]!.format, format);
      assert.equal(rows[0]!.problem, undefined);
      assert.equal((rows[0]!.user ?? '').replace(/\s+/gu, ' ').trim(), user);
      assert.equal((rows[0]!.assistant ?? '').trim(), assistant);
      const counts = await readText(code(row!), 'situation x response a');
      const asked = counts.problemCounts['dataset-row-no-over'] ? 'prefer' : counts.method;
      assert.equal(asked, method);
    });
  }

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
