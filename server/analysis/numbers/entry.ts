/**
 * One entry of a numeric array whose index is known to be inside it. The cast holds because every caller's loop bound
 * is the length of the array; it exists so that kernels stay readable where indexed access is checked.
 */
export const entry = (values: ArrayLike<number>, index: number): number => values[index] as number;
