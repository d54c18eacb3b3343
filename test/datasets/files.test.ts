/** What a path may lead to besides a file, and what a reading says of the files that it saw. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readDataset } from '../../server/datasets/reading/read';
import { isCurrent } from '../../server/datasets/reading/stamp';
import { nodeHost } from '../../server/host/nodeHost';
import { loadProgram } from '../../server/program/load/load';
import { datasetSource, jsonLines } from '../support/datasets';
import { memoryHost } from '../support/memoryHost';

describe('a path of a dataset', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'dramatis-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => pathToFileURL(join(folder, name)).toString();

  it('that leads to a folder, a named pipe or a device ends at once, however many there are', async function () {
    if (process.platform === 'win32') this.skip();
    mkdirSync(join(folder, 'folder.jsonl'));
    execFileSync('mkfifo', [join(folder, 'pipe.jsonl')]);
    const source = await datasetSource('situation x response a');
    const host = nodeHost();
    const read = (uri: string) => readDataset({ ...source, uri }, undefined, host);
    // More pipes than node has threads for files: opening them would block all reading for ever.
    const all = await Promise.all([
      read(at('folder.jsonl')),
      ...Array.from({ length: 8 }, () => read(at('pipe.jsonl'))),
      read('file:///dev/null'),
      read('file:///dev/zero'),
    ]);
    for (const counts of all) assert.equal(counts.failure?.code, 'dataset-not-file');
    assert.match(all[0]!.failure!.message, /a folder/u);
    assert.match(all[1]!.failure!.message, /a named pipe/u);
    assert.match(all.at(-1)!.failure!.message, /a device/u);
  });

  it('may be imported as little: a pipe ends at once in a diagnostic', async function () {
    if (process.platform === 'win32') this.skip();
    execFileSync('mkfifo', [join(folder, 'other.scenario')]);
    writeFileSync(join(folder, 'a.scenario'), 'import "other.scenario"\nsituation x -> a | b\n');
    const program = await loadProgram(at('a.scenario'), nodeHost(), { workspace: [pathToFileURL(folder).toString()] });
    assert.deepEqual(
      program.diagnostics.map(({ severity }) => severity),
      ['error'],
    );
  });

  it('never makes a reading reject, whatever the host throws', async () => {
    const source = await datasetSource('situation x response a');
    const rows = jsonLines([{ prompt: 'p', completion: 'c' }]);
    const host = memoryHost({ 'file:///w/data.jsonl': rows });
    const fail = () => {
      throw new Error('broken');
    };
    const iterator = { next: fail, return: fail, [Symbol.asyncIterator]: () => iterator };
    for (const broken of [
      { ...host, stat: fail },
      { ...host, readBytes: fail },
      { ...host, readBytes: () => iterator },
      { ...host, threads: fail },
    ]) {
      const counts = await readDataset(source, undefined, broken as never, { limits: { threadBytes: 0 } });
      assert.equal(counts.failure?.code, 'dataset-unreadable');
    }
    const counts = await readDataset(source, undefined, host, { progress: fail });
    assert.equal(counts.failure?.code, 'dataset-unreadable');
  });

  it('is current until the file changes in size or time', async () => {
    const file = join(folder, 'data.jsonl');
    writeFileSync(file, jsonLines([{ prompt: 'p', completion: 'c' }]));
    utimesSync(file, 1000, 1000);
    const source = { ...(await datasetSource('situation x response a')), uri: at('data.jsonl') };
    const host = nodeHost();
    const counts = await readDataset(source, undefined, host);
    assert.equal(await isCurrent(counts, host), true);
    utimesSync(file, 1000, 2000);
    assert.equal(await isCurrent(counts, host), false);
    const again = await readDataset(source, undefined, host);
    rmSync(file);
    assert.equal(await isCurrent(again, host), false);
    assert.equal(await isCurrent(await readDataset(source, undefined, host), host), false);
  });
});
