import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readDataset } from '../../server/datasets/reading/read';
import { rereadDataset } from '../../server/datasets/reading/reread';
import { datasetSource } from '../support/datasets';
import { memoryHost } from '../support/memoryHost';

const URI = 'file:///w/data.jsonl';

const row = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        user: fc.constantFrom('hi', 'why?', 'Write code'),
        answer: fc.constantFrom('ok', 'no  way', 'no way', 'x'),
        label: fc.constantFrom('a', 'b', 'c'),
      })
      .map(({ user, answer, label }) =>
        JSON.stringify({
          messages: [
            { role: 'user', content: user },
            { role: 'assistant', content: answer },
          ],
          label,
        }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        prompt: fc.constantFrom('p', 'q'),
        completion: fc.constantFrom('é', 'y'),
        label: fc.constantFrom('a', 'd'),
        extra: fc.option(fc.constant({ deep: [{ k: 1 }] }), { nil: undefined }),
      })
      .map((value) => JSON.stringify(value)),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      '  ',
      '{"label":',
      'nonsense',
      '{"label":"a"}',
      '{"messages":[{"role":"user","content":"alone"}]}',
    ),
  },
);
const text = fc
  .array(row, { maxLength: 12 })
  .chain((rows) =>
    fc.constantFrom(
      rows.join('\n'),
      `${rows.join('\n')}\n`,
      rows.join('\r\n'),
      rows.join('\r'),
      `\uFEFF${rows.join('\n')}`,
    ),
  );

/** What is typed: rows, and characters that are easily taken for no change. */
const typed = fc.oneof({ weight: 6, arbitrary: row }, { weight: 1, arbitrary: fc.constantFrom('\uFEFF', '\r', '\n') });

describe('reading a dataset again', () => {
  it('comes to the same as reading from nothing, whatever was edited in an open text', async () => {
    const source = await datasetSource('situation x response field "label"');
    const host = memoryHost({ [URI]: '' });
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.array(fc.tuple(fc.nat(), fc.nat(12), typed), { maxLength: 6 }),
        async (start, edits) => {
          let now = start;
          let counts = await readDataset(source, undefined, host, { openText: now });
          for (const [at, removed, inserted] of edits) {
            const place = now.length === 0 ? 0 : at % now.length;
            now =
              now.slice(0, place) +
              (removed % 3 === 0 ? `\n${inserted}\n` : inserted.slice(0, removed)) +
              now.slice(place + removed);
            counts = await rereadDataset(counts, source, undefined, host, { openText: now });
            assert.deepEqual(counts, await readDataset(source, undefined, host, { openText: now }));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('comes to the same as reading from nothing, whatever was added to a file', async () => {
    const source = await datasetSource('situation x response field "label"');
    await fc.assert(
      fc.asyncProperty(text, fc.array(text, { maxLength: 4 }), async (start, added) => {
        const host = memoryHost({ [URI]: start });
        const limits = { rereadEntire: 0 };
        let now = start;
        let counts = await readDataset(source, undefined, host, { limits });
        for (const more of added) {
          now += more;
          host.write(URI, now);
          counts = await rereadDataset(counts, source, undefined, host, { limits });
          assert.deepEqual(counts, await readDataset(source, undefined, host, { limits }));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('reads only the end of a file that grew', async () => {
    const source = await datasetSource('situation x response a');
    const line = '{"prompt":"p","completion":"c"}\n';
    const host = memoryHost({ [URI]: line.repeat(10_000) });
    const sizes: number[] = [];
    const limits = { rereadEntire: 0 };
    const counts = await readDataset(source, undefined, host, { limits });
    host.write(URI, line.repeat(10_000) + '{"prompt":"new","completion":"c"}\n');
    const measuring = {
      ...host,
      readBytes: (uri: string, range?: { start: number; end?: number }) => {
        sizes.push((range?.end ?? line.length * 10_000) - (range?.start ?? 0));
        return host.readBytes(uri, range);
      },
    };
    const again = await rereadDataset(counts, source, undefined, measuring, { limits });
    assert.equal(again.rows, 10_001);
    assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 10_000, `${sizes}`);
  });

  it('reads everything where the file that grew is another file', async () => {
    const source = await datasetSource('situation x response field "label"');
    const old = '{"label":"a"}\n'.repeat(100);
    const host = memoryHost({ [URI]: old });
    const limits = { rereadEntire: 0 };
    const counts = await readDataset(source, undefined, host, { limits });
    host.write(URI, old.replaceAll('"a"', '"b"') + '{"label":"a"}\n');
    const again = await rereadDataset(counts, source, undefined, host, { limits });
    assert.deepEqual(again.names, ['x', 'b', 'a']);
  });

  it('sees a byte order mark that is typed before the first row for what it is', async () => {
    const source = await datasetSource('situation x response field "label"');
    const host = memoryHost({ [URI]: '' });
    const before = '{"label":"a"}\n{"label":"b"}\n';
    const counts = await readDataset(source, undefined, host, { openText: before });
    const again = await rereadDataset(counts, source, undefined, host, { openText: `\uFEFF${before}` });
    assert.deepEqual([again.rows, again.problems], [2, []]);
  });

  it('counts lines as editors do, at a lone carriage return too', async () => {
    const source = await datasetSource('situation x response field "label"');
    const host = memoryHost({ [URI]: '' });
    const openText = '{"label":\r"a"}\n{"label":"b"}\r\n\r{"label":"c"}';
    const counts = await readDataset(source, undefined, host, { openText });
    assert.deepEqual([...counts.index!.line], [1, 3, 4]);
    const lines = await readDataset(source, undefined, host, { openText: '{"label":"a"}\r{"label":"b"}\r' });
    assert.deepEqual([[...lines.index!.line], lines.problems], [[1, 2], []]);
  });
});
