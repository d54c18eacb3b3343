/**
 * The inner loop of reading rows: one pass over a string's bytes finds its end, checks it, and hashes its text with white
 * space normalised. Nearly all bytes of a training file go through here.
 */

/** Why a row is not JSON; 0 is no fault. */
export const ScanFault = { none: 0, syntax: 1, encoding: 2, depth: 3 } as const;

/** Classes of bytes inside a string. */
const HIGH_BITS = 0x80808080 | 0;
const PLAIN = 0;
const QUOTE = 1;
const BACKSLASH = 2;
const CONTROL = 3;
const WIDE = 4;
const CLASS = new Uint8Array(256).map((_, byte) =>
  byte === 0x22 ? QUOTE : byte === 0x5c ? BACKSLASH : byte < 0x20 ? CONTROL : byte >= 0x80 ? WIDE : PLAIN,
);

/** What `scanString` found out; module state because a function can return only one number without allocating. */
export let textLow = 0;
export let textHigh = 0;
export let textSize = 0;
export let textEscaped = false;
export let faultAt = 0;
export let faultKind = 0;

export function fail(kind: number, at: number): -1 {
  faultKind = kind;
  faultAt = at;
  return -1;
}

function hex4(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i++) {
    const byte = bytes[i]!;
    const digit =
      byte >= 0x30 && byte <= 0x39
        ? byte - 0x30
        : byte >= 0x41 && byte <= 0x46
          ? byte - 0x37
          : byte >= 0x61 && byte <= 0x66
            ? byte - 0x57
            : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/** White space of JavaScript's `\s`, for code points above 0x20. */
function isWideSpace(point: number): boolean {
  return (
    point === 0xa0 ||
    point === 0xfeff ||
    point === 0x1680 ||
    (point >= 0x2000 && point <= 0x200a) ||
    point === 0x2028 ||
    point === 0x2029 ||
    point === 0x202f ||
    point === 0x205f ||
    point === 0x3000
  );
}

/** The code point that starts at `at` in UTF-8, or -1. `wideLength` is its length. */
let wideLength = 0;
function wide(bytes: Uint8Array, at: number): number {
  const a = bytes[at]!;
  const b = bytes[at + 1]!;
  if (a >= 0xc2 && a <= 0xdf) {
    wideLength = 2;
    return (b & 0xc0) === 0x80 ? ((a & 0x1f) << 6) | (b & 0x3f) : -1;
  }
  const c = bytes[at + 2]!;
  if (a >= 0xe0 && a <= 0xef) {
    wideLength = 3;
    if ((b & 0xc0) !== 0x80 || (c & 0xc0) !== 0x80) return -1;
    const point = ((a & 0x0f) << 12) | ((b & 0x3f) << 6) | (c & 0x3f);
    return point < 0x800 || (point >= 0xd800 && point <= 0xdfff) ? -1 : point;
  }
  const d = bytes[at + 3]!;
  if (a >= 0xf0 && a <= 0xf4) {
    wideLength = 4;
    if ((b & 0xc0) !== 0x80 || (c & 0xc0) !== 0x80 || (d & 0xc0) !== 0x80) return -1;
    const point = ((a & 0x07) << 18) | ((b & 0x3f) << 12) | ((c & 0x3f) << 6) | (d & 0x3f);
    return point < 0x10000 || point > 0x10ffff ? -1 : point;
  }
  return -1;
}

const SIMPLE_ESCAPE = new Int32Array(128).fill(-1);
for (const [letter, point] of [
  ['"', 0x22],
  ['\\', 0x5c],
  ['/', 0x2f],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
] as const) {
  SIMPLE_ESCAPE[letter.charCodeAt(0)] = point;
}

/**
 * Reads the string whose first byte is at `at` (after the quote); gives the place of the closing quote, or -1.
 * The hash takes the decoded text as UTF-8 in words of four bytes, runs of white space as one space, none at the ends.
 * A space is taken as it comes and taken back at the end: prose has one in every fifth byte, a branch on each would be
 * mispredicted. Four bytes that hold nothing special are taken at once.
 */
export function scanString(bytes: Uint8Array, view: DataView, at: number, limit: number): number {
  let p = at;
  let h1 = 0x2f0b4c47;
  let h2 = 0x51ed270b;
  let word = 0;
  let used = 0;
  /** 1 where the last byte taken is a space, and before the first. */
  let spaced = 1;
  let removed = 0;
  let escaped = false;
  const last = bytes.length - 4;
  for (;;) {
    if ((used & 3) === 0 && p <= last) {
      const four = view.getInt32(p);
      const quote = four ^ 0x22222222;
      const slash = four ^ 0x5c5c5c5c;
      const space = four ^ 0x20202020;
      const spaces = (space - 0x01010101) & ~space & HIGH_BITS;
      const special =
        (four | ((four - 0x20202020) & ~four) | ((quote - 0x01010101) & ~quote) | ((slash - 0x01010101) & ~slash)) &
        HIGH_BITS;
      if ((special | (spaces & ((spaces << 8) | (spaced << 31)))) === 0) {
        if (used !== 0) {
          h1 = Math.imul(((h1 << 5) | (h1 >>> 27)) ^ word, 0x2c1b3c6d);
          h2 = Math.imul(((h2 << 13) | (h2 >>> 19)) + word, 0x1b873593);
        }
        word = four;
        spaced = (spaces >>> 7) & 1;
        used += 4;
        p += 4;
        continue;
      }
    }
    const byte = bytes[p]!;
    let packed = byte;
    let count = 1;
    const kind = CLASS[byte]!;
    if (kind === PLAIN) {
      p += 1;
      if (byte === 0x20 && spaced === 1) continue;
    } else if (kind === QUOTE) {
      break;
    } else {
      let point: number;
      if (kind === BACKSLASH) {
        escaped = true;
        const letter = bytes[p + 1]!;
        if (letter === 0x75) {
          point = hex4(bytes, p + 2);
          if (point < 0 || p + 6 > limit) return fail(ScanFault.syntax, p);
          let length = 6;
          if (point >= 0xd800 && point <= 0xdbff && bytes[p + 6] === 0x5c && bytes[p + 7] === 0x75) {
            const second = hex4(bytes, p + 8);
            if (second >= 0xdc00 && second <= 0xdfff && p + 12 <= limit) {
              point = 0x10000 + ((point - 0xd800) << 10) + (second - 0xdc00);
              length = 12;
            }
          }
          p += length;
          removed += length - (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);
        } else {
          point = letter < 128 ? SIMPLE_ESCAPE[letter]! : -1;
          if (point < 0 || p + 2 > limit) return fail(ScanFault.syntax, p);
          p += 2;
          removed += 1;
        }
      } else if (kind === WIDE) {
        point = wide(bytes, p);
        if (point < 0 || p + wideLength > limit) return fail(ScanFault.encoding, p);
        p += wideLength;
      } else {
        return fail(ScanFault.syntax, p);
      }
      if (point === 0x20 || (point >= 9 && point <= 13) || (point > 0x7f && isWideSpace(point))) {
        if (spaced === 1) continue;
        packed = 0x20;
      } else if (point < 0x80) {
        packed = point;
      } else if (point < 0x800) {
        packed = ((0xc0 | (point >> 6)) << 8) | 0x80 | (point & 0x3f);
        count = 2;
      } else if (point < 0x10000) {
        packed = ((0xe0 | (point >> 12)) << 16) | ((0x80 | ((point >> 6) & 0x3f)) << 8) | 0x80 | (point & 0x3f);
        count = 3;
      } else {
        packed =
          ((0xf0 | (point >> 18)) << 24) |
          ((0x80 | ((point >> 12) & 0x3f)) << 16) |
          ((0x80 | ((point >> 6) & 0x3f)) << 8) |
          0x80 |
          (point & 0x3f);
        count = 4;
      }
    }
    spaced = packed === 0x20 ? 1 : 0;
    for (let shift = (count - 1) * 8; shift >= 0; shift -= 8) {
      if ((used & 3) === 0 && used !== 0) {
        h1 = Math.imul(((h1 << 5) | (h1 >>> 27)) ^ word, 0x2c1b3c6d);
        h2 = Math.imul(((h2 << 13) | (h2 >>> 19)) + word, 0x1b873593);
      }
      word = (word << 8) | ((packed >>> shift) & 0xff);
      used += 1;
    }
  }
  if (p >= limit) return fail(ScanFault.syntax, limit);
  if (spaced === 1 && used > 0) {
    used -= 1;
    // A space that began a word came after the word before had been mixed in: then nothing is left to mix.
    word >>>= 8;
  } else if ((used & 3) === 0 && used > 0) {
    h1 = Math.imul(((h1 << 5) | (h1 >>> 27)) ^ word, 0x2c1b3c6d);
    h2 = Math.imul(((h2 << 13) | (h2 >>> 19)) + word, 0x1b873593);
  }
  word &= (1 << ((used & 3) * 8)) - 1;
  textLow = finish(h1 ^ word, used);
  textHigh = finish(Math.imul(h2 ^ word, 0x2c1b3c6d), Math.imul(used, 0x9e3779b1));
  textSize = p - at - removed;
  textEscaped = escaped;
  return p;
}

/** Murmur3's finaliser over a hash and the length of what it stands for. */
function finish(hash: number, length: number): number {
  let h = hash ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
