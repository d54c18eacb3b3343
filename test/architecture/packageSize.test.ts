/** The budget of the package: what ships is small, and is what was meant to ship. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { layOutExtension } from '../vscode/extensionLayout';

const KB = 1024;

describe('The package', () => {
  let parent: string;
  let folder: string;
  let files: readonly string[];
  before(() => {
    parent = mkdtempSync(join(tmpdir(), 'dramatis-package-'));
    folder = layOutExtension(parent);
    files = (readdirSync(folder, { recursive: true }) as string[]).filter((path) =>
      statSync(join(folder, path)).isFile(),
    );
  });
  after(() => rmSync(parent, { recursive: true, force: true }));

  it('has at most 40 files', () => {
    assert.ok(files.length <= 40, files.join('\n'));
  });

  it('takes at most 1 MB: code 600 KB, pictures 250 KB, text 150 KB', () => {
    const packed = (paths: readonly string[]) =>
      zipSync(Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path))])), { level: 9 }).length;
    const kinds = {
      code: [600, files.filter((path) => path.startsWith('dist'))],
      pictures: [250, files.filter((path) => /\.(png|svg)$/.test(path))],
      text: [150, files.filter((path) => !path.startsWith('dist') && !/\.(png|svg)$/.test(path))],
    } as const;
    for (const [kind, [limit, paths]] of Object.entries(kinds)) {
      const size = packed(paths);
      assert.ok(size <= limit * KB, `${kind}: ${Math.round(size / KB)} KB\n${paths.join('\n')}`);
    }
    assert.ok(packed(files) <= 1024 * KB);
  });

  it('carries every part of the page', () => {
    const pieces = readdirSync(join(folder, 'dist')).filter((name) => /^panel.*\.(js|css)$/.test(name));
    assert.ok(pieces.length > 5);
    for (const name of pieces) assert.ok(files.includes(`dist/${name}`), name);
  });

  it('carries every bundle that the manifest names, and no sources', () => {
    const { main, browser } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const path of [main, browser] as string[]) {
      assert.ok(files.includes(path.replace(/^\.\//, '')), path);
    }
    assert.deepEqual(
      files.filter((path) => /\.(ts|map|mts)$/.test(path)),
      [],
    );
  });
});
