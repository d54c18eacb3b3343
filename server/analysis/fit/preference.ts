/**
 * Which account the measurements prefer, or that they cannot tell (LANGUAGE section 8): differences of held-out log scores
 * with standard errors over units, a floor in nats, and coverage that is not rejected; and the one sentence that says so.
 */
import { logGamma } from '../../inference/numbers/gamma';
import { entry } from '../numbers/entry';
import { studentQuantile } from '../numbers/studentQuantile';
import type { AccountFit } from './result';
import type { ShownUnit } from './units';

const FEWEST_UNITS = 8;
/** Nats. */
const LEAST_DIFFERENCE = 4;
const COVERAGE = 0.9;
const REJECTED_BELOW = 0.01;

export type Difference = AccountFit['difference'];

/** One account's score against another's: sum, and √u times the standard deviation of the units' differences. */
export function scoreDifference(own: readonly number[], best: readonly number[]): Difference {
  const units = own.length;
  const each = own.map((x, i) => x - entry(best, i));
  const value = sum(own) - sum(best);
  if (units < 2) return { value, standardError: null, units };
  const mean = sum(each) / units;
  const error = Math.sqrt((units * sum(each.map((x) => (x - mean) ** 2))) / (units - 1));
  return { value, standardError: Number.isFinite(error) ? error : null, units };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** P(at most that many of so many inside a 90% interval that holds what it says). */
export function coverageTail(inside: number, of: number): number {
  let total = 0;
  for (let k = 0; k <= inside; k++)
    total += Math.exp(
      logGamma(of + 1) -
        logGamma(k + 1) -
        logGamma(of - k + 1) +
        k * Math.log(COVERAGE) +
        (of - k) * Math.log(1 - COVERAGE),
    );
  return Math.min(1, total);
}

export const coverageRejected = ({ coverage }: Pick<AccountFit, 'coverage'>): boolean =>
  coverageTail(coverage.inside90, coverage.of) < REJECTED_BELOW;

/** What the rule reads of an account. */
export type ScoredAccount = Pick<AccountFit, 'name' | 'units' | 'heldOutScore' | 'coverage' | 'notComputable'>;

export interface Preference {
  readonly preferred: string | null;
  readonly sentence: string;
}

/** Index of the account with the highest held-out score; the first of equals. -1 where none has one. */
export function bestAccount(accounts: readonly ScoredAccount[]): number {
  let best = -1;
  accounts.forEach((a, i) => {
    if (a.notComputable === undefined && (best < 0 || a.heldOutScore > (accounts[best]?.heldOutScore ?? 0))) best = i;
  });
  return best;
}

export function preference(accounts: readonly ScoredAccount[], unit: ShownUnit): Preference {
  const computable = accounts.filter((a) => a.notComputable === undefined);
  const best = computable[bestAccount(computable)];
  const units = best?.units.length ?? 0;
  if (!best || units === 0)
    return { preferred: null, sentence: 'Nothing is held out and observed, so nothing tests these accounts.' };
  if (computable.every(coverageRejected)) {
    const most = Math.max(...computable.map((a) => a.coverage.inside90));
    return {
      preferred: null,
      sentence: `None of these accounts predicts the measurements: of ${counted(best.coverage.of, 'held-out run')} at most ${most} ${most === 1 ? 'lies' : 'lie'} inside an account's 90% interval.`,
    };
  }
  const others = computable.filter((a) => a !== best);
  const amount = (nats: number) => `${(nats * unit.perNat).toFixed(1)} ${unit.name}`;
  const cannot = (why: string): Preference => ({
    preferred: null,
    sentence: `These measurements cannot tell the accounts apart: ${why}`,
  });
  if (others.length === 0) return cannot(`there is only one, ${best.name}.`);
  if (best.heldOutScore === Number.NEGATIVE_INFINITY)
    return cannot('each of them calls something impossible that was seen.');
  const scores = best.units.map((u) => u.score);
  const compared = others
    .map((other) => ({
      other,
      gap: scoreDifference(
        scores,
        other.units.map((u) => u.score),
      ),
    }))
    .sort((a, b) => a.gap.value - b.gap.value);
  const nearest = compared[0];
  if (units < FEWEST_UNITS)
    return cannot(
      `${counted(units, 'independent unit')} ${units === 1 ? 'is' : 'are'} held out, ${FEWEST_UNITS} are needed${nearest ? ` (${best.name} scores best, ${lead(nearest.gap.value, amount)} ${nearest.other.name})` : ''}.`,
    );
  if (coverageRejected(best))
    return cannot(
      `${best.name} scores best, but only ${best.coverage.inside90} of ${counted(best.coverage.of, 'held-out run')} lie inside its 90% intervals.`,
    );
  const t = studentQuantile(0.975, units - 1);
  for (const { other, gap } of compared) {
    if (gap.value === Number.POSITIVE_INFINITY) continue;
    const needed = Math.max(LEAST_DIFFERENCE, t * (gap.standardError ?? Number.POSITIVE_INFINITY));
    if (!(gap.value > needed))
      return cannot(
        `${best.name} scores best, but ${lead(gap.value, amount)} ${other.name}, where more than ${Number.isFinite(needed) ? amount(needed) : 'any amount'} would be needed over ${counted(units, 'unit')}.`,
      );
  }
  return {
    preferred: best.name,
    sentence: `The measurements prefer ${best.name}: its held-out score is ${nearest ? `${lead(nearest.gap.value, amount)} ${nearest.other.name}, the next best` : 'the only one'}, over ${counted(units, 'unit')}, and ${best.coverage.inside90} of ${counted(best.coverage.of, 'held-out run')} lie inside its 90% intervals.`,
  };
}

function lead(nats: number, amount: (nats: number) => string): string {
  return nats === Number.POSITIVE_INFINITY
    ? 'infinitely far above'
    : nats < 0.005
      ? 'no better than'
      : `${amount(nats)} above`;
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
