/**
 * The lab's own package, installed from its lock file when it is first needed. Without a network it says what to do; a
 * check that needs it then fails, it is not skipped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const lab = join(dirname(dirname(fileURLToPath(import.meta.url))), 'lab');

/** Whether the lab's package is there, installed now if need be. */
export function ensureLab() {
  const wanted = JSON.parse(readFileSync(join(lab, 'package.json'), 'utf8')).dependencies;
  const present = Object.entries(wanted).every(([name, version]) => {
    const manifest = join(lab, 'node_modules', name, 'package.json');
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version;
  });
  if (present) return true;
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(command, ['ci', '--no-audit', '--no-fund'], {
    cwd: lab,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status === 0) return true;
  console.error(`The lab's package could not be installed. With a network, run 'npm ci' in ${lab}.`);
  return false;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = ensureLab() ? 0 : 1;
