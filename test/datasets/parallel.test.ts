import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { gzipSync, strToU8 } from 'fflate';
import type { DatasetCounts } from '../../server/datasets/counts';
import { maxCompared } from '../../server/datasets/limits';
import { buffersOf, type PartJob, readPart } from '../../server/datasets/reading/part';
import { readDataset } from '../../server/datasets/reading/read';
import { rereadDataset } from '../../server/datasets/reading/reread';
import type { Host, Threads } from '../../server/host/host';
import { nodeHost } from '../../server/host/nodeHost';
import { nodeThreads } from '../../server/workers/threadPool';
import { datasetSource } from '../support/datasets';
import { memoryHost } from '../support/memoryHost';

/** Threads that are none: every job is copied there and back, and ends at a time of its own. */
function pretended(host: Host, count: number, jobs: PartJob[] = []): Threads {
  let turn = 0;
  return {
    count,
    run: async (job, { signal }) => {
      const copy = structuredClone(job) as PartJob;
      jobs.push(copy);
      const waits = (turn++ * 7) % 4;
      for (let i = 0; i < waits; i++) await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      const part = await readPart(copy, host);
      return structuredClone(part, { transfer: [...buffersOf(part)] });
    },
  };
}

const label = fc.constantFrom('a', 'b', 'c', 'd e');
const line = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(label, fc.constantFrom('ok', 'no  way', 'no way', 'é', '😀'), fc.boolean())
      .map(([name, answer, more]) =>
        JSON.stringify({
          messages: [
            { role: 'user', content: 'hi' },
            { role: 'assistant', content: answer },
          ],
          label: name,
          ...(more ? { weight: 2, extra: { deep: [{ k: 1 }] } } : {}),
        }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(label, fc.double({ noNaN: true, noDefaultInfinity: true }))
      .map(([name, reward]) => JSON.stringify({ prompt: 'p', completion: name, reward, label: name })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      '  ',
      '{"label":',
      '{"label":\r"a"}',
      '{"label":"a"}',
      '[]',
      '{"messages":[{"role":"user","content":"alone"}]}',
    ),
  },
);
const text = fc
  .tuple(fc.array(line, { maxLength: 40 }), fc.constantFrom('\n', '\r\n'), fc.constantFrom('', '\uFEFF'), fc.boolean())
  .map(([lines, end, mark, closed]) => mark + lines.join(end) + (closed ? end : ''));

const URI = 'file:///w/data.jsonl';
const MAPPINGS = [
  'situation x response field "label"',
  'situation field "label" when "assistant" matches "no.*way": response a, weight 3 response b tokens counted',
  'situation x response field "label" weight field "weight"',
];

describe('reading in threads', () => {
  it('comes to the same bytes as one thread, however the file is cut', async () => {
    const sources = await Promise.all(MAPPINGS.map((mapping) => datasetSource(mapping)));
    let parted = 0;
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.constantFrom(...sources),
        fc.constantFrom('rl', 'sft', undefined),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 4 }),
        async (content, source, method, partBytes, count) => {
          const host = memoryHost({ [URI]: content });
          const alone = await readDataset(source, method as 'rl' | undefined, host);
          const jobs: PartJob[] = [];
          const threads = pretended(host, count, jobs);
          const limits = { threadBytes: 1, partBytes };
          const together = await readDataset(
            source,
            method as 'rl' | undefined,
            { ...host, threads: () => threads },
            { limits },
          );
          if (jobs.length > 2) parted += 1;
          assert.deepEqual(together, alone);
        },
      ),
      { numRuns: 150 },
    );
    assert.ok(parted > 30, `${parted}`);
  });

  it('looks for near-duplicates among the same texts, also where most rows repeat others', async () => {
    const source = await datasetSource(MAPPINGS[0]!);
    for (const unique of [90_000, 12_000, 3]) {
      const content = Array.from(
        { length: 90_000 },
        (_, i) => `{"prompt":"","completion":"${(i % unique).toString(36)}","label":"a"}\n`,
      ).join('');
      const host = memoryHost({ [URI]: content });
      const threads = pretended(host, 2);
      const limits = { threadBytes: 1, partBytes: 1_000_000 };
      const together = await readDataset(source, undefined, { ...host, threads: () => threads }, { limits });
      assert.deepEqual(together.similar, (await readDataset(source, undefined, host)).similar);
      assert.equal(together.similar!.compared, Math.min(unique, maxCompared));
    }
  });

  it('goes on from what threads have read when a file grows', async () => {
    const source = await datasetSource(MAPPINGS[0]!);
    const rows = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => `{"prompt":"${(from + i) % 7}","completion":"x","label":"a"}\n`).join(
        '',
      );
    const host = memoryHost({ [URI]: rows(0, 50) });
    const threads = pretended(host, 2);
    const limits = { threadBytes: 1, partBytes: 300, rereadEntire: 100 };
    const before = await readDataset(source, undefined, { ...host, threads: () => threads }, { limits });
    host.write(URI, rows(0, 60));
    const grown = await rereadDataset(before, source, undefined, host, { limits });
    assert.deepEqual(grown, await readDataset(source, undefined, host));
    assert.equal(grown.rows, 60);
  });

  it('reads what has to be unpacked in one thread, and measured values too', async () => {
    const packed = gzipSync(strToU8('{"prompt":"p","completion":"c","label":"a"}\n'.repeat(20)));
    const measured = Array.from({ length: 20 }, (_, i) => `{"id":${i},"helpful":-${i},"malicious":-1}\n`).join('');
    for (const [content, mapping] of [
      [packed, MAPPINGS[0]!],
      [measured, 'logprobs sum nats field "p"'],
    ] as const) {
      const source = await datasetSource(mapping);
      const host = memoryHost({ [URI]: content });
      const jobs: PartJob[] = [];
      const threads = pretended(host, 2, jobs);
      const limits = { threadBytes: 1, threadPackedBytes: 1 };
      const together = await readDataset(source, undefined, { ...host, threads: () => threads }, { limits });
      assert.deepEqual(together, await readDataset(source, undefined, host));
      assert.deepEqual([jobs.length, jobs[0]!.range], [1, undefined]);
    }
  });

  it('leaves it to this thread where threads fail, and to no thread where the work is cancelled', async () => {
    const source = await datasetSource(MAPPINGS[0]!);
    const host = memoryHost({ [URI]: '{"prompt":"p","completion":"c","label":"a"}\n'.repeat(20) });
    const limits = { threadBytes: 1, partBytes: 100 };
    const broken: Threads = { count: 2, run: () => Promise.reject(new Error('no thread')) };
    const counts = await readDataset(source, undefined, { ...host, threads: () => broken }, { limits });
    assert.deepEqual(counts, await readDataset(source, undefined, host));
    const stop = new AbortController();
    const inner = pretended(host, 2);
    const stopping: Threads = {
      count: 2,
      run: (job, options) => {
        stop.abort();
        return inner.run(job, options);
      },
    };
    const { failure } = await readDataset(
      source,
      undefined,
      { ...host, threads: () => stopping },
      { limits, signal: stop.signal },
    );
    assert.equal(failure?.code, 'dataset-cancelled');
  });
});

describe('threads of a process', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'dramatis-threads-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('do their jobs a few at a time, and end with what is not wanted any more', async () => {
    const script = join(folder, 'echo.cjs');
    writeFileSync(
      script,
      `const { parentPort } = require('node:worker_threads');
       parentPort.on('message', (job) => {
         if (job === 'never') return;
         if (job === 'fail') throw new Error('failed');
         parentPort.postMessage({ done: job });
         parentPort.postMessage({ answer: job * 2 });
       });`,
    );
    const threads = nodeThreads(script, 2);
    const told: number[] = [];
    const jobs = Array.from({ length: 20 }, (_, i) => threads.run(i, { progress: (done) => told.push(done) }));
    assert.deepEqual(
      await Promise.all(jobs),
      jobs.map((_, i) => i * 2),
    );
    assert.deepEqual(
      told.sort((a, b) => a - b),
      jobs.map((_, i) => i),
    );
    await assert.rejects(threads.run('fail', {}), /failed/u);
    const stop = new AbortController();
    const never = [1, 2, 3].map(() => threads.run('never', { signal: stop.signal }));
    stop.abort();
    for (const job of never) await assert.rejects(job);
    assert.equal(await threads.run(21, {}), 42);
  });

  it('read files as the process itself does', async () => {
    const script = join(folder, 'reader.cjs');
    const entry = resolve(import.meta.dirname, '../../server/workers/reader.ts');
    buildSync({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      mainFields: ['module', 'main'],
      outfile: script,
    });
    const file = join(folder, 'data.jsonl');
    writeFileSync(
      file,
      Array.from({ length: 500 }, (_, i) => `{"prompt":"${i % 90}","completion":"c","label":"${'abc'[i % 3]}"}`).join(
        '\n',
      ),
    );
    const source = { ...(await datasetSource(MAPPINGS[0]!)), uri: pathToFileURL(file).toString() };
    const alone: DatasetCounts = await readDataset(source, undefined, nodeHost());
    const threads = nodeThreads(script, 2);
    let answers = 0;
    const counted: Threads = {
      count: 2,
      run: async (job, options) => {
        const answer = await threads.run(job, options);
        answers += 1;
        return answer;
      },
    };
    const limits = { threadBytes: 1, partBytes: 4000 };
    assert.deepEqual(await readDataset(source, undefined, nodeHost(counted), { limits }), alone);
    assert.ok(answers > 2, `${answers}`);
    assert.equal(alone.rows, 500);
  });
});
