/** The rival accounts of the same program (LANGUAGE section 5, Accounts). */
import type { DatasetCounts } from '../../datasets/counts';
import type { Evidence } from '../effectiveCounts';
import type { AccountResult } from '../evaluation';
import type { Stepwise } from '../stepwise';
import type { Structure } from '../structure';

export interface ComparedAccount {
  readonly result: AccountResult;
}

// biome-ignore lint/correctness/useYield: stepwise by contract
export function* compareAccounts(
  _structure: Structure,
  _counts: ReadonlyMap<number, DatasetCounts>,
  _evidence: Evidence,
): Stepwise<readonly ComparedAccount[]> {
  return [];
}
