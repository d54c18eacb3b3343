/**
 * Remedies (LANGUAGE section 9): for an expectation that fails, each number alone at the nearest value with which it holds,
 * the same evidence in a situation that extends its own (inoculation), and the whole training scaled. Changes of evidence
 * are things to do; changes of beliefs are what would have to be true.
 */
import type { Stepwise } from '../../inference/stepwise';
import type { DeclaredNumber, NumberRole } from '../../program/declaredNumbers';
import type { Expectation } from '../../program/model/program';
import { scaleOf } from '../fit/scale';
import { limitOf } from '../horizon/limit';
import { entry } from '../numbers/entry';
import { changeTo } from '../subject/moved';
import { holds, standingWith } from '../subject/standing';
import { type Change, conditionName, conditionsOf, isUnsound, type Subject } from '../subject/subject';
import { inoculations } from './inoculation';
import { nearestHolding } from './nearest';
import type { Remedy } from './remedy';

export interface Repair {
  readonly condition: string | null;
  readonly expectation: number;
  readonly text: string;
  readonly value: number;
  /** Evidence first, each by distance; beliefs after them. */
  readonly options: readonly Remedy[];
  /** Where no change of evidence helps. */
  readonly reason?: string;
}

/** Numbers whose change is a remedy. */
const ROLES: readonly NumberRole[] = [
  'times',
  'weight',
  'epochs',
  'dataset-weight',
  'prior',
  'novel-prior',
  'strength',
  'cell',
  'parameter',
];

/** The furthest that a number is moved: a factor of e^14, or as many log odds. */
const FURTHEST = 14;

export function* repairs(subject: Subject, numbers: readonly DeclaredNumber[]): Stepwise<readonly Repair[]> {
  const results: Repair[] = [];
  for (const condition of conditionsOf(subject)) {
    const now = yield* standingWith(subject, condition);
    if (isUnsound(now)) continue;
    for (const [k, expectation] of now.program.expectations.entries()) {
      const value = entry(now.expectations, k);
      if (Number.isNaN(value) || holds(expectation, value)) continue;
      yield;
      results.push(yield* repair(subject, condition, k, expectation, value, numbers));
    }
  }
  return results;
}

export function* repair(
  subject: Subject,
  condition: number | null,
  index: number,
  expectation: Expectation,
  value: number,
  numbers: readonly DeclaredNumber[],
): Stepwise<Repair> {
  function* valueWith(change: Change): Stepwise<number> {
    const there = yield* standingWith(subject, condition, change);
    return isUnsound(there) ? Number.NaN : entry(there.expectations, index);
  }
  const good = (x: number) => !Number.isNaN(x) && holds(expectation, x);
  const options: Remedy[] = [];
  for (const number of numbers) {
    if (!ROLES.includes(number.role) || !(number.value > 0)) continue;
    const logit = number.scale === 'logit';
    if (logit && !(number.value < 1)) continue;
    const scale = scaleOf(logit ? 'logit' : 'log');
    const start = scale.place(number.value);
    // A number that moves nothing is not searched.
    const similar = yield* valueWith(changeTo(number, scale.value(start + 0.01), numbers));
    const other = yield* valueWith(changeTo(number, scale.value(start - 0.01), numbers));
    if (similar === value && other === value) continue;
    const found = yield* nearestHolding(
      function* (place) {
        return good(yield* valueWith(changeTo(number, scale.value(place), numbers)));
      },
      start,
      start - FURTHEST,
      start + FURTHEST,
      scale.value,
    );
    if (!found) continue;
    const to = scale.value(found.place);
    options.push({
      kind: number.kind === 'belief' ? 'belief' : 'evidence',
      what: number.label,
      number,
      from: number.value,
      to,
      distance: found.distance,
      after: yield* valueWith(changeTo(number, to, numbers)),
    });
  }
  options.push(...(yield* inoculations(subject, condition, index, good)));
  const entire = yield* nearestHolding(
    function* (place) {
      return good(yield* valueWith({ scale: Math.exp(place) }));
    },
    0,
    -FURTHEST,
    FURTHEST,
    Math.exp,
  );
  if (entire) {
    const t = Math.exp(entire.place);
    options.push({
      kind: 'evidence',
      what: 'the whole training',
      from: 1,
      to: t,
      distance: entire.distance,
      after: yield* valueWith({ scale: t }),
    });
  }
  const ranked = [...options].sort(
    (a, b) =>
      Number(a.kind === 'belief') - Number(b.kind === 'belief') ||
      (a.distance ?? Number.POSITIVE_INFINITY) - (b.distance ?? Number.POSITIVE_INFINITY),
  );
  const helps = ranked.some((o) => o.kind === 'evidence');
  return {
    condition: conditionName(subject, condition),
    expectation: index,
    text: expectation.text,
    value,
    options: ranked,
    ...(helps ? {} : { reason: yield* whyNot(subject, condition, index, good) }),
  };
}

function* whyNot(
  subject: Subject,
  condition: number | null,
  index: number,
  good: (x: number) => boolean,
): Stepwise<string> {
  const at = (scale: number) => standingWith(subject, condition, { scale });
  const now = yield* at(1);
  const limit = isUnsound(now) ? now : yield* limitOf(at, now);
  if (isUnsound(limit)) return `No change of one number of the evidence makes it hold, and ${limit.unsound}.`;
  const end = entry(limit.expectations, index);
  return good(end)
    ? 'No change of one number of the evidence makes it hold.'
    : `No change of one number of the evidence makes it hold: however much more of the same training there is, its value tends to ${end.toPrecision(4)}.`;
}
