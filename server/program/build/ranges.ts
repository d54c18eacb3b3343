/** Which numbers may stand where, and the one diagnostic for a number that may not. */
import type { NumberNode } from '../../syntax/tree';
import { type BuildContext, report } from './buildContext';
import { quantityOf } from './quantities';

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
/** What is left of something, or spoils a share of it. */
export const belowOne: Range = { holds: (value) => value >= 0 && value < 1, words: 'from 0 to below 1' };
export const finite: Range = { holds: Number.isFinite, words: 'a finite number' };

/** The number where it is in range; undefined where it is missing (the parser has said so) or out of range (reported here). */
export function numberIn(
  ctx: BuildContext,
  file: number,
  node: NumberNode | undefined,
  range: Range,
  what: string,
): number | undefined {
  if (!node) return undefined;
  const value = quantityOf(ctx, file, node);
  if (value === undefined || range.holds(value)) return value;
  const written = node.value === value ? node.text : `${node.text}, which is ${value}`;
  if (range.probability) {
    const percent = percentOf(node, value);
    const guess = percent ? ` Did you mean ${percent}?` : '';
    report(ctx, file, node, 'probability-range', `${what} must be ${range.words}, not ${written}.${guess}`, {
      ...(percent ? { data: { replacement: percent } } : {}),
    });
  } else {
    report(ctx, file, node, 'number-range', `${what} must be ${range.words}, not ${written}.`);
  }
  return undefined;
}

/** The percentage that was meant by a number from 1 to 100. */
function percentOf({ text, expression }: NumberNode, value: number): string | undefined {
  if (expression !== undefined || value <= 1 || value > 100 || text.includes('%')) return undefined;
  return /^[\d._]+$/.test(text) ? `${text}%` : `${Number(value.toPrecision(12))}%`;
}
