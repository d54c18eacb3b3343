/**
 * ThirdPartyNotices.txt: name, version and licence texts of every package that a bundle contains, as dist/meta.json lists
 * them, and the notices that stand in single files, which minifying removes. `npm run notices` writes it after a build; a
 * test compares. A package without a licence text is an error.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '..');
const RULE = '='.repeat(100);

const MIT_OF_MICROSOFT = `MIT License

Copyright (c) Microsoft Corporation. All rights reserved.

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;

/** Packages that state a licence but carry no text of it: the text as their authors publish it with their sources. */
const TEXT_MISSING: Readonly<Record<string, string>> = {
  '@microsoft/fast-element': MIT_OF_MICROSOFT,
  '@microsoft/fast-foundation': MIT_OF_MICROSOFT,
  '@microsoft/fast-web-utilities': MIT_OF_MICROSOFT,
};

/** The compiler's library is in the WebAssembly kernel, which the metafile does not look into. */
const COMPILED_IN = ['node_modules/assemblyscript'];

/** The part of dist/meta.json that is needed. */
export interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, unknown>> }>>;
}

/** The innermost package folder of a bundled file, or undefined for the project's own files. */
function packageFolder(input: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

/** dist/meta.json of the last build. */
export function readMetafile(): Metafile {
  const path = join(repository, 'dist/meta.json');
  if (!existsSync(path)) throw new Error('dist/meta.json is missing: npm run build');
  return JSON.parse(readFileSync(path, 'utf8'));
}

const normalized = (text: string) =>
  text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]+$/gm, '')
    .trim();

const byCodeUnits = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The licence texts of a package: its files, or the text of the table above. */
function licenceTexts(folder: string, name: string): readonly string[] {
  const files = readdirSync(join(repository, folder))
    .filter((file) => /^(licen[cs]e|copying|notices?|copyrightnotice|thirdpartynotices)(\.(md|txt))?$/i.test(file))
    .sort(byCodeUnits)
    .map((file) => normalized(readFileSync(join(repository, folder, file), 'utf8')));
  const stated = TEXT_MISSING[name];
  if (files.length > 0) return files;
  if (stated === undefined)
    throw new Error(`${name} has no licence text: add it to TEXT_MISSING in scripts/notices.ts`);
  return [stated];
}

/** What a comment says about copyright beyond the standard header of an Apache licensed file. */
function ownNotice(comment: string): string {
  return normalized(
    comment
      .replace(/^\/\*[*!]*|\*+\/$/g, '')
      .replace(/^[ \t]*\*[ \t]?/gm, '')
      .replace(/@license Apache-2\.0[\s\S]*?limitations under the License\./, '')
      .replace(/^-+|-+$/gm, '')
      .replace(/@(license|preserve)\b/g, ''),
  );
}

/** Copyright and licence comments of bundled files. */
function fileNotices(inputs: readonly string[]): readonly string[] {
  return inputs.flatMap((input) =>
    (readFileSync(join(repository, input), 'utf8').match(/\/\*[\s\S]*?\*\//g) ?? [])
      .filter((comment) => /copyright|licen[cs]e\b/i.test(comment))
      .map(ownNotice)
      .filter((notice) => /copyright|licen[cs]e\b/i.test(notice)),
  );
}

/** The whole text of ThirdPartyNotices.txt. */
export function thirdPartyNotices(metafile: Metafile): string {
  const inputsOf = new Map<string, Set<string>>(COMPILED_IN.map((folder) => [folder, new Set<string>()]));
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const input of Object.keys(inputs)) {
      const folder = packageFolder(input);
      if (folder === undefined) continue;
      inputsOf.set(folder, (inputsOf.get(folder) ?? new Set<string>()).add(input));
    }
  }
  const list: string[] = [];
  const holders = new Map<string, Set<string>>();
  for (const [folder, inputs] of [...inputsOf].sort(([a], [b]) => byCodeUnits(a, b))) {
    const { name, version, license } = JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8'));
    const title = `${name} ${version}`;
    list.push(`${title} (${license})`);
    for (const text of [...licenceTexts(folder, name), ...fileNotices([...inputs].sort(byCodeUnits))]) {
      holders.set(text, (holders.get(text) ?? new Set<string>()).add(title));
    }
  }
  const texts = [...holders].map(([text, titles]) => `${[...titles].sort(byCodeUnits).join('\n')}\n\n${text}`);
  return [
    'Third-party notices',
    'Dramatis contains the packages of this list. After it come their licences and notices, each text once, below the',
    'names of the packages that it belongs to.',
    '',
    [...new Set(list)].sort(byCodeUnits).join('\n'),
    '',
    ...texts.map((text) => `${RULE}\n${text}\n`),
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(repository, 'ThirdPartyNotices.txt'), thirdPartyNotices(readMetafile()));
}
