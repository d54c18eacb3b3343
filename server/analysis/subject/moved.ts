/** Declared numbers on their natural scales, and what a change of one of them changes with it. */
import type { DeclaredNumber } from '../../program/declaredNumbers';
import type { Program } from '../../program/model/program';
import { scaleOf } from '../fit/scale';
import type { Change } from './subject';

const LOG_ODDS = scaleOf('logit');

/** The value that lies `by` on the number's natural scale; undefined where it has none (0 on a log scale). */
export function movedValue(number: DeclaredNumber, by: number, program: Program): number | undefined {
  const { value, scale, role } = number;
  if (role === 'parameter') {
    const parameter = number.parameter === undefined ? undefined : program.parameters[number.parameter];
    const own = scaleOf(parameter?.scale ?? 'linear');
    return own.value(own.place(value) + by);
  }
  if (role === 'reward' || role === 'reinforce-reward' || role === 'dataset-reward')
    return value === 0 ? undefined : value + by * Math.abs(value);
  if (scale === 'logit') return value > 0 && value < 1 ? LOG_ODDS.value(LOG_ODDS.place(value) + by) : undefined;
  return value > 0 ? value * 2 ** by : undefined;
}

/**
 * A number at another value; in a row its other written cells are rescaled, so that the row still sums to 1 (what is
 * shared is rescaled with them by itself).
 */
export function changeTo(number: DeclaredNumber, to: number, all: readonly DeclaredNumber[]): Change {
  const numbers: Record<string, number> = { [number.id]: to };
  if (number.role === 'cell' && number.value < 1) {
    const rest = (1 - to) / (1 - number.value);
    for (const other of all)
      if (other.role === 'cell' && other.id !== number.id && sameRow(other, number))
        numbers[other.id] = other.value * rest;
  }
  return { numbers };
}

function sameRow(a: DeclaredNumber, b: DeclaredNumber): boolean {
  return (
    a.persona === b.persona && a.situation === b.situation && a.persona !== undefined && a.origin.file === b.origin.file
  );
}
