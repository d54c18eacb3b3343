/**
 * The VS Code of the tests and of `npm start`: Microsoft's server as the code-server package carries it, without its
 * native modules, pinned by package-lock.json beside this file. It is installed once per lock file, into `.e2e` in the
 * clone (or $DRAMATIS_VSCODE), and not into node_modules: most work on the extension does not need it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '../..');

/** What is ours and must not be committed: installations, packed extensions, pictures of failures. */
export const scratch = join(repository, '.e2e');

const SHIPPED = ['package.json', 'package-lock.json', '.npmrc', 'stubs'];

export interface Installation {
  readonly modules: string;
  /** The folder with `out/server-main.js`. */
  readonly server: string;
}

/** Where VS Code is installed; installs it first where it is not. Throws if npm fails. */
export function installation(log: (line: string) => void = console.error): Installation {
  const lock = readFileSync(join(import.meta.dirname, 'package-lock.json'));
  const key = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const parent = process.env['DRAMATIS_VSCODE'] ?? scratch;
  const home = join(parent, `vscode-${key}`);
  if (!existsSync(home)) {
    mkdirSync(parent, { recursive: true });
    log('Installing VS Code for the tests and the demo (once, about 280 MB) …');
    const started = Date.now();
    const part = mkdtempSync(join(parent, 'installing-'));
    try {
      install(part);
      renameSync(part, home);
    } catch (problem) {
      // Another run may have been faster; its installation is as good.
      rmSync(part, { recursive: true, force: true });
      if (!existsSync(home)) throw problem;
    }
    log(`… installed in ${((Date.now() - started) / 1000).toFixed(0)} s`);
  }
  const modules = join(home, 'node_modules');
  return { modules, server: join(modules, 'code-server/lib/vscode') };
}

function install(folder: string): void {
  for (const name of SHIPPED) cpSync(join(import.meta.dirname, name), join(folder, name), { recursive: true });
  const windows = process.platform === 'win32';
  const { status } = spawnSync(windows ? 'npm.cmd' : 'npm', ['ci', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: windows,
  });
  if (status !== 0) throw new Error(`npm ci failed (${status}) for the VS Code of the tests`);
  // VS Code's pages ask for its modules under lib/vscode/node_modules: they are the ones installed here.
  const served = join(folder, 'node_modules/code-server/lib/vscode/node_modules');
  rmSync(served, { recursive: true, force: true });
  symlinkSync(windows ? join(folder, 'node_modules') : '../../..', served, windows ? 'junction' : 'dir');
}
