/** Same text, same bytes: the core reads no clock, no random numbers and no locale. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { linesThatMatch, repository } from './sources';

const PURE = [
  'server/syntax',
  'server/program',
  'server/datasets',
  'server/inference',
  'server/features',
  'panel',
  'report',
];

describe('The same text', () => {
  it('is read without a clock or random numbers', () => {
    assert.deepEqual(
      linesThatMatch(PURE, /(?<!instanceof )\bDate\b|performance\.now|Math\.random|getRandomValues|randomUUID/),
      [],
    );
  });

  it('is read without the machine’s language', () => {
    assert.deepEqual(linesThatMatch(PURE, /\bIntl\b|localeCompare\(\w+\)|toLocale\w+\(\)/), []);
  });

  it('gives the same bytes on the command line, whatever the language, the time zone and the folder', () => {
    const run = (env: NodeJS.ProcessEnv, cwd: string) => {
      const file = join(repository, 'examples/insecure-code.scenario');
      const args = [join(repository, 'dist/cli.cjs'), 'evaluate', file, '--format', 'json'];
      const { stdout, stderr, status } = spawnSync(process.execPath, args, {
        cwd,
        timeout: 15_000,
        env: { ...process.env, ...env },
      });
      assert.ok(status === 0 || status === 1, stderr.toString());
      return stdout.toString();
    };
    const here = run({ LANG: 'C', TZ: 'UTC' }, repository);
    assert.ok(here.length > 1000);
    assert.equal(run({ LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8', TZ: 'Asia/Tokyo' }, join(repository, 'docs')), here);
  });
});
