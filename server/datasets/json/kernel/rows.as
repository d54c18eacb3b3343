/**
 * The JSON reader of `scan.ts` and `string.ts` for WebAssembly with SIMD, in AssemblyScript: same tape, same hashes,
 * same faults, sixteen bytes at a time. `scripts/kernel.ts` compiles it to `rows.wasm.ts`. A property test holds the two together;
 * what it does not do (rows with more values than the tape holds) it leaves to the other.
 *
 * Memory: the tape's columns, a buffer for a text with its white space normalised, then the block of rows at `BLOCK`.
 */

const NONE = 0;
const SYNTAX = 1;
const ENCODING = 2;
const DEPTH = 3;
const FULL = 4;

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const NUMBER: u8 = 3;
const STRING: u8 = 4;
const ESCAPED: u8 = 5;
const ARRAY: u8 = 6;
const OBJECT: u8 = 7;

const CAPACITY = 8192;
const MAX_DEPTH = 512;
const COLUMN = CAPACITY * 4;
// The first bytes are AssemblyScript's own.
const RESULT: usize = 1024;
const START: usize = 1040;
const END: usize = START + COLUMN;
const NEXT: usize = END + COLUMN;
const LOW: usize = NEXT + COLUMN;
const HIGH: usize = LOW + COLUMN;
const SIZE: usize = HIGH + COLUMN;
const KIND: usize = SIZE + COLUMN;
const OPEN: usize = KIND + CAPACITY;
const TEXT: usize = OPEN + MAX_DEPTH * 4 + 4;
const TEXT_SIZE: usize = 4096;
/** Room behind the text: sixteen bytes are written where fewer count. */
const BLOCK: usize = (TEXT + TEXT_SIZE + 64 + 0xffff) & ~0xffff;

export function blockAt(): usize {
  return BLOCK;
}
export function columnAt(column: i32): usize {
  return column == 6 ? KIND : START + (column as usize) * COLUMN;
}
export function capacity(): i32 {
  return CAPACITY;
}

/**
 * What a scan leaves besides the tape, four words at `RESULT`: how many entries the row has, where a scan failed, and a hash of what the row is
 * apart from its texts and numbers (keys, kinds, and the texts of roles, as written) in two halves.
 */
export function resultAt(): usize {
  return RESULT;
}

let deepest: i32 = 0;

export function configure(depth: i32): void {
  deepest = depth;
}

let faultKind: i32 = 0;
let faultAt: usize = 0;

function fail(kind: i32, at: usize): usize {
  faultKind = kind;
  faultAt = at;
  return 0;
}

let textLow: i32 = 0;
let textHigh: i32 = 0;
let textSize: i32 = 0;
let textEscaped: bool = false;

let h1: i32 = 0;
let h2: i32 = 0;

/** Mixes the words of whole groups of sixteen bytes in `[from, to)` into the hash; gives the place after them. */
function mixGroups(from: usize, to: usize): usize {
  let a = h1;
  let b = h2;
  let at = from;
  for (; at + 16 <= to; at += 16) {
    const group = v128.load(at);
    // The first byte of a word is its highest.
    const words = i8x16.shuffle(group, group, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
    let word = i32x4.extract_lane(words, 0);
    a = (rotl<i32>(a, 5) ^ word) * 0x2c1b3c6d;
    b = (rotl<i32>(b, 13) + word) * 0x1b873593;
    word = i32x4.extract_lane(words, 1);
    a = (rotl<i32>(a, 5) ^ word) * 0x2c1b3c6d;
    b = (rotl<i32>(b, 13) + word) * 0x1b873593;
    word = i32x4.extract_lane(words, 2);
    a = (rotl<i32>(a, 5) ^ word) * 0x2c1b3c6d;
    b = (rotl<i32>(b, 13) + word) * 0x1b873593;
    word = i32x4.extract_lane(words, 3);
    a = (rotl<i32>(a, 5) ^ word) * 0x2c1b3c6d;
    b = (rotl<i32>(b, 13) + word) * 0x1b873593;
  }
  h1 = a;
  h2 = b;
  return at;
}

/** Mixes in all of the text but its last sixteen to thirty-one bytes, which move to the front; gives the new end. */
function flush(end: usize): usize {
  const at = mixGroups(TEXT, end - 16);
  const left = end - at;
  v128.store(TEXT, v128.load(at));
  v128.store(TEXT + 16, v128.load(at + 16));
  return TEXT + left;
}

function finish(hash: i32, length: i32): i32 {
  let h = hash ^ length;
  h = (h ^ (h >>> 16)) * 0x85ebca6b;
  h = (h ^ (h >>> 13)) * 0xc2b2ae35;
  return h ^ (h >>> 16);
}

function hexDigit(byte: i32): i32 {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function hex4(at: usize): i32 {
  let value: i32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const digit = hexDigit(load<u8>(at + i) as i32);
    if (digit < 0) return -1;
    value = (value << 4) | digit;
  }
  return value;
}

function isSpacePoint(point: i32): bool {
  if (point < 0x80) return point == 0x20 || (point >= 9 && point <= 13);
  return (
    point == 0xa0 ||
    point == 0xfeff ||
    point == 0x1680 ||
    (point >= 0x2000 && point <= 0x200a) ||
    point == 0x2028 ||
    point == 0x2029 ||
    point == 0x202f ||
    point == 0x205f ||
    point == 0x3000
  );
}

let wideLength: i32 = 0;

function continues(byte: i32): bool {
  return (byte & 0xc0) == 0x80;
}

/** The code point that starts here in UTF-8, or -1. */
function wide(at: usize): i32 {
  const a = load<u8>(at) as i32;
  const b = load<u8>(at + 1) as i32;
  if (a >= 0xc2 && a <= 0xdf) {
    wideLength = 2;
    return continues(b) ? ((a & 0x1f) << 6) | (b & 0x3f) : -1;
  }
  const c = load<u8>(at + 2) as i32;
  if (a >= 0xe0 && a <= 0xef) {
    wideLength = 3;
    if (!continues(b) || !continues(c)) return -1;
    const point = ((a & 0x0f) << 12) | ((b & 0x3f) << 6) | (c & 0x3f);
    return point < 0x800 || (point >= 0xd800 && point <= 0xdfff) ? -1 : point;
  }
  const d = load<u8>(at + 3) as i32;
  if (a >= 0xf0 && a <= 0xf4) {
    wideLength = 4;
    if (!continues(b) || !continues(c) || !continues(d)) return -1;
    const point = ((a & 0x07) << 18) | ((b & 0x3f) << 12) | ((c & 0x3f) << 6) | (d & 0x3f);
    return point < 0x10000 || point > 0x10ffff ? -1 : point;
  }
  return -1;
}

/** Writes a code point as UTF-8, a lone surrogate too; gives its length. */
function put(out: usize, point: i32): i32 {
  if (point < 0x80) {
    store<u8>(out, point as u8);
    return 1;
  }
  if (point < 0x800) {
    store<u8>(out, (0xc0 | (point >> 6)) as u8);
    store<u8>(out + 1, (0x80 | (point & 0x3f)) as u8);
    return 2;
  }
  if (point < 0x10000) {
    store<u8>(out, (0xe0 | (point >> 12)) as u8);
    store<u8>(out + 1, (0x80 | ((point >> 6) & 0x3f)) as u8);
    store<u8>(out + 2, (0x80 | (point & 0x3f)) as u8);
    return 3;
  }
  store<u8>(out, (0xf0 | (point >> 18)) as u8);
  store<u8>(out + 1, (0x80 | ((point >> 12) & 0x3f)) as u8);
  store<u8>(out + 2, (0x80 | ((point >> 6) & 0x3f)) as u8);
  store<u8>(out + 3, (0x80 | (point & 0x3f)) as u8);
  return 4;
}

// Validation of UTF-8 by three look-ups: Keiser and Lemire 2021, "Validating UTF-8 in less than one instruction per byte".
const SHORT: u8 = 1;
const LONG: u8 = 2;
const OVER3: u8 = 4;
const LARGE: u8 = 8;
const SURROGATE: u8 = 16;
const OVER2: u8 = 32;
const LARGE1000: u8 = 64;
const OVER4: u8 = 64;
const CONTINUED: u8 = 128;
const CARRY: u8 = SHORT | LONG | CONTINUED;

@inline
function shiftedRight(v: v128): v128 {
  return v128.and(i16x8.shr_u(v, 4), i8x16.splat(0x0f));
}

/** Lanes in which the bytes at `at` are no UTF-8, given that a character ends before them. */
@inline
function invalidLanes(at: usize, v: v128): i32 {
  const before1 = v128.load(at - 1);
  const before2 = v128.load(at - 2);
  const before3 = v128.load(at - 3);
  const firstHigh = i8x16.swizzle(
    i8x16(
      LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG, CONTINUED, CONTINUED, CONTINUED, CONTINUED,
      SHORT | OVER2, SHORT, SHORT | OVER3 | SURROGATE, SHORT | LARGE | LARGE1000 | OVER4,
    ),
    shiftedRight(before1),
  );
  const firstLow = i8x16.swizzle(
    i8x16(
      CARRY | OVER3 | OVER2 | OVER4, CARRY | OVER2, CARRY, CARRY, CARRY | LARGE, CARRY | LARGE | LARGE1000,
      CARRY | LARGE | LARGE1000, CARRY | LARGE | LARGE1000, CARRY | LARGE | LARGE1000, CARRY | LARGE | LARGE1000,
      CARRY | LARGE | LARGE1000, CARRY | LARGE | LARGE1000, CARRY | LARGE | LARGE1000,
      CARRY | LARGE | LARGE1000 | SURROGATE, CARRY | LARGE | LARGE1000, CARRY | LARGE | LARGE1000,
    ),
    v128.and(before1, i8x16.splat(0x0f)),
  );
  const secondHigh = i8x16.swizzle(
    i8x16(
      SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT,
      LONG | OVER2 | CONTINUED | OVER3 | LARGE1000 | OVER4, LONG | OVER2 | CONTINUED | OVER3 | LARGE,
      LONG | OVER2 | CONTINUED | SURROGATE | LARGE, LONG | OVER2 | CONTINUED | SURROGATE | LARGE,
      SHORT, SHORT, SHORT, SHORT,
    ),
    shiftedRight(v),
  );
  const special = v128.and(v128.and(firstHigh, firstLow), secondHigh);
  const third = i8x16.sub_sat_u(before2, i8x16.splat(0x60));
  const fourth = i8x16.sub_sat_u(before3, i8x16.splat(0x70));
  const must = v128.and(v128.or(third, fourth), i8x16.splat(0x80 as u8 as i8));
  const wrong = v128.xor(must, special);
  return i8x16.bitmask(i8x16.ne(wrong, i8x16.splat(0)));
}

@inline
function is(v: v128, byte: i32): v128 {
  return i8x16.eq(v, i8x16.splat(byte as u8 as i8));
}

/** Lanes at which a wide space may begin; a few that are none too. */
@inline
function wideSpaceLanes(at: usize, v: v128): i32 {
  const second = v128.load(at + 1);
  const third = v128.load(at + 2);
  const general = v128.or(
    v128.or(i8x16.le_u(third, i8x16.splat(0x8a as u8 as i8)), is(third, 0xaf)),
    v128.or(is(third, 0xa8), is(third, 0xa9)),
  );
  const e2 = v128.and(
    is(v, 0xe2),
    v128.or(v128.and(is(second, 0x80), general), v128.and(is(second, 0x81), is(third, 0x9f))),
  );
  const e3 = v128.and(v128.and(is(v, 0xe3), is(second, 0x80)), is(third, 0x80));
  const rare = v128.or(
    v128.and(is(v, 0xc2), is(second, 0xa0)),
    v128.or(v128.and(is(v, 0xe1), is(second, 0x9a)), v128.and(is(v, 0xef), is(second, 0xbb))),
  );
  return i8x16.bitmask(v128.or(v128.or(e2, e3), rare));
}

/**
 * How many of the sixteen bytes at `at`, which begin with a character beyond ASCII, are whole characters that are taken
 * as they stand; 0 where the first one needs a closer look. `spacesTaken` says where ASCII spaces are.
 */
let spacesTaken: i32 = 0;

@inline
function wideRun(at: usize, v: v128): i32 {
  const ends = v128.or(v128.or(is(v, 0x22), is(v, 0x5c)), i8x16.lt_u(v, i8x16.splat(0x20)));
  const spaces = i8x16.bitmask(is(v, 0x20));
  spacesTaken = spaces;
  const stops = i8x16.bitmask(ends) | (spaces & (spaces << 1)) | wideSpaceLanes(at, v) | 0x10000;
  let length = ctz<i32>(stops);
  const wrong = invalidLanes(at, v);
  if (length == 16) {
    // Only whole characters: the last may go on behind.
    const leads = i8x16.bitmask(i8x16.ge_u(v, i8x16.splat(0xc0 as u8 as i8)));
    const last = 31 - clz<i32>(leads | 1);
    const lead = load<u8>(at + last) as i32;
    const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead >= 0xc0 && last + size > 16) length = last;
  }
  return (wrong & ((2 << length) - 1) & 0xffff) == 0 ? length : 0;
}

/** The place of the closing quote of the string whose first byte is at `from`, or 0. As `scanString`. */
function scanString(from: usize, limit: usize): usize {
  let p = from;
  let out: usize = TEXT;
  let spaced: i32 = 1;
  let removed: i32 = 0;
  let escaped = false;
  let flushed: i32 = 0;
  h1 = 0x2f0b4c47;
  h2 = 0x51ed270b;
  const quotes = i8x16.splat(0x22);
  const slashes = i8x16.splat(0x5c);
  const blanks = i8x16.splat(0x20);
  for (;;) {
    if (out > TEXT + TEXT_SIZE - 64) {
      const end = flush(out);
      flushed += (out - end) as i32;
      out = end;
    }
    const v = v128.load(p);
    const spaces = i8x16.bitmask(i8x16.eq(v, blanks));
    // Signed: bytes beyond ASCII are below the space too.
    const ends = i8x16.bitmask(
      v128.or(i8x16.lt_s(v, blanks), v128.or(i8x16.eq(v, quotes), i8x16.eq(v, slashes))),
    );
    const stops = ends | (spaces & ((spaces << 1) | spaced));
    v128.store(out, v);
    if (stops == 0) {
      spaced = spaces >> 15;
      out += 16;
      p += 16;
      continue;
    }
    const length = ctz<i32>(stops);
    if (length > 0) {
      spaced = (spaces >> (length - 1)) & 1;
      out += length;
      p += length;
    }
    const byte = load<u8>(p) as i32;
    if (byte == 0x20) {
      // All spaces of a run but the first.
      p += ctz<i32>(~(spaces >> length));
      continue;
    }
    if (byte == 0x22) break;
    let point: i32 = 0;
    if (byte >= 0x80) {
      const sixteen = v128.load(p);
      const run = wideRun(p, sixteen);
      if (run > 0) {
        v128.store(out, sixteen);
        out += run;
        p += run;
        spaced = (spacesTaken >> (run - 1)) & 1;
        continue;
      }
      point = wide(p);
      if (point < 0 || p + wideLength > limit) return fail(ENCODING, p);
      p += wideLength;
    } else if (byte == 0x5c) {
      escaped = true;
      const letter = load<u8>(p + 1) as i32;
      if (letter == 0x75) {
        point = hex4(p + 2);
        if (point < 0 || p + 6 > limit) return fail(SYNTAX, p);
        let size: i32 = 6;
        if (point >= 0xd800 && point <= 0xdbff && load<u8>(p + 6) == 0x5c && load<u8>(p + 7) == 0x75) {
          const second = hex4(p + 8);
          if (second >= 0xdc00 && second <= 0xdfff && p + 12 <= limit) {
            point = 0x10000 + ((point - 0xd800) << 10) + (second - 0xdc00);
            size = 12;
          }
        }
        p += size;
        removed += size - (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);
      } else {
        if (letter == 0x6e) point = 10;
        else if (letter == 0x22 || letter == 0x5c || letter == 0x2f) point = letter;
        else if (letter == 0x74) point = 9;
        else if (letter == 0x72) point = 13;
        else if (letter == 0x62) point = 8;
        else if (letter == 0x66) point = 12;
        else return fail(SYNTAX, p);
        if (p + 2 > limit) return fail(SYNTAX, p);
        p += 2;
        removed += 1;
      }
    } else {
      return fail(SYNTAX, p);
    }
    if (isSpacePoint(point)) {
      if (spaced == 1) continue;
      store<u8>(out, 0x20);
      out += 1;
      spaced = 1;
    } else {
      out += put(out, point);
      spaced = 0;
    }
  }
  if (p >= limit) return fail(SYNTAX, limit);
  let taken = flushed + ((out - TEXT) as i32);
  if (spaced == 1 && taken > 0) {
    taken -= 1;
    out -= 1;
  }
  let at = mixGroups(TEXT, out);
  let word: i32 = 0;
  for (; at + 4 <= out; at += 4) {
    word = bswap<i32>(load<i32>(at));
    h1 = (rotl<i32>(h1, 5) ^ word) * 0x2c1b3c6d;
    h2 = (rotl<i32>(h2, 13) + word) * 0x1b873593;
  }
  word = 0;
  for (; at < out; at++) word = (word << 8) | (load<u8>(at) as i32);
  textLow = finish(h1 ^ word, taken);
  textHigh = finish((h2 ^ word) * 0x2c1b3c6d, taken * 0x9e3779b1);
  textSize = ((p - from) as i32) - removed;
  textEscaped = escaped;
  return p;
}

function digits(at: usize): usize {
  let p = at;
  while (load<u8>(p) >= 0x30 && load<u8>(p) <= 0x39) p++;
  return p;
}

/** The place after the number at `at`, or 0. */
function scanNumber(at: usize): usize {
  let p = at;
  if (load<u8>(p) == 0x2d) p++;
  if (load<u8>(p) == 0x30) p++;
  else {
    const after = digits(p);
    if (after == p) return fail(SYNTAX, p);
    p = after;
  }
  if (load<u8>(p) == 0x2e) {
    p++;
    const after = digits(p);
    if (after == p) return fail(SYNTAX, p);
    p = after;
  }
  if ((load<u8>(p) | 0x20) == 0x65) {
    p++;
    if (load<u8>(p) == 0x2b || load<u8>(p) == 0x2d) p++;
    const after = digits(p);
    if (after == p) return fail(SYNTAX, p);
    p = after;
  }
  return p;
}

function letter(at: usize, byte: u8): bool {
  if (load<u8>(at) == byte) return true;
  fail(SYNTAX, at);
  return false;
}

function scanWord(at: usize, first: u8): usize {
  if (first == 0x74) return letter(at + 1, 0x72) && letter(at + 2, 0x75) && letter(at + 3, 0x65) ? at + 4 : 0;
  if (first == 0x6e) return letter(at + 1, 0x75) && letter(at + 2, 0x6c) && letter(at + 3, 0x6c) ? at + 4 : 0;
  return letter(at + 1, 0x61) && letter(at + 2, 0x6c) && letter(at + 3, 0x73) && letter(at + 4, 0x65) ? at + 5 : 0;
}

@inline
function isSpace(byte: u8): bool {
  return byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09;
}

let skeleton: u64 = 0;

@inline
function mixSkeleton(value: u64): void {
  skeleton = rotl<u64>(skeleton ^ value, 29) * 0x9e3779b97f4a7c15;
}

/** Mixes in the bytes of a key or a role as they are written. */
function mixBytes(from: usize, to: usize): void {
  let at = from;
  for (; at + 8 <= to; at += 8) mixSkeleton(load<u64>(at));
  const left = (to - at) as u64;
  // The last bytes, and how many they are; a shift by 64 would be none.
  mixSkeleton(left == 0 ? 0 : load<u64>(at) << ((8 - left) << 3));
  mixSkeleton((to - from) as u64);
}

/** Whether a key is `role` or `from`, as written. */
function namesRole(from: usize, to: usize): bool {
  if (to - from != 4) return false;
  const word = load<u32>(from);
  return word == 0x656c6f72 || word == 0x6d6f7266;
}

/** Reads one JSON value from [from, to) into the tape; places on the tape count from `base`. As `scanJson`. */
export function scan(base: usize, from: usize, to: usize): i32 {
  const fault = scanValue(base, from, to);
  if (fault != NONE) store<i32>(RESULT + 4, (min<usize>(faultAt, to) - base) as i32);
  return fault;
}

function scanValue(base: usize, from: usize, to: usize): i32 {
  let n: i32 = 0;
  let depth: i32 = 0;
  let open: i32 = -1;
  let inObject = false;
  let expectKey = false;
  /** The value that stands next is a role. */
  let role = false;
  let p = from;
  skeleton = 0;
  for (;;) {
    while (p < to && isSpace(load<u8>(p))) p++;
    if (p >= to) {
      fail(SYNTAX, to);
      return SYNTAX;
    }
    if (n + 1 >= CAPACITY) return FULL;
    const byte = load<u8>(p);
    const entry = (n as usize) << 2;
    if (byte == 0x22) {
      const close = scanString(p + 1, to);
      if (close == 0) return faultKind;
      store<u8>(KIND + n, textEscaped ? ESCAPED : STRING);
      store<i32>(START + entry, (p + 1 - base) as i32);
      store<i32>(END + entry, (close - base) as i32);
      store<i32>(LOW + entry, textLow);
      store<i32>(HIGH + entry, textHigh);
      store<i32>(SIZE + entry, textSize);
      n += 1;
      store<i32>(NEXT + entry, n);
      const p0 = p;
      p = close + 1;
      if (expectKey) {
        mixBytes(p0 + 1, close);
        role = namesRole(p0 + 1, close);
        while (p < to && isSpace(load<u8>(p))) p++;
        if (p >= to || load<u8>(p) != 0x3a) {
          fail(SYNTAX, p);
          return SYNTAX;
        }
        p++;
        expectKey = false;
        continue;
      }
      if (role) mixBytes(p0 + 1, close);
      mixSkeleton(STRING);
    } else if (expectKey) {
      fail(SYNTAX, p);
      return SYNTAX;
    } else if (byte == 0x7b || byte == 0x5b) {
      if (depth >= deepest) {
        fail(DEPTH, p);
        return DEPTH;
      }
      const object = byte == 0x7b;
      store<u8>(KIND + n, object ? OBJECT : ARRAY);
      store<i32>(START + entry, (p - base) as i32);
      store<i32>(OPEN + ((depth as usize) << 2), open);
      depth += 1;
      open = n;
      inObject = object;
      n += 1;
      p++;
      mixSkeleton(object ? OBJECT : ARRAY);
      while (p < to && isSpace(load<u8>(p))) p++;
      if (p >= to || load<u8>(p) != (object ? 0x7d : 0x5d)) {
        expectKey = object;
        role = false;
        continue;
      }
    } else {
      let after: usize;
      if (byte == 0x74 || byte == 0x66 || byte == 0x6e) {
        store<u8>(KIND + n, byte == 0x74 ? TRUE : byte == 0x66 ? FALSE : NULL);
        after = scanWord(p, byte);
      } else {
        store<u8>(KIND + n, NUMBER);
        after = scanNumber(p);
      }
      if (after == 0) return faultKind;
      if (after > to) {
        fail(SYNTAX, to);
        return SYNTAX;
      }
      store<i32>(START + entry, (p - base) as i32);
      store<i32>(END + entry, (after - base) as i32);
      mixSkeleton(load<u8>(KIND + n));
      n += 1;
      store<i32>(NEXT + entry, n);
      p = after;
    }
    role = false;
    for (;;) {
      while (p < to && isSpace(load<u8>(p))) p++;
      if (open < 0) {
        if (p < to) {
          fail(SYNTAX, p);
          return SYNTAX;
        }
        store<i32>(RESULT, n);
        const mixed = (skeleton ^ (skeleton >>> 32)) * 0xd6e8feb86659fd93;
        store<u64>(RESULT + 8, mixed);
        return NONE;
      }
      const mark: u8 = p < to ? load<u8>(p) : 0;
      if (mark == 0x2c && n > open + 1) {
        p++;
        expectKey = inObject;
        break;
      }
      if (mark != (inObject ? 0x7d : 0x5d)) {
        fail(SYNTAX, p);
        return SYNTAX;
      }
      p++;
      mixSkeleton(16);
      const at = (open as usize) << 2;
      store<i32>(END + at, (p - base) as i32);
      store<i32>(NEXT + at, n);
      depth -= 1;
      open = load<i32>(OPEN + ((depth as usize) << 2));
      inObject = open >= 0 && load<u8>(KIND + open) == OBJECT;
    }
  }
  return SYNTAX;
}
