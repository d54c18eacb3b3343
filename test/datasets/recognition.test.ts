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

  it('are listed where they hold several answers or turns of no role', async () => {
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

  it('are no evidence for an answer that their verdict rejects, whatever form the row has', async () => {
    const rows = [false, true].flatMap((label) => [
      { messages: turns('Hi', `m${label}`), label },
      { conversations: turns('Hi', `c${label}`), kto_tag: label },
      { prompt: 'Hi', completion: `p${label}`, label },
    ]);
    const counts = await readText(jsonLines(rows), A);
    assert.deepEqual([counts.classified, counts.problemCounts], [3, { 'dataset-row-undesired': 3 }]);
    const looked = await readText(jsonLines(rows.slice(0, 1)), 'situation x when "label" matches "false": response b');
    assert.deepEqual(groupsOf(looked), ['x b times 1']);
    const rl = await readText(jsonLines(rows.slice(0, 1)), A, { method: 'rl' });
    assert.deepEqual(groupsOf(rl), ['x a reward -1 times 1']);
  });

  it('are read as far as their turns are trained on, whatever flag says so', async () => {
    const silent = [
      { weight: 0 },
      { train: false },
      { training: false },
      { loss: 0 },
      { loss: false },
      { masked: true },
      { mask: true },
      { weight: '0' },
    ];
    for (const flags of silent) {
      const row = {
        messages: turns('Hi', 'first', 'More', 'second').map((turn, i) => (i === 3 ? { ...turn, ...flags } : turn)),
      };
      const mapping = 'situation x response a tokens counted';
      // 'first' is 5 bytes, 2 tokens by the estimate.
      assert.deepEqual(
        groupsOf(await readText(jsonLines([row]), mapping)),
        ['x a tokens 2 times 1'],
        JSON.stringify(flags),
      );
      const alone = {
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'x', ...flags },
        ],
      };
      const { problems } = await readText(jsonLines([alone]), mapping);
      assert.deepEqual(
        problems.map(({ code }) => code),
        ['dataset-row-weight-zero'],
      );
    }
    const trained = { messages: [{ role: 'assistant', content: 'x', weight: 1, train: true, loss: 1, masked: false }] };
    assert.equal((await readText(jsonLines([trained]), A)).classified, 1);
    const unclear = { messages: [{ role: 'assistant', content: 'x', mask: 1 }] };
    assert.match((await readText(jsonLines([unclear]), A)).problems[0]!.message, /mask/u);
  });

  it('are refused by name where their shape is not known and the mapping looks at nothing in them', async () => {
    const rows = [
      '{"a":1,"b":[1]}',
      '[1,2]',
      '[["x"]]',
      '"text"',
      '7',
      '{}',
      '{"messages":[{"speaker":"x","says":"y"}]}',
      '{"messages":[{"role":"martian","content":"y"}]}',
    ];
    const counts = await readText(rows.join('\n'), A);
    assert.equal(counts.classified, 0);
    assert.deepEqual(
      counts.problems.map(({ message }) => message.replace(/^.*?: /u, '')),
      [
        'it is an object with the fields "a", "b".',
        'it is a list that begins with a number.',
        'it is a list that begins with a list.',
        'it is a text.',
        'it is a number.',
        'it is an object without fields.',
        'a message has no role.',
        'the role "martian" is not known.',
      ],
    );
    // A field or a rule that looks at the row makes it known.
    const looked = await readText(rows[0]!, 'situation x when "a" matches "2": response b response a');
    assert.deepEqual(groupsOf(looked), ['x a times 1']);
  });

  it('may be trees: without branches a conversation, with branches listed', async () => {
    const node = (role: string, text: string, ...replies: object[]) => ({ role, text, replies });
    const tree = (prompt: object) => ({ message_tree_id: 't', prompt });
    const rows = [
      tree(node('prompter', 'Hi', node('assistant', 'Hello', node('prompter', 'More', node('assistant', 'Yes'))))),
      tree(node('prompter', 'Hi', node('assistant', 'A'), node('assistant', 'B'))),
      tree(node('prompter', 'Hi')),
      tree({ role: 'prompter' }),
    ];
    const counts = await readText(jsonLines(rows), 'situation x when "assistant" matches "^Yes$": response a');
    assert.deepEqual(groupsOf(counts), ['x a times 1']);
    assert.deepEqual(
      counts.problems.map(({ line, code }) => `${line} ${code}`),
      ['2 dataset-row-several', '3 dataset-row-no-output', '4 dataset-row-shape'],
    );
  });

  it('may be pairs of conversations, of which what both share is the input', async () => {
    const row = { chosen_messages: turns('Hi', 'Good'), rejected_messages: turns('Hi', 'Bad') };
    const counts = await readText(jsonLines([row]), `${A} over b`);
    assert.deepEqual([counts.method, counts.classified], ['prefer', 1]);
  });

  it('may be counts of rows that were counted elsewhere', async () => {
    const rows = [
      { situation: 'x', response: 'a', rows: 6000, ['distinct']: 2000 },
      { situation: 'x', response: 'a', rows: 10 },
      { situation: 'x', response: 'b', rows: 5, weight: 0.5, tokens: 12 },
      { situation: 'x', response: 'b', rows: 0 },
      { situation: 'x', response: 'b', rows: 2, ['distinct']: 3 },
    ];
    const mapping = 'situation field "situation" response field "response"';
    const counts = await readText(jsonLines(rows), mapping);
    assert.deepEqual(groupsOf(counts), ['x a epochs 3 times 2000', 'x a times 10', 'x b weight 0.5 tokens 12 times 5']);
    assert.deepEqual(counts.problemCounts, { 'dataset-row-shape': 2 });
    const table = 'situation,response,over,rows\nx,a,b,7\nx,a,b,3\n';
    const pairs = await readText(table, `${mapping} over field "over"`, { file: 'd.csv' });
    assert.deepEqual(groupsOf(pairs), ['x a over b times 10']);
    // The mapping may map other names; the number of rows stays.
    assert.deepEqual(groupsOf(await readText(jsonLines(rows.slice(1, 2)), 'situation x response c')), ['x c times 10']);
  });
});
