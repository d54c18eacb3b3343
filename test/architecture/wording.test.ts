/** Words that people read: plain technical English, one word for one thing. Whole strings are looked at, not identifiers. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');

/** What was said before, and is said otherwise now. */
const REPLACED = [
  'Take it away',
  'Stay with this scenario',
  'Not up to date: the last good numbers',
  'Nothing to turn yet',
  'Nothing is asked yet',
  'There is no evidence yet',
  'No account is compared',
  'What each brought',
  'Along the evidence',
  'Mark the caret',
  'shift of the whole',
  'Everything at a glance',
  'Words after Kass and Raftery',
  'this no mixture of them explains',
  'without its given',
  'learned from nothing',
  'Nearest named relative',
  'it moves κ',
  'nothing tilts inside them',
  'with every key',
  'Fix all that has one clear fix',
  'The server does not run',
];
const BANNED = /\b(nobody|somebody|whoever|brought|abilit(?:y|ies))\b/i;

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.includes('node_modules'))
    .map((path) => join(folder, path));
}

/** Every string and template of a file that has a space in it: what may be shown, and is no key or name. */
function texts(path: string): string[] {
  const file = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    else if (ts.isTemplateExpression(node))
      found.push([node['head'].text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…'));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found.filter((text) => /\s/.test(text.trim()));
}

describe('Words', () => {
  for (const folder of ['media', 'panel', 'report', 'client', 'server/features'])
    it(`of ${folder} are the ones that are agreed on`, () => {
      const wrong = sources(folder).flatMap((path) =>
        texts(path)
          .filter((text) => BANNED.test(text) || REPLACED.some((old) => text.includes(old)))
          .map((text) => `${path}: ${text.trim().slice(0, 120)}`),
      );
      assert.deepEqual(wrong, []);
    });

  it('of the README and the manifest are the ones that are agreed on', () => {
    for (const path of ['README.md', 'package.json']) {
      const text = readFileSync(join(root, path), 'utf8');
      for (const old of [...REPLACED, 'which persona did this training train'])
        assert.ok(!text.includes(old), `${path}: ${old}`);
    }
  });
});
