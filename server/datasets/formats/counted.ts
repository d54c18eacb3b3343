/** Rows that were counted elsewhere: each stands for so many rows of a situation and a response (what a cluster aggregated). */
import type { Tape } from '../json/scan';
import { isString, looseNumber, stringOf } from '../json/values';
import type { Format, FormatExample } from './format';
import type { Row } from './row';
import { at, rowKey } from './rowKeys';

const keys = {
  situation: rowKey('situation'),
  response: rowKey('response'),
  over: rowKey('over'),
  rows: rowKey('rows'),
  unique: rowKey('distinct'),
  weight: rowKey('weight'),
  tokens: rowKey('tokens'),
};

function read(tape: Tape): Row {
  const text = (node: number) => (node >= 0 && isString(tape, node) ? stringOf(tape, node).trim() : undefined);
  const number = (node: number) => (node < 0 ? undefined : looseNumber(tape, node));
  const rows = number(at(keys.rows));
  const unique = at(keys.unique) < 0 ? rows : number(at(keys.unique));
  const row = { format: 'counts', pieces: [] } as const;
  const isCount = (value: number | undefined): value is number => value !== undefined && Number.isSafeInteger(value);
  if (!isCount(rows) || !isCount(unique) || rows < 1 || unique < 1 || unique > rows)
    return {
      ...row,
      problem: 'dataset-row-shape',
      detail: '`rows` and `distinct` are whole numbers, 1 ≤ distinct ≤ rows',
    };
  const counted = {
    situation: text(at(keys.situation)),
    response: text(at(keys.response)),
    over: text(at(keys.over)),
    times: unique,
    epochs: rows / unique,
    weight: number(at(keys.weight)),
    tokens: number(at(keys.tokens)),
  };
  return { ...row, counted };
}

export const countsFormat: Format = {
  name: 'counts',
  title: 'counts of rows',
  recognise: (tape) =>
    at(keys.situation) >= 0 &&
    at(keys.response) >= 0 &&
    at(keys.rows) >= 0 &&
    looseNumber(tape, at(keys.rows)) !== undefined,
  read,
};

export const countsExamples: readonly FormatExample[] = [
  {
    row: '{"situation":"x","response":"a","rows":6000,"distinct":2000}',
    user: '',
    assistant: '',
    source: 'what a query over many files gives',
  },
];
