/** Fit problems for tests: parameters, measurements and accounts given by plain functions. */
import type { FittedAccount, FreeParameter, Measured, Prediction } from '../../../server/analysis/fit/model';
import { normalPrior, uniformPrior } from '../../../server/analysis/fit/prior';
import { type ScaleName, scaleOf } from '../../../server/analysis/fit/scale';

/** Uniform between two values on a scale; doubled ranges are not cut. */
export function uniform(name: string, from: number, to: number, scale: ScaleName = 'linear'): FreeParameter {
  const s = scaleOf(scale);
  const a = s.place(from);
  const b = s.place(to);
  const quarter = (b - a) / 4;
  return {
    name,
    scale: s,
    prior: uniformPrior(a, b),
    halved: uniformPrior(a + quarter, b - quarter),
    doubled: uniformPrior(a - 2 * quarter, b + 2 * quarter),
  };
}

export function normal(name: string, mean: number, sd: number, from = -Infinity, to = Infinity): FreeParameter {
  const prior = normalPrior(mean, sd, from, to);
  return { name, scale: scaleOf('linear'), prior, halved: prior, doubled: prior };
}

/** A uniform prior on [0, 1], which cannot be wider. */
export const probability = (name: string): FreeParameter => ({ ...uniform(name, 0, 1), doubled: uniformPrior(0, 1) });

export interface Answered {
  readonly name?: string;
  readonly unit?: string;
  readonly heldOut?: boolean;
  /** [amount, total] by run. */
  readonly runs: readonly (readonly [number, number])[];
}

/** One response against the rest, by condition. */
export function replied(list: readonly Answered[]): readonly Measured[] {
  return list.map(({ name, unit, heldOut = false, runs }, i) => ({
    condition: name ?? `c${i}`,
    label: null,
    unit: unit ?? name ?? `c${i}`,
    heldOut,
    answers: ['yes', 'rest'],
    oneAgainstRest: true,
    runs: runs.map(([k, n]) => Float64Array.of(k, n - k)),
    planned: 100,
  }));
}

export const share = (p: number, correlation = 0): Prediction => ({ p: Float64Array.of(p, 1 - p), correlation });

/** An account whose predictions are a plain function of the values; undefined where the program is an error. */
export function account(
  name: string,
  predict: (values: Float64Array) => readonly (Prediction | null)[] | undefined,
): FittedAccount {
  return {
    name,
    // biome-ignore lint/correctness/useYield: nothing here takes long
    *predict(values) {
      return predict(values);
    },
  };
}

/** A seeded stream of numbers in (0, 1): xorshift, written here so that it shares nothing with the product. */
export function stream(seed: number): () => number {
  let s = BigInt(seed) * 0x9e3779b97f4a7c15n + 1n;
  const mask = (1n << 64n) - 1n;
  return () => {
    s ^= (s << 13n) & mask;
    s &= mask;
    s ^= s >> 7n;
    s ^= (s << 17n) & mask;
    s &= mask;
    return (Number(s >> 11n) + 0.5) / 2 ** 53;
  };
}

/** A binomial draw by counting. */
export function binomial(random: () => number, n: number, p: number): number {
  let k = 0;
  for (let i = 0; i < n; i++) if (random() < p) k++;
  return k;
}

/** Beta-binomial by Pólya's urn: exact for any correlation. */
export function betaBinomial(random: () => number, n: number, p: number, correlation: number): number {
  if (correlation === 0) return binomial(random, n, p);
  const concentration = (1 - correlation) / correlation;
  let k = 0;
  for (let i = 0; i < n; i++) if (random() * (concentration + i) < concentration * p + k) k++;
  return k;
}
