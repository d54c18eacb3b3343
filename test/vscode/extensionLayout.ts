/**
 * The extension as it ships: exactly the files that .vscodeignore lets through, copied into one folder, so that a test
 * cannot pass because of a file that a user will not have.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { repository } from './installation';

/** The paths that .vscodeignore keeps: it excludes everything, then lists these with a `!`. */
function shippedPaths(): readonly string[] {
  return readFileSync(join(repository, '.vscodeignore'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) =>
      line
        .slice(1)
        .trim()
        .replace(/\/\*\*$/, ''),
    )
    .flatMap((path) => (path.includes('*') ? matching(path) : [path]));
}

/** The files that a `*` in the last part of a path stands for. */
function matching(path: string): readonly string[] {
  const [before = '', after = ''] = basename(path).split('*');
  const found = readdirSync(join(repository, dirname(path)))
    .filter((name) => name.startsWith(before) && name.endsWith(after) && !name.endsWith('.map'))
    .map((name) => join(dirname(path), name));
  if (found.length === 0) throw new Error(`.vscodeignore ships ${path}, which is not there`);
  return found;
}

/** Lays the extension out in `parent`, in a folder named as VS Code names an installed one. */
export function layOutExtension(parent: string): string {
  if (!existsSync(join(repository, 'dist/dramatis.js'))) throw new Error('Nothing is built yet: npm run build');
  const { publisher, name, version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const folder = join(parent, `${publisher}.${name}-${version}`);
  rmSync(folder, { recursive: true, force: true });
  for (const path of shippedPaths()) {
    const from = join(repository, path);
    if (!existsSync(from)) throw new Error(`.vscodeignore ships ${path}, which is not there`);
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(from, join(folder, path), { recursive: true });
  }
  return folder;
}
