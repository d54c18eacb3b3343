/** Which files a dataset names: several paths, globs, labels, and what may not be followed. */
import assert from 'node:assert/strict';
import { loadProgram } from '../../server/program/load/load';
import { memoryHost } from '../support/memoryHost';

const HEAD = 'situation x -> a | b\npersona p { x -> a }\npersona q { x -> b }\n';
const FILES = {
  'file:///w/one.jsonl': '',
  'file:///w/data/b.jsonl': '',
  'file:///w/data/a.jsonl': '',
  'file:///w/data/.hidden.jsonl': '',
  'file:///w/data/c.csv': '',
  'file:///w/data/deep/er/z.jsonl': '',
  'file:///w/odd/%3F.jsonl': '',
  'file:///w/odd/x.jsonl': '',
  'file:///elsewhere/secret.jsonl': '',
};

async function load(paths: string, mapping = 'situation x response a', from = 'file:///w/a.scenario') {
  const host = memoryHost({ ...FILES, [from]: `${HEAD}dataset d from ${paths} { ${mapping} }` });
  const program = await loadProgram(from, host, { workspace: ['file:///w'] });
  const source = program.datasets[0]!;
  const uris = source.uris ?? (source.uri === undefined ? [] : [source.uri]);
  const errors = program.diagnostics.filter(
    ({ severity, code }) => severity === 'error' || code === 'duplicate-setting',
  );
  return { uris, source, codes: errors.map(({ code }) => code) };
}

describe('the files of a dataset', () => {
  it('are those that it names, in that order, each once', async () => {
    const { uris, codes } = await load('"one.jsonl", "data/a.jsonl", "one.jsonl"');
    assert.deepEqual([uris, codes], [['file:///w/one.jsonl', 'file:///w/data/a.jsonl'], []]);
  });

  it('are those that match a glob, in the order of their paths', async () => {
    const names = async (glob: string, from?: string) =>
      (await load(`"${glob}"`, undefined, from)).uris.map((uri) => uri.slice('file:///w/'.length));
    assert.deepEqual(await names('data/*.jsonl'), ['data/a.jsonl', 'data/b.jsonl']);
    assert.deepEqual(await names('*.jsonl'), ['one.jsonl']);
    assert.deepEqual(await names('data/?.*'), ['data/a.jsonl', 'data/b.jsonl', 'data/c.csv']);
    assert.deepEqual(await names('**/[z].jsonl'), []);
    assert.deepEqual(await names('**/z.jsonl'), ['data/deep/er/z.jsonl']);
    assert.deepEqual(await names('data/**/*.jsonl'), ['data/a.jsonl', 'data/b.jsonl', 'data/deep/er/z.jsonl']);
    assert.deepEqual(await names('../*.jsonl', 'file:///w/sub/a.scenario'), ['one.jsonl']);
    // A file whose name looks like a glob is that file.
    assert.deepEqual(await names('odd/?.jsonl'), ['odd/%3F.jsonl']);
  });

  it('are none where a glob matches nothing or leads out of the workspace', async () => {
    assert.deepEqual((await load('"one.jsonl", "no/*.jsonl"')).codes, ['dataset-glob']);
    assert.deepEqual((await load('"one.jsonl", "no/*.jsonl"')).uris, []);
    assert.deepEqual((await load('"../elsewhere/*.jsonl"')).uris, []);
    assert.deepEqual((await load('"../elsewhere/secret.jsonl"')).codes, ['dataset-outside']);
  });

  it('may be accompanied by labels', async () => {
    const { source, codes } = await load('"one.jsonl"', 'labels "data/labels.jsonl" by "meta.id" corrected');
    assert.deepEqual(codes, []);
    const { path, uri, by, corrected } = source.labels!;
    assert.deepEqual([path, uri, by, corrected], ['data/labels.jsonl', 'file:///w/data/labels.jsonl', 'meta.id', true]);
  });
});

describe('the selection of rows', () => {
  it('is what the mapping says', async () => {
    const { source, codes } = await load(
      '"one.jsonl"',
      `where "a" is true  where "b" not is "x"  where "c" not matches "^y"  where "d" exists  where "e" is -1.5
       rows 3 to 7  sample 2  turn each  situation x response a`,
    );
    assert.deepEqual(codes, []);
    const { where, rows, sample, eachTurn } = source.selection!;
    assert.deepEqual(
      where.map(({ path, negated, test }) => [path, negated, test]),
      [
        ['a', false, { kind: 'is', value: true }],
        ['b', true, { kind: 'is', value: 'x' }],
        ['c', true, { kind: 'matches', pattern: '^y' }],
        ['d', false, { kind: 'exists' }],
        ['e', false, { kind: 'is', value: -1.5 }],
      ],
    );
    assert.deepEqual([rows!.first, rows!.last, sample!.count, eachTurn], [3, 7, 2, true]);
    const first = await load('"one.jsonl"', 'rows 5 situation x response a');
    assert.deepEqual([first.source.selection!.rows!.first, first.source.selection!.rows!.last], [1, 5]);
  });

  it('has its mistakes said, and is then not read', async () => {
    for (const [mapping, code] of [
      ['rows 7 to 3', 'row-range'],
      ['rows 0', 'row-number'],
      ['rows 1.5 to 3', 'row-number'],
      ['sample 0', 'row-number'],
      ['where "a" matches "("', 'invalid-pattern'],
      ['where "a" matches', 'syntax-unexpected'],
      ['turn some', 'syntax-unexpected'],
    ] as const) {
      const { codes, uris } = await load('"one.jsonl"', `situation x response a ${mapping}`);
      assert.deepEqual([codes, uris], [[code], []], mapping);
    }
    const twice = await load('"one.jsonl"', 'situation x response a rows 3 rows 4');
    assert.deepEqual([twice.codes, twice.source.selection!.rows!.last], [['duplicate-setting'], 3]);
  });
});
