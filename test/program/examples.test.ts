/** The examples are what people see first: each opens without a word of complaint, hints included. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadProgram } from '../../server/program/load/load';
import { memoryHost } from '../support/memoryHost';

const folder = resolve(import.meta.dirname, '../../examples');
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
const texts = names.filter((name) => /\.(scenario|persona|episodes)$/.test(name));
// Datasets need only be there.
const data = names.filter((name) => /\.[a-z.]+$/.test(name) && !texts.includes(name));

describe('The example', () => {
  for (const name of texts) {
    it(`${name} has nothing to complain about`, async () => {
      const host = memoryHost({
        ...Object.fromEntries(data.map((file) => [`file:///w/${file}`, ''])),
        ...Object.fromEntries(texts.map((file) => [`file:///w/${file}`, readFileSync(join(folder, file), 'utf8')])),
      });
      const program = await loadProgram(`file:///w/${name}`, host, { workspace: ['file:///w'] });
      assert.deepEqual(
        program.diagnostics.map(({ code, message }) => `${code}: ${message}`),
        [],
      );
    });
  }
});
