/** Every way in which n answers can fall on m responses, and their chances. */
import { logGamma } from '../../inference/numbers/gamma';
import { entry } from '../numbers/entry';

/** C(n + m − 1, m − 1), or Infinity beyond what is ever enumerated. */
export function outcomeCount(n: number, m: number): number {
  let count = 1;
  for (let i = 1; i < m; i++) {
    count = (count * (n + i)) / i;
    if (count > 1e12) return Number.POSITIVE_INFINITY;
  }
  return Math.round(count);
}

/** All compositions of n into m parts; one array that is used again. */
export function* compositions(n: number, m: number): Generator<Int32Array> {
  const pieces = new Int32Array(m);
  function* fill(at: number, left: number): Generator<Int32Array> {
    if (at === m - 1) {
      pieces[at] = left;
      yield pieces;
      return;
    }
    for (let k = 0; k <= left; k++) {
      pieces[at] = k;
      yield* fill(at + 1, left - k);
    }
  }
  if (m > 0) yield* fill(0, n);
}

/** log n!. */
export function logFactorials(n: number): Float64Array {
  return Float64Array.from({ length: n + 1 }, (_, k) => logGamma(k + 1));
}

/** log of the multinomial chance of counts under probabilities given by their logs. */
export function multinomialLog(counts: Int32Array, logP: ArrayLike<number>, factorials: Float64Array): number {
  let sum = 0;
  let n = 0;
  for (const [y, k] of counts.entries()) {
    n += k;
    if (k > 0) sum += k * entry(logP, y) - entry(factorials, k);
  }
  return sum + entry(factorials, n);
}
