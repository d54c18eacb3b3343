/** Rows inside one JSON text: the elements of an array, those of an array inside (the `samples` of an Inspect log), or values one after another. */

import { DatasetFailure } from '../failure';
import type { Limits } from '../limits';
import { type RowBlock, single } from './blocks';

/** Where the rows stand: elements of the top array, elements of the array at a key of the top object, or whole values. */
export type ElementsIn = { readonly kind: 'array' | 'values' } | { readonly kind: 'member'; readonly key: string };

/**
 * Blocks of one row each. Throws a `DatasetFailure` where the JSON text around the rows breaks off, closes in another way
 * than it opened, or is followed by something else: rows would be missing. Whole values one after another have no such
 * text; one that breaks off is a row with that problem.
 */
export async function* elementBlocks(
  chunks: AsyncIterable<Uint8Array>,
  limits: Limits,
  within: ElementsIn,
): AsyncGenerator<RowBlock> {
  const wanted = within.kind === 'member' ? [...within.key].map((letter) => letter.charCodeAt(0)) : [];
  let offset = 0;
  let line = 1;
  let depth = 0;
  let quoted = false;
  let escaped = false;
  /** Depth at which rows begin; -1 where there are none yet. */
  let base = within.kind === 'values' ? 0 : -1;
  /** The last string at depth 1, to know the key that an array belongs to. */
  let key: number[] = [];
  let rows = 0;
  let afterReturn = false;
  /** The JSON text around the rows has come to its end. */
  let closed = false;
  let row: { bytes: Uint8Array; length: number; offset: number; line: number; over: boolean } | undefined;
  const keep = (part: Uint8Array) => {
    if (!row || row.over) return;
    const length = row.length + part.length;
    if (length > limits.rowBytes) {
      row = { ...row, bytes: new Uint8Array(1), length: 0, over: true };
      return;
    }
    if (length + 1 > row.bytes.length) {
      const grown = new Uint8Array(Math.max(length + 1, row.bytes.length * 2));
      grown.set(row.bytes.subarray(0, row.length));
      row.bytes = grown;
    }
    row.bytes.set(part, row.length);
    row.length = length;
  };
  const finish = (): RowBlock => {
    const done = row!;
    row = undefined;
    rows += 1;
    done.bytes[done.length] = 0x0a;
    return single(done.bytes, done.length, done.line, {
      offset: done.offset,
      ...(done.over
        ? { problem: 'dataset-row-long', detail: `more than ${limits.rowBytes.toLocaleString('en')} bytes` }
        : {}),
    });
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (byte === 0x0d || (byte === 0x0a && !afterReturn)) line += 1;
      afterReturn = byte === 0x0d;
      if (quoted) {
        if (escaped) escaped = false;
        else if (byte === 0x5c) escaped = true;
        else if (byte === 0x22) {
          quoted = false;
          if (row && depth === base && base === 0) {
            keep(chunk.subarray(from, i + 1));
            yield finish();
          }
          continue;
        }
        if (depth === 1 && !row && key.length <= wanted.length) key.push(byte);
        continue;
      }
      if (row && depth === base && (byte === 0x2c || byte === 0x5d || byte <= 0x20)) {
        // A number or a word ends where the next thing stands.
        keep(chunk.subarray(from, i));
        yield finish();
      }
      if (byte <= 0x20) continue;
      if (closed) throw unreadable('something else stands behind its end', offset + i);
      const closes = byte === 0x7d || byte === 0x5d;
      if (byte === 0x7d && !row && depth === base && base > 0) throw unreadable('a list is closed by `}`', offset + i);
      if (!row && depth === base && byte !== 0x2c && !(closes && base > 0)) {
        row = { bytes: new Uint8Array(1024), length: 0, offset: offset + i, line, over: false };
        from = i;
      }
      if (byte === 0x22) {
        quoted = true;
        if (depth === 1 && !row) key = [];
      } else if (byte === 0x7b || byte === 0x5b) {
        depth += 1;
        if (base < 0 && byte === 0x5b) {
          if (within.kind === 'array' && depth === 1) base = 1;
          else if (
            within.kind === 'member' &&
            depth === 2 &&
            wanted.every((code, at) => key[at] === code) &&
            key.length === wanted.length
          )
            base = 2;
        }
      } else if (closes) {
        depth = Math.max(0, depth - 1);
        if (row && depth === base) {
          keep(chunk.subarray(from, i + 1));
          yield finish();
        } else if (!row && depth < base) base = -2;
        closed = depth === 0 && within.kind !== 'values';
      }
    }
    if (row) keep(chunk.subarray(from));
    offset += chunk.length;
  }
  if (within.kind !== 'values' && !closed)
    throw new DatasetFailure(
      'dataset-truncated',
      `The JSON text breaks off after ${rows.toLocaleString('en')} whole rows: the end of the file is missing.`,
    );
  if (base === -1)
    throw new DatasetFailure('dataset-unreadable', `The JSON text has no list "${(within as { key: string }).key}".`);
  if (row) yield finish();
}

function unreadable(what: string, offset: number): DatasetFailure {
  const message = `The JSON text cannot be read: ${what}, at byte ${offset.toLocaleString('en')}.`;
  return new DatasetFailure('dataset-unreadable', message);
}
