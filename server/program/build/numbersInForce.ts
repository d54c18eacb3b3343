/** The values that numbers have while one program is built. Must not know what reads them. */

/** The numbers in force while one program is built. */
export interface Quantities {
  /** Index of each parameter. */
  readonly parameters: ReadonlyMap<string, number>;
  /** Value by parameter; NaN where its declaration or its `set` has none (which has been reported). */
  readonly values: Float64Array;
  /** Values in the place of literals, by tree node. */
  readonly overrides: ReadonlyMap<object, number>;
}

export const NO_QUANTITIES: Quantities = { parameters: new Map(), values: new Float64Array(0), overrides: new Map() };
