/** Reading values off a tape (`json-scan.ts`): members, elements, texts, numbers. Nothing here changes the tape. */
import { Kind, type Tape } from './scan';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

export function isString(tape: Tape, node: number): boolean {
  const kind = tape.kind[node];
  return kind === Kind.string || kind === Kind.escaped;
}

/** The text of a string entry. */
export function stringOf(tape: Tape, node: number): string {
  const start = tape.start[node]!;
  const end = tape.end[node]!;
  if (tape.kind[node] === Kind.escaped) return JSON.parse(decoder.decode(tape.bytes.subarray(start - 1, end + 1)));
  return shortAscii(tape.bytes, start, end) ?? decoder.decode(tape.bytes.subarray(start, end));
}

/** A decoder's call costs more than a short name: these are put together here. */
function shortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > 24) return undefined;
  let text = '';
  for (let i = start; i < end; i++) {
    if (bytes[i]! >= 0x80) return undefined;
    text += String.fromCharCode(bytes[i]!);
  }
  return text;
}

/** The JSON text of any entry, as written. */
export function rawOf(tape: Tape, node: number): string {
  const quoted = isString(tape, node) ? 1 : 0;
  return decoder.decode(tape.bytes.subarray(tape.start[node]! - quoted, tape.end[node]! + quoted));
}

/** What `JSON.parse` would give for the entry. */
export function jsonOf(tape: Tape, node: number): unknown {
  switch (tape.kind[node]) {
    case Kind.null:
      return null;
    case Kind.false:
      return false;
    case Kind.true:
      return true;
    case Kind.number:
      return numberAt(tape, node);
    case Kind.string:
    case Kind.escaped:
      return stringOf(tape, node);
    default:
      return JSON.parse(rawOf(tape, node));
  }
}

export function numberAt(tape: Tape, node: number): number {
  const start = tape.start[node]!;
  const end = tape.end[node]!;
  // Most numbers are a few digits.
  if (end - start <= 9) {
    let value = 0;
    let i = start;
    for (; i < end; i++) {
      const digit = tape.bytes[i]! - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (i === end) return value;
  }
  return Number(shortAscii(tape.bytes, start, end) ?? decoder.decode(tape.bytes.subarray(start, end)));
}

const decimal = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/** A number, or a string that is written like one; undefined otherwise. */
export function looseNumber(tape: Tape, node: number): number | undefined {
  if (tape.kind[node] === Kind.number) {
    const value = numberAt(tape, node);
    return Number.isFinite(value) ? value : undefined;
  }
  if (!isString(tape, node)) return undefined;
  const value = numberOfText(stringOf(tape, node));
  return value === Number.NEGATIVE_INFINITY ? undefined : value;
}

/** The number that a text says, also `-inf`; undefined where it says none. */
export function numberOfText(text: string): number | undefined {
  if (/^\s*-inf(?:inity)?\s*$/iu.test(text)) return Number.NEGATIVE_INFINITY;
  const value = decimal.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** A key ready to be looked for. */
export interface Key {
  readonly text: string;
  readonly bytes: Uint8Array;
}

export function keyOf(text: string): Key {
  return { text, bytes: encoder.encode(text) };
}

/** Whether a string entry says exactly this. */
export function isKey(tape: Tape, node: number, key: Key): boolean {
  const { bytes } = key;
  const start = tape.start[node]!;
  if (tape.kind[node] === Kind.escaped) return tape.size[node] === bytes.length && stringOf(tape, node) === key.text;
  if (tape.end[node]! - start !== bytes.length) return false;
  for (let i = 0; i < bytes.length; i++) if (tape.bytes[start + i] !== bytes[i]) return false;
  return true;
}

/** The value of a member; of several with one name the last, as in `JSON.parse`. -1 where there is none. */
export function member(tape: Tape, object: number, key: Key): number {
  if (object < 0 || tape.kind[object] !== Kind.object) return -1;
  let found = -1;
  for (let at = object + 1; at < tape.next[object]!; at = tape.next[at + 1]!) {
    if (isKey(tape, at, key)) found = at + 1;
  }
  return found;
}

/** The element of an array, from the end where `index` is negative; -1 where there is none. */
export function element(tape: Tape, array: number, index: number): number {
  if (array < 0 || tape.kind[array] !== Kind.array) return -1;
  const wanted = index < 0 ? elements(tape, array) + index : index;
  let i = 0;
  for (let at = array + 1; at < tape.next[array]!; at = tape.next[at]!) if (i++ === wanted) return at;
  return -1;
}

export function elements(tape: Tape, array: number): number {
  if (array < 0 || tape.kind[array] !== Kind.array) return 0;
  let count = 0;
  for (let at = array + 1; at < tape.next[array]!; at = tape.next[at]!) count += 1;
  return count;
}
