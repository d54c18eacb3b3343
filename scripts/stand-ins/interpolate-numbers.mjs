/** Stands in for d3-interpolate under d3-scale: the charts' scales go from numbers to numbers, never to colours or dates. */
export const interpolateNumber = (a, b) => (t) => a * (1 - t) + b * t;
export const interpolate = (a, b) => interpolateNumber(a, b);
export const interpolateRound = (a, b) => (t) => Math.round(a * (1 - t) + b * t);

export function piecewise(between, values) {
  const pieces = values.slice(1).map((value, index) => between(values[index], value));
  return (t) => {
    const at = Math.max(0, Math.min(pieces.length - 1, Math.floor(t * pieces.length)));
    return pieces[at](t * pieces.length - at);
  };
}
