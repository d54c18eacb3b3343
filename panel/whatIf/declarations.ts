/**
 * Which declaration is which across edits: a what-if change belongs to a declaration, not to a position. A declaration
 * is followed from one text of a file to the next; where it has gone, the change that belonged to it goes too. This
 * module knows trees and texts; it must not know what a declaration means or what is changed in it.
 */

import type { Origin } from '../../server/program/model/origin';
import type { Program } from '../../server/program/model/program';
import { commonPrefix, commonSuffix } from '../../server/syntax/commonEnds';
import type { Declaration, SourceFile } from '../../server/syntax/tree';

/** The declaration of a file that holds this place. */
export function declarationAt(program: Program, origin: Origin): Declaration | undefined {
  const declarations = program.files[origin.file]?.tree.declarations ?? [];
  let [low, high] = [0, declarations.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const declaration = declarations[middle];
    if (declaration && declaration.end < origin.end) low = middle + 1;
    else high = middle;
  }
  const found = declarations[low];
  return found && found.start <= origin.start && origin.end <= found.end ? found : undefined;
}

/** One text of one file, parsed. */
interface FileText {
  readonly uri: string;
  readonly text: string;
  readonly tree: SourceFile;
}

/** A declaration in one text of its file. */
interface Place {
  readonly uri: string;
  readonly declaration: Declaration;
}

/** Above so many comparisons equal texts are matched in order only, which is exact unless declarations were exchanged. */
const MOST_COMPARISONS = 1_000_000;

const sourceOf = (text: string, { start, end }: Declaration): string => text.slice(start, end);

/**
 * Where each declaration of the old text stands in the new one; one that has gone is missing. Declarations that the edit
 * did not reach keep their place relative to the start or the end; of those that it did, equal texts belong together in
 * order (longest common subsequence), and of the rest those that stand between the same neighbours, kind by kind.
 */
export function followDeclarations(before: FileText, after: FileText): Followed {
  const old = before.tree.declarations;
  const now = after.tree.declarations;
  const prefix = commonPrefix(before.text, after.text);
  const shortest = Math.min(before.text.length, after.text.length);
  const suffix = commonSuffix(before.text, after.text, shortest - prefix);
  let first = 0;
  for (; ; first++) {
    const [a, b] = [old[first], now[first]];
    if (!a || !b || a.end > prefix || a.start !== b.start || a.end !== b.end || a.kind !== b.kind) break;
  }
  const moved = after.text.length - before.text.length;
  let [oldEnd, nowEnd] = [old.length, now.length];
  for (; oldEnd > first && nowEnd > first; oldEnd--, nowEnd--) {
    const [a, b] = [old[oldEnd - 1], now[nowEnd - 1]];
    if (!a || !b || a.start < before.text.length - suffix) break;
    if (a.start + moved !== b.start || a.end + moved !== b.end || a.kind !== b.kind) break;
  }
  const [edited, written] = [old.slice(first, oldEnd), now.slice(first, nowEnd)];
  const inside = new Map<Declaration, Declaration>();
  let [a, b] = [0, 0];
  for (const [i, j] of [...equalTexts(before, edited, after, written), [edited.length, written.length] as const]) {
    between(before, edited.slice(a, i), after, written.slice(b, j), inside);
    const [from, to] = [edited[i], written[j]];
    if (from && to) inside.set(from, to);
    [a, b] = [i + 1, j + 1];
  }
  return {
    get(declaration) {
      const found = inside.get(declaration);
      if (found) return found;
      const index = indexOf(old, declaration);
      if (index < 0) return undefined;
      return index < first ? now[index] : index >= oldEnd ? now[index - oldEnd + nowEnd] : undefined;
    },
  };
}

/** Where declarations of one text stand in the next. */
export interface Followed {
  /** Undefined for one that has gone, and for one that is not of the old text. */
  get(declaration: Declaration): Declaration | undefined;
}

/** The index of a declaration among those of its text, which are in order; -1 where it is none of them. */
function indexOf(declarations: readonly Declaration[], declaration: Declaration): number {
  let [low, high] = [0, declarations.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((declarations[middle]?.start ?? 0) < declaration.start) low = middle + 1;
    else high = middle;
  }
  return declarations[low] === declaration ? low : -1;
}

/** Pairs of indices of equal texts, both ascending: a longest common subsequence where that is affordable. */
function equalTexts(
  before: FileText,
  old: readonly Declaration[],
  after: FileText,
  now: readonly Declaration[],
): (readonly [number, number])[] {
  const oldTexts = old.map((declaration) => sourceOf(before.text, declaration));
  const nowTexts = now.map((declaration) => sourceOf(after.text, declaration));
  if (old.length * now.length > MOST_COMPARISONS) return inOrder(oldTexts, nowTexts);
  const width = now.length + 1;
  const longest = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      longest[i * width + j] =
        oldTexts[i] === nowTexts[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < old.length && j < now.length; ) {
    if (oldTexts[i] === nowTexts[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

function inOrder(old: readonly string[], now: readonly string[]): (readonly [number, number])[] {
  const places = new Map<string, number[]>();
  for (const [j, text] of now.entries()) places.set(text, [...(places.get(text) ?? []), j]);
  const pairs: (readonly [number, number])[] = [];
  let last = -1;
  for (const [i, text] of old.entries()) {
    const j = places.get(text)?.find((candidate) => candidate > last);
    if (j === undefined) continue;
    pairs.push([i, j]);
    last = j;
  }
  return pairs;
}

/**
 * Declarations between the same neighbours whose text changed: first those of the same kind and name, then, where as
 * many of a kind are left on both sides, those in order.
 */
function between(
  before: FileText,
  old: readonly Declaration[],
  after: FileText,
  now: readonly Declaration[],
  result: Map<Declaration, Declaration>,
): void {
  if (old.length === 0 || now.length === 0) return;
  const left = new Set(now);
  const rest: Declaration[] = [];
  for (const declaration of old) {
    const name = nameOf(before.text, declaration);
    const same = [...left].find((other) => other.kind === declaration.kind && nameOf(after.text, other) === name);
    if (name === undefined || !same) rest.push(declaration);
    else {
      result.set(declaration, same);
      left.delete(same);
    }
  }
  for (const kind of new Set(rest.map((declaration) => declaration.kind))) {
    const olds = rest.filter((declaration) => declaration.kind === kind);
    const news = [...left].filter((declaration) => declaration.kind === kind);
    if (olds.length !== news.length) continue;
    for (const [at, declaration] of olds.entries()) {
      const other = news[at];
      if (other) result.set(declaration, other);
    }
  }
}

/** What a person calls the declaration: its name or label, else what it says before the first attribute. */
function nameOf(text: string, declaration: Declaration): string | undefined {
  const { kind } = declaration;
  if (kind === 'episode' && declaration.label) return text.slice(declaration.label.start, declaration.label.end);
  if (kind === 'episode' && declaration.response) {
    const { situation, response } = declaration;
    return `${situation?.text ?? ''} ${response.text}`;
  }
  if ('name' in declaration && declaration.name) return declaration.name.text;
  return undefined;
}

/** A 53-bit hash of a text (cyrb53), for an identity that outlives the process. */
function hashOf(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}

/** An identity as text: hash of the declaration's own text, where it starts, and its file. */
export function declarationId(uri: string, text: string, declaration: Declaration): string {
  return `${hashOf(sourceOf(text, declaration))}@${declaration.start} ${uri}`;
}

/** The same for the declaration at a place of the program; empty where there is none. */
export function declarationIdAt(program: Program, origin: Origin): string {
  const file = program.files[origin.file];
  const declaration = declarationAt(program, origin);
  return file && declaration ? declarationId(file.uri, file.text, declaration) : '';
}

/**
 * The declarations of one scenario that are referred to from outside, by an identity that stays while the text changes.
 * An identity that is not known (after a reload) is found by its text, the one nearest to where it stood.
 */
export class DeclarationTracker {
  #files = new Map<string, FileText>();
  readonly #known = new Map<string, Place | undefined>();
  /** The same from the other side: file and start. */
  readonly #ids = new Map<string, string>();

  /** A tracker that knows the same and goes on alone. */
  fork(): DeclarationTracker {
    const other = new DeclarationTracker();
    other.#files = this.#files;
    for (const [id, place] of this.#known) other.#known.set(id, place);
    for (const [key, id] of this.#ids) other.#ids.set(key, id);
    return other;
  }

  /** Goes over to another text of the same scenario. */
  follow(program: Program): void {
    const files = new Map(program.files.map(({ uri, text, tree }) => [uri, { uri, text, tree }]));
    const moved = new Map<string, Followed>();
    this.#ids.clear();
    for (const [id, place] of this.#known) {
      if (!place) continue;
      const [before, after] = [this.#files.get(place.uri), files.get(place.uri)];
      let next: Declaration | undefined;
      if (before && after && before.tree === after.tree) next = place.declaration;
      else if (before && after) {
        const map = moved.get(place.uri) ?? followDeclarations(before, after);
        moved.set(place.uri, map);
        next = map.get(place.declaration);
      }
      this.#remember(id, next && { uri: place.uri, declaration: next });
    }
    this.#files = files;
  }

  /** The identity of a declaration of the program that was followed last. */
  idOf(uri: string, declaration: Declaration): string {
    const known = this.#ids.get(`${declaration.start} ${uri}`);
    if (known !== undefined) return known;
    const file = this.#files.get(uri);
    const id = declarationId(uri, file?.text ?? '', declaration);
    // An identity that is taken was given to a declaration which has moved on since.
    let free = id;
    for (let copy = 2; this.#known.has(free); copy++) free = `${copy}.${id}`;
    this.#remember(free, { uri, declaration });
    return free;
  }

  /** Where it stands in the program that was followed last; undefined where it has gone. */
  find(id: string): Place | undefined {
    if (!this.#known.has(id)) this.#remember(id, this.#search(id));
    return this.#known.get(id);
  }

  /** Keeps these only: what no page refers to is forgotten. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of [...this.#known.keys()]) if (!ids.has(id)) this.#known.delete(id);
    this.#ids.clear();
    for (const [id, place] of this.#known) this.#remember(id, place);
  }

  #remember(id: string, place: Place | undefined): void {
    this.#known.set(id, place);
    if (place) this.#ids.set(`${place.declaration.start} ${place.uri}`, id);
  }

  #search(id: string): Place | undefined {
    const match = /^(?:\d+\.)?(\w+)@(\d+) (.+)$/.exec(id);
    const [, hash, start, uri] = match ?? [];
    const file = uri === undefined ? undefined : this.#files.get(uri);
    if (!file || uri === undefined) return undefined;
    const distance = (declaration: Declaration): number => Math.abs(declaration.start - Number(start));
    const same = file.tree.declarations
      .filter((declaration) => hashOf(sourceOf(file.text, declaration)) === hash)
      .sort((a, b) => distance(a) - distance(b));
    return same[0] && { uri, declaration: same[0] };
  }
}
