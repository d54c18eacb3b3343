import assert from 'node:assert/strict';
import fc from 'fast-check';
import { maxCompared } from '../../server/datasets/limits';
import { describeRow, fieldsOf, rowAtLine, rowAtOffset } from '../../server/datasets/preview/describe';
import { previewRows } from '../../server/datasets/preview/preview';
import { datasetSource, groupsOf, jsonLines, readText } from '../support/datasets';
import { memoryHost } from '../support/memoryHost';

const chat = (user: string, assistant: string, more: object = {}) => ({
  messages: [
    { role: 'system', content: 'Be kind' },
    { role: 'user', content: user },
    { role: 'assistant', content: assistant },
  ],
  ...more,
});

describe('the mapping of a dataset', () => {
  it('gives constants to every row', async () => {
    const counts = await readText(
      jsonLines([chat('1', 'a'), chat('2', 'b')]),
      'situation x response a weight 0.5 tokens 10',
    );
    assert.deepEqual(groupsOf(counts), ['x a weight 0.5 tokens 10 times 2']);
  });

  it('follows paths into objects, lists and turns', async () => {
    const row = chat('q', 'text', { meta: { domain: 'z', tags: ['a', 'b'] }, 'meta.odd': 'c', label: ' b ' });
    for (const [path, expected] of [
      ['label', 'x b'],
      ['meta.domain', 'x z'],
      ['meta.odd', 'x c'],
      ['meta.tags[-1]', 'x b'],
      ['meta.tags.0', 'x a'],
      ['messages[-1].content', 'x text'],
      ['messages[1].content', 'x q'],
      ['user', 'x q'],
      ['assistant', 'x text'],
      ['system', 'x Be kind'],
    ]) {
      const counts = await readText(jsonLines([row]), `situation x response field "${path}"`);
      assert.deepEqual(groupsOf(counts), [`${expected} times 1`], path);
    }
  });

  it('lets the first rule that matches a key win, and constants have the rest', async () => {
    const rows = ['sql and sanitize', 'sql', 'poem', 'sanitize'].map((text, i) => chat(`${i}`, text));
    const counts = await readText(
      jsonLines(rows),
      'response c situation x when "assistant" matches "sql": situation z, weight 2 when "assistant" matches "sanitize": response a, weight 3 when "assistant" matches "": response b',
    );
    assert.deepEqual(groupsOf(counts), [
      'z a weight 2 times 1',
      'z b weight 2 times 1',
      'x b times 1',
      'x a weight 3 times 1',
    ]);
  });

  it('leaves rows without a situation, a response or a worse answer unclassified', async () => {
    const rows = [
      chat('1', 'a', { s: 'x', r: 'a' }),
      chat('2', 'a', { s: 'x' }),
      chat('3', 'a', { r: 'a' }),
      chat('4', 'a', { s: '', r: 'a' }),
    ];
    const counts = await readText(jsonLines(rows), 'situation field "s" response field "r"');
    assert.deepEqual([counts.classified, counts.unclassified], [1, 3]);
    assert.deepEqual(counts.problemCounts, { 'dataset-row-no-situation': 2, 'dataset-row-no-response': 1 });
    const pairs = await readText(jsonLines([{ prompt: 'p', chosen: 'a', rejected: 'b' }]), 'situation x response a');
    assert.deepEqual(pairs.problemCounts, { 'dataset-row-no-over': 1 });
  });

  it('counts tokens as a quarter of the answer’s bytes, rounded up', async () => {
    const rows = [chat('1', 'abcd'), chat('2', 'abcde'), chat('3', '漢字'), chat('4', 'a\nb😀')];
    const counts = await readText(jsonLines(rows), 'situation x response a tokens counted');
    assert.deepEqual(groupsOf(counts), ['x a tokens 1 times 1', 'x a tokens 2 times 3']);
  });

  it('takes rewards from the mapping, else from the row, where the method is rl', async () => {
    const rows = [
      { prompt: '1', completion: 'a', reward: 1, r2: 5 },
      { prompt: '2', completion: 'a', score: '-0.5', r2: 5 },
    ];
    const own = await readText(jsonLines(rows), 'situation x response a');
    assert.deepEqual([own.method, ...groupsOf(own)], ['rl', 'x a reward 1 times 1', 'x a reward -0.5 times 1']);
    const mapped = await readText(jsonLines(rows), 'situation x response a reward field "r2"');
    assert.deepEqual(groupsOf(mapped), ['x a reward 5 times 2']);
    const sft = await readText(jsonLines(rows), 'situation x response a', { method: 'sft' });
    assert.deepEqual(groupsOf(sft), ['x a times 2']);
    const bad = await readText(jsonLines([{ prompt: '1', completion: 'a', reward: 'high' }]), 'situation x response a');
    assert.deepEqual(bad.problemCounts, { 'dataset-row-number': 1 });
  });

  it('takes answers that are not wanted for no evidence, for a reward of -1 with rl, or as the mapping says', async () => {
    const rows = jsonLines([
      { prompt: '1', completion: 'a', label: true },
      { prompt: '2', completion: 'b', label: false },
    ]);
    const plain = await readText(rows, 'situation x response a');
    assert.deepEqual([plain.classified, plain.problemCounts], [1, { 'dataset-row-undesired': 1 }]);
    const rl = await readText(rows, 'situation x response a', { method: 'rl' });
    assert.deepEqual(groupsOf(rl), ['x a reward 1 times 1', 'x a reward -1 times 1']);
    const mapped = await readText(rows, 'situation x response b when "label" matches "true": response a');
    assert.deepEqual(groupsOf(mapped), ['x a times 1', 'x b times 1']);
  });

  it('merges rows with the same text after white space into epochs, unless they say something else', async () => {
    const rows = [
      chat('why?', 'because  so'),
      chat('why?', ' because\nso ', { id: 7 }),
      chat('why?', 'because so', { label: 'b' }),
      chat('why?', 'because so', { w: 2 }),
      chat('Why?', 'because so'),
      chat('why?', 'because so', { epochs: 3 }),
    ].map((row) => ({ label: 'a', w: 1, epochs: 1, ...row }));
    const counts = await readText(
      jsonLines(rows),
      'situation x response field "label" weight field "w" epochs field "epochs"',
    );
    assert.equal(counts.duplicates, 2);
    assert.deepEqual(groupsOf(counts), ['x a epochs 5 times 1', 'x b times 1', 'x a weight 2 times 1', 'x a times 1']);
    assert.deepEqual([...counts.index!.first], [0, 0, 2, 3, 4, 0]);
  });

  it('keeps rows without text apart', async () => {
    const counts = await readText(
      jsonLines([{ label: 'a' }, { label: 'a' }, { label: 'b' }]),
      'situation x response field "label"',
    );
    assert.deepEqual([counts.duplicates, ...groupsOf(counts)], [0, 'x a times 2', 'x b times 1']);
  });

  it('reports what cannot be meant on the declaration', async () => {
    const counts = await readText('{"a":1}', 'situation x response field "a..b"');
    assert.equal(counts.failure?.code, 'dataset-path-invalid');
  });

  it('counts as plain counting does', async () => {
    const record = fc.record({
      user: fc.constantFrom('a', 'b  c', 'b c'),
      assistant: fc.constantFrom('yes', 'no', ' no'),
      label: fc.constantFrom('a', 'b', 'c'),
      weight: fc.constantFrom(1, 2.5),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 40 }), async (rows) => {
        const counts = await readText(
          jsonLines(rows.map(({ user, assistant, ...rest }) => chat(user, assistant, rest))),
          'situation x response field "label" weight field "weight"',
        );
        const normal = (text: string) => text.replace(/\s+/gu, ' ').trim();
        const seen = new Map<string, number>();
        for (const row of rows) {
          const key = JSON.stringify([normal(row.user), normal(row.assistant), row.label, row.weight]);
          seen.set(key, (seen.get(key) ?? 0) + 1);
        }
        const expected = new Map<string, number>();
        for (const [key, epochs] of seen) {
          const [, , label, weight] = JSON.parse(key) as [string, string, string, number];
          const group = `x ${label}${weight === 1 ? '' : ` weight ${weight}`}${epochs === 1 ? '' : ` epochs ${epochs}`}`;
          expected.set(group, (expected.get(group) ?? 0) + 1);
        }
        assert.deepEqual(
          [...groupsOf(counts)].sort(),
          [...expected].map(([group, times]) => `${group} times ${times}`).sort(),
        );
        assert.equal(counts.duplicates, rows.length - seen.size);
      }),
      { numRuns: 100 },
    );
  });
});

describe('rows in the editor', () => {
  const rows = [
    chat('1', 'same', { label: 'a' }),
    chat('2', 'b', { label: 'b' }),
    chat('1', 'same', { label: 'a' }),
    { label: 'a', messages: [] },
  ];
  const mapping = 'situation x response field "label"';

  it('are found by line and by offset', async () => {
    const counts = await readText(`\n${jsonLines(rows)}`, mapping);
    assert.deepEqual(
      [1, 2, 3, 5, 9].map((line) => rowAtLine(counts, line)),
      [undefined, 0, 1, 3, undefined],
    );
    const [first, second] = counts.index!.offset;
    assert.deepEqual(
      [0, first!, second! - 1, second!, 1e9].map((at) => rowAtOffset(counts, at)),
      [undefined, 0, 0, 1, 3],
    );
  });

  it('say what they became, which rows repeat them, and what is wrong', async () => {
    const counts = await readText(jsonLines(rows), mapping);
    const row = describeRow(counts, 2)!;
    assert.deepEqual(
      [row.episode!.situation, row.episode!.response, row.episode!.epochs, row.episode!.times],
      ['x', 'a', 2, 1],
    );
    assert.deepEqual([row.sameText, row.copies], [[0], 1]);
    assert.deepEqual(describeRow(counts, 1)!.sameText, []);
    assert.equal(describeRow(counts, 3)!.problem!.code, 'dataset-row-no-output');
    assert.equal(describeRow(counts, 4), undefined);
  });

  it('offer their fields, most frequent first', async () => {
    const counts = await readText(jsonLines([...rows, { label: 'z', meta: { 'odd key': 1 } }]), mapping);
    const paths = fieldsOf(counts).map(({ path, rows: many }) => `${path} ${many}`);
    assert.deepEqual(paths, [
      'user 3',
      'assistant 3',
      'system 3',
      'label 5',
      'messages[-1].role 3',
      'messages[-1].content 3',
      'messages 1',
      'meta.odd key 1',
    ]);
  });

  it('are previewed without reading the rest of the file', async () => {
    const source = await datasetSource(mapping);
    const text = jsonLines(rows).repeat(20_000);
    const host = memoryHost({ 'file:///w/data.jsonl': text });
    let read = 0;
    const counting = {
      ...host,
      async *readBytes(uri: string) {
        for await (const chunk of host.readBytes(uri)) {
          read += chunk.length;
          yield chunk;
        }
      },
    };
    const preview = await previewRows(source, undefined, counting, 4);
    assert.deepEqual(
      preview.rows.map(
        (row) => row.problem?.code ?? `${row.user} ${row.assistant} -> ${row.situation} ${row.response}`,
      ),
      ['1 same -> x a', '2 b -> x b', '1 same -> x a', 'dataset-row-no-output'],
    );
    assert.ok(read < text.length / 10);
  });
});

describe('near-duplicates', () => {
  it('are texts that differ in a few places, and are counted but stay evidence', async () => {
    const base = (topic: string) =>
      Array.from({ length: 60 }, (_, i) => `${topic} sentence number ${i * 7919} says ${topic.length * i}.`).join(' ');
    const rows = ['alpha', 'beta!', 'gamma'].flatMap((topic) =>
      [0, 1, 2].map((i) => chat(topic, `${base(topic)} Variant ${i}`)),
    );
    const counts = await readText(jsonLines([...rows, chat('other', 'short')]), 'situation x response a');
    assert.deepEqual([counts.classified, counts.duplicates], [10, 0]);
    assert.deepEqual(counts.similar, { clusters: 3, rows: 9, unique: 4, compared: 10 });
  });

  it('are estimated in large files from a sample that no order of the rows changes', async () => {
    const rows = Array.from({ length: 24_000 }, (_, i) =>
      i % 2
        ? `{"prompt":"","completion":"The very same long sentence, which only ends in another way: ${i}"}`
        : `{"prompt":"","completion":"${Math.imul(i + 1, 0x9e3779b1)
            .toString(36)
            .repeat(3)}${Math.imul(i, 0x85ebca6b).toString(36).repeat(3)}"}`,
    );
    const counts = await readText(rows.join('\n'), 'situation x response a');
    assert.equal(counts.duplicates, 0);
    const { clusters, unique, compared } = counts.similar!;
    assert.equal(compared, maxCompared);
    assert.ok(clusters <= 5, `${clusters}`);
    // Half of the rows are one family: 12,000 distinct ones and it. A sample of n has a standard error of √(n/4)/n.
    assert.ok(Math.abs(unique / 24_000 - 0.5) < 5 * Math.sqrt(0.25 / maxCompared), `${unique}`);
    const turned = await readText(rows.reverse().join('\n'), 'situation x response a');
    assert.deepEqual(turned.similar, counts.similar);
  });

  it('are none among texts that share no window', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => chat(`${i}`, String.fromCharCode(0x4e00 + i).repeat(40 + i)));
    const counts = await readText(
      jsonLines(rows.map((row) => ({ messages: row.messages.slice(2) }))),
      'situation x response a',
    );
    assert.deepEqual(counts.similar, { clusters: 0, rows: 0, unique: 50, compared: 50 });
  });
});

describe('reading', () => {
  it('can be cancelled, and tells how far it is', async () => {
    const text = jsonLines(Array.from({ length: 5000 }, (_, i) => chat(`${i}`, 'x'.repeat(300))));
    const controller = new AbortController();
    controller.abort();
    const cancelled = await readText(text, 'situation x response a', { signal: controller.signal });
    assert.equal(cancelled.failure?.code, 'dataset-cancelled');
    const seen: (number | undefined)[] = [];
    await readText(text, 'situation x response a', { progress: (fraction) => seen.push(fraction) });
    assert.equal(seen.at(-1), 1);
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a! - b!),
    );
  });
});
