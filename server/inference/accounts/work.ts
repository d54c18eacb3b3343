/**
 * How much an account may compute, counted in logarithms of likelihood factors and never in time, so that the same program gives
 * the same bytes on every machine. 10^7 of them take about 0.2 s.
 */
export interface Work {
  left: number;
}

export const MOST_WORK = {
  /** For 13 digits, where that is cheap enough. */
  digits: 5e6,
  /** For 0.1%. */
  fine: 2.5e7,
  /** For about 1%. */
  rough: 6e7,
  /** For a lower bound. */
  bound: 3e7,
} as const;
