/** The budget of the package: what ships is small, and is what was meant to ship. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync, zipSync } from 'fflate';
import { layOutExtension } from '../vscode/extension-layout';

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

  it('takes at most 500 KB', () => {
    const entries = Object.fromEntries(
      files.map((path) => [relative(folder, join(folder, path)), readFileSync(join(folder, path))]),
    );
    const size = zipSync(entries, { level: 9 }).length;
    const largest = files.map(
      (path) => `${path} ${Math.round(gzipSync(readFileSync(join(folder, path))).length / KB)} KB`,
    );
    assert.ok(size <= 500 * KB, `${Math.round(size / KB)} KB: ${largest.join(', ')}`);
  });

  it('has a page whose script takes at most 80 KB gzipped', () => {
    const size = gzipSync(readFileSync(join(folder, 'dist/panel.js')), { level: 9 }).length;
    assert.ok(size <= 80 * KB, `${(size / KB).toFixed(1)} KB`);
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
