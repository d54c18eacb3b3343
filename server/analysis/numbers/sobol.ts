/**
 * A randomised low-discrepancy sequence: Sobol' points with the direction numbers of Joe & Kuo (SIAM Journal on
 * Scientific Computing 30, 2008), shifted by random digits of a fixed seed. The same numbers on every machine.
 */
import { entry } from './entry';

/** Degree, coefficients and first direction numbers by dimension, from the second on. */
const JOE_KUO: readonly (readonly [degree: number, a: number, m: readonly number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]],
  [5, 7, [1, 1, 7, 11, 19]],
  [5, 11, [1, 1, 5, 1, 1]],
  [5, 13, [1, 1, 1, 3, 11]],
];

export const MOST_DIMENSIONS = JOE_KUO.length + 1;
const BITS = 32;
const UNIT = 2 ** -BITS;

function directions(dimension: number): Uint32Array {
  const v = new Uint32Array(BITS);
  if (dimension === 0) {
    for (let i = 0; i < BITS; i++) v[i] = 2 ** (BITS - 1 - i);
    return v;
  }
  const [degree, a, m] = JOE_KUO[dimension - 1] as (typeof JOE_KUO)[number];
  for (let i = 0; i < BITS; i++) {
    if (i < degree) {
      v[i] = entry(m, i) * 2 ** (BITS - 1 - i);
      continue;
    }
    let value = entry(v, i - degree) ^ (entry(v, i - degree) >>> degree);
    for (let k = 1; k < degree; k++) if ((a >>> (degree - 1 - k)) & 1) value ^= entry(v, i - k);
    v[i] = value >>> 0;
  }
  return v;
}

/** Mulberry32: a small generator of 32-bit numbers with a written seed. */
export function randomBits(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/** Points of [0, 1)^d, none of whose coordinates is 0: each call gives the next one (a new array). */
export function sobol(dimensions: number, seed: number): () => Float64Array {
  if (dimensions > MOST_DIMENSIONS) throw new RangeError(`at most ${MOST_DIMENSIONS} dimensions`);
  const random = randomBits(seed);
  const v = Array.from({ length: dimensions }, (_, d) => directions(d));
  const shift = Uint32Array.from({ length: dimensions }, () => random());
  const state = new Uint32Array(dimensions);
  let index = 0;
  return () => {
    const point = Float64Array.from(state, (x, d) => (((x ^ entry(shift, d)) >>> 0) + 0.5) * UNIT);
    // Gray-code order: the next point differs by the direction of the lowest zero bit.
    const bit = Math.min(BITS - 1, trailingOnes(index++));
    v.forEach((row, d) => {
      state[d] = (entry(state, d) ^ entry(row, bit)) >>> 0;
    });
    return point;
  };
}

function trailingOnes(n: number): number {
  let count = 0;
  for (let rest = n; rest % 2 === 1; rest = Math.floor(rest / 2)) count++;
  return count;
}
