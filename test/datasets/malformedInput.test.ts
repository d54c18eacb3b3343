import assert from 'node:assert/strict';
import fc from 'fast-check';
import { gzipSync, strToU8, Zip, ZipDeflate, ZipPassThrough, zipSync } from 'fflate';
import { groupsOf, jsonLines, readText } from '../support/datasets';

const bytes = (text: string) => new TextEncoder().encode(text);
const chat = (user: string, assistant: string, more: object = {}) => ({
  messages: [
    { role: 'user', content: user },
    { role: 'assistant', content: assistant },
  ],
  ...more,
});
const A = 'situation x response a';

describe('files as people really have them', () => {
  it('need no final newline, may have CRLF, a byte order mark and blank lines', async () => {
    const rows = [chat('1', 'a'), chat('2', 'b'), chat('3', 'c')].map((row) => JSON.stringify(row));
    for (const text of [
      rows.join('\n'),
      rows.join('\r\n'),
      `\uFEFF${rows.join('\n')}\n`,
      `\n\n${rows[0]}\n   \n${rows[1]}\r\n\r\n${rows[2]}\n\n`,
    ]) {
      const counts = await readText(text, A);
      assert.deepEqual([counts.rows, counts.classified, counts.problems], [3, 3, []]);
    }
  });

  it('have lines and offsets that point at the row', async () => {
    const text = `\uFEFF\r\n${JSON.stringify(chat('é', 'a'))}\r\n\n${JSON.stringify(chat('2', 'b'))}`;
    const { index } = await readText(text, A);
    assert.deepEqual([...index!.line], [2, 4]);
    const all = bytes(text);
    for (const offset of index!.offset) assert.equal(all[offset], '{'.charCodeAt(0));
  });

  it('count rows that are broken, and say why and where', async () => {
    const text = [
      JSON.stringify(chat('1', 'a')),
      '{"messages": [',
      '[1,2]',
      'null',
      JSON.stringify({ messages: [{ role: 'user', content: 'alone' }] }),
      JSON.stringify({ messages: [] }),
      JSON.stringify({ messages: [{ role: 'assistant', content: 'alone' }] }),
      JSON.stringify({ messages: [{ role: 'assistant', content: 'not trained on', weight: 0 }] }),
      JSON.stringify({ messages: [{ role: 'martian', content: 'x' }] }),
      JSON.stringify({ messages: ['text'] }),
      JSON.stringify({ prompt: 'only' }),
    ].join('\n');
    const counts = await readText(text, A);
    assert.deepEqual([counts.rows, counts.classified, counts.unclassified], [11, 2, 9]);
    assert.deepEqual(
      counts.problems.map(({ line, code }) => `${line} ${code}`),
      [
        '2 dataset-row-json',
        '3 dataset-row-shape',
        '4 dataset-row-shape',
        '5 dataset-row-no-output',
        '6 dataset-row-no-output',
        '8 dataset-row-weight-zero',
        '9 dataset-row-shape',
        '10 dataset-row-shape',
        '11 dataset-row-no-output',
      ],
    );
  });

  it('may have lines of 60 kB with a hundred turns, in chunks of any size', async () => {
    const turns = Array.from({ length: 120 }, (_, i) => ({
      role: i % 2 ? 'assistant' : 'user',
      content: `${i} `.repeat(130),
    }));
    const counts = await readText(jsonLines(Array.from({ length: 10 }, () => ({ messages: turns }))), A);
    assert.deepEqual([counts.rows, counts.duplicates], [10, 9]);
    assert.deepEqual(groupsOf(counts), ['x a epochs 10 times 1']);
  });

  it('may have JSON in strings, duplicate keys, lone surrogates and numbers as text', async () => {
    const counts = await readText(
      '{"prompt":"p","completion":"c","tools":"[{\\"type\\":\\"function\\"}]","w":"0.5"}\n' +
        '{"prompt":"p","prompt":"q","completion":"\\ud800","w":2}\n{"prompt":"r","completion":"s","w":"much"}\n',
      'situation x response a weight field "w"',
    );
    assert.deepEqual(groupsOf(counts), ['x a weight 0.5 times 1', 'x a weight 2 times 1']);
    assert.equal(counts.problems[0]!.code, 'dataset-row-number');
    assert.match(counts.problems[0]!.message, /weight is "much"/u);
  });

  it('have rows that are not UTF-8, too long or too deep, and go on after them', async () => {
    const good = JSON.stringify(chat('1', 'a'));
    const invalid = Uint8Array.from([...bytes('{"text":"'), 0xff, ...bytes('"}\n')]);
    const long = bytes(`{"text":"${'x'.repeat(300_000)}"}\n`);
    const deep = bytes(`${'['.repeat(10_000)}\n`);
    const all = [bytes(`${good}\n`), invalid, long, deep, bytes(good)].flatMap((part) => [...part]);
    const counts = await readText(Uint8Array.from(all), A, { limits: { rowBytes: 100_000 } });
    assert.deepEqual(
      counts.problems.map(({ line, code }) => `${line} ${code}`),
      ['2 dataset-row-encoding', '3 dataset-row-long', '4 dataset-row-deep'],
    );
    assert.deepEqual([counts.rows, counts.classified], [5, 2]);
  });

  it('may hold a line that is too long at their very end', async () => {
    const counts = await readText(`${JSON.stringify(chat('1', 'a'))}\n{"text":"${'x'.repeat(200_000)}`, A, {
      limits: { rowBytes: 1000 },
    });
    assert.deepEqual(counts.problemCounts, { 'dataset-row-long': 1 });
  });

  it('may be arrays, pretty-printed values or Inspect logs in one JSON text', async () => {
    const rows = [chat('1]', 'a{"'), chat('2\\', 'b'), { text: 'z' }];
    for (const [file, text] of [
      ['data.json', JSON.stringify(rows)],
      ['data.json', `\n ${JSON.stringify(rows, null, 2)}\n`],
      ['data.json', rows.map((row) => JSON.stringify(row, null, 2)).join('\n')],
      [
        'log.json',
        JSON.stringify({
          version: 2,
          status: 'success',
          eval: { samples: [1, 2] },
          plan: { samples: [] },
          samples: rows,
          reductions: [{}],
        }),
      ],
      [
        'log.json',
        JSON.stringify({ version: 2, status: 'success', eval: {}, samples: rows, stats: { a: [{}] } }, null, 1),
      ],
    ] as const) {
      const counts = await readText(text, A, { file });
      assert.deepEqual([counts.rows, counts.classified, counts.duplicates], [3, 3, 0], text.slice(0, 80));
    }
    const pretty = await readText(JSON.stringify(rows, null, 2), A, { file: 'data.json' });
    assert.deepEqual([...pretty.index!.line], [2, 14, 26]);
  });

  it('may be gzipped, and may break off', async () => {
    const packed = gzipSync(strToU8(jsonLines([chat('1', 'a'), chat('2', 'b')])));
    const counts = await readText(packed, A, { file: 'data.jsonl.gz' });
    assert.deepEqual([counts.rows, counts.format], [2, 'OpenAI chat, gzipped JSON Lines']);
    const broken = await readText(packed.subarray(0, packed.length - 20), A, { file: 'data.jsonl.gz' });
    assert.equal(broken.failure?.code, 'dataset-truncated');
    assert.equal(broken.rows, 0);
  });

  it('say by name what cannot be read: pointers, truncated zstd, UTF-16, other archives', async () => {
    for (const [content, code] of [
      [bytes('version https://git-lfs.github.com/spec/v1\noid sha256:8be3\nsize 875191\n'), 'dataset-lfs'],
      [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0), 'dataset-truncated'],
      [Uint8Array.of(0xff, 0xfe, 0x7b, 0), 'dataset-encoding'],
      [zipSync({ 'data.jsonl': strToU8('{}') }), 'dataset-archive'],
      [bytes('PAR1 and nothing else'), 'dataset-parquet'],
    ] as const) {
      const counts = await readText(content, A);
      assert.equal(counts.failure?.code, code);
      assert.deepEqual([counts.rows, counts.classified, counts.groups.size], [0, 0, 0]);
    }
    assert.equal(
      (await readText(gzipSync(strToU8('version https://git-lfs.github.com/spec/v1\n')), A)).failure?.code,
      'dataset-lfs',
    );
  });

  it('may be Inspect archives, deflated or stored', async () => {
    const sample = (id: number) => strToU8(JSON.stringify({ id, epoch: 1, scores: {}, ...chat(`${id}`, 'yes') }));
    for (const level of [0, 6] as const) {
      const archive = zipSync(
        {
          'header.json': strToU8('{}'),
          samples: { '1_epoch_1.json': sample(1), '2_epoch_1.json': sample(2) },
          _journal: { 'start.json': strToU8('{}') },
        },
        { level },
      );
      const counts = await readText(archive, A, { file: 'log.eval' });
      assert.deepEqual(
        [counts.failure, counts.rows, counts.format],
        [undefined, 2, 'Inspect log samples, in an .eval archive'],
      );
    }
  });

  it('are not unpacked without end', async () => {
    const limits = { inflation: 50, inflationGrace: 100_000 };
    const bomb = new Uint8Array(5_000_000).fill(0x20);
    assert.equal((await readText(gzipSync(bomb), A, { limits })).failure?.code, 'dataset-bomb');
    const pieces: Uint8Array[] = [];
    const zip = new Zip((_error, data) => pieces.push(data));
    const entry = new ZipDeflate('samples/1_epoch_1.json', { level: 9 });
    zip.add(entry);
    entry.push(bomb, true);
    const other = new ZipPassThrough('header.json');
    zip.add(other);
    other.push(strToU8('{}'), true);
    zip.end();
    const archive = Uint8Array.from(pieces.flatMap((part) => [...part]));
    assert.equal((await readText(archive, A, { limits, file: 'log.eval' })).failure?.code, 'dataset-bomb');
  });

  it('may be tables with quotes, newlines in cells, other separators and ragged rows', async () => {
    const counts = await readText(
      '\uFEFFprompt,completion,label,\r\n"say ""hi"",\nplease",Hello,a,1\r\np2,5" pipe,b,2\r\n\r\nshort,row\r\nlast,"x",c,3',
      'situation x response field "label" tokens counted',
      { file: 'data.csv' },
    );
    assert.deepEqual(groupsOf(counts), ['x a tokens 2 times 1', 'x b tokens 2 times 1', 'x c tokens 1 times 1']);
    assert.deepEqual(
      counts.problems.map(({ line, code }) => `${line} ${code}`),
      ['6 dataset-row-columns'],
    );
    assert.deepEqual(
      counts.fields.map(({ path }) => path),
      ['prompt', 'completion', 'label', 'column_4'],
    );
    const tabs = await readText('prompt\tcompletion\nhi, you\thello\n', A, { file: 'data.tsv' });
    assert.deepEqual([tabs.rows, tabs.format], [1, 'prompt and completion, TSV']);
  });

  it('never make the reader throw, whatever the bytes', async () => {
    const start = fc.constantFrom(
      [],
      [0x1f, 0x8b, 8, 0],
      [0x50, 0x4b, 3, 4],
      [...bytes('PAR1')],
      [...bytes('{"a":')],
      [...bytes('[{"messages":[')],
    );
    await fc.assert(
      fc.asyncProperty(
        start,
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('d.jsonl', 'd.json', 'd.csv', 'd.eval', 'd.parquet', 'd'),
        async (header, rest, file) => {
          const counts = await readText(Uint8Array.from([...header, ...rest]), A, { file });
          assert.equal(counts.rows, counts.classified + counts.unclassified);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never make the reader throw, whatever became of good rows', async () => {
    const rows = [
      chat('1', 'a', { weight: 1, p: { h: -1 } }),
      { chosen: '\n\nHuman: a\n\nAssistant: b', rejected: '\n\nHuman: a\n\nAssistant: c' },
      { prompt: 'a', completion: 'b', reward: 1 },
      { doc_id: 1, arguments: { gen_args_0: { arg_0: 'a' } }, resps: [['b']] },
      { input: { messages: [] }, preferred_output: [], non_preferred_output: [{}] },
    ].map((row) => JSON.stringify(row));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...rows),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom('', '[]', '{}', 'null', '"', '1', '}', ',"a":')), { maxLength: 4 }),
        fc.constantFrom(
          A,
          `${A} over b`,
          'logprobs mean bits field "p"',
          'situation field "messages[-1].content" response field "a.b" when "assistant" matches "b": weight field "reward"',
        ),
        async (row, cuts, mapping) => {
          let text = row;
          for (const [at, put] of cuts)
            text = text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 2);
          const counts = await readText(`${row}\n${text}\n${row}`, mapping);
          assert.equal(counts.rows, counts.classified + counts.unclassified);
          for (const column of [counts.groups.weight, counts.groups.epochs, counts.groups.times])
            assert.ok(column.every((value) => Number.isFinite(value)));
        },
      ),
      { numRuns: 300 },
    );
  });
});
