/**
 * One plain sentence about the accounts: which assumption the data argue against, and how strongly on the scale of
 * Kass & Raftery (Journal of the American Statistical Association 90, 1995): 2·ln of the Bayes factor below 2, 6, 10.
 */
import type { Account } from '../../program/model/program';
import type { AccountResult } from '../evaluation';
import { ACCOUNT_KINDS } from './kinds/kinds';

const WORDS = [
  [2, 'not worth more than a bare mention'],
  [6, 'positive'],
  [10, 'strong'],
  [Number.POSITIVE_INFINITY, 'very strong'],
] as const;

/** The word of the scale for 2·ln BF. */
export function kassRaftery(twiceLog: number): string {
  for (const [limit, word] of WORDS) if (twiceLog < limit) return word;
  return 'very strong';
}

/** Empty where fewer than two accounts have a number. */
export function verdictOf(accounts: readonly Account[], results: readonly AccountResult[]): string {
  const standing = results
    .map((result, i) => ({ result, kind: accounts[i].kind }))
    .filter(({ result }) => result.notComputable === undefined && !Number.isNaN(result.logMarginal));
  if (standing.length < 2) return '';
  const ranked = [...standing].sort((a, b) => b.result.logMarginal - a.result.logMarginal);
  const [best, second] = ranked;
  if (best.result.logMarginal === Number.NEGATIVE_INFINITY)
    return 'The data are impossible under every account compared.';
  const selection = standing.find((s) => s.kind === 'selection');
  const rival = selection && best !== selection ? selection : second;
  const twiceLog = 2 * (best.result.logMarginal - rival.result.logMarginal);
  const atLeast = best.result.bound ? ' at least' : '';
  const size = Number.isFinite(twiceLog) ? `${twiceLog.toFixed(1)}` : 'infinite';
  const grade = `2 ln BF${atLeast} ${size}, ${kassRaftery(twiceLog)} on the Kass-Raftery scale`;
  if (twiceLog < 2) return `The data hardly tell ${best.result.name} from ${rival.result.name} (${grade}).`;
  if (selection && rival === selection) {
    return `The data argue against the assumption ${ACCOUNT_KINDS[best.kind].givesUp}: ${best.result.name} explains them better than selection (${grade}).`;
  }
  if (best.kind === 'selection') {
    return `The data argue against no assumption of selection: it explains them better than ${rival.result.name}, the next best (${grade}).`;
  }
  return `Of the accounts compared ${best.result.name} explains the data best, before ${rival.result.name} (${grade}).`;
}
