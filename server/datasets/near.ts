/**
 * Near-duplicates: texts that say almost the same. MinHash with one permutation (Li, Owen and Zhang 2012, "One
 * permutation hashing"; empty places are filled from the next as in Shrivastava and Li 2014) over windows of eight
 * characters, banded so that only likely pairs are compared. Bounded: the first `maxCompared` distinct texts are looked
 * at, and the result is scaled to all of them.
 */
import type { Tape } from './json-scan';
import { maxCompared } from './limits';
import type { Pace } from './pace';
import { pieceText, type Row } from './row';

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

/** Signatures by the text's hash: what a text comes to does not depend on when it was seen. */
export interface NearSample {
  readonly signatures: Map<string, Uint32Array>;
}

export function createNearSample(): NearSample {
  return { signatures: new Map() };
}

export function textKey(low: number, high: number): string {
  return `${low},${high}`;
}

/** Notes a text's signature while there is room. */
export function offerText(sample: NearSample, tape: Tape, row: Row, low: number, high: number): void {
  if (sample.signatures.size >= maxCompared) return;
  const key = textKey(low, high);
  if (!sample.signatures.has(key)) noteText(sample, tape, row, key);
}

export function noteText(sample: NearSample, tape: Tape, row: Row, key: string): void {
  let text = '';
  for (const piece of row.pieces) {
    text += `\n${pieceText(tape, piece)}`;
    if (text.length > LONGEST * 2) break;
  }
  sample.signatures.set(key, signatureOf(text));
}

/** The signature of a text; white space is normalised first. */
function signatureOf(text: string): Uint32Array {
  const normal = text.replace(/\s+/gu, ' ').trim().slice(0, LONGEST);
  const signature = new Uint32Array(PLACES).fill(EMPTY);
  const last = Math.max(0, normal.length - WINDOW);
  const width = Math.min(WINDOW, normal.length);
  let rolling = 0;
  for (let i = 0; i < width - 1; i++) rolling = (Math.imul(rolling, BASE) + normal.charCodeAt(i)) | 0;
  for (let at = 0; at <= last; at++) {
    rolling = (Math.imul(rolling, BASE) + normal.charCodeAt(at + width - 1)) | 0;
    let hash = rolling;
    rolling = (rolling - Math.imul(normal.charCodeAt(at), OLDEST)) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash = (hash ^ (hash >>> 16)) >>> 0;
    const place = hash % PLACES;
    const value = Math.floor(hash / PLACES);
    if (value < signature[place]!) signature[place] = value;
  }
  return filled(signature);
}

/** Places that no window fell into borrow from the next that has one, marked by the distance. */
function filled(signature: Uint32Array): Uint32Array {
  const result = signature.slice();
  for (let place = 0; place < PLACES; place++) {
    for (let step = 1; result[place] === EMPTY && step < PLACES; step++) {
      const from = signature[(place + step) % PLACES]!;
      if (from !== EMPTY) result[place] = (from + Math.imul(step, 0x9e3779b1)) >>> 0;
    }
  }
  return result;
}

function similarity(a: Uint32Array, b: Uint32Array): number {
  let same = 0;
  for (let i = 0; i < PLACES; i++) if (a[i] === b[i]) same += 1;
  return same / PLACES;
}

export interface NearDuplicates {
  readonly clusters: number;
  readonly rows: number;
  readonly distinct: number;
}

/**
 * Clusters of near-duplicates among the texts of `keys` (all distinct), scaled up to `total` texts. Undefined where
 * there is nothing to compare, or the work was cancelled.
 */
export async function nearDuplicates(
  sample: NearSample,
  keys: readonly string[],
  total: number,
  pace: Pace,
): Promise<NearDuplicates | undefined> {
  const signatures = keys.flatMap((key) => {
    const signature = sample.signatures.get(key);
    return signature ? [signature] : [];
  });
  if (signatures.length < 2) return undefined;
  const parent = signatures.map((_, index) => index);
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
    if (pace.due() && !(await pace.rest())) return undefined;
    const buckets = new Map<string, number>();
    signatures.forEach((signature, index) => {
      const bucket = signature.subarray(band, band + BAND).join();
      const other = buckets.get(bucket);
      if (other === undefined) buckets.set(bucket, index);
      else if (root(other) !== root(index) && similarity(signatures[other]!, signature) >= nearThreshold) {
        const [a, b] = [root(other), root(index)];
        parent[Math.max(a, b)] = Math.min(a, b);
      }
    });
  }
  const sizes = new Map<number, number>();
  for (let index = 0; index < parent.length; index++) sizes.set(root(index), (sizes.get(root(index)) ?? 0) + 1);
  const many = [...sizes.values()].filter((size) => size > 1);
  const scale = total / signatures.length;
  return {
    clusters: Math.round(many.length * scale),
    rows: Math.round(many.reduce((sum, size) => sum + size, 0) * scale),
    distinct: Math.round(sizes.size * scale),
  };
}
