/** Random numbers that are the same everywhere: a generator with a written seed, and Dirichlet draws from it. */

/** Uniform on [0, 1), from 32 bits of state (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A seed from a text, so that what is drawn for one thing does not depend on what else is drawn (FNV-1a). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

function normal(random: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

/** The logarithm of a Gamma(shape, 1) draw, for any shape above 0 (Marsaglia and Tsang 2000; below 1 by a power of a uniform). */
function logGamma(shape: number, random: () => number): number {
  if (shape < 1) return logGamma(shape + 1, random) + Math.log(1 - random()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}

/** A draw from Dirichlet(shapes); every shape is above 0. In logs until the end, so that small shapes give no 0/0. */
export function dirichlet(shapes: readonly number[], random: () => number): readonly number[] {
  const logs = shapes.map((shape) => logGamma(shape, random));
  const most = Math.max(...logs);
  const values = logs.map((value) => Math.exp(value - most));
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}
