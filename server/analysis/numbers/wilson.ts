/** The Wilson score interval of a share (Wilson, Journal of the American Statistical Association 22, 1927). */
import { normalQuantile } from './normal';

export function wilson(n: number, total: number, mass: number): readonly [number, number] {
  const z = normalQuantile((1 + mass) / 2);
  const p = n / total;
  const spread = z * z;
  const centre = (p + spread / (2 * total)) / (1 + spread / total);
  const half = (z / (1 + spread / total)) * Math.sqrt((p * (1 - p)) / total + spread / (4 * total * total));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
