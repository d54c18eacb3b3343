/** The published experiments: what each file promises about its sources, its rule and its parameters. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeHost } from '../../server/host/nodeHost';
import type { Program } from '../../server/program/model/program';
import { loadOnce } from '../../server/session/evaluateFile';

const folder = resolve(import.meta.dirname, '../../examples/published');
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.scenario'))
  .sort();

const load = async (file: string): Promise<Program> =>
  (await loadOnce(pathToFileURL(join(folder, file)).toString(), nodeHost(), [pathToFileURL(folder).toString()]))
    .program;

const evaluationsOf = (program: Program) =>
  [program, ...program.conditions.map((condition) => condition.program)].flatMap(({ observed }) => observed);

describe('The published experiments', () => {
  it('are at least 12, from at least 8 sources', async () => {
    assert.ok(files.length >= 12);
    const sources = new Set<string>();
    for (const file of files) for (const { address, name } of (await load(file)).sources) sources.add(address ?? name);
    assert.ok(sources.size >= 8, [...sources].join('\n'));
  });

  for (const file of files) {
    describe(file, () => {
      it('has no error and no warning', async () => {
        const found = (await load(file)).diagnostics.filter(({ severity }) => /error|warning/.test(severity));
        assert.deepEqual(
          found.map(({ code, message }) => `${code}: ${message}`),
          [],
        );
      });

      it('names a source for every evaluation', async () => {
        for (const { label, source } of evaluationsOf(await load(file)))
          assert.ok(source !== undefined, `${label} has no source`);
      });

      it('says what was measured, and by which rule what is held out', async () => {
        const text = readFileSync(join(folder, file), 'utf8');
        assert.match(text, /^\/\/ What was measured/m);
        assert.match(text, /^\/\/ Rule: /m);
        const held = evaluationsOf(await load(file)).filter(({ heldOut }) => heldOut);
        if (held.length === 0) assert.match(text, /left out in turn/);
      });

      it('frees at most as many parameters as it fits evaluations', async () => {
        const program = await load(file);
        const fitted = evaluationsOf(program).filter(({ heldOut }) => !heldOut).length;
        assert.ok(
          program.fit && program.fit.parameters.length <= fitted,
          `${program.fit?.parameters.length} > ${fitted}`,
        );
      });
    });
  }
});
