/**
 * Seeded pseudo-random numbers for worlds, documents, initial weights and sampled counts. Must not know what is drawn.
 *
 * The generator is xoshiro128** (Blackman and Vigna 2018), its state filled by splitmix32 from a 32-bit FNV-1a hash of
 * the names that say what a stream is for, so that streams with different names are independent for this purpose and
 * the order in which they are opened does not matter.
 */

export interface Random {
  /** The next 32 bits. */
  bits(): number;
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** An integer in 0 … n−1. */
  below(n: number): number;
  /** Standard normal (Box and Muller). */
  normal(): number;
}

/** The stream of that name: the same parts give the same numbers on every machine. */
export function randomOf(...name: readonly (string | number)[]): Random {
  let mixed = fnv1a(name.join('\u0000'));
  const word = () => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let z = mixed;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let a = word();
  let b = word();
  let c = word();
  let d = word();
  const rotate = (x: number, by: number) => ((x << by) | (x >>> (32 - by))) >>> 0;
  const bits = () => {
    const out = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const t = (b << 9) >>> 0;
    c = (c ^ a) >>> 0;
    d = (d ^ b) >>> 0;
    b = (b ^ c) >>> 0;
    a = (a ^ d) >>> 0;
    c = (c ^ t) >>> 0;
    d = rotate(d, 11);
    return out;
  };
  const uniform = () => bits() / 2 ** 32;
  return {
    bits,
    uniform,
    below: (n) => Math.floor(uniform() * n),
    // 1 − u lies in (0, 1], so the logarithm is finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** The index of a draw from probabilities that sum to 1 (what rounding leaves over falls to the last possible one). */
export function categorical(random: Random, probabilities: ArrayLike<number>): number {
  let left = random.uniform();
  let last = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i] ?? 0;
    if (p <= 0) continue;
    last = i;
    left -= p;
    if (left < 0) return i;
  }
  return last;
}

/** Counts of n independent draws. */
export function multinomial(random: Random, n: number, probabilities: ArrayLike<number>): Float64Array {
  const counts = new Float64Array(probabilities.length);
  for (let i = 0; i < n; i++) {
    const drawn = categorical(random, probabilities);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  return counts;
}

/** A draw from the symmetric Dirichlet(alpha) in `size` dimensions. */
export function dirichlet(random: Random, size: number, alpha: number): Float64Array {
  const draws = Float64Array.from({ length: size }, () => gamma(random, alpha));
  const sum = draws.reduce((total, x) => total + x, 0);
  return sum > 0 ? draws.map((x) => x / sum) : draws.fill(1 / size);
}

/** 0 … n−1 in random order (Fisher and Yates). */
export function permutation(random: Random, n: number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const [x, y] = [order[i] as number, order[j] as number];
    order[i] = y;
    order[j] = x;
  }
  return order;
}

/** Gamma(shape, 1) by Marsaglia and Tsang (2000), boosted below shape 1. */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
