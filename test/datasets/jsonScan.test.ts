import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createTape, Kind, ScanFault, scanJson, type Tape } from '../../server/datasets/json/scan';
import { jsonOf, stringOf } from '../../server/datasets/json/values';
import { maxDepth } from '../../server/datasets/limits';

const tape = createTape(4);

function scan(bytes: Uint8Array): number {
  const padded = new Uint8Array(bytes.length + 1);
  padded.set(bytes);
  padded[bytes.length] = 0x0a;
  return scanJson(tape, padded, new DataView(padded.buffer), 0, bytes.length);
}
const scanText = (text: string) => scan(new TextEncoder().encode(text));

/** The whole value, rebuilt from the tape's own structure. */
function rebuild(of: Tape, node: number): unknown {
  if (of.kind[node] === Kind.array) {
    const items: unknown[] = [];
    for (let at = node + 1; at < of.next[node]!; at = of.next[at]!) items.push(rebuild(of, at));
    return items;
  }
  if (of.kind[node] === Kind.object) {
    const entries: [string, unknown][] = [];
    for (let at = node + 1; at < of.next[node]!; at = of.next[at + 1]!)
      entries.push([stringOf(of, at), rebuild(of, at + 1)]);
    return Object.fromEntries(entries);
  }
  return jsonOf(of, node);
}

function parsed(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
}

function agree(bytes: Uint8Array): void {
  const expected = parsed(bytes);
  assert.equal(scan(bytes) === ScanFault.none, expected !== undefined, new TextDecoder().decode(bytes));
  if (expected) assert.deepEqual(rebuild(tape, 0), expected.value);
}

/** The hash of a string's text must be that of its normalised text, however it is written. */
function hashOf(text: string): readonly number[] {
  assert.equal(scanText(JSON.stringify(text)), ScanFault.none);
  return [tape.low[0]!, tape.high[0]!];
}

describe('the scanner of rows', () => {
  it('takes what JSON.parse takes and says the same, for any JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.nat(3), (json, indent) => {
        agree(new TextEncoder().encode(JSON.stringify(JSON.parse(json), null, indent)));
        agree(new TextEncoder().encode(json));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what JSON.parse refuses, for JSON that is cut, doubled or changed in a byte', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(), fc.nat(255), fc.nat(3), (json, at, byte, way) => {
        const bytes = new TextEncoder().encode(json);
        const place = bytes.length === 0 ? 0 : at % bytes.length;
        if (way === 0) agree(bytes.subarray(0, place));
        else if (way === 1) agree(Uint8Array.from([...bytes, ...bytes.subarray(place)]));
        else if (way === 2) agree(bytes.map((old, index) => (index === place ? byte : old)));
        else agree(Uint8Array.from([...bytes.subarray(0, place), byte, ...bytes.subarray(place)]));
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with JSON.parse on random bytes of JSON’s alphabet', () => {
    const letters = [...'{}[]",:\\ntrufalse0123.eE+- \u00e9\u2003'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...letters), { maxLength: 24 }), (pieces) => {
        agree(new TextEncoder().encode(pieces.join('')));
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees with JSON.parse on hand-picked traps', () => {
    const traps = [
      '{"a":1,"a":2}',
      '{"__proto__":1}',
      '"\\ud800"',
      '"\\udc00\\ud800"',
      '"\\ud83d\\ude00"',
      '1e999',
      '-0',
      '01',
      '1.',
      '.5',
      '+1',
      '0x1',
      'NaN',
      '-Infinity',
      '[1,]',
      '{"a":1,}',
      '{,}',
      '[,1]',
      '{"a"}',
      '{"a":}',
      '{1:2}',
      "{'a':1}",
      '"\t"',
      '"\\x41"',
      '"\\u12g4"',
      '"\\u123',
      '"',
      '',
      ' ',
      'nul',
      'nulll',
      'true false',
      '[]]',
      '[[]',
      '{}{}',
      '\ufeff{}',
      '[1 2]',
      '{"a":1 "b":2}',
      '"a\\',
      '\u00a0{}',
      '{"a":"\u007f"}',
      '[{},[],"",0,null,true,false]',
    ];
    for (const trap of traps) agree(new TextEncoder().encode(trap));
  });

  it('calls bytes that are not UTF-8 by name, also inside strings of any length', () => {
    const quote = 0x22;
    for (const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80]]) {
      for (const before of [0, 1, 2, 3, 4, 9]) {
        const bytes = Uint8Array.from([quote, ...new Array<number>(before).fill(0x61), ...bad, quote]);
        assert.equal(scan(bytes), ScanFault.encoding);
      }
    }
  });

  it('stops at the limit of nesting without running out of stack', () => {
    assert.equal(scanText('['.repeat(maxDepth) + ']'.repeat(maxDepth)), ScanFault.none);
    assert.equal(scanText('['.repeat(maxDepth + 1) + ']'.repeat(maxDepth + 1)), ScanFault.depth);
    assert.equal(scanText('{"a":'.repeat(200_000)), ScanFault.depth);
  });

  it('gives two texts one hash where they differ in white space only, and else two', () => {
    const text = fc.array(
      fc.constantFrom('a', 'b', 'ab', ' ', '  ', '\n', '\t', '\u00a0', '\u2003', 'é', '漢', '😀', '!', 'word'),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(text, text, (left, right) => {
        const [a, b] = [left.join(''), right.join('')];
        const normal = (of: string) => of.replace(/\s+/gu, ' ').trim();
        assert.equal(hashOf(a).join() === hashOf(b).join(), normal(a) === normal(b), JSON.stringify([a, b]));
        assert.deepEqual(hashOf(a), hashOf(normal(a)));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives a text the same hash and length however it is escaped and wherever it stands', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(7), (text, pad) => {
        const plain = hashOf(text);
        assert.equal(tape.size[0], new TextEncoder().encode(text).length);
        const escaped = [...Array(text.length).keys()]
          .map((i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`)
          .join('');
        assert.equal(scanText(`${' '.repeat(pad)}"${escaped}"`), ScanFault.none);
        assert.deepEqual([tape.low[0], tape.high[0]], plain);
        assert.equal(tape.size[0], new TextEncoder().encode(text).length);
      }),
      { numRuns: 500 },
    );
  });
});
