/**
 * A JSON reader that leaves the text where it is: one pass over the bytes of a row gives a *tape* of its values (kind,
 * place, and for strings a hash of the text), from which the few that matter are decoded later. A row of a training
 * file is mostly text that is not needed again; building objects and strings for it would cost most of the time.
 *
 * What it accepts and what the values are is exactly what `JSON.parse` says of the same bytes, with two bounds of our
 * own: invalid UTF-8 is an error (a decoder would silently replace it) and nesting is limited. A property test holds
 * the two together.
 */

import { maxDepth } from '../limits';
import { fail, faultAt, faultKind, ScanFault, scanString, textEscaped, textHigh, textLow, textSize } from './string';

export { ScanFault } from './string';

/** Kinds of values on the tape. */
export const Kind = { null: 0, false: 1, true: 2, number: 3, string: 4, escaped: 5, array: 6, object: 7 } as const;

/**
 * The values of one row in the order of the text. Entry 0 is the row itself. In an object the members follow as key,
 * value, key, value; keys are strings. Mutable and reused from row to row: the caller copies what it keeps.
 */
export interface Tape {
  bytes: Uint8Array;
  count: number;
  /** `Kind`. */
  kind: Uint8Array;
  /** First byte and byte after the last; for strings without the quotes. */
  start: Int32Array;
  end: Int32Array;
  /** Index of the entry after the value and all that it contains. */
  next: Int32Array;
  /** For strings: 64-bit hash of the decoded text with white space normalised, and its decoded length in UTF-8 bytes. */
  low: Int32Array;
  high: Int32Array;
  size: Int32Array;
  /** Where the scan stopped, when it failed. */
  errorAt: number;
}

export function createTape(capacity = 256): Tape {
  return {
    bytes: new Uint8Array(0),
    count: 0,
    kind: new Uint8Array(capacity),
    start: new Int32Array(capacity),
    end: new Int32Array(capacity),
    next: new Int32Array(capacity),
    low: new Int32Array(capacity),
    high: new Int32Array(capacity),
    size: new Int32Array(capacity),
    errorAt: 0,
  };
}

function grow(tape: Tape): void {
  const capacity = tape.kind.length * 2;
  const ints = (from: Int32Array) => {
    const to = new Int32Array(capacity);
    to.set(from);
    return to;
  };
  const kind = new Uint8Array(capacity);
  kind.set(tape.kind);
  tape.kind = kind;
  tape.start = ints(tape.start);
  tape.end = ints(tape.end);
  tape.next = ints(tape.next);
  tape.low = ints(tape.low);
  tape.high = ints(tape.high);
  tape.size = ints(tape.size);
}

/** The place after the number at `at`, or -1: JSON's grammar, nothing else that `Number` would take. */
function number(bytes: Uint8Array, at: number): number {
  let p = at;
  const digits = () => {
    const from = p;
    while (bytes[p]! >= 0x30 && bytes[p]! <= 0x39) p += 1;
    return p > from;
  };
  if (bytes[p] === 0x2d) p += 1;
  if (bytes[p] === 0x30) p += 1;
  else if (!digits()) return fail(ScanFault.syntax, p);
  if (bytes[p] === 0x2e) {
    p += 1;
    if (!digits()) return fail(ScanFault.syntax, p);
  }
  if (bytes[p] === 0x65 || bytes[p] === 0x45) {
    p += 1;
    if (bytes[p] === 0x2b || bytes[p] === 0x2d) p += 1;
    if (!digits()) return fail(ScanFault.syntax, p);
  }
  return p;
}

function word(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    if (bytes[at + i] !== text.charCodeAt(i)) return fail(ScanFault.syntax, at + i);
  }
  return at + text.length;
}

const openContainers = new Int32Array(maxDepth + 1);

/**
 * Reads one JSON value from `bytes[from, to)`, which may have white space around it, into the tape.
 * The byte at `to` must exist and must not be able to continue a value: a line feed, or a zero.
 * Returns a `ScanFault`; on failure `tape.errorAt` says where.
 */
export function scanJson(tape: Tape, bytes: Uint8Array, view: DataView, from: number, to: number): number {
  tape.bytes = bytes;
  tape.count = 0;
  const fault = scanValue(tape, bytes, view, from, to);
  if (fault !== ScanFault.none) tape.errorAt = Math.min(faultAt, to);
  return fault;
}

const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

function scanValue(tape: Tape, bytes: Uint8Array, view: DataView, from: number, to: number): number {
  let { kind, start, end, next, low, high, size } = tape;
  let capacity = kind.length;
  let n = 0;
  let depth = 0;
  /** The innermost open container's entry, -1 outside; whether it is an object. */
  let open = -1;
  let inObject = false;
  /** What stands next: a key (in an object) or a value. */
  let expectKey = false;
  let p = from;
  for (;;) {
    while (p < to && isSpace(bytes[p]!)) p += 1;
    if (p >= to) {
      fail(ScanFault.syntax, to);
      return faultKind;
    }
    if (n + 1 >= capacity) {
      grow(tape);
      ({ kind, start, end, next, low, high, size } = tape);
      capacity = kind.length;
    }
    const byte = bytes[p]!;
    if (byte === 0x22) {
      const close = scanString(bytes, view, p + 1, to);
      if (close < 0) return faultKind;
      kind[n] = textEscaped ? Kind.escaped : Kind.string;
      start[n] = p + 1;
      end[n] = close;
      low[n] = textLow;
      high[n] = textHigh;
      size[n] = textSize;
      n += 1;
      next[n - 1] = n;
      p = close + 1;
      if (expectKey) {
        while (p < to && isSpace(bytes[p]!)) p += 1;
        if (p >= to || bytes[p] !== 0x3a) {
          fail(ScanFault.syntax, p);
          return faultKind;
        }
        p += 1;
        expectKey = false;
        continue;
      }
    } else if (expectKey) {
      fail(ScanFault.syntax, p);
      return faultKind;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (depth >= maxDepth) {
        fail(ScanFault.depth, p);
        return faultKind;
      }
      const object = byte === 0x7b;
      kind[n] = object ? Kind.object : Kind.array;
      start[n] = p;
      openContainers[depth] = open;
      depth += 1;
      open = n;
      inObject = object;
      n += 1;
      p += 1;
      while (p < to && isSpace(bytes[p]!)) p += 1;
      if (p >= to || bytes[p] !== (object ? 0x7d : 0x5d)) {
        expectKey = object;
        continue;
      }
      // An empty container closes below, in the same way as any other.
    } else {
      let after: number;
      if (byte === 0x74) {
        kind[n] = Kind.true;
        after = word(bytes, p, 'true');
      } else if (byte === 0x66) {
        kind[n] = Kind.false;
        after = word(bytes, p, 'false');
      } else if (byte === 0x6e) {
        kind[n] = Kind.null;
        after = word(bytes, p, 'null');
      } else {
        kind[n] = Kind.number;
        after = number(bytes, p);
      }
      if (after < 0) return faultKind;
      if (after > to) {
        fail(ScanFault.syntax, to);
        return faultKind;
      }
      start[n] = p;
      end[n] = after;
      n += 1;
      next[n - 1] = n;
      p = after;
    }
    // A value has ended (or an empty container is about to): what may follow.
    for (;;) {
      while (p < to && isSpace(bytes[p]!)) p += 1;
      if (open < 0) {
        if (p < to) {
          fail(ScanFault.syntax, p);
          return faultKind;
        }
        tape.count = n;
        return ScanFault.none;
      }
      const mark = p < to ? bytes[p]! : 0;
      if (mark === 0x2c && n > open + 1) {
        p += 1;
        expectKey = inObject;
        break;
      }
      if (mark !== (inObject ? 0x7d : 0x5d)) {
        fail(ScanFault.syntax, p);
        return faultKind;
      }
      p += 1;
      end[open] = p;
      next[open] = n;
      depth -= 1;
      open = openContainers[depth]!;
      inObject = open >= 0 && kind[open] === Kind.object;
    }
  }
}
