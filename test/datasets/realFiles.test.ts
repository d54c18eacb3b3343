/**
 * Real files of other people, where the environment variable DRAMATIS_REAL_DATA names a folder of them; never needed.
 * Every `.jsonl` and `.jsonl.gz` is counted a second time, by `JSON.parse` and a map of normalised texts.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readDataset } from '../../server/datasets/reading/read';
import { nodeHost } from '../../server/host/nodeHost';
import { datasetSource } from '../support/datasets';

const folder = process.env.DRAMATIS_REAL_DATA;

interface Counted {
  rows: number;
  usable: number;
  unique: number;
}

/** Counts a file in the plainest way: every row whole, every text a string. */
function countPlainly(text: string): Counted {
  const seen = new Set<string>();
  const counted = { rows: 0, usable: 0, unique: 0 };
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    counted.rows += 1;
    const row = JSON.parse(line) as Record<string, unknown>;
    const text = textOf(row);
    if (text === undefined) continue;
    counted.usable += 1;
    seen.add(text);
  }
  counted.unique = seen.size;
  return counted;
}

/** The normalised text of the row's turns; undefined where there is no answer. */
function textOf(row: Record<string, unknown>): string | undefined {
  const normal = (text: unknown) => String(text).replace(/\s+/gu, ' ').trim();
  if (Array.isArray(row.messages)) {
    const messages = row.messages as readonly { role: string; content: unknown; weight?: number }[];
    if (!messages.some(({ role, weight }) => role === 'assistant' && weight !== 0)) return undefined;
    return JSON.stringify(messages.map(({ role, content }) => [role, normal(content)]));
  }
  const pieces = ['prompt', 'question', 'chosen', 'rejected', 'completion', 'answer_matching_behavior'];
  return JSON.stringify(pieces.map((part) => (row[part] === undefined ? null : normal(row[part]))));
}

describe('real files', () => {
  if (!folder) {
    it('are not at hand: DRAMATIS_REAL_DATA names no folder', function () {
      this.skip();
    });
    return;
  }
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) => /\.jsonl(\.gz)?$/u.test(file));
  for (const file of files.sort()) {
    it(`are counted as plain counting does: ${file}`, async () => {
      const path = join(folder, file);
      const source = { ...(await datasetSource('situation x response a over b')), uri: pathToFileURL(path).toString() };
      const counts = await readDataset(source, undefined, nodeHost());
      const bytes = readFileSync(path);
      const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
      const text = (packed ? gunzipSync(bytes) : bytes).toString('utf8');
      if (text.startsWith('version https://git-lfs')) {
        assert.equal(counts.failure?.code, 'dataset-lfs');
        return;
      }
      const expected = countPlainly(text);
      assert.deepEqual(
        { rows: counts.rows, usable: counts.classified, unique: counts.classified - counts.duplicates },
        expected,
      );
      console.log(`      ${counts.format}: ${JSON.stringify(expected)}`);
    });
  }
});
