import assert from 'node:assert/strict';
import { gzipSync, strToU8 } from 'fflate';
import { groupsOf, jsonLines, readText } from '../support/datasets';

const A = 'situation x response a';
const turns = (...texts: readonly string[]) =>
  texts.map((content, i) => ({ role: i % 2 ? 'assistant' : 'user', content }));

describe('rows of other people’s tools', () => {
  it('are different episodes where only what was asked differs, whatever it is called', async () => {
    const pairs: readonly (readonly [Record<string, unknown>, Record<string, unknown>])[] = [
      [
        { system: 'S', messages: turns('Hi', 'Yes') },
        { system: 'T', messages: turns('Hi', 'Yes') },
      ],
      [
        { system_prompt: 'S', question: 'Hi', response: 'Yes' },
        { system_prompt: 'T', question: 'Hi', response: 'Yes' },
      ],
      [
        { question: 'A', chosen: 'Yes', rejected: 'No' },
        { question: 'B', chosen: 'Yes', rejected: 'No' },
      ],
      [
        { instruction: 'Who?', context: 'A', response: 'Me' },
        { instruction: 'Who?', context: 'B', response: 'Me' },
      ],
      [
        { system: [{ text: 'S' }], messages: turns('Hi', 'Yes') },
        { system: [{ text: 'T' }], messages: turns('Hi', 'Yes') },
      ],
    ];
    for (const [one, other] of pairs) {
      const counts = await readText(jsonLines([one, other, one]), `${A} over b`);
      assert.deepEqual([counts.unclassified, counts.duplicates], [0, 1], JSON.stringify(one));
    }
  });

  it('keep the system prompt that stands among the turns', async () => {
    const row = { system: 'beside', messages: [{ role: 'system', content: 'among' }, ...turns('Hi', 'Yes')] };
    const counts = await readText(jsonLines([row]), 'situation x when "system" matches "among": response a response b');
    assert.deepEqual(groupsOf(counts), ['x a times 1']);
  });

  it('are listed where they hold several answers or turns of nobody', async () => {
    const rows = [
      { prompt: 'Hi', completions: ['a', 'b'], rewards: [0, 1] },
      { prompt: 'Hi', completions: ['a'] },
      { message_id: '1', role: 'prompter', text: 'Hi' },
      { message_id: '2', role: 'assistant', text: 'Hello' },
      { prompt: 'Hi', completion: 'a', reward: null },
    ];
    const { problems } = await readText(jsonLines(rows), A, { method: 'rl' });
    assert.deepEqual(
      problems.map(({ line, code }) => `${line} ${code}`),
      ['1 dataset-row-several', '3 dataset-row-no-output', '5 dataset-row-number'],
    );
  });

  it('may have turns and truth values as text in a table', async () => {
    const cell = (value: unknown) => `"${JSON.stringify(value).replaceAll('"', '""')}"`;
    const chat = await readText(
      `messages,label\n${cell(turns('Hi', 'Yes'))},a\n"[{not json",b\n`,
      `situation x response field "label"`,
      {
        file: 'd.csv',
      },
    );
    assert.equal(chat.format.startsWith('OpenAI chat'), true, chat.format);
    assert.deepEqual(groupsOf(chat), ['x a times 1', 'x b times 1']);
    const kto = await readText('prompt,completion,label\nHi,a,True\nHi,b,False\n', A, { file: 'd.csv' });
    assert.deepEqual([kto.classified, kto.problems[0]?.code], [1, 'dataset-row-undesired']);
  });

  it('may stand in an array inside an object', async () => {
    const rows = [
      { prompt: 'a', completion: 'b' },
      { prompt: 'c', completion: 'd' },
    ];
    for (const text of [
      JSON.stringify({ data: rows }),
      JSON.stringify({ train: rows, test: [{ prompt: 'e', completion: 'f' }] }, null, 2),
    ]) {
      const counts = await readText(text, A, { file: 'd.json' });
      assert.deepEqual([counts.rows, counts.format], [2, 'prompt and completion, JSON']);
    }
    // A file that promises lines is taken at its word.
    assert.equal((await readText(jsonLines([{ data: rows }]), A)).rows, 1);
  });

  it('are refused by name where the file is something else', async () => {
    const others: readonly (readonly [string, Uint8Array | string])[] = [
      ['bzip2', 'BZh91AY&SY'],
      ['xz', Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0)],
      ['Arrow', 'ARROW1\0\0'],
      ['SQLite', 'SQLite format 3\0'],
      ['pickle', Uint8Array.of(0x80, 4, 0x95, 1, 0, 0)],
      ['web page', '<!DOCTYPE html><html></html>'],
      ['tar', gzipSync(strToU8(`${'\0'.repeat(257)}ustar\0`))],
      ['pandas', '{"prompt":{"0":"Hi","1":"Ho"},"completion":{"0":"a","1":"b"}}'],
    ];
    for (const [name, content] of others) {
      const { failure, rows } = await readText(content, A, { file: 'data.json' });
      assert.match(failure?.message ?? '', new RegExp(name, 'u'));
      assert.equal(rows, 0);
    }
  });
});
