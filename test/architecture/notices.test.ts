/** The licences of what is bundled: every package of the build's metafile is in ThirdPartyNotices.txt, with its text. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMetafile, thirdPartyNotices } from '../../scripts/notices';
import { repository } from '../vscode/installation';

/** Package folders by a search of their own: the path up to the name behind the last `node_modules`. */
function bundledPackages(): readonly string[] {
  const inputs = Object.values(readMetafile().outputs).flatMap((output) => Object.keys(output.inputs));
  const folders = inputs.flatMap((input) => {
    const steps = input.split('/');
    const last = steps.lastIndexOf('node_modules');
    if (last < 0) return [];
    return [steps.slice(0, last + (steps[last + 1]?.startsWith('@') ? 3 : 2)).join('/')];
  });
  return [...new Set(folders)];
}

describe('The third-party notices', () => {
  const notices = readFileSync(join(repository, 'ThirdPartyNotices.txt'), 'utf8');
  const sections = notices.split(/^={100}$/m);
  const squeezed = (text: string) => text.replace(/\s+/g, '');

  it('list every bundled package with its version and at least one text', () => {
    const folders = bundledPackages();
    assert.ok(folders.length > 20, folders.join('\n'));
    const [list = '', ...texts] = sections;
    for (const folder of folders) {
      const { name, version } = JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8'));
      assert.ok(
        list.split('\n').some((line) => line.startsWith(`${name} ${version} (`)),
        `${name} is not in the list`,
      );
      const held = texts.filter((text) => text.split('\n').includes(`${name} ${version}`));
      assert.ok(held.join('').length > 500, `${name} has no text`);
    }
  });

  it('hold the licence file of every bundled package, word for word', () => {
    const all = squeezed(notices);
    let found = 0;
    for (const folder of bundledPackages()) {
      for (const file of readdirSync(join(repository, folder))) {
        if (!/^licen[cs]e/i.test(file)) continue;
        found += 1;
        const text = readFileSync(join(repository, folder, file), 'utf8').replace(/^\uFEFF/, '');
        assert.ok(all.includes(squeezed(text)), join(folder, file));
      }
    }
    assert.ok(found > 20);
  });

  it('retain what single files say about their authors', () => {
    for (const author of ['Zhipeng Jia', 'Developed at SunPro', 'Boost Software License, Version 1.0', 'TypeFox']) {
      assert.ok(notices.includes(author), author);
    }
  });

  it('are those of the last build: `npm run notices` writes them', () => {
    assert.ok(existsSync(join(repository, 'dist/meta.json')));
    assert.ok(thirdPartyNotices(readMetafile()) === notices, 'ThirdPartyNotices.txt is out of date: npm run notices');
  });
});
