/** placeholder until near-duplicates are compared */
import type { Tape } from './json-scan';
import type { Row } from './row';

export interface NearSample {
  readonly size: number;
}
export function createNearSample(): NearSample {
  return { size: 0 };
}
export function offerText(_sample: NearSample, _tape: Tape, _row: Row, _low: number, _high: number): void {}

export function nearDuplicates(
  _sample: NearSample,
  _distinct: number,
): { clusters: number; rows: number; distinct: number } | undefined {
  return undefined;
}
