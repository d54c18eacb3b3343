/** Labels of rows: joined by field or by text, people over judges over rules, corrected for what a judge gets wrong. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { DatasetCounts } from '../../server/datasets/counts';
import { predictive } from '../../server/datasets/labels/corrected';
import { seeded } from '../../server/datasets/labels/random';
import { buffersOf, type PartJob, readPart } from '../../server/datasets/reading/part';
import { readDataset } from '../../server/datasets/reading/read';
import type { Host } from '../../server/host/host';
import { loadProgram } from '../../server/program/load/load';
import { groupsOf, jsonLines } from '../support/datasets';
import { memoryHost } from '../support/memoryHost';

const rows = Array.from({ length: 6 }, (_, i) => ({ id: `r${i}`, prompt: `p${i}`, completion: 'c', key: `k${i}` }));

async function read(
  mapping: string,
  labels: string | undefined,
  { data = jsonLines(rows), labelsFile = 'labels.jsonl', threads = false } = {},
): Promise<DatasetCounts> {
  const text = `situation x -> a | b | c\nsituation y -> d | e\ndataset sft d from "data.jsonl" { ${mapping} }`;
  const files: Record<string, string> = { 'file:///w/a.scenario': text, 'file:///w/data.jsonl': data };
  if (labels !== undefined) files[`file:///w/${labelsFile}`] = labels;
  const host = memoryHost(files);
  const program = await loadProgram('file:///w/a.scenario', host, { workspace: ['file:///w'] });
  const own: Host = threads ? withThreads(host) : host;
  return readDataset(program.datasets[0]!, 'sft', own, { limits: { threadBytes: 1, threadPackedBytes: 1 } });
}

function withThreads(host: Host): Host {
  const run = async (job: unknown) => {
    const part = await readPart(structuredClone(job) as PartJob, host);
    return structuredClone(part, { transfer: [...buffersOf(part)] });
  };
  return { ...host, threads: () => ({ count: 2, run }) };
}

const L = (id: string, response: string, by?: string, situation = 'x') => ({
  id,
  situation,
  response,
  ...(by ? { by } : {}),
});
const RULES = 'situation x response a';

describe('labels', () => {
  it('win over rules and constants, people over judges; rows without one fall to the rules', async () => {
    const labels = jsonLines([
      L('r0', 'b', 'judge:m'),
      L('r1', 'b', 'judge:m'),
      L('r1', 'c', 'ann'),
      { id: 'r2', response: 'c' },
    ]);
    const counts = await read(`${RULES} labels "labels.jsonl"`, labels);
    assert.deepEqual(groupsOf(counts), ['x b times 1', 'x c times 2', 'x a times 3']);
    const { labelled, judged, unmatched } = counts.labels!;
    assert.deepEqual([counts.labels!.labels, labelled, judged, unmatched.count], [4, 3, 1, 0]);
    // A label alone can make a row evidence.
    const alone = await read('labels "labels.jsonl"', labels);
    assert.deepEqual([alone.classified, alone.unclassified], [2, 4]);
  });

  it('are joined by a field, by the field id, or by the digest of the text', async () => {
    const byKey = await read(`${RULES} labels "labels.jsonl" by "key"`, jsonLines([L('k3', 'b')]));
    assert.deepEqual(groupsOf(byKey), ['x a times 5', 'x b times 1']);
    const bare = rows.map(({ prompt, completion }) => ({ prompt, completion }));
    const digest = createHash('sha256').update('input user: p4\noutput assistant: c').digest('hex');
    const byText = await read(`${RULES} labels "labels.jsonl"`, jsonLines([L(digest, 'c')]), { data: jsonLines(bare) });
    assert.deepEqual(groupsOf(byText), ['x a times 5', 'x c times 1']);
  });

  it('may be a table', async () => {
    const counts = await read(`${RULES} labels "labels.csv"`, 'id,situation,response,by\nr0,x,b,ann\nr5,x,c,\n', {
      labelsFile: 'labels.csv',
    });
    assert.deepEqual(groupsOf(counts), ['x b times 1', 'x a times 4', 'x c times 1']);
  });

  it('take what most people say, and of equals what stands first', async () => {
    const labels = [
      L('r0', 'a', 'ann'),
      L('r0', 'b', 'bob'),
      L('r0', 'b', 'cid'),
      L('r1', 'c', 'ann'),
      L('r1', 'b', 'bob'),
    ];
    const counts = await read('labels "labels.jsonl"', jsonLines(labels));
    assert.deepEqual(groupsOf(counts), ['x b times 1', 'x c times 1']);
  });

  it('say what is wrong with them: no row, two by one person, several rows, no label', async () => {
    const labels = `${jsonLines([L('r0', 'b', 'ann'), L('r0', 'c', 'ann'), L('zz', 'b')])}{"id":"r1"}\nnonsense\n`;
    const { labels: report } = await read(`${RULES} labels "labels.jsonl"`, labels, {
      data: jsonLines([...rows, rows[0]]),
    });
    assert.deepEqual(report!.unmatched, { count: 1, first: ['zz'] });
    assert.deepEqual(report!.twice, { count: 1, first: ['r0'] });
    assert.deepEqual(report!.several, { count: 1, first: ['r0'] });
    assert.equal(report!.unusable, 2);
    assert.match(report!.firstUnusable!, /line 4/u);
    assert.equal((await read(`${RULES} labels "labels.jsonl"`, undefined)).failure?.code, 'dataset-labels');
    assert.equal((await read(`${RULES} labels "labels.jsonl"`, 'nonsense\n')).failure?.code, 'dataset-labels');
  });

  it('report how far raters agree', async () => {
    const labels = rows.flatMap(({ id }, i) => [L(id, i < 3 ? 'a' : 'b', 'ann'), L(id, i < 2 ? 'a' : 'b', 'judge:m')]);
    const { agreement } = (await read('labels "labels.jsonl"', jsonLines(labels))).labels!;
    assert.equal(agreement!.units, 6);
    assert.ok(Math.abs(agreement!.kappas[0]!.kappa - 2 / 3) < 1e-12);
    assert.ok(agreement!.interval[0] <= agreement!.alpha && agreement!.alpha <= agreement!.interval[1]);
  });

  it('come to the same bytes in a thread', async () => {
    const labels = jsonLines([L('r0', 'b', 'judge:m'), L('r1', 'c', 'ann'), L('zz', 'b')]);
    const mapping = `${RULES} labels "labels.jsonl"`;
    assert.deepEqual(await read(mapping, labels, { threads: true }), await read(mapping, labels));
  });
});

describe('corrected counts', () => {
  const responses = ['a', 'b', 'c'];
  /** What a judge says of each truth. */
  const mistakes: Readonly<Record<string, readonly number[]>> = {
    a: [0.55, 0.35, 0.1],
    b: [0.05, 0.9, 0.05],
    c: [0.05, 0.15, 0.8],
  };
  const share: Readonly<Record<string, number>> = { a: 0.5, b: 0.3, c: 0.2 };
  const pick = (random: () => number, weights: readonly number[]) => {
    const at = random();
    const sums = weights.map((_, i) => weights.slice(0, i + 1).reduce((sum, weight) => sum + weight, 0));
    return Math.max(
      0,
      sums.findIndex((sum) => at < sum),
    );
  };
  /** A file of so many judged rows, of which the first are labelled by a person too. */
  function simulate(random: () => number, count: number, doubly: number) {
    const truths = Array.from(
      { length: count },
      () =>
        responses[
          pick(
            random,
            responses.map((r) => share[r]!),
          )
        ]!,
    );
    const labels = truths.flatMap((truth, i) => [
      L(`r${i}`, responses[pick(random, mistakes[truth]!)]!, 'judge:m'),
      ...(i < doubly ? [L(`r${i}`, truth, 'ann')] : []),
    ]);
    const data = jsonLines(truths.map((_, i) => ({ id: `r${i}`, prompt: `p${i}`, completion: 'c' })));
    return { truths, labels: jsonLines(labels), data };
  }

  it('spread what only a judge labelled by the predictive values', async () => {
    const { labels, data } = simulate(seeded(3), 200, 40);
    const counts = await read('labels "labels.jsonl" corrected', labels, { data });
    assert.equal(counts.failure, undefined);
    const parsed = labels
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ReturnType<typeof L>);
    const by = (id: string, judge: boolean) => parsed.find((one) => one.id === id && (one.by === 'judge:m') === judge);
    // By hand: a person's label counts 1; else P(t | j) = (n_tj + 1/3) / (n_j + 1).
    const expected = responses.map((response) => {
      let sum = 0;
      for (let i = 0; i < 200; i++) {
        const person = by(`r${i}`, false);
        if (person) sum += person.response === response ? 1 : 0;
        else {
          const said = by(`r${i}`, true)!.response;
          const doubly = Array.from({ length: 40 }, (_, k) => `r${k}`).filter((id) => by(id, true)!.response === said);
          const agree = doubly.filter((id) => by(id, false)!.response === response).length;
          sum += (agree + 1 / 3) / (doubly.length + 1);
        }
      }
      return sum;
    });
    for (const [i, response] of responses.entries()) {
      const cell = counts.corrected!.counts.find((one) => one.response === response)!;
      assert.ok(Math.abs(cell.count - expected[i]!) < 1e-9, `${response}: ${cell.count} for ${expected[i]}`);
      assert.ok(cell.interval[0] < cell.count && cell.count < cell.interval[1]);
    }
    assert.equal(counts.corrected!.draws.length, 200);
    const total = (weight: Float64Array) => weight.reduce((sum, value, g) => sum + value * counts.groups.times[g]!, 0);
    assert.ok(Math.abs(total(counts.groups.weight) - 200) < 1e-9);
    for (const draw of counts.corrected!.draws) assert.ok(Math.abs(total(draw) - 200) < 1e-9);
    assert.deepEqual(await read('labels "labels.jsonl" corrected', labels, { data }), counts);
    const plain = await read('labels "labels.jsonl"', labels, { data });
    assert.ok(plain.groups.weight.every((weight) => weight === 1));
    assert.equal(plain.corrected, undefined);
  });

  it('have intervals that cover the true counts about as often as they say, where plain counts do not', async () => {
    const random = seeded(11);
    let covered = 0;
    let plainly = 0;
    const runs = 60;
    for (let run = 0; run < runs; run++) {
      const { truths, labels, data } = simulate(random, 400, 60);
      const counts = await read('labels "labels.jsonl" corrected', labels, { data });
      for (const { response, interval, count } of counts.corrected!.counts) {
        const truth = truths.filter((one) => one === response).length;
        if (interval[0] <= truth && truth <= interval[1]) covered += 1;
        const said = (await plainCount(labels, response)) ?? 0;
        if (Math.abs(said - truth) <= (interval[1] - interval[0]) / 2 && count >= 0) plainly += 1;
      }
    }
    const rate = covered / (3 * runs);
    assert.ok(rate > 0.82 && rate < 0.98, String(rate));
    assert.ok(plainly < covered, `${plainly} ${covered}`);
  }).timeout(120_000);

  /** What counting the labels as they are would say. */
  async function plainCount(labels: string, response: string): Promise<number> {
    const parsed = labels
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ReturnType<typeof L>);
    const best = new Map<string, string>();
    for (const { id, by, response: said } of parsed) if (by === 'ann' || !best.has(id)) best.set(id, said);
    return [...best.values()].filter((said) => said === response).length;
  }

  it('are an error where fewer than 20 rows of a situation were labelled twice', async () => {
    const { labels, data } = simulate(seeded(5), 100, 19);
    const counts = await read('labels "labels.jsonl" corrected', labels, { data });
    assert.equal(counts.failure?.code, 'dataset-labels-few');
    assert.match(counts.failure!.message, /19 rows of situation x/u);
  });

  it('give every response some share, so that none is ruled out', () => {
    const shares = predictive(new Map(), 'x', 'a', responses);
    assert.deepEqual(
      shares.map((value) => Math.round(value * 1e9) / 1e9),
      [0.333333333, 0.333333333, 0.333333333],
    );
  });
});
