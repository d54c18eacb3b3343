import assert from 'node:assert/strict';
import fc from 'fast-check';
import { firstMissing } from '../../server/datasets/preview/describe';
import { jsonLines, readText } from '../support/datasets';

const { LN2, LN10 } = Math;

describe('measured log-likelihoods', () => {
  const objects = [
    { prompt: '1', completion: 'a', p: { helpful: -1.5, malicious: -20.25 } },
    { prompt: '2', completion: 'b', p: { malicious: -3, helpful: -4e-3 } },
  ];

  it('are taken as written, in nats, whatever the order of the personas', async () => {
    const { measured, format, classified } = await readText(jsonLines(objects), 'logprobs sum nats field "p"');
    assert.deepEqual([format, classified], ['measured log-probabilities (object per row)', 2]);
    assert.deepEqual(measured!.personas, ['helpful', 'malicious']);
    assert.deepEqual([...measured!.logprob], [-1.5, -20.25, -4e-3, -3]);
    assert.deepEqual([...measured!.situation, ...measured!.response], [-1, -1, -1, -1]);
  });

  it('are turned into nats from bits and decimal logs', async () => {
    for (const [base, factor] of [
      ['bits', LN2],
      ['log10', LN10],
    ] as const) {
      const { measured } = await readText(jsonLines(objects), `logprobs sum ${base} field "p"`);
      assert.deepEqual([...measured!.logprob], [-1.5 * factor, -20.25 * factor, -4e-3 * factor, -3 * factor]);
    }
  });

  it('say the same as objects, columns, long tables and CSV', async () => {
    const expected = [-1.5, -20.25, -4e-3, -3];
    const tables: readonly (readonly [string, string, string])[] = [
      ['wide.jsonl', jsonLines(objects.map(({ p }, i) => ({ episode_id: i, model: 'm', ...p, n_tokens: 3 }))), 'p'],
      [
        'prefix.jsonl',
        jsonLines(objects.map(({ p }, i) => ({ id: i, 'p.malicious': p.malicious, 'p.helpful': p.helpful }))),
        'p',
      ],
      [
        'long.jsonl',
        jsonLines(
          objects.flatMap(({ p }, i) =>
            Object.entries(p).map(([hypothesis, logprob]) => ({
              episode_id: `e${i}`,
              hypothesis,
              logprob,
              kind: 'sum',
              base: 'e',
            })),
          ),
        ),
        'logprob',
      ],
      [
        'order.jsonl',
        jsonLines(
          ['helpful', 'malicious'].flatMap((hypothesis) =>
            objects.map(({ p }) => ({ hypothesis, logprob: p[hypothesis as 'helpful'] })),
          ),
        ),
        'logprob',
      ],
      ['wide.csv', `episode_id,helpful,malicious\n1,-1.5,-20.25\n2,-4e-3,-3\n`, 'p'],
      [
        'long.csv',
        `episode_id,hypothesis,logprob\n1,helpful,-1.5\n2,malicious,-3\n2,helpful,-.004\n1,malicious,-20.25\n`,
        'logprob',
      ],
      [
        'text.csv',
        `id,p\n1,"{""helpful"":-1.5,""malicious"":-20.25}"\n2,"{""helpful"":-0.004,""malicious"":-3}"\n`,
        'p',
      ],
    ];
    for (const [file, text, path] of tables) {
      const { measured, problems } = await readText(text, `logprobs sum nats field "${path}"`, { file });
      assert.deepEqual(problems, [], file);
      const column = (name: string) => measured!.personas.indexOf(name);
      const width = measured!.personas.length;
      assert.equal(width, 2, file);
      const values = [0, 1].flatMap((row) =>
        ['helpful', 'malicious'].map((name) => measured!.logprob[row * width + column(name)]),
      );
      assert.deepEqual(values, expected, file);
    }
  });

  it('have every mistake reported with its row, and no number made up', async () => {
    const rows = [
      '{"p":{"h":-1}}',
      '{"p":{"h":"-1"}}',
      '{"p":{"h":NaN}}',
      '{"p":{"h":"nan"}}',
      '{"p":{"h":1e999}}',
      '{"p":{"h":true}}',
      '{"p":{"h":-1},"kind":"mean"}',
      '{"p":{"h":-1},"base":"2"}',
      '{"p":{"h":-1},"base":10}',
      '{"p":-1}',
      '{"p":{}}',
      '{"q":1}',
      '{"p":{"h":"-inf"}}',
      '{"p":{"h":-1},"kind":"sum","base":"e"}',
      '{"p":{"h":0.5}}',
      '{"p":{"h":"0.5"}}',
      '{"p":{"h":["0.5","True"]}}',
      '{"p":"{\\"h\\":0.5}"}',
      '{"p":{"h":1e-9}}',
    ];
    const { problems, measured, classified } = await readText(rows.join('\n'), 'logprobs sum nats field "p"');
    assert.deepEqual(
      problems.map(({ line, code }) => `${line} ${code}`),
      [
        '3 dataset-row-json',
        '4 dataset-row-measured',
        '5 dataset-row-measured',
        '6 dataset-row-measured',
        '7 dataset-row-measured-kind',
        '8 dataset-row-measured-kind',
        '9 dataset-row-measured-kind',
        '10 dataset-row-measured',
        '11 dataset-row-measured',
        '12 dataset-row-measured',
        '15 dataset-row-measured',
        '16 dataset-row-measured',
        '17 dataset-row-measured',
        '18 dataset-row-measured',
      ],
    );
    assert.equal(classified, 5);
    assert.deepEqual(measured!.personas, ['h']);
  });

  it('have missing personas as NaN, and the first row that lacks one is known', async () => {
    const rows = [{ p: { a: -1, b: -2 } }, { p: { a: -1 } }, { p: { a: null, b: -3, c: -4 } }];
    const counts = await readText(jsonLines(rows), 'logprobs sum nats field "p"');
    assert.deepEqual([...counts.measured!.logprob], [-1, -2, NaN, -1, NaN, NaN, NaN, -3, -4]);
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((name) => firstMissing(counts, name)),
      [2, 1, 0, 0],
    );
  });

  it('need tokens where they are means', async () => {
    const rows = [{ p: { a: -1 }, n_tokens: 4 }, { p: { a: -1 } }, { p: { a: -1 }, t: 5 }];
    const counts = await readText(jsonLines(rows), 'logprobs mean nats field "p"');
    assert.deepEqual(
      counts.problems.map(({ line, code }) => `${line} ${code}`),
      ['2 dataset-row-measured-tokens', '3 dataset-row-measured-tokens'],
    );
    assert.deepEqual([...counts.measured!.tokens], [4]);
    const mapped = await readText(jsonLines(rows.slice(2)), 'logprobs mean nats field "p" tokens field "t"');
    assert.deepEqual([...mapped.measured!.tokens], [5]);
    assert.equal(mapped.measured!.aggregate, 'mean');
  });

  it('are not given twice for one episode of a long table', async () => {
    const row = { episode_id: 1, hypothesis: 'a', logprob: -1 };
    const counts = await readText(jsonLines([row, row]), 'logprobs sum nats field "logprob"');
    assert.deepEqual(counts.problemCounts, { 'dataset-row-measured-repeated': 1 });
  });

  it('keep rows of a long table apart that have one text: they are other hypotheses and other episodes', async () => {
    const rows = [1, 2].flatMap((id) =>
      ['a', 'b'].map((hypothesis) => ({ id, hypothesis, logprob: -id, prompt: 'p', completion: 'c' })),
    );
    const counts = await readText(jsonLines(rows), 'logprobs sum nats field "logprob"');
    assert.deepEqual([counts.duplicates, counts.measured!.rows], [0, 2]);
    assert.deepEqual([...counts.measured!.logprob, ...counts.measured!.epochs], [-1, -1, -2, -2, 1, 1]);
  });

  it('merge rows with the same text and the same values into epochs', async () => {
    const other = { ...objects[0]!, p: { helpful: -1, malicious: -2 } };
    const counts = await readText(
      jsonLines([objects[0], objects[1], objects[0], other]),
      'logprobs sum nats field "p"',
    );
    assert.equal(counts.duplicates, 1);
    assert.deepEqual([...counts.measured!.epochs], [2, 1, 1]);
  });

  it('may be a matrix of dozens of personas and a thousand episodes', async () => {
    const personas = Array.from({ length: 48 }, (_, h) => `persona_${h}`);
    const value = (row: number, h: number) => -(((row * 48 + h) % 977) + 1) / 7;
    const rows = Array.from({ length: 1000 }, (_, row) => ({
      p: Object.fromEntries(personas.map((name, h) => [name, value(row, h)])),
    }));
    const { measured } = await readText(jsonLines(rows), 'logprobs sum nats field "p"');
    assert.deepEqual(measured!.personas, personas);
    for (let row = 0; row < 1000; row++)
      for (let h = 0; h < 48; h++) assert.equal(measured!.logprob[row * 48 + h], value(row, h));
  });

  it('come through unchanged for any finite numbers that can be logarithms of probabilities, and any personas', async () => {
    const name = fc
      .string({ minLength: 1, maxLength: 6 })
      .filter((text) => text !== '__proto__' && !/^\d+$/u.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.dictionary(name, fc.double({ max: 0, noNaN: true, noDefaultInfinity: true }), { minKeys: 1, maxKeys: 8 }),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        async (rows) => {
          const { measured } = await readText(jsonLines(rows.map((p) => ({ p }))), 'logprobs sum nats field "p"');
          rows.forEach((row, index) => {
            measured!.personas.forEach((persona, column) => {
              const expected = Object.hasOwn(row, persona) ? row[persona]! + 0 : Number.NaN;
              assert.ok(Object.is(measured!.logprob[index * measured!.personas.length + column]! + 0, expected));
            });
          });
        },
      ),
      { numRuns: 100 },
    );
  });
});
