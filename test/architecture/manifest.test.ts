/** The manifest and the pages that repeat a table say what its one source says. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { datasetsPage, diagnosticsPage, manifestColours, manifestSettings, settingsPage } from '../../scripts/tables';
import { CODES } from '../../server/program/codes';
import { SETTINGS } from '../../server/settings';

const repository = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const manifest = JSON.parse(read('package.json'));
const { contributes } = manifest;

describe('The manifest', () => {
  it('declares the settings of the table (npm run tables)', () => {
    assert.deepEqual(contributes.configuration.properties, JSON.parse(JSON.stringify(manifestSettings())));
  });

  it('declares the colours of the palette (npm run tables)', () => {
    assert.deepEqual(contributes.colors, manifestColours());
  });

  it('declares no setting twice', () => {
    assert.equal(new Set(SETTINGS.map(({ key }) => key)).size, SETTINGS.length);
  });

  it('names only files that are there', () => {
    const { languages, grammars, snippets, commands, walkthroughs } = contributes;
    const paths = [
      manifest.icon,
      ...languages.flatMap((each: { configuration: string; icon: object }) => [
        each.configuration,
        ...Object.values(each.icon),
      ]),
      ...[...grammars, ...snippets].map(({ path }: { path: string }) => path),
      ...commands.flatMap(({ icon }: { icon?: object }) => Object.values(icon ?? {})),
      ...walkthroughs.flatMap(({ steps }: { steps: { media: { image: string } }[] }) =>
        steps.map(({ media }) => media.image),
      ),
    ];
    for (const path of paths) assert.ok(existsSync(join(repository, path)), path);
  });

  it('binds keys and menus only to commands that it declares', () => {
    const declared = new Set(contributes.commands.map(({ command }: { command: string }) => command));
    const used = [...contributes.keybindings, ...Object.values(contributes.menus).flat()] as { command: string }[];
    for (const { command } of used) assert.ok(declared.has(command), command);
    const walkthroughs = JSON.stringify(contributes.walkthroughs);
    for (const [, command] of walkthroughs.matchAll(/command:(dramatis\.\w+)/g))
      assert.ok(declared.has(command), command);
  });

  it('puts every command into the one category', () => {
    for (const { command, category } of contributes.commands) assert.equal(category, 'Dramatis', command);
  });
});

describe('The pages of the documentation', () => {
  it('list the settings of the table (npm run tables)', () => {
    assert.equal(read('docs/settings.md'), settingsPage());
  });

  it('list the codes of the table (npm run tables)', () => {
    assert.equal(read('docs/diagnostics.md'), diagnosticsPage());
    assert.equal(read('docs/datasets.md'), datasetsPage());
  });

  it('give examples only of settings and codes that there are', () => {
    const [, example] = /```json\n([\s\S]*?)```/.exec(settingsPage()) ?? [];
    for (const [key, value] of Object.entries(JSON.parse(example))) {
      assert.ok(`${key}` in manifestSettings(), key);
      for (const code of Object.keys(value as object)) assert.ok(code in CODES, code);
    }
  });

  it('link only to files that are there', () => {
    for (const page of ['README.md', 'docs/architecture.md', 'docs/settings.md']) {
      for (const [, target] of read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        const path = join(repository, page, '..', target);
        assert.ok(existsSync(path), `${page} links to ${target}`);
      }
    }
  });
});
