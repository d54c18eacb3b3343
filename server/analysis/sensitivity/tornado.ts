/**
 * Tornado (LANGUAGE section 9): every declared number moved by ±0.5 on its natural scale, and what a chosen probe or
 * persona makes of it, the largest change first.
 */
import type { Stepwise } from '../../inference/stepwise';
import type { DeclaredNumber } from '../../program/declaredNumbers';
import { changeTo, movedValue } from '../subject/moved';
import { type Standing, standingWith } from '../subject/standing';
import { isUnsound, type Subject } from '../subject/subject';

export interface Bar {
  readonly number: DeclaredNumber;
  /** The chosen quantity with the number moved down and up; NaN where the program is then an error. */
  readonly down: number;
  readonly up: number;
  readonly downValue: number;
  readonly upValue: number;
  /** Why one of them is missing. */
  readonly reason?: string;
  /** No source stands behind the number. */
  readonly assumption: boolean;
}

export interface Tornado {
  readonly now: number;
  /** By the larger of the two changes, the largest first; numbers that move nothing last. */
  readonly bars: readonly Bar[];
}

/** What is watched: a probe or a hypothesis of the program, by index. */
export type Watched = { readonly probe: number } | { readonly persona: number };

const BY = 0.5;

export function* tornado(
  subject: Subject,
  condition: number | null,
  numbers: readonly DeclaredNumber[],
  watched: Watched,
): Stepwise<Tornado> {
  const of = (s: Standing) =>
    'probe' in watched ? (s.probes[watched.probe] ?? Number.NaN) : (s.weights[watched.persona] ?? Number.NaN);
  const here = yield* standingWith(subject, condition);
  const now = isUnsound(here) ? Number.NaN : of(here);
  const bars: Bar[] = [];
  for (const number of numbers) {
    if (number.kind === 'measurement' || number.kind === 'question') continue;
    let reason: string | undefined;
    const ends: { value: number; result: number }[] = [];
    for (const by of [-BY, BY]) {
      yield;
      const value = movedValue(number, by, subject.program);
      if (value === undefined) break;
      const there = yield* standingWith(subject, condition, changeTo(number, value, numbers));
      if (isUnsound(there)) reason = there.unsound;
      ends.push({ value, result: isUnsound(there) ? Number.NaN : of(there) });
    }
    const [down, up] = ends;
    if (!down || !up) continue;
    bars.push({
      number,
      down: down.result,
      up: up.result,
      downValue: down.value,
      upValue: up.value,
      ...(reason === undefined ? {} : { reason }),
      assumption: number.source === undefined,
    });
  }
  const size = ({ down, up }: Bar) => {
    const changes = [down, up].filter((x) => !Number.isNaN(x)).map((x) => Math.abs(x - now));
    return Math.max(0, ...changes);
  };
  return {
    now,
    bars: bars
      .map((bar) => ({ bar, size: size(bar) }))
      .sort((a, b) => b.size - a.size)
      .map(({ bar }) => bar),
  };
}
