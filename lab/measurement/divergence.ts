/** Kullback-Leibler divergences, nats. Plain distributions; must not know where they come from. */

/** KL(p ‖ q) = Σ p log(p/q); 0·log 0 = 0, and Infinity where q is 0 and p is not. */
export function divergence(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const a = p[i] ?? 0;
    if (a > 0) sum += a * Math.log(a / (q[i] ?? 0));
  }
  return Math.max(0, sum);
}

/** The part of a distribution over cells that belongs to one situation. */
export function part(cells: Float64Array, [from, to]: readonly [number, number]): Float64Array {
  return cells.subarray(from, to);
}
