/**
 * Near-duplicates: texts that say almost the same. MinHash with one permutation (Li, Owen and Zhang 2012, "One
 * permutation hashing"; empty places are filled from the next as in Shrivastava and Li 2014) over windows of eight
 * characters, banded so that only likely pairs are compared. Bounded: of larger files the `maxCompared` texts with the
 * smallest hashes are looked at, a sample that does not depend on the order of the rows or on who reads them, and the
 * result is scaled to all texts.
 */

import { pieceText, type Row } from '../formats/row';
import type { Tape } from '../json/scan';
import { maxCompared } from '../limits';
import type { TimeSlice } from '../timeSlice';

/** A power of two: the six highest bits of a hash choose. */
const PLACES = 64;
const BAND = 4;
const WINDOW = 8;
/** Characters of a text that are looked at. */
const LONGEST = 8192;
/** Estimated similarity (Jaccard, of the windows) from which two texts are near-duplicates. */
const nearThreshold = 0.8;
const EMPTY = 0xffffffff;
/** Windows are hashed as polynomials, so that each costs a step and not eight. */
const BASE = 0x2c1b3c6d;
let power = 1;
for (let i = 1; i < WINDOW; i++) power = Math.imul(power, BASE);
const OLDEST = power;

/** A few more than are compared, so that a text that goes (the last row of a file that grows) leaves no gap. */
const KEPT = maxCompared + 64;
const CAPACITY = 2 * KEPT;

/** Signatures of the texts with the smallest hashes, by columns. What a text comes to does not depend on when it was seen. */
export interface NearDuplicateSample {
  size: number;
  low: Int32Array;
  high: Int32Array;
  /** `PLACES` for each text. */
  places: Uint32Array;
  /** Place of a text by its rank. */
  readonly byRank: Map<number, number>;
  /** Texts of this rank and above are not kept. */
  bound: number;
}

export function createNearDuplicateSample(bound = Number.POSITIVE_INFINITY): NearDuplicateSample {
  return {
    size: 0,
    low: new Int32Array(64),
    high: new Int32Array(64),
    places: new Uint32Array(64 * PLACES),
    byRank: new Map(),
    bound,
  };
}

/** The rank of a text among all: a number of 53 bits from its hash. */
export function rankOf(low: number, high: number): number {
  const mixed = Math.imul(high ^ (high >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 13)) >>> 0) * 0x200000 + (low >>> 11);
}

/** The rank below which there are about three times as many texts as are kept, in a file of so many distinct ones. */
export function expectedBound(texts: number): number {
  return texts > 8 * KEPT ? 2 ** 53 * ((3 * KEPT) / texts) : Number.POSITIVE_INFINITY;
}

/** Notes a text's signature if it is among those that are compared. */
export function offerText(sample: NearDuplicateSample, tape: Tape, row: Row, low: number, high: number): void {
  if (isOffered(sample, low, high)) noteText(sample, tape, row, low, high);
}

/** Whether a text is among those that are compared, and new. */
export function isOffered(sample: NearDuplicateSample, low: number, high: number): boolean {
  const rank = rankOf(low, high);
  return rank < sample.bound && !sample.byRank.has(rank);
}

export function noteText(sample: NearDuplicateSample, tape: Tape, row: Row, low: number, high: number): void {
  let text = '';
  for (const piece of row.pieces) {
    text += `\n${pieceText(tape, piece)}`;
    if (text.length > LONGEST * 2) break;
  }
  // First the entry: growing the table may move the others.
  const at = addEntry(sample, low, high) * PLACES;
  sign(text, sample.places, at);
}

/** Adds the texts of another sample, so that the two are as one that has seen both files. */
export function joinNearDuplicates(
  sample: NearDuplicateSample,
  other: Pick<NearDuplicateSample, 'size' | 'low' | 'high' | 'places'>,
): void {
  for (let i = 0; i < other.size; i++) {
    const rank = rankOf(other.low[i]!, other.high[i]!);
    if (rank >= sample.bound || sample.byRank.has(rank)) continue;
    const at = addEntry(sample, other.low[i]!, other.high[i]!) * PLACES;
    sample.places.set(other.places.subarray(i * PLACES, (i + 1) * PLACES), at);
  }
}

/** A place for a text, whose signature is still to be written. */
function addEntry(sample: NearDuplicateSample, low: number, high: number): number {
  if (sample.size === CAPACITY) prune(sample);
  if (sample.size === sample.low.length) resize(sample, Math.min(CAPACITY, sample.size * 2));
  const entry = sample.size;
  sample.low[entry] = low;
  sample.high[entry] = high;
  sample.byRank.set(rankOf(low, high), entry);
  sample.size += 1;
  return entry;
}

function resize(sample: NearDuplicateSample, capacity: number): void {
  const { low, high, places } = sample;
  sample.low = new Int32Array(capacity);
  sample.high = new Int32Array(capacity);
  sample.places = new Uint32Array(capacity * PLACES);
  sample.low.set(low);
  sample.high.set(high);
  sample.places.set(places);
}

/** Keeps the smallest ranks. */
function prune(sample: NearDuplicateSample): void {
  const { bound } = sample;
  const ranks = Float64Array.from(sample.byRank.keys()).sort();
  sample.bound = Math.min(bound, ranks[KEPT]!);
  retain(sample, (rank) => rank < sample.bound);
}

/** Forgets the texts of other ranks. */
export function retain(sample: NearDuplicateSample, wanted: (rank: number) => boolean): void {
  const { low, high, places, size } = sample;
  sample.size = 0;
  sample.byRank.clear();
  for (let i = 0; i < size; i++) {
    if (!wanted(rankOf(low[i]!, high[i]!))) continue;
    const at = addEntry(sample, low[i]!, high[i]!) * PLACES;
    places.copyWithin(at, i * PLACES, (i + 1) * PLACES);
  }
}

const normal = new Uint16Array(LONGEST);

/** The text with runs of white space as one space, in `normal`; its length. */
function normalise(text: string): number {
  let length = 0;
  let spaced = true;
  for (let i = 0; i < text.length && length < LONGEST; i++) {
    const unit = text.charCodeAt(i);
    const isSpace = unit === 0x20 || (unit >= 9 && unit <= 13) || (unit > 0x7f && /\s/u.test(text[i]!));
    if (isSpace && spaced) continue;
    normal[length] = isSpace ? 0x20 : unit;
    length += 1;
    spaced = isSpace;
  }
  return spaced && length > 0 ? length - 1 : length;
}

const fresh = new Uint32Array(PLACES);

/** Writes the signature of a text to `into[at …]`. */
function sign(text: string, into: Uint32Array, at: number): void {
  const length = normalise(text);
  const places = fresh;
  const units = normal;
  places.fill(EMPTY);
  const width = Math.min(WINDOW, length);
  let rolling = 0;
  for (let i = 0; i < width; i++) rolling = (Math.imul(rolling, BASE) + units[i]!) | 0;
  for (let next = width; ; next++) {
    // The upper bits of a product are well mixed: the highest choose the place, the others are the value.
    const hash = Math.imul(rolling ^ (rolling >>> 15), 0x85ebca6b) >>> 0;
    const place = hash >>> 26;
    const value = (hash ^ (hash >>> 13)) & 0x3ffffff;
    if (value < places[place]!) places[place] = value;
    if (next >= length) break;
    rolling = (Math.imul(rolling - Math.imul(units[next - WINDOW]!, OLDEST), BASE) + units[next]!) | 0;
  }
  fill(into, at);
}

/** Places that no window fell into borrow from the next that has one, marked by the distance. */
function fill(into: Uint32Array, at: number): void {
  for (let place = 0; place < PLACES; place++) {
    let value = fresh[place]!;
    for (let step = 1; value === EMPTY && step < PLACES; step++) {
      const from = fresh[(place + step) % PLACES]!;
      if (from !== EMPTY) value = (from + Math.imul(step, 0x9e3779b1)) >>> 0;
    }
    into[at + place] = value;
  }
}

function similarity(places: Uint32Array, a: number, b: number): number {
  let same = 0;
  for (let i = 0; i < PLACES; i++) if (places[a * PLACES + i] === places[b * PLACES + i]) same += 1;
  return same / PLACES;
}

export interface NearDuplicates {
  readonly clusters: number;
  readonly rows: number;
  readonly unique: number;
  /** How many texts were compared. */
  readonly compared: number;
}

/**
 * Clusters of near-duplicates among these texts of the sample (all distinct), scaled up to `total` texts. Undefined
 * where there is nothing to compare, or the work was cancelled.
 */
export async function nearDuplicates(
  { places }: NearDuplicateSample,
  texts: readonly number[],
  total: number,
  slice: TimeSlice,
): Promise<NearDuplicates | undefined> {
  if (texts.length < 2) return undefined;
  const parent = Int32Array.from(texts, (_, index) => index);
  const root = (of: number): number => {
    let at = of;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  for (let band = 0; band < PLACES; band += BAND) {
    // Only the first text of a bucket is compared: a bucket of thousands stays linear.
    if (slice.due() && !(await slice.rest())) return undefined;
    const buckets = new Map<number, number>();
    for (let index = 0; index < texts.length; index++) {
      const bucket = bandKey(places, texts[index]! * PLACES + band);
      const other = buckets.get(bucket);
      if (other === undefined) buckets.set(bucket, index);
      else if (root(other) !== root(index) && similarity(places, texts[other]!, texts[index]!) >= nearThreshold) {
        const [a, b] = [root(other), root(index)];
        parent[Math.max(a, b)] = Math.min(a, b);
      }
    }
  }
  const sizes = new Map<number, number>();
  for (let index = 0; index < parent.length; index++) sizes.set(root(index), (sizes.get(root(index)) ?? 0) + 1);
  const many = [...sizes.values()].filter((size) => size > 1);
  const scale = total / texts.length;
  return {
    clusters: Math.round(many.length * scale),
    rows: Math.round(many.reduce((sum, size) => sum + size, 0) * scale),
    unique: Math.round(sizes.size * scale),
    compared: texts.length,
  };
}

function bandKey(places: Uint32Array, at: number): number {
  let a = 0x811c9dc5;
  let b = 0x2f0b4c47;
  for (let i = at; i < at + BAND; i++) {
    a = Math.imul(a ^ places[i]!, 0x85ebca6b);
    a ^= a >>> 15;
    b = Math.imul(b + places[i]!, 0xc2b2ae35);
    b ^= b >>> 13;
  }
  return (a >>> 0) * 0x200000 + (b & 0x1fffff);
}
