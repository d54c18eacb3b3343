/**
 * The keys that formats know rows by, and where the current row has each of them. A format asks for its keys when it is
 * loaded; one pass over a row's members then finds all of them. One row at a time: the next one replaces what was found.
 */
import { Kind, type Tape } from '../json/scan';
import { isKey, type Key, keyOf } from '../json/values';

/** A key's number. */
export type RowKey = number;

const texts: string[] = [];
let keys: readonly Key[] = [];
let longest = 0;
/** The first key of a length and first byte, and the next such key of each; -1 ends the chain. */
let firstOf = new Int16Array(0);
let nextOf = new Int16Array(0);
let places = new Int32Array(0);

/** The number of a key; the same for everyone who asks for it. */
export function rowKey(text: string): RowKey {
  const known = texts.indexOf(text);
  if (known >= 0) return known;
  texts.push(text);
  return texts.length - 1;
}

function build(): void {
  keys = texts.map((text) => keyOf(text));
  longest = Math.max(0, ...keys.map(({ bytes }) => bytes.length));
  firstOf = new Int16Array((longest + 1) * 128).fill(-1);
  nextOf = new Int16Array(keys.length).fill(-1);
  places = new Int32Array(keys.length);
  keys.forEach(({ bytes }, index) => {
    const place = bytes.length * 128 + bytes[0]!;
    nextOf[index] = firstOf[place]!;
    firstOf[place] = index;
  });
}

/** Finds the keys of the row on the tape; of several members with one name the last counts, as in `JSON.parse`. */
export function findKeys(tape: Tape): void {
  if (keys.length !== texts.length) build();
  places.fill(-1);
  if (tape.kind[0] !== Kind.object) return;
  const last = tape.next[0]!;
  for (let entry = 1; entry < last; entry = tape.next[entry + 1]!) {
    if (tape.kind[entry] === Kind.escaped) {
      keys.forEach((known, index) => {
        if (isKey(tape, entry, known)) places[index] = entry + 1;
      });
      continue;
    }
    const length = tape.end[entry]! - tape.start[entry]!;
    const letter = tape.bytes[tape.start[entry]!]!;
    if (length === 0 || length > longest || letter >= 128) continue;
    for (let index = firstOf[length * 128 + letter]!; index >= 0; index = nextOf[index]!) {
      if (isKey(tape, entry, keys[index]!)) {
        places[index] = entry + 1;
        break;
      }
    }
  }
}

/** The entry of the key's value in the current row, or -1. */
export function at(key: RowKey): number {
  return places[key]!;
}

/** The entry of the first of these keys that the current row has, or -1. */
export function firstAt(...wanted: readonly RowKey[]): number {
  for (const key of wanted) if (places[key]! >= 0) return places[key]!;
  return -1;
}
