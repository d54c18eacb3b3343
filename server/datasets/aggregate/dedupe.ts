/**
 * Which rows are the same episode, and which episodes say the same. Open-addressed tables of row numbers over columns:
 * a million rows take a few tens of megabytes, and nothing for the collector to visit.
 */
import type { EpisodeGroups } from '../counts';
import type { TimeSlice } from '../timeSlice';
import type { Records } from './records';

/** Rows between two looks at the clock. */
const STRIDE = 1024;

const bits = new Float64Array(1);
const words = new Int32Array(bits.buffer);

function mixNumber(hash: number, value: number): number {
  bits[0] = Number.isNaN(value) ? Number.NaN : value;
  const mixed = Math.imul(hash ^ words[0]!, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15) ^ words[1]!, 0xc2b2ae35);
}

/** Slots for so many entries at most half full; 0 is empty, else 1 + number. */
function createSlots(entries: number): Int32Array {
  let size = 64;
  while (size < entries * 2) size *= 2;
  return new Int32Array(size);
}

export interface Firsts {
  /** The first row that is the same episode; for other rows themselves. */
  readonly first: Int32Array;
  /** At first rows: how often the episode was shown. */
  readonly epochs: Float64Array;
  readonly duplicates: number;
  readonly distinctTexts: number;
}

/**
 * Rows with the same text, cell, weight and reward are one episode. `apart` keeps every row for itself: in long tables
 * rows with one text are different hypotheses. Undefined where the work was cancelled.
 */
export async function firstRows(records: Records, apart: boolean, slice: TimeSlice): Promise<Firsts | undefined> {
  const { size: rows, low, high, cell, problem, weight, reward, judged, epochs: displayed } = records;
  const first = new Int32Array(rows);
  const epochs = new Float64Array(rows);
  const slots = createSlots(apart ? 0 : rows);
  const mask = slots.length - 1;
  let duplicates = 0;
  let distinctTexts = 0;
  for (let row = 0; row < rows; row++) {
    if (row % STRIDE === 0 && slice.due() && !(await slice.rest())) return undefined;
    first[row] = row;
    if (problem[row] !== 0) continue;
    epochs[row] = displayed ? displayed[row]! : 1;
    const a = low[row]!;
    const b = high[row]!;
    if (apart || (a === 0 && b === 0)) continue;
    let slot = Math.imul(a ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(cell[row]!, 0x01000193), 0x85ebca6b);
    slot = (slot ^ (slot >>> 15)) & mask;
    for (;;) {
      const other = slots[slot]! - 1;
      if (other < 0) {
        slots[slot] = row + 1;
        distinctTexts += 1;
        break;
      }
      const same =
        low[other] === a &&
        high[other] === b &&
        cell[other] === cell[row] &&
        (weight === undefined || Object.is(weight[other], weight[row])) &&
        (reward === undefined || Object.is(reward[other], reward[row])) &&
        (judged === undefined || judged[other] === judged[row]);
      if (same) {
        first[row] = other;
        epochs[other]! += epochs[row]!;
        duplicates += 1;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  return { first, epochs, duplicates, distinctTexts };
}

/**
 * Episodes that say the same, in order of first appearance; `group` becomes the group of every usable row. `cells` has
 * three names for each cell. Undefined where the work was cancelled.
 */
export async function groupRows(
  records: Records,
  cells: readonly number[],
  { first, epochs }: Firsts,
  group: Int32Array,
  slice: TimeSlice,
): Promise<EpisodeGroups | undefined> {
  const { size: rows, cell, problem, weight, tokens, reward, judged, times: counted } = records;
  // The first row of every group.
  let members = new Int32Array(64);
  let times = new Float64Array(64);
  let size = 0;
  let slots = createSlots(64);
  const hashOf = (row: number) => {
    let hash = mixNumber(cell[row]!, epochs[row]!);
    if (weight) hash = mixNumber(hash, weight[row]!);
    if (tokens) hash = mixNumber(hash, tokens[row]!);
    if (reward) hash = mixNumber(hash, reward[row]!);
    if (judged) hash = mixNumber(hash, judged[row]!);
    return hash ^ (hash >>> 13);
  };
  const alike = (a: number, b: number) =>
    cell[a] === cell[b] &&
    epochs[a] === epochs[b] &&
    (weight === undefined || Object.is(weight[a], weight[b])) &&
    (tokens === undefined || Object.is(tokens[a], tokens[b])) &&
    (reward === undefined || Object.is(reward[a], reward[b])) &&
    (judged === undefined || judged[a] === judged[b]);
  const slotOf = (row: number): number => {
    const mask = slots.length - 1;
    let slot = hashOf(row) & mask;
    while (slots[slot] !== 0 && !alike(members[slots[slot]! - 1]!, row)) slot = (slot + 1) & mask;
    return slot;
  };
  let last = 0;
  for (let row = 0; row < rows; row++) {
    if (row % STRIDE === 0 && slice.due() && !(await slice.rest())) return undefined;
    if (problem[row] !== 0) continue;
    if (first[row] !== row) {
      group[row] = group[first[row]!]!;
      continue;
    }
    // Files come in runs: the group of the row before is the likeliest.
    if (size > 0 && alike(members[last]!, row)) {
      times[last]! += counted ? counted[row]! : 1;
      group[row] = last;
      continue;
    }
    const slot = slotOf(row);
    last = slots[slot]! - 1;
    if (last < 0) {
      last = size;
      size += 1;
      if (size > members.length) {
        members = longer(members, new Int32Array(size * 2));
        times = longer(times, new Float64Array(size * 2));
      }
      members[last] = row;
      slots[slot] = size;
      if (size * 2 > slots.length) {
        slots = createSlots(size * 2);
        for (let i = 0; i < size; i++) slots[slotOf(members[i]!)] = i + 1;
      }
    }
    times[last]! += counted ? counted[row]! : 1;
    group[row] = last;
  }
  const names = (part: number) => Int32Array.from({ length: size }, (_, i) => cells[cell[members[i]!]! * 3 + part]!);
  const numbers = (column: Float64Array | undefined, absent: number) =>
    Float64Array.from({ length: size }, (_, i) => (column ? column[members[i]!]! : absent));
  return {
    size,
    situation: names(0),
    response: names(1),
    over: names(2),
    weight: numbers(weight, 1),
    tokens: numbers(tokens, Number.NaN),
    reward: numbers(reward, Number.NaN),
    epochs: numbers(epochs, 1),
    times: times.slice(0, size),
  };
}

function longer<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

export function emptyGroups(): EpisodeGroups {
  return {
    size: 0,
    situation: new Int32Array(0),
    response: new Int32Array(0),
    over: new Int32Array(0),
    weight: new Float64Array(0),
    tokens: new Float64Array(0),
    reward: new Float64Array(0),
    epochs: new Float64Array(0),
    times: new Float64Array(0),
  };
}
