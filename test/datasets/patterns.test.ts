import assert from 'node:assert/strict';
import { compilePattern, type Matcher, riskOf } from '../../server/datasets/mapping/patterns';
import { nodeMatcher } from '../../server/workers/nodeMatcher';
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
    const matcher = nodeMatcher();
    const counts = await readText(rows(`${'a'.repeat(60)}!`), evil, { matcher, limits: { matchTime: 200 } });
    assert.equal(counts.failure?.code, 'dataset-pattern-timeout');
    assert.match(counts.failure!.message, /row 1\b/u);
    assert.deepEqual(groupsOf(await readText(rows('b'), evil, { matcher })), ['x b times 1', 'x a times 1']);
  });

  it('are matched in any number of batches by one thread', async () => {
    const matcher = nodeMatcher();
    const several = `situation x when "assistant" matches "foo.*bar.*baz": response a response b`;
    const many = Array.from({ length: 4000 }, (_, i) => ({
      prompt: `${i}`,
      completion: `foo ${'.'.repeat(170)} bar ${i % 3 === 0 ? 'baz' : ''}`,
    }));
    const counts = await readText(jsonLines(many), several, { matcher });
    assert.equal(counts.failure, undefined);
    assert.deepEqual(groupsOf(counts), ['x a times 1334', 'x b times 2666']);
    // One after the other and at once: each batch has its own answer.
    for (let i = 0; i < 5; i++) assert.deepEqual(matchesOf(await matcher('^(a+)+$', ['aa', 'b'], 5000)), [1, 0]);
    const at = await Promise.all(['aa', 'b', 'aaa'].map((text) => matcher('^(a+)+$', [text], 5000)));
    assert.deepEqual(at.map(matchesOf), [[1], [0], [1]]);
  });

  it('have a limit that counts matching alone, not other batches before it or the start of the thread', async () => {
    const matcher = nodeMatcher();
    const slow = matcher('^(a+)+$', [`${'a'.repeat(60)}!`], 600);
    const next = matcher('^(a+)+$', ['aa'], 300);
    assert.equal(await slow, 'timeout');
    assert.deepEqual(matchesOf(await next), [1]);
  });

  it('have one limit for all batches of a dataset', async () => {
    const limits: number[] = [];
    const matcher: Matcher = async (_pattern, texts, limit) => {
      limits.push(limit);
      return { matches: new Uint8Array(texts.length), milliseconds: 10 };
    };
    const many = Array.from({ length: 4000 }, (_, i) => ({ prompt: `${i}`, completion: 'x'.repeat(250) }));
    await readText(jsonLines(many), evil, { matcher, limits: { matchTime: 1000, matchTimePerMillion: 0 } });
    assert.ok(limits.length > 2, String(limits.length));
    limits.forEach((limit, batch) => {
      assert.equal(limit, 1000 - 10 * batch);
    });
  });
});

function matchesOf(matched: Awaited<ReturnType<Matcher>>): unknown {
  return typeof matched === 'string' ? matched : [...matched.matches];
}
