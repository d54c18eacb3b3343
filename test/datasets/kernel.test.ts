/** The row reader in WebAssembly against the one in TypeScript: same tape, same faults, same counts. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { createKernel, overflow, type RowKernel } from '../../server/datasets/json/kernel/kernel';
import { createTape, Kind, scanJson, type Tape } from '../../server/datasets/json/scan';
import { jsonLines, readText } from '../support/datasets';

const encoder = new TextEncoder();
const reference = createTape();

function kernel(): RowKernel {
  const made = createKernel();
  if (!made) throw new Error('this engine has no SIMD');
  return made;
}

function place(into: RowKernel, bytes: Uint8Array): void {
  assert.ok(into.place(bytes));
}

/** What a tape says: hashes and sizes of texts only. */
function entries(tape: Tape): readonly (readonly (number | undefined)[])[] {
  return Array.from({ length: tape.count }, (_each, at) => {
    const { kind, start, end, next, low, high, size } = tape;
    const isText = kind[at] === Kind.string || kind[at] === Kind.escaped;
    return [kind[at], start[at], end[at], next[at], ...(isText ? [low[at], high[at], size[at]] : [])];
  });
}

/** `bytes` ends with the line feed after the row. */
function assertSame(own: RowKernel, bytes: Uint8Array): void {
  const to = bytes.length - 1;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fault = scanJson(reference, bytes, view, 0, to);
  place(own, bytes);
  assert.equal(own.scan(0, to), fault);
  if (fault === 0) assert.deepEqual(entries(own.tape), entries(reference));
  else assert.equal(own.tape.errorAt, reference.errorAt);
}

/** Pieces of text at which the fast way through sixteen bytes ends, in all the ways that it can. */
const piece = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...[' ', '  ', '     ', '\n', '\t', '"', '\\', '\u0007', 'a', 'word', 'x'.repeat(15), 'naïve '.repeat(4)],
      ...['é', '漢', '漢字'.repeat(6), '😀', '\ud800', '“', '…', '、', '\u2081', '\u3001'],
      ...['\u00a0', '\u1680', '\u2003', '\u2028', '\u205f', '\u3000', '\ufeff'],
    ),
  },
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);
const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

describe('The row reader in WebAssembly', () => {
  it('makes the tape that the one in TypeScript makes, of any value', () => {
    const own = kernel();
    const property = fc.property(
      fc.jsonValue({ maxDepth: 4 }),
      fc.array(text, { maxLength: 4 }),
      fc.boolean(),
      (value, texts, escaped) => {
        const json = JSON.stringify({ value, texts });
        const written = escaped
          ? json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
          : json;
        assertSame(own, encoder.encode(`${written}\n`));
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });

  it('finds the same fault at the same place in bytes that were changed or cut off', () => {
    const own = kernel();
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    const property = fc.property(
      fc.array(text, { maxLength: 3 }),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      fc.nat(),
      (texts, changes, cut) => {
        const entire = encoder.encode(`${JSON.stringify({ role: 'x', texts, more: [1.5e3, true, null] })}\n`);
        for (const [at, byte] of changes) entire[at % entire.length] = byte;
        const bytes = cut % 3 === 0 ? entire.slice(0, (cut % entire.length) + 1) : entire;
        bytes[bytes.length - 1] = 0x0a;
        assertSame(own, bytes);
      },
    );
    fc.assert(property, { numRuns: 4000 });
  });

  it('knows UTF-8 and wide white space from other bytes', () => {
    const own = kernel();
    const wide = [0xe3, 0x80, 0x80, 0xe2, 0x80, 0x8a, 0xc2, 0xa0, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0x80, 0x20];
    const bytes = fc.uint8Array({ maxLength: 70 });
    const body = fc.oneof(
      bytes,
      bytes.map((all) => all.map((byte) => byte | 0x80)),
      bytes.map((all) => all.map((byte, at) => wide[(byte + at) & 15] ?? 0)),
    );
    fc.assert(
      fc.property(body, (inside) => assertSame(own, Uint8Array.of(0x22, ...inside, 0x22, 0x0a))),
      { numRuns: 8000 },
    );
  });

  it('hashes texts longer than its buffer as it does short ones', () => {
    const own = kernel();
    for (const length of [4000, 4032, 4033, 4096, 9000, 100_000])
      for (const unit of ['a', 'a ', '  ', 'é', '漢', 'x\n'])
        assertSame(own, encoder.encode(`${JSON.stringify(unit.repeat(length / unit.length))}\n`));
  });

  it('leaves rows with more values than its tape holds to the other', () => {
    const own = kernel();
    const bytes = encoder.encode(`[${'1,'.repeat(9000)}1]\n`);
    place(own, bytes);
    assert.equal(own.scan(0, bytes.length - 1), overflow);
  });

  it('is compiled from its source', () => {
    // In a process of its own: loaded beside all other tests, the compiler has failed inside its parser.
    const script = join(import.meta.dirname, '../../scripts/kernel.ts');
    const { status, stderr } = spawnSync(process.execPath, ['--import=tsx', script, '--check'], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });
});

describe('A dataset of which the rows are alike', () => {
  const role = fc.constantFrom('user', 'assistant', 'system', 'human', 'gpt', 'tool', 'nobody', 'user ');
  const turn = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        role,
        content: fc.constantFrom('yes', 'yes ', 'no', 'a  b', 'a b', '漢\u3000字', '漢 字'),
      }),
    },
    fc.record({ role, content: fc.constantFrom('yes', null, 3), weight: fc.constantFrom(0, 1) }),
    fc.record({ content: fc.constantFrom('yes', 'no'), role }),
  );
  const label = fc.constantFrom('a', 'b', ' a', 'a ', 'c\u2003', 'c\u2002', '', 'attachment://x', 'x\ty');
  const row = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ messages: fc.array(turn, { maxLength: 3 }), label, weight: fc.constantFrom(1, 2, 0.5) }),
    },
    fc.record({ messages: fc.array(turn, { maxLength: 2 }), label, system: fc.constantFrom('', 'Be kind.') }),
    fc.record({ messages: fc.array(turn, { maxLength: 2 }), label, attachments: fc.constant({ x: 'b' }) }),
    fc.record({ conversations: fc.array(fc.record({ from: role, value: label }), { maxLength: 2 }), label }),
    fc.record({ prompt: label, completion: label, label }),
    fc.record({ label, other: fc.jsonValue({ maxDepth: 1 }) }),
  );
  const mappings = [
    'situation x response field "label"',
    'situation x response field "messages[-1].content" weight field "weight"',
    'situation x response field "assistant"',
    'situation field "label" response a over b',
    'situation x response field "label" reward field "weight"',
    'situation x response field "label" when "label" matches "^a": weight 2',
  ];

  /** Rows that come again after their plans were made, in more bytes than the least block has. */
  async function assertSameCounts(rows: readonly unknown[], mapping: string, method: string): Promise<void> {
    const content = jsonLines(Array.from({ length: Math.ceil(5000 / jsonLines(rows).length) + 1 }, () => rows).flat());
    const planned = await readText(content, mapping, { method });
    const plain = await readText(content, mapping, { method, scanner: 'reference' });
    assert.deepEqual(planned, plain);
  }

  const said = (answer: string) => [
    { role: 'user', content: 'Well?' },
    { role: 'assistant', content: answer },
  ];
  const byLabel = 'situation x response field "label"';
  const alike: readonly (readonly [what: string, mapping: string, rows: readonly unknown[]])[] = [
    [
      'a name that refers to an attachment',
      byLabel,
      ['b', 'attachment://x'].map((label) => ({ messages: said('yes'), label, attachments: { x: 'a' } })),
    ],
    [
      'a system prompt beside the turns, empty or not',
      byLabel,
      ['', 'Be kind.', 'Be quick.'].map((system) => ({ messages: said('yes'), label: 'a', system })),
    ],
    [
      'names that differ in their white space only',
      byLabel,
      ['c\u2003d', 'c\u2002d', 'c d', 'c\td', ' c d', 'c d '].map((label) => ({ messages: said('yes'), label })),
    ],
    [
      'a key that is called as a role is',
      'situation x response field "assistant"',
      ['a', 'b'].map((answer) => ({ messages: said(answer), assistant: 'c' })),
    ],
    [
      'keys that differ in their white space only',
      byLabel,
      [
        { messages: said('yes'), label: 'a' },
        { messages: said('yes'), 'label ': 'a' },
      ],
    ],
    [
      'turns that are not trained on',
      byLabel,
      [0, 1].map((weight) => ({ messages: [{ role: 'assistant', content: 'yes', weight }], label: 'a' })),
    ],
  ];
  for (const [what, mapping, rows] of alike)
    it(`is read right with ${what}`, async () => {
      await assertSameCounts(rows, mapping, '');
      await assertSameCounts([...rows].reverse(), mapping, '');
    });

  it('comes to the same counts by plans as by the long way', async function () {
    this.timeout(120_000);
    const property = fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 12 }),
      fc.constantFrom(...mappings),
      fc.constantFrom('', 'sft', 'prefer', 'rl'),
      assertSameCounts,
    );
    await fc.assert(property, { numRuns: 150 });
  });
});
