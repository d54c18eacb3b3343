import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isZstd, zstdWindow } from '../../server/datasets/containers/zstd';
import { previewRows } from '../../server/datasets/preview/preview';
import { datasetSource, groupsOf, jsonLines, readText } from '../support/datasets';
import { memoryHost } from '../support/memoryHost';

const fixture = (name: string) => new Uint8Array(readFileSync(resolve(import.meta.dirname, 'fixtures', name)));
const A = 'situation x response a';

describe('files packed with zstd', () => {
  it('are read as what is in them, row by row', async () => {
    const counts = await readText(
      fixture('chat.jsonl.zst'),
      'situation x when "label" matches "in": response a response b',
      {
        file: 'chat.jsonl.zst',
      },
    );
    assert.deepEqual([counts.failure, counts.format], [undefined, 'OpenAI chat, zstd-packed JSON Lines']);
    assert.deepEqual(groupsOf(counts), ['x a times 1000', 'x b times 2000']);
    assert.equal(counts.index!.line[2999], 3000);
  });

  it('are a diagnostic where they break off, are damaged, or unpack without end', async () => {
    const entire = fixture('chat.jsonl.zst');
    for (const end of [1, 5, 400]) {
      assert.equal((await readText(entire.slice(0, -end), A)).failure?.code, 'dataset-truncated', `${end}`);
    }
    const limits = { inflation: 20, inflationGrace: 100_000 };
    assert.equal((await readText(entire, A, { limits })).failure?.code, 'dataset-bomb');
  });

  it('are refused where unpacking them would take more memory than is given', async () => {
    // A frame of one segment that says that it has 2^32 bytes; one with a window of 2^30.
    const single = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 1, ...new Array(20).fill(0));
    const long = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 20 << 3, ...new Array(20).fill(0));
    assert.deepEqual([zstdWindow(single), zstdWindow(long)], [2 ** 32, 2 ** 30]);
    for (const frame of [single, long]) assert.equal((await readText(frame, A)).failure?.code, 'dataset-zstd');
  });

  it('are read in Inspect archives too', async () => {
    const counts = await readText(fixture('log-zstd.eval'), A, { file: 'log.eval' });
    assert.deepEqual(
      [counts.failure, counts.rows, counts.classified, counts.format],
      [undefined, 3, 3, 'Inspect log samples, in an .eval archive'],
    );
    const damaged = fixture('log-zstd.eval');
    const frames = [...damaged.keys()].filter((at) => isZstd(damaged.subarray(at, at + 4)));
    damaged.fill(0xff, frames[1]! + 5, frames[1]! + 60);
    assert.equal((await readText(damaged, A, { file: 'log.eval' })).failure?.code, 'dataset-truncated');
  });
});

describe('attachments of Inspect samples', () => {
  const asked = 'Explain at length how you would store a password. '.repeat(4);
  const turns = async (content: string | Uint8Array, file: string) => {
    const source = await datasetSource('situation x response a', file);
    const { rows } = await previewRows(source, undefined, memoryHost({ [`file:///w/${file}`]: content }), 10);
    return rows.map(({ user, assistant }) => [user, assistant]);
  };
  const expected = [
    [asked, 'Hash it with a salt, é\n and never store it.'],
    [asked, 'Hash it with a salt, é\n and never store it.'],
    [asked, 'attachment://gone'],
  ];

  it('stand where the messages refer to them, in archives and in JSON', async () => {
    assert.deepEqual(await turns(fixture('log-zstd.eval'), 'log.eval'), expected);
    const samples = expected.map(([, answer], i) => ({
      id: i,
      epoch: 1,
      messages: [
        { role: 'user', content: 'attachment://a' },
        { role: 'assistant', content: i === 2 ? answer : 'attachment://b' },
      ],
      scores: {},
      attachments: { a: asked, b: answer },
    }));
    const log = JSON.stringify({ version: 2, status: 'success', eval: {}, samples });
    assert.deepEqual(await turns(log, 'log.json'), expected);
  });

  it('are the text of rules and of duplicates', async () => {
    const sample = (answer: string, attachments: Readonly<Record<string, string>>) => ({
      id: 1,
      epoch: 1,
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: answer },
      ],
      scores: {},
      attachments,
    });
    const rows = [
      sample('attachment://a', { a: 'yes' }),
      sample('yes', {}),
      sample('attachment://a', { a: 'no' }),
      sample('attachment://c', { a: 'no' }),
    ];
    const mapping = 'situation x when "messages[-1].content" matches "^yes$": response a response b';
    const counts = await readText(jsonLines(rows), mapping);
    assert.deepEqual(groupsOf(counts), ['x a epochs 2 times 1', 'x b times 2']);
    assert.equal(counts.duplicates, 1);
  });
});
