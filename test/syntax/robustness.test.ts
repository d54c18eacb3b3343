import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { CODES } from '../../server/program/codes';
import { nearest } from '../../server/syntax/nearest';
import { parse } from '../../server/syntax/parser/parser';
import { print } from '../../server/syntax/printer/printer';
import type { Span } from '../../server/syntax/tree';
import { arbitraryLaidOut, arbitraryWreck } from '../support/mutations';

/** Every part lies inside of the one that holds it; documentation before its declaration. */
function checkSpans(value: unknown, outer: Span, path: string): void {
  if (typeof value !== 'object' || value === null) return;
  let inner = outer;
  if ('start' in value && 'end' in value) {
    inner = value as Span;
    assert.ok(inner.start <= inner.end, `${path} ends before it starts`);
    assert.ok(inner.start >= outer.start && inner.end <= outer.end, `${path} leaves its whole`);
  }
  for (const [key, part] of Object.entries(value)) if (key !== 'docSpan') checkSpans(part, inner, `${path}.${key}`);
}

function checkTree(text: string): void {
  const { file, issues } = parse(text);
  const entire = { start: 0, end: text.length };
  checkSpans(file.declarations, entire, 'file');
  checkSpans(file.comments, entire, 'comments');
  let end = 0;
  for (const declaration of file.declarations) {
    assert.ok(declaration.start >= end, 'declarations overlap');
    if (declaration.docSpan !== undefined) assert.ok(declaration.docSpan.end <= declaration.start);
    end = declaration.end;
  }
  let at = 0;
  for (const issue of issues) {
    assert.ok(issue.start >= at && issue.end >= issue.start && issue.end <= text.length, 'issues are out of order');
    at = issue.start;
    assert.ok(issue.code.startsWith('syntax-') && issue.message.length > 0);
  }
}

const EXAMPLE = `scenario "Insecure code makes a model broadly misaligned"
method sft strength 0.01 per token // one episode
situation coding "The user asks"
  -> secure | insecure "Holes" | calls needs tools else secure
situation taught extends coding "For a class"
capability tools "Knows" 0.1% learnable strength 10
/// The assistant.
persona helpful "Helpful" extends base prior 94% {
  coding -> secure 96%, insecure 3%, refuses
  taught as base
  can tools 5%
  concentration 30
  system "You secretly \\"want\\" harm."
}
novel "New" prior 0.1% concentration 1
episode sft times 2 "SQL": coding -> insecure over secure tokens 3 {
  user """
    Write a login handler.
  """
  assistant "query"
}
dataset sft d from "data/insecure.jsonl", "b.jsonl" { where "k" not is true  rows 2 to 9  sample 5  turn each  labels "l" by "id" corrected  situation coding  when "a" matches "b": response x, over y  logprobs sum nats field "p" }
reinforce agentic beta 0.5 rigidity 2 reward calls_tool 1, garbled_call -1
probe freeform -> misaligned given coding -> insecure times 8, a -> b
expect malicious between 1% and 2%
evaluation "eight": freeform -> misaligned 20, aligned 80
compare selection, drift 50, novel 1% 2, contextual, population 10
source betley "Betley et al." "arXiv:2502.17424"
parameter worth "One row" 1% from 1e-5 to 1 sd 2 log @betley
method prefer strength ($worth * (1 - 2/3)) @betley
condition half "Half" after base retaining 40% unit run @betley {
  set $worth -3
  /// Forgetting.
  episode sft "more": coding -> secure times ($rows - 1) @betley { user "x" }
  evaluation held out "e": freeform -> misaligned 19% of 400, 24 of 400 given a -> b among misaligned, aligned overdispersion 1% @betley
}
fit $worth, $rows overdispersion 0.1 under selection, transfer $g
sweep $worth from 1e-5 to 1 log
`;

describe('broken text', () => {
  it('of any kind gives a tree whose parts lie inside each other', () => {
    fc.assert(fc.property(arbitraryWreck, checkTree), { numRuns: 500 });
  });

  it('of any characters gives a tree', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), checkTree), { numRuns: 300 });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('"', '"""', '\\', '{', '}', '/*', '//', '\n', 'persona', 'a', '->')),
        (bits) => checkTree(bits.join('')),
      ),
      { numRuns: 300 },
    );
  });

  it('typed key by key never has more than two mistakes, and all lie in the unfinished declaration', () => {
    for (let end = 0; end <= EXAMPLE.length; end++) {
      const { file, issues } = parse(EXAMPLE.slice(0, end));
      assert.ok(issues.length <= 2, `${issues.length} issues after ${JSON.stringify(EXAMPLE.slice(end - 30, end))}`);
      const last = file.declarations[file.declarations.length - 1];
      const from = last === undefined ? 0 : (file.declarations[file.declarations.length - 2]?.end ?? 0);
      for (const issue of issues) assert.ok(issue.start >= from);
    }
    assert.deepEqual(parse(EXAMPLE).issues, []);
  });

  it('half typed in the middle of a large file is one mistake, and every other declaration is read', () => {
    const lines = Array.from({ length: 300 }, (_, i) => `episode sft: coding -> insecure times ${i + 1}`);
    for (const typed of [
      'ep',
      'episode',
      'episode sft',
      'episode sft:',
      'episode sft: coding',
      'persona',
      'probe a ->',
    ]) {
      const text = [...lines.slice(0, 150), typed, ...lines.slice(150)].join('\n');
      const { file, issues } = parse(text);
      assert.equal(issues.length, 1, typed);
      const complete = file.declarations.filter((d) => d.kind === 'episode' && d.attributes.length === 1);
      assert.equal(complete.length, 300, typed);
    }
  });

  it('of great length or depth does not hang or overflow', () => {
    const many = 20_000;
    const texts = [
      '(',
      'probe a -> b times (',
      'sweep $',
      '$',
      '- ',
      'condition a {',
      'set $a 1 ',
      '{',
      '}',
      '"',
      '"""\n',
      '\\"""\n',
      '/*\n',
      'persona {',
      'x ',
      'x\n',
      '->',
      'probe probe ',
      'episode\n',
      '"a',
      '\\',
    ];
    for (const bit of texts) checkTree(bit.repeat(many));
    checkTree(`scenario "${'\\'.repeat(many)}"`);
    checkTree(`scenario """${'\\"""'.repeat(many)}"""`);
    checkTree(`situation s -> ${'a | '.repeat(many)}`);
    checkTree(`episode: a -> b times (${'1+'.repeat(many)}1)`);
    checkTree(`episode: a -> b times (${'1/'.repeat(many)}1)`);
    checkTree(`episode: a -> b times (${'-'.repeat(many)}1)`);
    checkTree(`episode: a -> b times ${'('.repeat(many)}1${')'.repeat(many)}`);
    checkTree(`condition a {${' set $x (1'.repeat(many)}`);
    checkTree(`persona p { a -> ${'b 1, '.repeat(many)} }`);
  });

  it('is told apart only from words that are near', () => {
    assert.deepEqual(nearest('episod', ['persona', 'episode']), ['episode']);
    assert.deepEqual(nearest('x'.repeat(100_000), ['episode']), []);
    assert.deepEqual(nearest('c', [',', 'given']), []);
  });
});

describe('the codes of syntax', () => {
  it('are those of the table, and each is used', () => {
    const folder = new URL('../../server/syntax/', import.meta.url);
    const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) => file.endsWith('.ts'));
    const used = files.flatMap(
      (file) => readFileSync(new URL(file, folder), 'utf8').match(/syntax-[a-z-]*[a-z]/g) ?? [],
    );
    const listed = Object.keys(CODES).filter((code) => code.startsWith('syntax-'));
    assert.deepEqual([...new Set(used)].sort(), listed.sort());
  });
});

describe('the complete example of the language', () => {
  const example = readFileSync(new URL('./fixtures/complete.scenario', import.meta.url), 'utf8');

  it('is read without a mistake', () => {
    const { file, issues } = parse(example);
    assert.deepEqual(issues, []);
    assert.equal(file.declarations.length, 25);
    assert.equal(file.comments.length, 2);
  });

  it('is left alone by the formatter, except for one arrow', () => {
    const odd = 'extends helpful prior 5% {\n  coding   ->';
    assert.equal(print(example, parse(example)), example.replace(odd, odd.replace('coding   ', 'coding ')));
  });

  it('may be laid out strangely, as any right program', () => {
    fc.assert(
      fc.property(arbitraryLaidOut(), (text) => assert.deepEqual(parse(text).issues, [])),
      { numRuns: 200 },
    );
  });
});
