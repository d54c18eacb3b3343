/**
 * The examples of docs/language.md: blocks tagged `dramatis` are programs without an error, `dramatis more` adds to the
 * first of them, and further words are the codes that the block is meant to show.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CODES } from '../../server/program/codes';
import { programOf } from './marked';

const page = readFileSync(join(resolve(import.meta.dirname, '../..'), 'docs/language.md'), 'utf8');

const blocks = [...page.matchAll(/^```dramatis([^\n]*)\n([\s\S]*?)^```$/gm)].map(([all, tags, text]) => ({
  line: page.slice(0, page.indexOf(all!)).split('\n').length,
  tags: tags!.trim().split(/\s+/).filter(Boolean),
  text: text!,
}));

describe('The language reference', () => {
  for (const { line, tags, text } of blocks) {
    const wanted = tags.filter((tag) => tag !== 'more');
    it(`line ${line}: ${wanted.length > 0 ? wanted.join(', ') : 'is free of errors'}`, async () => {
      // Imports stand first, so an addition with one goes in front.
      const base = blocks[0]!.text;
      const entire = !tags.includes('more') ? text : /^import/.test(text) ? text + base : base + text;
      const { diagnostics } = await programOf(entire);
      const told = diagnostics.filter(({ severity, code }) => severity === 'error' || wanted.includes(code));
      assert.deepEqual(
        told.map(({ code }) => code),
        wanted,
        diagnostics.map(({ message }) => message).join('\n'),
      );
    });
  }

  it('opens its first example without anything to complain about', async () => {
    assert.deepEqual((await programOf(blocks[0]!.text)).diagnostics, []);
  });

  it('shows nothing that a careful reader would be warned of', async () => {
    for (const { tags, text } of blocks.filter(({ tags }) => tags.length === 0 || tags.join() === 'more')) {
      const entire = tags.length === 0 ? text : blocks[0]!.text + text;
      const warned = (await programOf(entire)).diagnostics.filter(({ severity }) => severity === 'warning');
      assert.deepEqual(
        warned.map(({ message }) => message),
        [],
      );
    }
  });

  it('names only codes that exist', () => {
    for (const { tags } of blocks) for (const tag of tags) assert.ok(tag === 'more' || tag in CODES, tag);
  });

  it('has the whole grammar of the parser’s keywords', () => {
    const grammar = page.slice(page.indexOf('## Grammar'));
    for (const word of ['import', 'capability', 'learnable', 'logprobs', 'rigidity', 'unstructured', 'concentration']) {
      assert.ok(grammar.includes(`"${word}"`), word);
    }
  });
});
