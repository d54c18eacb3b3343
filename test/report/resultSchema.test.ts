/** The published JSON Schema of the result: every example and every reference program has a result that it accepts. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import Ajv2020 from 'ajv/dist/2020';
import { resultText } from '../../report/result';
import { nodeHost } from '../../server/host/nodeHost';
import { evaluateOnce } from '../../server/session/evaluateFile';
import { nodeMatcher } from '../../server/workers/nodeMatcher';

const repository = resolve(import.meta.dirname, '../..');
const schema = JSON.parse(readFileSync(join(repository, 'docs/result.schema.json'), 'utf8'));
const validate = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(
  schema,
);

async function resultOf(folder: string, file: string): Promise<Record<string, unknown>> {
  const uri = pathToFileURL(join(folder, file)).toString();
  const snapshot = await evaluateOnce(uri, nodeHost(), [pathToFileURL(folder).toString()], nodeMatcher());
  return JSON.parse(resultText(snapshot));
}

describe('The schema of the result', () => {
  for (const path of ['examples', 'test/reference/programs']) {
    const folder = join(repository, path);
    const files = (readdirSync(folder, { recursive: true }) as string[])
      .filter((file) => file.endsWith('.scenario'))
      .sort();
    it(`has programs in ${path}`, () => assert.ok(files.length > 5));
    for (const file of files) {
      it(`accepts ${path}/${file}`, async () => {
        const valid = validate(await resultOf(folder, file));
        assert.ok(valid, JSON.stringify(validate.errors, undefined, 1));
      }).timeout(120_000);
    }
  }

  it('refuses a key that is missing, one that is unknown, and a number that is text', async () => {
    const good = await resultOf(join(repository, 'examples'), 'insecure-code.scenario');
    assert.ok(validate(good));
    for (const key of schema.required as string[]) {
      const { [key]: _, ...rest } = good;
      assert.ok(!validate(rest), key);
    }
    assert.ok(!validate({ ...good, extra: 1 }));
    assert.ok(!validate({ ...good, logMarginal: '-1.5' }));
    assert.ok(validate({ ...good, logMarginal: '-inf' }));
  });
});
