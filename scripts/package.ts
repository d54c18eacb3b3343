/**
 * `npm run package`: builds, and packs dramatis-VERSION.vsix with vsce. vsce is large and needed by nothing else, so it is
 * fetched here, in a pinned version, and is no dependency of the project.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const VSCE = '@vscode/vsce@3.9.2';

const repository = resolve(import.meta.dirname, '..');
const { name, version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));

function run(command: string, ...args: string[]): void {
  const { status } = spawnSync(command, args, {
    cwd: repository,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    // The native part of vsce signs in to the marketplace; packing needs none.
    env: { ...process.env, npm_config_ignore_scripts: 'true' },
  });
  if (status !== 0) process.exit(status ?? 1);
}

run(process.execPath, 'scripts/build.mjs', '--ship');
run(process.execPath, '--import=tsx', 'scripts/notices.ts');
run(
  'npm',
  ...['exec', '--yes', `--package=${VSCE}`, '--', 'vsce', 'package'],
  ...['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'],
  ...['--out', `${name}-${version}.vsix`],
);
