/** Addresses that do not exist yet are left out: no placeholder stands where people read, and CONTRIBUTING.md lists what is missing. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../vscode/installation';

const PLACEHOLDER =
  /\bexample\.(?:com|org|net)\b|\.invalid\b|\b(?:your|my)[-_]?(?:org|name|user|username|repo|domain|email)\b[./@]|\bgithub\.com\/(?:dramatis|owner|org|user|OWNER|TODO)\//i;

const pages = ['.', 'docs'].flatMap((folder) =>
  readdirSync(join(repository, folder))
    .filter((name) => name.endsWith('.md') || name === 'package.json')
    .map((name) => join(folder, name)),
);
const read = (path: string) => readFileSync(join(repository, path), 'utf8');

describe('Addresses', () => {
  it('are no placeholders', () => {
    assert.ok(pages.length > 8);
    for (const page of pages) assert.equal(PLACEHOLDER.exec(read(page))?.[0], undefined, page);
  });

  it('of placeholders are found', () => {
    const wrong = ['https://github.com/your-org/x', 'me@example.com', 'https://github.com/OWNER/dramatis', 'a.invalid'];
    for (const text of wrong) assert.match(text, PLACEHOLDER);
    assert.doesNotMatch('https://github.com/microsoft/vscode-webview-ui-toolkit', PLACEHOLDER);
  });

  it('that the manifest leaves out are listed in CONTRIBUTING.md', () => {
    const manifest = JSON.parse(read('package.json'));
    const listed = read('CONTRIBUTING.md').split('## Before the first publication')[1] ?? '';
    for (const field of ['repository', 'bugs', 'homepage'])
      assert.equal(listed.includes(`- \`${field}\``), !(field in manifest), field);
  });
});
