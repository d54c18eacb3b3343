import assert from 'node:assert/strict';
import { compilePattern, riskOf } from '../../server/datasets/patterns';
import { nodeMatcher } from '../../server/node/matcher';
import { groupsOf, jsonLines, readText } from '../support/datasets';

describe('patterns', () => {
  it('are linear without unbounded repetition', () => {
    for (const pattern of [
      'sanitize|parameterized',
      '^Yes\\b',
      'a?b?c',
      '[a-z*+]{2,5}',
      '\\d{4}',
      '(?:ab|cd)e',
      '\\*\\+',
      '\\p{L}',
    ]) {
      assert.equal(riskOf(pattern), 'linear', pattern);
    }
  });

  it('are for short texts with one repetition', () => {
    for (const pattern of ['a+', '\\s+$', 'x[^y]*z', 'a{2,}', '(?:ab)+c'])
      assert.equal(riskOf(pattern), 'short', pattern);
  });

  it('are open where they may backtrack without bound', () => {
    for (const pattern of [
      '(a+)+$',
      '(a|a)*b',
      '(a|b)+',
      '.*.*=',
      '(?=a)b',
      '(a)\\1',
      '(?<n>a)\\k<n>',
      '(a{1,9}){1,9}{2}',
      '((ab)?)*',
      '(a?){50}',
    ]) {
      assert.equal(riskOf(pattern), 'open', pattern);
    }
  });

  it('say in words why they are none', () => {
    for (const pattern of ['(', '[', '\\p{Nope}', 'a**', '\\-']) assert.ok('error' in compilePattern(pattern), pattern);
  });

  const evil = 'situation x when "assistant" matches "^(a+)+$": response a response b';
  const rows = (text: string) =>
    jsonLines([
      { prompt: '1', completion: text },
      { prompt: '2', completion: 'aaa' },
    ]);

  it('that may run for ever are refused where nothing can stop them', async () => {
    assert.equal((await readText(rows('b'), evil)).failure?.code, 'dataset-pattern-unbounded');
  });

  it('that may run for ever are matched in a thread', async () => {
    const counts = await readText(rows('b'), evil, { matcher: nodeMatcher() });
    assert.deepEqual(groupsOf(counts), ['x b times 1', 'x a times 1']);
  });

  it('that do run for ever are stopped, and the thread serves again', async () => {
    const matcher = nodeMatcher(200);
    const counts = await readText(rows(`${'a'.repeat(60)}!`), evil, { matcher });
    assert.equal(counts.failure?.code, 'dataset-pattern-timeout');
    assert.match(counts.failure!.message, /row 1\b/u);
    assert.deepEqual(groupsOf(await readText(rows('b'), evil, { matcher })), ['x b times 1', 'x a times 1']);
  });
});
