/**
 * Files that break off: every container is cut at every byte. What comes back is a failure, or every row that the
 * remaining bytes begin, the last one perhaps with a problem; never fewer rows without a word.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync, strToU8, zipSync } from 'fflate';
import { jsonLines, readText } from '../support/datasets';

const MAPPING = 'situation x response a';
const rows = [
  { prompt: 'p, "1"', completion: 'é [{' },
  { prompt: 'p\n2', completion: 'b]}' },
  { prompt: 'p3', completion: 'c' },
];
const fixture = (name: string) => readFileSync(resolve(import.meta.dirname, 'fixtures', name));
const samples = Object.fromEntries(
  rows.map((row, i) => [
    `samples/${i}_epoch_1.json`,
    strToU8(
      JSON.stringify({ id: i, epoch: 1, scores: {}, messages: [{ role: 'assistant', content: row.completion }] }),
    ),
  ]),
);
const archive = (level: 0 | 6) => zipSync({ 'header.json': strToU8('{}'), ...samples }, { level });

/** Containers that end with something of their own: a cut one is a failure, whatever was read before. */
const CLOSED: Readonly<Record<string, readonly [file: string, bytes: Uint8Array]>> = {
  'a JSON array': ['data.json', strToU8(JSON.stringify(rows))],
  'an indented JSON array': ['data.json', strToU8(JSON.stringify(rows, null, 2))],
  'an array inside an object': ['data.json', strToU8(JSON.stringify({ data: rows, more: [{}] }))],
  'an Inspect log': [
    'log.json',
    strToU8(JSON.stringify({ version: 2, status: 'success', eval: {}, samples: rows, reductions: [{}] })),
  ],
  'an archive, stored': ['log.eval', archive(0)],
  'an archive, deflated': ['log.eval', archive(6)],
  'an archive, packed with zstd': ['log.eval', fixture('log-zstd.eval')],
  'gzipped lines': ['data.jsonl.gz', gzipSync(strToU8(jsonLines(rows)))],
  'zstd-packed lines': ['data.jsonl.zst', fixture('chat.jsonl.zst')],
  'a Parquet file': ['data.parquet', fixture('rollouts-snappy.parquet')],
};

describe('a file that breaks off', () => {
  for (const [name, [file, bytes]] of Object.entries(CLOSED)) {
    it(`is a failure at every byte: ${name}`, async () => {
      const entire = await readText(bytes, MAPPING, { file });
      assert.equal(entire.failure, undefined);
      assert.ok(entire.rows >= 2);
      // Fixtures that are large, or slow to unpack, are cut at fewer places, and at each of the last.
      const step = name.startsWith('zstd') ? 397 : bytes.length > 4000 ? 7 : 1;
      for (let end = 1; end < bytes.length; end += end < bytes.length - 12 ? step : 1) {
        const counts = await readText(bytes.subarray(0, end), MAPPING, { file });
        const said = counts.failure !== undefined || counts.rows === counts.unclassified;
        assert.ok(said && counts.classified === 0, `${end} of ${bytes.length}: ${counts.classified} rows`);
        if (end > 60) assert.ok(counts.failure, `${end} of ${bytes.length}: no failure`);
      }
    }).timeout(60_000);
  }

  it('keeps every line that it begins', async () => {
    const text = jsonLines(rows);
    for (let end = 1; end <= text.length; end++) {
      const cut = text.slice(0, end);
      const lines = cut.split('\n').filter((line) => line.trim() !== '');
      const entire = lines.filter(isJson).length;
      const counts = await readText(cut, MAPPING);
      assert.deepEqual([counts.failure, counts.rows, counts.classified], [undefined, lines.length, entire], cut);
    }
  });

  it('keeps every value that it begins', async () => {
    const text = rows.map((row) => JSON.stringify(row, null, 1)).join('\n');
    const ends = rows.map(
      (_, i) =>
        rows
          .slice(0, i + 1)
          .map((row) => JSON.stringify(row, null, 1))
          .join('\n').length,
    );
    for (let end = 1; end <= text.length; end++) {
      const counts = await readText(text.slice(0, end), MAPPING, { file: 'data.json' });
      const begun = 1 + ends.filter((at) => at + 1 < end).length;
      assert.deepEqual([counts.failure, counts.rows], [undefined, begun], text.slice(0, end));
      assert.equal(counts.classified, ends.filter((at) => at <= end).length);
    }
  });

  for (const [name, delimiter, end] of [
    ['data.csv', ',', '\n'],
    ['data.csv', ';', '\r\n'],
    ['data.csv', ',', '\r'],
    ['data.tsv', '\t', '\n'],
  ] as const) {
    it(`keeps every record that it begins: ${name}, ${JSON.stringify(delimiter + end)}`, async () => {
      const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const records = rows.map((row) => [cell(row.prompt), cell(row.completion)].join(delimiter));
      const header = ['prompt', 'completion'].join(delimiter) + end;
      const text = header + records.join(end) + end;
      const starts = records.map(
        (_, i) => header.length + records.slice(0, i).join(end).length + (i > 0 ? end.length : 0),
      );
      for (let at = header.length + 1; at <= text.length; at++) {
        const counts = await readText(text.slice(0, at), MAPPING, { file: name });
        const begun = starts.filter((start) => start < at).length;
        assert.equal(counts.failure, undefined);
        assert.equal(counts.rows, begun, text.slice(0, at));
        const ended = starts.filter((start, i) => start + records[i]!.length <= at).length;
        assert.ok(counts.classified >= ended && counts.classified <= begun);
      }
    });
  }

  it('says what else stands behind the end of an array, and what closes it wrongly', async () => {
    for (const text of ['[{"text":"a"}] [{"text":"b"}]', '[{"text":"a"}}', '{"data":[{"text":"a"}]}{"data":[]}']) {
      const counts = await readText(text, MAPPING, { file: 'data.json' });
      assert.ok(counts.failure, text);
    }
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
