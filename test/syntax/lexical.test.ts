import assert from 'node:assert/strict';
import { numberValue } from '../../server/syntax/lexer/numbers';
import { parse } from '../../server/syntax/parser/parser';
import type { Declaration } from '../../server/syntax/tree';

function first(text: string): Declaration {
  const { file, issues } = parse(text);
  assert.deepEqual(issues, []);
  return file.declarations[0]!;
}

function title(literal: string): string | undefined {
  const declaration = first(`scenario ${literal}`);
  return declaration.kind === 'scenario' ? declaration.title?.value : undefined;
}

function personaName(text: string): string | undefined {
  const declaration = first(`persona ${text}`);
  return declaration.kind === 'persona' ? declaration.name?.text : undefined;
}

describe('numbers', () => {
  it('have every form of the language', () => {
    const forms: readonly [string, number][] = [
      ['3', 3],
      ['0.25', 0.25],
      ['1e-6', 1e-6],
      ['2.5E+3', 2500],
      ['30%', 0.3],
      ['99.9%', 0.999],
      ['1e2%', 1],
      ['1/1000', 0.001],
      ['1/3', 1 / 3],
      ['6_000', 6000],
      ['1_000.000_1', 1000.0001],
      ['0', 0],
      ['0.0%', 0],
      ['123456789012345678', 123456789012345680],
    ];
    for (const [text, value] of forms) assert.equal(numberValue(text), value, text);
  });

  it('are not made of what only resembles one', () => {
    for (const text of [
      '',
      '.5',
      '5.',
      '1__0',
      '1_',
      '_1',
      '1e',
      '1e+',
      '0x10',
      '1.2.3',
      '1/0',
      '1/2/3',
      '1/2%',
      '3a',
    ]) {
      assert.equal(numberValue(text), undefined, text);
    }
  });

  it('are finite and do not vanish', () => {
    assert.equal(numberValue('1e999'), undefined);
    assert.equal(numberValue('1e-999'), undefined);
    assert.equal(numberValue('0e-999'), 0);
  });
});

describe('names', () => {
  it('hold letters of any script, digits, underscores and single hyphens', () => {
    for (const name of [
      'a',
      '_',
      'tool-use',
      'a-1-b_c',
      'ärger',
      'помощник',
      '助手',
      'हिन्दी',
      '\u{1d49c}x',
      'x\u0301',
    ]) {
      assert.equal(personaName(name), name.normalize('NFC'), name);
    }
  });

  it('end before two hyphens, an arrow and a digit at their beginning', () => {
    assert.equal(parse('probe a->b').issues.length, 0);
    assert.equal(parse('probe a--b -> c').issues.length, 1);
    assert.equal(parse('persona 1a').issues.length, 1);
    assert.equal(parse('reinforce s beta 1 reward a -1').issues.length, 0);
  });

  it('are the same however an accent is written', () => {
    assert.equal(personaName('cafe\u0301'), personaName('caf\u00e9'));
  });
});

describe('strings', () => {
  it('resolve their escapes', () => {
    assert.equal(title(String.raw`"\" \\ \n \t \u{41} \u{1F600}"`), '" \\ \n \t A \u{1f600}');
  });

  it('in three quotes drop the common indent and the breaks at both ends', () => {
    assert.equal(title('"""\n    one\n      two\n\n    three\n  """'), 'one\n  two\n\nthree');
    assert.equal(title('"""one\n  two\n  three"""'), 'one\ntwo\nthree');
    assert.equal(title('"""\r\n\tone\r\n\t\ttwo\r\n\t"""'), 'one\n\ttwo');
    assert.equal(title('"""one "quoted" line"""'), 'one "quoted" line');
    assert.equal(title('"""ends in a "quote""""'), 'ends in a "quote"');
    assert.equal(title(String.raw`"""three \""" quotes"""`), 'three """ quotes');
    assert.equal(title('""""""'), '');
  });

  it('may be empty', () => {
    assert.equal(title('""'), '');
  });

  it('keep two lines of the same text apart from an escape that makes a break', () => {
    assert.equal(title('"""\n  a\\n b\n  c\n"""'), 'a\n b\nc');
  });
});

describe('comments', () => {
  const doc = (text: string) => parse(text).file.declarations.map((d) => d.doc);

  it('of three slashes document the declaration that follows', () => {
    assert.deepEqual(doc('/// One.\n///two\n///\n///   three\npersona a\npersona b'), [
      'One.\ntwo\n\n  three',
      undefined,
    ]);
  });

  it('of three slashes are documentation also across other comments, and only their last run', () => {
    assert.deepEqual(doc('/// header\n\n/// real\n// note\n\npersona a'), ['real']);
  });

  it('behind code document nothing', () => {
    assert.deepEqual(doc('persona a /// of a\npersona b'), [undefined, undefined]);
  });

  it('of four slashes are plain', () => {
    assert.deepEqual(doc('//// line\npersona a'), [undefined]);
  });

  it('are kept apart from the documentation', () => {
    const { file } = parse('// a\n/// doc\npersona p { /* b */ a -> b // c\n /// d\n}');
    assert.deepEqual(
      file.comments.map((c) => c.style),
      ['line', 'block', 'line', 'doc'],
    );
    assert.deepEqual(file.declarations[0]!.docSpan, { start: 5, end: 12 });
  });

  it('and line ends of either kind change nothing', () => {
    const text = '/// Doc.\npersona p {\n  a -> b // c\n}\nprobe a -> b\n';
    const windows = text.replaceAll('\n', '\r\n');
    assert.deepEqual(parse(windows).issues, []);
    assert.deepEqual(doc(windows), ['Doc.', undefined]);
    assert.equal(parse(`\uFEFF${text}`).issues.length, 0);
  });
});
