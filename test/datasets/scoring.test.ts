import assert from 'node:assert/strict';
import fc from 'fast-check';
import { scoreImport } from '../../server/datasets/scoring/replies';
import { codePoints, promptOf, requestId, scoreRequests, TEMPLATES } from '../../server/datasets/scoring/requests';
import { loadProgram } from '../../server/program/load/load';
import { jsonLines, readText } from '../support/datasets';
import { memoryHost } from '../support/memoryHost';

const SCENARIO = `
situation x -> a | b
persona kind prior 1 { x -> a }
persona sly prior 1 { x -> b  system "You are sly." }
episode: x -> a { system "Be brief." user "Hi 😀" assistant "Hello" }
episode: x -> b times 3
dataset d from "d.jsonl" { situation x response a }
dataset pairs from "pairs.jsonl" { situation x response a over b }
`;
const FILES = {
  'file:///w/a.scenario': SCENARIO,
  'file:///w/d.jsonl': jsonLines([
    {
      messages: [
        { role: 'user', content: 'Q1' },
        { role: 'assistant', content: 'A1' },
        { role: 'user', content: 'Q2' },
        { role: 'assistant', content: 'A2' },
      ],
    },
    { messages: [{ role: 'user', content: 'alone' }] },
    { prompt: 'P', completion: 'C' },
  ]),
  'file:///w/pairs.jsonl': jsonLines([{ prompt: 'P', chosen: 'good', rejected: 'bad' }]),
};

interface RequestLine {
  readonly custom_id: string;
  readonly body: {
    readonly prompt: string;
    readonly echo: boolean;
    readonly logprobs: number;
    readonly max_tokens: number;
  };
}

async function requestsOf(options: Partial<Parameters<typeof scoreRequests>[2]> = {}) {
  const host = memoryHost(FILES);
  const program = await loadProgram('file:///w/a.scenario', host, { workspace: ['file:///w'] });
  const notes: string[] = [];
  let text = '';
  for await (const part of scoreRequests(
    program,
    host,
    { model: 'm', template: 'transcript', ...options },
    ({ message }) => notes.push(message),
  ))
    text += part;
  return {
    requests: text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RequestLine),
    notes,
  };
}

/** Cuts a text into tokens at these code points, as a server does. */
function tokensOf(text: string, cuts: readonly number[]): readonly string[] {
  const points = [...text];
  const at = [...new Set([0, ...cuts.map((cut) => cut % Math.max(1, points.length)), points.length])].sort(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, index) => points.slice(at[index], end).join(''));
}
const valueAt = (token: string, index: number) => -(token.length * 7 + index) / 16;

describe('requests for measuring', () => {
  it('are one for each persona and episode, with the persona’s prompt first', async () => {
    const { requests, notes } = await requestsOf();
    assert.deepEqual(
      requests.map(({ custom_id, body }) => `${custom_id}: ${body.prompt}`),
      [
        'dramatis/episode/0/kind/41+6: System: Be brief.\n\nUser: Hi 😀\n\nAssistant: Hello',
        'dramatis/episode/0/sly/63+6: System: You are sly.\n\nSystem: Be brief.\n\nUser: Hi 😀\n\nAssistant: Hello',
        'dramatis/d/0/kind/45+3: User: Q1\n\nAssistant: A1\n\nUser: Q2\n\nAssistant: A2',
        'dramatis/d/0/sly/67+3: System: You are sly.\n\nUser: Q1\n\nAssistant: A1\n\nUser: Q2\n\nAssistant: A2',
        'dramatis/d/2/kind/19+2: User: P\n\nAssistant: C',
        'dramatis/d/2/sly/41+2: System: You are sly.\n\nUser: P\n\nAssistant: C',
        'dramatis/pairs/0/kind/19+5: User: P\n\nAssistant: good',
        'dramatis/pairs/0/sly/41+5: System: You are sly.\n\nUser: P\n\nAssistant: good',
      ],
    );
    assert.deepEqual(notes, [
      '1 inline episodes have no assistant turn and were passed over.',
      'd: 1 rows have no answer of the assistant and were passed over.',
    ]);
    for (const { body } of requests) assert.deepEqual([body.echo, body.logprobs, body.max_tokens], [true, 1, 1]);
  });

  it('can be of some datasets only, in the marks of a chat model', async () => {
    const { requests } = await requestsOf({ datasets: ['pairs'], template: 'chatml' });
    assert.deepEqual(
      requests.map(({ body }) => body.prompt),
      [
        '<|im_start|>user\nP<|im_end|>\n<|im_start|>assistant\ngood<|im_end|>',
        '<|im_start|>system\nYou are sly.<|im_end|>\n<|im_start|>user\nP<|im_end|>\n<|im_start|>assistant\ngood<|im_end|>',
      ],
    );
  });
});

describe('replies of measuring', () => {
  const prompt = promptOf('transcript', 'You are sly.', [{ role: 'user', text: 'Hi 😀' }], 'Well, hello');
  const id = requestId('d', 3, 'sly', prompt);
  const text = prompt.input + prompt.answer;
  const inputLength = codePoints(prompt.input);

  const echo = (tokens: readonly string[], more: readonly string[] = [' generated']) => {
    const all = [...tokens, ...more];
    const offsets: number[] = [];
    let at = 0;
    for (const token of all) {
      offsets.push(at);
      at += codePoints(token);
    }
    return {
      choices: [
        {
          text: all.join(''),
          logprobs: {
            tokens: all,
            token_logprobs: all.map((token, i) => (i === 0 ? null : valueAt(token, i))),
            text_offset: offsets,
          },
        },
      ],
    };
  };
  const vllm = (tokens: readonly string[], crowd: boolean) => ({
    prompt_logprobs: tokens.map((token, i) => {
      if (i === 0) return null;
      // The actual token's key is written first and is the larger number: an object would sort it behind.
      const actual = `"${9000 + i}":${JSON.stringify({ logprob: valueAt(token, i), rank: 2, decoded_token: token })}`;
      return { raw: crowd ? `{${actual},"5":{"logprob":-0.01,"rank":1,"decoded_token":"zzzzzz"}}` : `{${actual}}` };
    }),
    choices: [{ text: ' generated' }],
  });
  const withRaw = (value: object) =>
    JSON.stringify(value).replace(
      /\{"raw":"((?:[^"\\]|\\.)*)"\}/gu,
      (_, inner: string) => JSON.parse(`"${inner}"`) as string,
    );

  /** The sum over the tokens that reach into the answer, counted from the texts alone. */
  const expected = (tokens: readonly string[]) => {
    let at = 0;
    let sum = 0;
    let count = 0;
    tokens.forEach((token, i) => {
      at += codePoints(token);
      if (at <= inputLength) return;
      sum += valueAt(token, i);
      count += 1;
    });
    return { sum, count };
  };

  it('of OpenAI’s echo are summed over the answer’s tokens, without the one that was generated', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(200), { maxLength: 20 }), fc.boolean(), async (cuts, batch) => {
        const tokens = tokensOf(text, [1, ...cuts]);
        const body = echo(tokens);
        const reply = batch ? { custom_id: id, response: { status_code: 200, body } } : { custom_id: id, ...body };
        const table = await scoreImport([JSON.stringify(reply)]);
        assert.deepEqual(table.problems, []);
        const { sum, count } = expected(tokens);
        const row = JSON.parse(table.text) as { p: { sly: number }; n_tokens: number; episode_id: string };
        assert.deepEqual([row.episode_id, row.n_tokens], ['d/3', count]);
        assert.ok(Math.abs(row.p.sly - sum) <= 1e-12 * Math.abs(sum));
      }),
    );
  });

  it('of vLLM are summed over the prompt’s own tokens, not over likelier ones beside them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(200), { maxLength: 20 }),
        fc.boolean(),
        fc.boolean(),
        async (cuts, crowd, special) => {
          const tokens = tokensOf(text, [1, ...cuts]);
          const all = special ? ['<s>', ...tokens] : tokens;
          const table = await scoreImport([withRaw({ custom_id: id, response: { body: vllm(all, crowd) } })]);
          assert.deepEqual(table.problems, []);
          const { sum, count } = special ? shifted(tokens) : expected(tokens);
          const row = JSON.parse(table.text) as { p: { sly: number }; n_tokens: number };
          assert.equal(row.n_tokens, count);
          assert.ok(Math.abs(row.p.sly - sum) <= 1e-12 * Math.abs(sum));
        },
      ),
    );
    function shifted(tokens: readonly string[]) {
      let at = 0;
      let sum = 0;
      let count = 0;
      tokens.forEach((token, i) => {
        at += codePoints(token);
        if (at <= inputLength) return;
        sum += valueAt(token, i + 1);
        count += 1;
      });
      return { sum, count };
    }
  });

  it('that cannot be used are problems with their line, and no numbers', async () => {
    const tokens = tokensOf(text, [1, inputLength]);
    const cut = echo(tokens.slice(0, -1), []);
    const holes = echo(tokens);
    holes.choices[0]!.logprobs.token_logprobs[tokens.length - 1] = null;
    const lines = [
      'no json',
      JSON.stringify(echo(tokens)),
      JSON.stringify({ custom_id: 'other', ...echo(tokens) }),
      JSON.stringify({ custom_id: id, error: { message: 'out of memory' } }),
      JSON.stringify({ custom_id: id, choices: [{ text: 'x', logprobs: null }] }),
      JSON.stringify({ custom_id: id, ...cut }),
      JSON.stringify({ custom_id: id, ...holes }),
      '',
      JSON.stringify({ custom_id: id, ...echo(tokens) }),
      JSON.stringify({ custom_id: id, ...echo(tokens) }),
    ];
    const table = await scoreImport(lines);
    assert.deepEqual(
      table.problems.map(({ line }) => line),
      [1, 2, 3, 4, 5, 6, 7, 10],
    );
    assert.match(table.problems[3]!.message, /out of memory/u);
    assert.deepEqual([table.episodes, table.values], [1, 1]);
  });

  it('that are missing are named, by the requests or by what other episodes have', async () => {
    const id = (row: number, persona: string) => `dramatis/d/${row}/${persona}/1+1`;
    const reply = (custom_id: string, logprob = -1) =>
      JSON.stringify({
        custom_id,
        choices: [{ logprobs: { tokens: ['a', 'b'], token_logprobs: [null, logprob], text_offset: [0, 1] } }],
      });
    const replies = [reply(id(0, 'kind')), reply(id(0, 'sly')), reply(id(2, 'kind')), reply(id(3, 'sly'), 0.5)];
    const { problems, values } = await scoreImport(replies);
    assert.equal(values, 3);
    assert.deepEqual(
      problems.map(({ line, message }) => `${line} ${message}`),
      ['4 token 1: the log-probability 0.5 is above 0', '0 there is no usable reply for sly in episode d/2'],
    );
    const requests = [0, 2, 3].flatMap((row) =>
      ['kind', 'sly'].map((persona) => JSON.stringify({ custom_id: id(row, persona), body: {} })),
    );
    const asked = await scoreImport(replies, 'wide', requests);
    assert.deepEqual(
      asked.problems.slice(1).map(({ message }) => message),
      ['sly in episode d/2', 'kind in episode d/3', 'sly in episode d/3'].map(
        (what) => `there is no usable reply for ${what}`,
      ),
    );
  });

  it('make tables that a dataset reads to the same numbers, wide and long', async () => {
    const lines = ['kind', 'sly'].flatMap((persona, h) =>
      [0, 1, 2].map((row) => {
        const each = promptOf('llama3', persona, [{ role: 'user', text: `Q${row}` }], `A${row}`);
        const tokens = tokensOf(each.input + each.answer, [1, codePoints(each.input) + h]);
        return JSON.stringify({ custom_id: requestId('d', row, persona, each), ...echo(tokens) });
      }),
    );
    const wide = await scoreImport(lines);
    const long = await scoreImport(lines, 'long');
    const a = await readText(wide.text, 'logprobs sum nats field "p"');
    const b = await readText(long.text, 'logprobs sum nats field "logprob"');
    assert.deepEqual([a.classified, a.measured!.rows, b.measured!.rows], [3, 3, 3]);
    assert.deepEqual(a.measured!.logprob, b.measured!.logprob);
    assert.deepEqual(a.measured!.personas, ['kind', 'sly']);
  });

  it('never make the reader throw', async () => {
    const entire = JSON.stringify({ custom_id: id, ...echo(tokensOf(text, [1, 9, 30])) });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.constantFrom('', '[]', 'null', '-1', '"x"', '{}'),
        fc.nat(12),
        async (at, put, removed) => {
          const place = at % entire.length;
          const { values, problems } = await scoreImport([
            entire.slice(0, place) + put + entire.slice(place + removed),
          ]);
          assert.equal(values + problems.length, 1);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('know the marks of every template', () => {
    for (const template of TEMPLATES) assert.match(promptOf(template, undefined, [], 'y').answer, /y/u);
  });
});
