/** Which rows a mapping reads: `where`, `rows`, `sample`, `turn each`, several files; in threads as in one. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { DatasetCounts } from '../../server/datasets/counts';
import { buffersOf, type PartJob, readPart } from '../../server/datasets/reading/part';
import { readDataset } from '../../server/datasets/reading/read';
import type { Host } from '../../server/host/host';
import { loadProgram } from '../../server/program/load/load';
import { groupsOf, jsonLines, readText } from '../support/datasets';
import { memoryHost } from '../support/memoryHost';

const A = 'situation x response a';
const turns = (...texts: readonly string[]) =>
  texts.map((content, i) => ({ role: i % 2 ? 'assistant' : 'user', content }));
const rows = Array.from({ length: 30 }, (_, i) => ({
  prompt: `p${i}`,
  completion: `c${i % 10}`,
  n: i,
  kind: i % 3 === 0 ? 'x' : 'y',
  ...(i % 2 === 0 ? { flag: i % 4 === 0, tag: null } : {}),
}));

async function used(mapping: string, content = jsonLines(rows), file = 'data.jsonl'): Promise<readonly number[]> {
  const counts = await readText(content, `${mapping} ${A} weight field "n"`, { file });
  assert.equal(counts.failure, undefined);
  assert.equal(counts.rows, counts.classified + counts.unclassified + (counts.leftOut?.total ?? 0));
  return [...counts.groups.weight].sort((a, b) => a - b);
}
const numbers = (test: (row: (typeof rows)[number]) => boolean) => rows.filter(test).map(({ n }) => n);

describe('where', () => {
  it('keeps the rows that satisfy all conditions', async () => {
    assert.deepEqual(
      await used('where "kind" is "x"'),
      numbers(({ kind }) => kind === 'x'),
    );
    assert.deepEqual(
      await used('where "kind" is x where "n" not is 3'),
      numbers(({ kind, n }) => kind === 'x' && n !== 3),
    );
    assert.deepEqual(await used('where "n" is 7'), [7]);
    assert.deepEqual(
      await used('where "flag" is true'),
      numbers(({ flag }) => flag === true),
    );
    assert.deepEqual(
      await used('where "flag" not is true'),
      numbers(({ flag }) => flag !== true),
    );
    assert.deepEqual(
      await used('where "flag" is false'),
      numbers(({ flag }) => flag === false),
    );
    assert.deepEqual(
      await used('where "tag" is null'),
      numbers(({ tag }) => tag === null),
    );
    assert.deepEqual(
      await used('where "tag" exists'),
      numbers(({ n }) => n % 2 === 0),
    );
    assert.deepEqual(
      await used('where "tag" not exists'),
      numbers(({ n }) => n % 2 === 1),
    );
    assert.deepEqual(
      await used('where "assistant" matches "[12]$"'),
      numbers(({ completion }) => /[12]$/u.test(completion)),
    );
    assert.deepEqual(
      await used('where "assistant" not matches "[12]$"'),
      numbers(({ completion }) => !/[12]$/u.test(completion)),
    );
    assert.deepEqual(await used('where "assistant" is "c4"'), [4, 14, 24]);
    assert.deepEqual(
      await used('where "nothing" not matches "."'),
      numbers(() => true),
    );
  });

  it('reads the words of a table as truth values and numbers', async () => {
    const table = 'prompt,completion,n,flag\na,b,1,True\nc,d,2,false\n';
    assert.deepEqual(await used('where "flag" is true', table, 'data.csv'), [1]);
    assert.deepEqual(await used('where "n" is 2', table, 'data.csv'), [2]);
  });

  it('counts what each line left out, and lists rows that cannot be read all the same', async () => {
    const content = `${jsonLines(rows)}not json\n{"prompt":"alone","kind":"x","n":1}\n`;
    const counts = await readText(content, `${A} where "kind" is "x" where "n" not is 3`);
    assert.deepEqual(counts.leftOut, { total: 21, of: 32, rows: 0, where: [20, 1], sample: 0 });
    assert.deepEqual(counts.problemCounts, { 'dataset-row-json': 1, 'dataset-row-no-output': 1 });
    assert.deepEqual([counts.rows, counts.classified, counts.unclassified], [32, 9, 2]);
  });

  it('may have a pattern that has to be tried in a thread', async () => {
    const matcher = async (pattern: string, texts: readonly string[]) => ({
      matches: Uint8Array.from(texts, (text) => (new RegExp(pattern, 'u').test(text) ? 1 : 0)),
      milliseconds: 0,
    });
    const mapping = `where "assistant" matches "^(c|d)+1$" when "assistant" matches "^(c|d)+1$": response b ${A}`;
    const counts = await readText(jsonLines(rows), mapping, { matcher });
    assert.deepEqual(groupsOf(counts), ['x b times 3']);
    assert.equal((await readText(jsonLines(rows), mapping)).failure?.code, 'dataset-pattern-unbounded');
  });
});

describe('rows', () => {
  it('are counted from 1, over all rows of the file', async () => {
    assert.deepEqual(await used('rows 3 to 5'), [2, 3, 4]);
    assert.deepEqual(await used('rows 2'), [0, 1]);
    assert.deepEqual(await used('rows 29 to 1000'), [28, 29]);
    assert.deepEqual(await used('rows 1 to 6 where "kind" is "x"'), [0, 3]);
  });

  it('decide on the method where the first of them is', async () => {
    const mixed = jsonLines([{ prompt: 'p', chosen: 'a', rejected: 'b' }, ...rows.slice(0, 3)]);
    const counts = await readText(mixed, `${A} rows 2 to 4`);
    assert.deepEqual([counts.method, counts.classified], ['sft', 3]);
  });
});

/** The digest of a row as the documentation describes it, by other means. */
function digestOf({ prompt, completion }: { readonly prompt: string; readonly completion: string }): string {
  const normal = (text: string) =>
    text
      .split(/\s+/u)
      .filter((word) => word !== '')
      .join(' ');
  const text = `input user: ${normal(prompt)}\noutput assistant: ${normal(completion)}`;
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

describe('sample', () => {
  const smallest = (from: typeof rows, count: number) =>
    from
      .map((row, index) => ({ n: row.n, index, digest: digestOf(row) }))
      .sort((a, b) => (a.digest < b.digest ? -1 : a.digest > b.digest ? 1 : a.index - b.index))
      .slice(0, count)
      .map(({ n }) => n)
      .sort((a, b) => a - b);

  it('keeps the rows with the smallest SHA-256 of their texts, after rows and where', async () => {
    assert.deepEqual(await used('sample 7'), smallest(rows, 7));
    assert.deepEqual(
      await used('sample 100'),
      numbers(() => true),
    );
    assert.deepEqual(
      await used('sample 4 where "kind" is "y"'),
      smallest(
        rows.filter(({ kind }) => kind === 'y'),
        4,
      ),
    );
    assert.deepEqual(await used('sample 3 rows 10 to 20'), smallest(rows.slice(9, 20), 3));
  });

  it('is the same whatever the order of the rows, and takes equal texts in order', async () => {
    const reversed = jsonLines([...rows].reverse());
    assert.deepEqual(await used('sample 7', reversed), smallest(rows, 7));
    const same = Array.from({ length: 5 }, (_, n) => ({ prompt: ' p  q', completion: 'c', n }));
    assert.deepEqual(await used('sample 2', jsonLines(same)), [0, 1]);
  });

  it('is not taken of a long table, where rows are no episodes', async () => {
    const long = jsonLines([
      { episode_id: 1, hypothesis: 'h', logprob: -1 },
      { episode_id: 1, hypothesis: 'i', logprob: -1 },
    ]);
    const counts = await readText(long, 'logprobs sum nats field "logprob" sample 1');
    assert.equal(counts.failure?.code, 'dataset-selection');
  });
});

describe('turn each', () => {
  const talk = { messages: turns('Q1', 'A1', 'Q2', 'A2', 'Q3', 'A3') };

  it('makes every answer an episode, with what stands before it', async () => {
    const mapping = 'turn each situation x when "assistant" matches "A2": response b response a';
    assert.deepEqual(groupsOf(await readText(jsonLines([talk]), mapping)), ['x a times 2', 'x b times 1']);
    const last = await readText(jsonLines([talk]), mapping.replace('each', 'last'));
    assert.deepEqual(groupsOf(last), ['x a times 1']);
    // The same first exchange in two rows is one episode shown twice.
    const counts = await readText(jsonLines([talk, { messages: turns('Q1', 'A1') }]), `turn each ${A}`);
    assert.deepEqual([counts.rows, counts.duplicates], [4, 1]);
    assert.deepEqual([...counts.index!.line], [1, 1, 1, 2]);
  });

  it('passes over answers that are not trained on', async () => {
    const messages = turns('Q1', 'A1', 'Q2', 'A2').map((turn, i) => (i === 1 ? { ...turn, weight: 0 } : turn));
    assert.deepEqual(groupsOf(await readText(jsonLines([{ messages }]), `turn each ${A}`)), ['x a times 1']);
  });

  it('reads every reply of a tree', async () => {
    const node = (role: string, text: string, ...replies: object[]) => ({ role, text, replies });
    const prompt = node(
      'prompter',
      'Hi',
      node('assistant', 'A', node('prompter', 'M', node('assistant', 'C'))),
      node('assistant', 'B'),
    );
    const counts = await readText(
      jsonLines([{ message_tree_id: 't', prompt }]),
      'turn each situation x when "assistant" matches "C": response c response a',
    );
    assert.deepEqual([groupsOf(counts), counts.problems], [['x a times 2', 'x c times 1'], []]);
  });

  it('keeps or leaves out whole rows', async () => {
    const talks = [talk, { messages: turns('R1', 'B1', 'R2', 'B2') }, { messages: turns('S1', 'C1') }];
    const counts = await readText(jsonLines(talks), `turn each ${A} where "user" not matches "S1" sample 1`);
    const left = counts.leftOut!;
    assert.deepEqual([left.of, left.where, left.sample], [3, [1], 1]);
    assert.ok(counts.classified === 3 || counts.classified === 2);
    assert.equal(counts.rows, counts.classified + left.total);
  });
});

describe('several files', () => {
  const files = {
    'file:///w/d/b.jsonl': jsonLines(rows.slice(10, 20)),
    'file:///w/d/a.jsonl': jsonLines(rows.slice(0, 10)),
    'file:///w/d/c.csv': `prompt,completion,n\n${rows
      .slice(20)
      .map(({ prompt, completion, n }) => `${prompt},${completion},${n}`)
      .join('\n')}`,
  };
  const read = async (mapping: string, host: Host, from = '"d/*"') => {
    const text = `situation x -> a | b | c\ndataset d from ${from} { ${mapping} }`;
    const own = memoryHost({ ...files, 'file:///w/a.scenario': text });
    const program = await loadProgram('file:///w/a.scenario', own, { workspace: ['file:///w'] });
    return readDataset(program.datasets[0]!, undefined, host);
  };

  it('are read in the order of their paths, as one', async () => {
    const counts = await read(`${A} weight field "n"`, memoryHost(files));
    assert.deepEqual(
      [...counts.groups.weight],
      numbers(() => true),
    );
    assert.deepEqual(counts.files, [
      { uri: 'file:///w/d/a.jsonl', start: 0 },
      { uri: 'file:///w/d/b.jsonl', start: 10 },
      { uri: 'file:///w/d/c.csv', start: 20 },
    ]);
    const ranged = await read(`${A} weight field "n" rows 9 to 12`, memoryHost(files));
    assert.deepEqual([...ranged.groups.weight], [8, 9, 10, 11]);
    const sampled = await read(`${A} weight field "n" sample 5`, memoryHost(files));
    const entire = await readText(jsonLines(rows), `${A} weight field "n" sample 5`);
    assert.deepEqual([...sampled.groups.weight], [...entire.groups.weight]);
  });

  it('are a failure where one of them is, by name', async () => {
    const host = memoryHost(files);
    host.remove('file:///w/d/b.jsonl');
    const counts = await read(A, host);
    assert.equal(counts.failure?.code, 'dataset-missing');
    assert.match(counts.failure!.message, /b\.jsonl/u);
  });
});

/** Threads that are none: every job is copied there and back. */
function withThreads(host: Host, count: number): Host {
  const threads = {
    count,
    run: async (job: unknown) => {
      const part = await readPart(structuredClone(job) as PartJob, host);
      return structuredClone(part, { transfer: [...buffersOf(part)] });
    },
  };
  return { ...host, threads: () => threads };
}

describe('a selection', () => {
  it('comes to the same bytes in any number of threads', async () => {
    const chosen = fc.subarray(
      ['where "kind" is "x"', 'where "n" not matches "7"', 'sample 6', 'turn each', 'rows 4 to 40', 'rows 3'],
      { maxLength: 4 },
    );
    const row = fc.constantFrom(
      ...rows.slice(0, 12).map((value) => JSON.stringify(value)),
      JSON.stringify({ messages: turns('Q', 'A', 'R', 'B'), kind: 'x' }),
      '',
      'broken',
    );
    await fc.assert(
      fc.asyncProperty(
        chosen,
        fc.array(row, { maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        async (lines, texts, count) => {
          const once = lines.filter(
            (line, i) => !line.startsWith('rows') || lines.findIndex((l) => l.startsWith('rows')) === i,
          );
          const mapping = `${once.join(' ')} situation x when "assistant" matches "c[1-3]": response b response a`;
          const host = memoryHost({ 'file:///w/data.jsonl': texts.join('\n') });
          const text = `situation x -> a | b\ndataset d from "data.jsonl" { ${mapping} }`;
          const program = await loadProgram(
            'file:///w/a.scenario',
            memoryHost({ 'file:///w/a.scenario': text, 'file:///w/data.jsonl': '' }),
            { workspace: ['file:///w'] },
          );
          const source = program.datasets[0]!;
          const limits = { threadBytes: 1, threadPackedBytes: 1, partBytes: 200 };
          const alone: DatasetCounts = await readDataset(source, undefined, host);
          assert.deepEqual(await readDataset(source, undefined, withThreads(host, count), { limits }), alone);
          assert.equal(alone.rows, alone.classified + alone.unclassified + (alone.leftOut?.total ?? 0));
        },
      ),
      { numRuns: 150 },
    );
  });
});
