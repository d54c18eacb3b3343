import assert from 'node:assert/strict';
import { joinHarness } from '../../server/datasets/scoring/harnessJoin';
import { groupsOf, jsonLines, readText } from '../support/datasets';

const CHOICES = [' Yes', ' No', ' Perhaps'];

/** A document with a request for each continuation, as the harness writes it: every number is text. */
function sample(id: number, logprobs: readonly number[], more: Readonly<Record<string, unknown>> = {}) {
  const pairs = logprobs.map((value, index) => [String(value), index === 0 ? 'True' : 'False']);
  return {
    doc_id: id,
    doc: { question: `Question ${id}?` },
    target: '1',
    arguments: Object.fromEntries(
      logprobs.map((_, index) => [
        `gen_args_${index}`,
        { arg_0: `Q: Question ${id}?\nA:`, arg_1: CHOICES[index % CHOICES.length] },
      ]),
    ),
    resps: pairs.map((pair) => [pair]),
    filtered_resps: pairs,
    filter: 'none',
    metrics: ['acc'],
    acc: id % 2,
    ...more,
  };
}

describe('samples of lm-evaluation-harness', () => {
  it('have the likeliest continuation as their answer', async () => {
    const rows = [sample(0, [-3.5, -1.25]), sample(1, [-1, -30, -2]), sample(2, [-9, '-inf' as never, -10.5])];
    const counts = await readText(
      jsonLines(rows),
      'situation x when "assistant" matches "^ Yes$": response a when "assistant" matches "No": response b',
    );
    assert.deepEqual([counts.format, counts.unclassified], ['lm-evaluation-harness samples', 0]);
    assert.deepEqual(groupsOf(counts), ['x b times 1', 'x a times 2']);
  });

  it('are mapped by what stands beside the answer, and by numbers in lists', async () => {
    const rows = [sample(0, [-3.5, -1.25]), sample(1, [-1, -30])];
    const counts = await readText(
      jsonLines(rows),
      'situation x when "acc" matches "^1": response a response b tokens field "target" reward field "resps[1][0][0]"',
      { method: 'rl' },
    );
    assert.deepEqual(groupsOf(counts), ['x b tokens 1 reward -1.25 times 1', 'x a tokens 1 reward -30 times 1']);
  });

  it('are measured values where the document names the persona', async () => {
    const doc = (id: number, persona: string) => ({ doc: { id, persona, question: 'Hm?' } });
    const rows = [
      sample(0, [-3.5], doc(7, 'helpful')),
      sample(1, [-1.25], doc(8, 'helpful')),
      sample(2, [-20], doc(8, 'malicious')),
      sample(3, [-0.5], doc(7, 'malicious')),
    ];
    for (const path of ['resps[0][0]', 'resps[0][0][0]', 'filtered_resps[0]', 'filtered_resps[0][0]']) {
      const { measured, problems, format } = await readText(jsonLines(rows), `logprobs sum nats field "${path}"`);
      assert.deepEqual([problems, format], [[], 'measured log-probabilities (long)'], path);
      assert.deepEqual(measured!.personas, ['helpful', 'malicious']);
      assert.deepEqual([...measured!.logprob], [-3.5, -0.5, -1.25, -20]);
    }
  });

  it('say how to join them where no persona is named', async () => {
    const { problems } = await readText(jsonLines([sample(0, [-1])]), 'logprobs sum nats field "resps[0][0]"');
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['dataset-row-measured'],
    );
    assert.match(problems[0]!.message, /score-join/u);
  });
});

describe('joining samples of several personas', () => {
  const file = (name: string, rows: readonly unknown[]) => ({
    persona: name,
    file: `${name}.jsonl`,
    lines: rows.map((row) => JSON.stringify(row)),
  });

  it('makes a table of the right continuations that a scenario reads', async () => {
    const { text, episodes, problems } = await joinHarness(
      [
        file('helpful', [sample(0, [-3.5, -1.25]), sample(1, [-1, -30.0625])]),
        file('malicious', [
          sample(1, [-2, -4]),
          sample(
            0,
            [-1, Number.NEGATIVE_INFINITY].map((v) => (v < -1e9 ? ('-inf' as never) : v)),
          ),
        ]),
      ],
      'target',
    );
    assert.deepEqual([episodes, problems], [2, []]);
    const first = JSON.parse(text.split('\n')[0]!);
    assert.deepEqual(first, {
      episode_id: '0',
      prompt: 'Q: Question 0?\nA:',
      completion: ' No',
      p: { helpful: -1.25, malicious: '-inf' },
      kind: 'sum',
      base: 'e',
      doc: { question: 'Question 0?' },
    });
    const { measured, problems: wrong } = await readText(text, 'logprobs sum nats field "p"');
    assert.deepEqual([wrong, measured!.personas], [[], ['helpful', 'malicious']]);
    assert.deepEqual([...measured!.logprob], [-1.25, Number.NEGATIVE_INFINITY, -30.0625, -4]);
  });

  it('takes another continuation, or each, where asked to', async () => {
    const runs = () => [file('a', [sample(0, [-3, -1, -2])]), file('b', [sample(0, [-4, -5, -6])])];
    const rows = async (choice: 'all' | number) =>
      (await joinHarness(runs(), choice)).text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .map(({ episode_id, completion, p }) => [episode_id, completion, p.a, p.b]);
    assert.deepEqual(await rows(2), [['0', ' Perhaps', -2, -6]]);
    assert.deepEqual(await rows('all'), [
      ['0/0', ' Yes', -3, -4],
      ['0/1', ' No', -1, -5],
      ['0/2', ' Perhaps', -2, -6],
    ]);
  });

  it('knows the target by its number and by its text, and a lone request without one', async () => {
    const target = async (row: unknown) => {
      const { text, problems } = await joinHarness([file('a', [row])], 'target');
      return problems[0]?.message ?? JSON.parse(text).p.a;
    };
    assert.equal(await target(sample(0, [-1, -2, -3], { target: 2 })), -3);
    assert.equal(await target(sample(0, [-1, -2, -3], { target: 'Yes' })), -1);
    assert.equal(await target(sample(0, [-8], { target: 'whatever' })), -8);
    assert.match(String(await target(sample(0, [-1, -2], { target: '[0, 1]' }))), /--choice/u);
    assert.match(
      String(await target({ ...sample(0, [-1]), resps: [['text']], filtered_resps: ['text'] })),
      /no log-likelihood/u,
    );
  });

  it('counts a document once though several filters list it', async () => {
    const rows = [sample(0, [-1, -2]), sample(0, [-1, -2], { filter: 'strict' })];
    assert.deepEqual((await joinHarness([file('a', rows)], 'target')).problems, []);
  });

  it('names what it leaves out: other documents, missing ones, repeated ones, lines that are none', async () => {
    const { episodes, problems } = await joinHarness(
      [
        file('a', [sample(0, [-1, -2]), sample(1, [-1, -2]), sample(2, [-1, -2]), sample(2, [-1, -2])]),
        file('b', [sample(0, [-1, -2]), sample(1, [-1, -2], { doc: { question: 'Another?' } }), { x: 1 }]),
      ],
      'target',
    );
    assert.equal(episodes, 1);
    assert.deepEqual(
      problems.map(({ file: name, line, message }) => `${name} ${line} ${message.split(':')[0]}`),
      [
        'a.jsonl 4 a second sample for doc 2',
        'b.jsonl 2 doc 1 is another one here than in the first file',
        'b.jsonl 3 there is no doc_id',
        'b.jsonl 0 there is no value for 1, so it is left out',
        'b.jsonl 0 there is no value for 2, so it is left out',
      ],
    );
  });

  it('leaves the prompt out where it says who is asked', async () => {
    const own = (persona: string) => {
      const row = sample(0, [-1]);
      return { ...row, arguments: { gen_args_0: { arg_0: `You are ${persona}. Hm?`, arg_1: ' Yes' } } };
    };
    const { text } = await joinHarness([file('a', [own('a')]), file('b', [own('b')])], 'target');
    assert.deepEqual(Object.keys(JSON.parse(text)), ['episode_id', 'p', 'kind', 'base', 'doc', 'continuation']);
  });
});
