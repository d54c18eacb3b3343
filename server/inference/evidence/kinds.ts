/** Episodes that say exactly the same, so that what leaving one out means is computed once for all of them. */
import type { EpisodeTerms, Evidence } from './effectiveCounts';

export interface EpisodeKinds {
  /** By kind: the first episode of it, which stands for all. */
  readonly first: Int32Array;
  /** By episode of the program: its kind, -1 where it is left out. */
  readonly of: Int32Array;
}

const known = new WeakMap<Evidence, EpisodeKinds>();

/** The kinds, in the order in which they are first met; found on request. */
export function kindsOf(evidence: Evidence): EpisodeKinds {
  const found = known.get(evidence) ?? group(evidence.episodes);
  known.set(evidence, found);
  return found;
}

/** By hashing: a table of kinds, twice as large as could be needed, searched onwards from where the hash points. */
function group({ slot, term, amount, single }: EpisodeTerms): EpisodeKinds {
  const size = slot.length;
  const of = new Int32Array(size).fill(-1);
  const first: number[] = [];
  const mask = 2 ** Math.ceil(Math.log2(2 * size + 2)) - 1;
  const table = new Int32Array(mask + 1).fill(-1);
  const value = new Float64Array(2);
  const bits = new Uint32Array(value.buffer);
  for (let e = 0; e < size; e++) {
    if (slot[e] < 0) continue;
    value[0] = term[e];
    value[1] = amount[e];
    let hash = slot[e];
    for (const word of bits) hash = Math.imul(hash ^ word, 0x85ebca6b) ^ (hash >>> 13);
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const kind = table[at];
      if (kind < 0) {
        table[at] = first.length;
        of[e] = first.length;
        first.push(e);
        break;
      }
      const other = first[kind];
      if (
        slot[other] === slot[e] &&
        term[other] === term[e] &&
        amount[other] === amount[e] &&
        single[other] === single[e]
      ) {
        of[e] = kind;
        break;
      }
    }
  }
  return { first: Int32Array.from(first), of };
}
