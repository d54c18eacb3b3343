/** Points in the space of capabilities. */

import { logistic, logLogistic } from '../numbers/quadrature';
import type { Structure } from './structure';

/** A point in the space of capabilities, by capability, with the digits that small κ and small 1−κ need. */
export interface CapabilityPoint {
  readonly hit: Float64Array;
  readonly miss: Float64Array;
  readonly logHit: Float64Array;
  readonly logMiss: Float64Array;
}

/** The point at which every capability has its value, or its prior mean. */
export function pointAt(structure: Structure): CapabilityPoint {
  const hit = Float64Array.from(structure.value);
  const miss = Float64Array.from(hit, (v) => 1 - v);
  return { hit, miss, logHit: hit.map(Math.log), logMiss: miss.map(Math.log) };
}

/** Put one capability at logit t. */
export function setCapability(point: CapabilityPoint, c: number, t: number): void {
  point.hit[c] = logistic(t);
  point.miss[c] = logistic(-t);
  point.logHit[c] = logLogistic(t);
  point.logMiss[c] = logLogistic(-t);
}
