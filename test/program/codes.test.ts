/** The table of codes is complete: layers that may not import it name codes as plain strings. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CODES } from '../../server/program/codes';

const server = resolve(import.meta.dirname, '../../server');

function codesNamedIn(space: string, pattern: RegExp): string[] {
  const files = readdirSync(join(server, space), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const named = files.flatMap((name) => readFileSync(join(server, space, name), 'utf8').match(pattern) ?? []);
  return [...new Set(named.map((quoted) => quoted.slice(1, -1)))];
}

describe('The table of codes', () => {
  it('has every code of the parser, and no other', () => {
    const named = codesNamedIn('syntax', /'syntax-[a-z-]+'/g);
    assert.deepEqual(
      named.sort(),
      Object.keys(CODES)
        .filter((code) => code.startsWith('syntax-'))
        .sort(),
    );
  });

  it('has every code of datasets', () => {
    // A row that is left out is counted by this name, and no diagnostic.
    const missing = codesNamedIn('datasets', /'dataset-[a-z-]+'/g).filter(
      (code) => !(code in CODES) && code !== 'dataset-row-left-out',
    );
    assert.deepEqual(missing, []);
  });

  it('says in one sentence each what a code means and what to do', () => {
    for (const [code, { meaning, remedy }] of Object.entries(CODES)) {
      assert.match(code, /^[a-z]+(-[a-z]+)*$/);
      for (const sentence of [meaning, remedy]) assert.match(sentence, /^[A-Z`].*\.$/, code);
    }
  });
});
