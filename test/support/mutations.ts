/**
 * Texts that went wrong: programs with tokens and characters lost, doubled, moved and put in, for the tests that nothing
 * throws, hangs or drowns. And programs that are laid out strangely, for the formatter.
 */
import fc from 'fast-check';
import { Kind, tokenize } from '../../server/syntax/lexer/lexer';
import { arbitraryProgram } from './arbitraryProgram';

const BITS = [
  ...[
    '{',
    '}',
    ',',
    ':',
    '|',
    '->',
    '-',
    '"',
    '"""',
    '\\',
    '//',
    '/*',
    '*/',
    '///',
    '\n',
    ' ',
    '3',
    '30%',
    '1/0',
    '0x',
    '@',
    '@x',
    '$',
    '$dose',
    '(',
    ')',
    '+',
    '*',
    '/',
  ],
  ...[
    'episode',
    'persona',
    'probe',
    'novel',
    'prior',
    'situation',
    'given',
    'as',
    'can',
    'times',
    'set',
    'condition',
    'fit',
    'of',
    'among',
    'held out',
    'é',
    '\u{1d49c}',
    '\uFEFF',
  ],
];

const GAPS = [
  ' ',
  ' ',
  ' ',
  '  ',
  '\n',
  '\n\n\n',
  '\t',
  '\r\n',
  ' // note\n',
  '\n// note  \n',
  ' /* a\n b */ ',
  '\n/// doc\n',
  ' /// x\n',
];

interface Mutation {
  readonly at: number;
  readonly what: 'drop' | 'double' | 'swap' | 'insert' | 'dropCharacter' | 'cut';
  readonly bit: string;
}

const arbitraryMutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  what: fc.constantFrom('drop', 'double', 'swap', 'insert', 'dropCharacter', 'cut'),
  bit: fc.constantFrom(...BITS),
});

/** A program with one to four mutations. */
export const arbitraryWreck: fc.Arbitrary<string> = fc
  .tuple(arbitraryLaidOut(), fc.array(arbitraryMutation, { minLength: 1, maxLength: 4 }))
  .map(([text, mutations]) => mutations.reduce(mutate, text));

function mutate(text: string, { at, what, bit }: Mutation): string {
  const tokens = tokenize(text);
  const index = Math.floor(at * tokens.count);
  const start = tokens.starts[index]!;
  const end = tokens.ends[index]!;
  const token = text.slice(start, end);
  const offset = Math.floor(at * (text.length + 1));
  switch (what) {
    case 'drop':
      return text.slice(0, start) + text.slice(end);
    case 'double':
      return `${text.slice(0, end)} ${token}${text.slice(end)}`;
    case 'swap': {
      if (index + 1 >= tokens.count || tokens.kinds[index + 1] === Kind.end) return text;
      const next = text.slice(tokens.starts[index + 1], tokens.ends[index + 1]);
      const between = text.slice(end, tokens.starts[index + 1]);
      return text.slice(0, start) + next + between + token + text.slice(tokens.ends[index + 1]);
    }
    case 'insert':
      return text.slice(0, offset) + bit + text.slice(offset);
    case 'dropCharacter':
      return text.slice(0, offset) + text.slice(offset + 1);
    case 'cut':
      return text.slice(0, offset);
  }
}

/** A right program with white space and comments between any two of its tokens. */
export function arbitraryLaidOut(): fc.Arbitrary<string> {
  const gaps = fc.array(fc.nat(GAPS.length * 4), { maxLength: 60 });
  return fc.tuple(arbitraryProgram({ tested: true }), gaps, fc.boolean()).map(([{ text }, choices, wild]) => {
    if (!wild) return text;
    const tokens = tokenize(text);
    let laid = '';
    let end = 0;
    for (let i = 0; i < tokens.count; i++) {
      const choice = choices.length > 0 ? choices[i % choices.length]! : GAPS.length;
      const written = text.slice(end, tokens.starts[i]);
      // A number and its sign, a label and its colon may stand without a gap; every other gap may be any.
      laid += written === '' && i > 0 && choice % 2 === 0 ? '' : (GAPS[choice] ?? written);
      laid += text.slice(tokens.starts[i], tokens.ends[i]);
      end = tokens.ends[i]!;
    }
    return laid + text.slice(end);
  });
}
