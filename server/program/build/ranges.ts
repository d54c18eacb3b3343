/** Which numbers may stand where, and the one diagnostic for a number that may not. */
import type { NumberLiteral } from '../../syntax/tree';
import { type BuildContext, report } from './buildContext';

export interface Range {
  readonly holds: (value: number) => boolean;
  /** Completes "must be …". */
  readonly words: string;
  readonly probability?: true;
}

export const probability: Range = {
  holds: (value) => value >= 0 && value <= 1,
  words: 'between 0 and 1 (0% and 100%)',
  probability: true,
};
export const fraction: Range = { holds: (value) => value >= 0 && value <= 1, words: 'between 0 and 1' };
export const notNegative: Range = { holds: (value) => value >= 0 && value < Infinity, words: '0 or more' };
export const positive: Range = { holds: (value) => value > 0 && value < Infinity, words: 'above 0' };
export const finite: Range = { holds: Number.isFinite, words: 'a finite number' };

/** The number where it is in range; undefined where it is missing (the parser has said so) or out of range (reported here). */
export function numberIn(
  ctx: BuildContext,
  file: number,
  literal: NumberLiteral | undefined,
  range: Range,
  what: string,
): number | undefined {
  if (!literal) return undefined;
  if (range.holds(literal.value)) return literal.value;
  const percent =
    literal.value > 1 && literal.value <= 100 && !literal.text.includes('%') ? `${literal.text}%` : undefined;
  if (range.probability) {
    const guess = percent ? ` Did you mean ${percent}?` : '';
    report(ctx, file, literal, 'probability-range', `${what} must be ${range.words}, not ${literal.text}.${guess}`, {
      ...(percent ? { data: { replacement: percent } } : {}),
    });
  } else {
    report(ctx, file, literal, 'number-range', `${what} must be ${range.words}, not ${literal.text}.`);
  }
  return undefined;
}
