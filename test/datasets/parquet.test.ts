import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readDataset } from '../../server/datasets/reading/read';
import { datasetSource, groupsOf, readText } from '../support/datasets';
import { memoryHost } from '../support/memoryHost';

/** Five rows: a list of messages, a text, a reward from -0.5 to 0.5, a big integer, a time, a truth value. */
const file = (codec: string) => readFileSync(resolve(import.meta.dirname, `fixtures/rollouts-${codec}.parquet`));
const mapping =
  'situation x response a when "completion" matches "2": response b when "user" matches "Hi 4": response c';

describe('Parquet files', () => {
  for (const codec of ['uncompressed', 'snappy', 'gzip', 'zstd', 'lz4_raw', 'brotli']) {
    it(`are read row by row, packed with ${codec}`, async () => {
      const counts = await readText(new Uint8Array(file(codec)), mapping, { file: 'rollouts.parquet' });
      assert.deepEqual([counts.failure, counts.format, counts.method], [undefined, 'RL rollout, in Parquet', 'rl']);
      assert.deepEqual(groupsOf(counts), [
        'x a reward -0.5 times 1',
        'x a reward -0.25 times 1',
        'x b reward 0 times 1',
        'x a reward 0.25 times 1',
        'x c reward 0.5 times 1',
      ]);
      assert.deepEqual(
        counts.fields.map(({ path, example }) => `${path} ${example}`),
        [
          'step 7',
          'prompt[-1].role user',
          'prompt[-1].content Hi 0',
          'completion answer 0',
          'reward -0.5',
          'at 2026-01-02T03:04:05.000Z',
          'ok true',
        ],
      );
    });
  }

  it('say by name that Brotli cannot be read where the machine brings none', async () => {
    const source = await datasetSource(mapping, 'rollouts.parquet');
    const { unbrotli: _, ...host } = memoryHost({ 'file:///w/rollouts.parquet': new Uint8Array(file('brotli')) });
    const { failure } = await readDataset(source, undefined, host);
    assert.equal(failure?.code, 'dataset-parquet');
    assert.match(failure!.message, /Brotli/u);
  });

  it('that are damaged are a diagnostic', async () => {
    for (const end of [5, 100, 400]) {
      const { failure } = await readText(new Uint8Array(file('snappy')).slice(0, -end), mapping);
      assert.equal(failure?.code, 'dataset-parquet');
    }
  });
});
