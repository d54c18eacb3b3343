/** Hover over a number: what it sets, and the same quantity in the other units that people think in. */

import { formatCount, formatLog, formatOdds, formatProbability } from '../../../panel/model/numbers';
import type { NumberNode } from '../../syntax/tree';
import { SIGNATURES } from '../signatures';
import { page, table } from './page';

/** Words after which a number is a probability. */
const PROBABILITIES: ReadonlySet<string> = new Set(['cell', 'capability', 'can', 'bound', 'prior']);

export function numberHover({ text }: NumberNode, value: number, word: string | undefined): string {
  const about = word === undefined ? undefined : SIGNATURES[word];
  const isProbability = value >= 0 && value <= 1 && ((word && PROBABILITIES.has(word)) || /[%/]/.test(text));
  return page(
    about &&
      `${about.label ? `\`${about.label}\`: ` : ''}${about.documentation} ${about.parameters[0]?.documentation ?? ''}`,
    isProbability ? conversions(value) : `${formatCount(value)}`,
  );
}

/** A probability as odds and as log odds in each unit. */
export function conversions(p: number): string {
  const logOdds = Math.log(p) - Math.log1p(-p);
  return table(
    ['probability', 'odds', '>log odds', '', ''],
    [
      [
        formatProbability(p),
        formatOdds(logOdds),
        formatLog(logOdds, 'bits', { sign: true }),
        formatLog(logOdds, 'decibans', { sign: true }),
        formatLog(logOdds, 'nats', { sign: true }),
      ],
    ],
  );
}
