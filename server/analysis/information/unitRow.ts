/** Probabilities that sum to 1 up to rounding, made to sum to 1. */
export function unitRow(p: Float64Array): Float64Array {
  const total = p.reduce((a, b) => a + b, 0);
  return p.map((x) => x / total);
}
