/** Which fields the rows have, for completion: rows of one shape (the same keys and kinds) are counted together. */
import { Kind, type Tape } from '../json/scan';
import { isString, rawOf, stringOf } from '../json/values';
import { maxShapes } from '../limits';

export interface Shapes {
  /** Hash of a shape to its number. */
  readonly byHash: Map<number, number>;
  readonly shapes: { paths: readonly FieldSeen[]; firstRow: number }[];
}

export interface FieldSeen {
  readonly path: string;
  readonly example: string;
}

/** Shapes beyond the limit are not told apart: this number stands for all of them, and for rows whose shape is not known. */
export const NO_SHAPE = 0xffff;

export function createShapes(): Shapes {
  return { byHash: new Map(), shapes: [] };
}

/** The number of the row's shape; its paths and an example of each are noted when it is new. */
export function shapeOf(shapes: Shapes, tape: Tape, row: number): number {
  const hash = shapeHash(tape);
  const known = shapes.byHash.get(hash);
  if (known !== undefined) return known;
  if (shapes.shapes.length >= maxShapes) return NO_SHAPE;
  shapes.shapes.push({ paths: fieldsOn(tape), firstRow: row });
  shapes.byHash.set(hash, shapes.shapes.length - 1);
  return shapes.shapes.length - 1;
}

/** The fields of the row on the tape, with an example of each. */
export function fieldsOn(tape: Tape): readonly FieldSeen[] {
  const paths: FieldSeen[] = [];
  collect(tape, 0, '', 0, paths);
  return paths;
}

/** The last element of an array, where it is an object; 0 otherwise. */
function lastObject(tape: Tape, array: number): number {
  let last = 0;
  for (let at = array + 1; at < tape.next[array]!; at = tape.next[at]!) last = at;
  return last > 0 && tape.kind[last] === Kind.object ? last : 0;
}

const DEEPEST = 3;
const MOST_PATHS = 400;

/** Keys and kinds of the first levels; of an array only whether it holds objects. */
function shapeHash(tape: Tape): number {
  let hash = tape.kind[0]!;
  let second = 0x9dc5;
  if (tape.kind[0] !== Kind.object) return hash;
  const walk = (object: number, depth: number) => {
    for (let key = object + 1; key < tape.next[object]!; key = tape.next[key + 1]!) {
      const value = key + 1;
      const kind = tape.kind[value]!;
      hash = Math.imul(hash ^ tape.low[key]!, 0x01000193) ^ (kind < Kind.array ? 1 : kind);
      second = (Math.imul(second, 33) + tape.high[key]!) & 0x1fffff;
      if (kind === Kind.object && depth < DEEPEST) walk(value, depth + 1);
      else if (kind === Kind.array && depth < DEEPEST) {
        const inner = lastObject(tape, value);
        hash = Math.imul(hash ^ (inner > 0 ? 3 : 5), 0x01000193);
        if (inner > 0) walk(inner, depth + 1);
      }
      hash = Math.imul(hash ^ 7, 0x01000193);
    }
  };
  walk(0, 0);
  return (hash >>> 0) * 0x200000 + second;
}

function collect(tape: Tape, object: number, prefix: string, depth: number, into: FieldSeen[]): void {
  if (tape.kind[object] !== Kind.object) return;
  for (let key = object + 1; key < tape.next[object]!; key = tape.next[key + 1]!) {
    const name = stringOf(tape, key);
    if (name === '' || (prefix !== '' && /[.[\]]/u.test(name)) || into.length >= MOST_PATHS) continue;
    const value = key + 1;
    const path = prefix + name;
    if (into.some((seen) => seen.path === path)) continue;
    const kind = tape.kind[value]!;
    if (kind === Kind.object && depth < DEEPEST) collect(tape, value, `${path}.`, depth + 1, into);
    else if (kind === Kind.array && depth < DEEPEST && lastObject(tape, value) > 0) {
      collect(tape, lastObject(tape, value), `${path}[-1].`, depth + 1, into);
    } else into.push({ path, example: exampleOf(tape, value) });
  }
}

function exampleOf(tape: Tape, node: number): string {
  const text = isString(tape, node) ? stringOf(tape, node) : rawOf(tape, node);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** The fields of all rows, most frequent first, then in order of appearance. */
export function fieldsOfShapes(
  shapes: Shapes,
  rowsOfShape: ArrayLike<number>,
): readonly { readonly path: string; readonly rows: number; readonly example: string }[] {
  const fields = new Map<string, { path: string; rows: number; example: string }>();
  const inOrder = shapes.shapes.map((shape, index) => ({ ...shape, rows: rowsOfShape[index]! }));
  inOrder.sort((a, b) => a.firstRow - b.firstRow);
  for (const { paths, rows } of inOrder) {
    if (rows === 0) continue;
    for (const { path, example } of paths) {
      const field = fields.get(path);
      if (field) field.rows += rows;
      else fields.set(path, { path, rows, example });
    }
  }
  return [...fields.values()].sort((a, b) => b.rows - a.rows);
}
