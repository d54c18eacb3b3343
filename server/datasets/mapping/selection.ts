/** Which rows are read (`where`, `rows`, `sample`, `turn each`), ready to be applied to rows. */
import type { DatasetSource } from '../../program/model/program';
import type { RowCondition } from '../../program/model/selection';
import { attached } from '../formats/attachments';
import { lastTurn, type Row } from '../formats/row';
import { truthOf } from '../formats/truth';
import { Kind, type Tape } from '../json/scan';
import { isString, looseNumber, stringOf } from '../json/values';
import { fieldText } from './fieldText';
import { follow, type Path } from './path';
import { type CompiledPattern, compilePattern } from './patterns';

export interface Condition {
  readonly path: Path;
  readonly negated: boolean;
  /** Where the test is `matches`. */
  readonly pattern?: CompiledPattern;
  /** Where the test is `is`. */
  readonly value?: string | number | boolean | null;
}

export interface Selection {
  readonly conditions: readonly Condition[];
  /** From 1, both included. */
  readonly rows?: { readonly first: number; readonly last: number };
  readonly sample?: number;
  readonly eachTurn: boolean;
}

/** Every row, one episode each. */
export const EVERY_ROW: Selection = { conditions: [], eachTurn: false };

/** Whether every row is read, as one episode. */
export function takesEveryRow({ conditions, rows, sample, eachTurn }: Selection): boolean {
  return conditions.length === 0 && !rows && sample === undefined && !eachTurn;
}

type Fault = { readonly message: string; readonly origin: RowCondition['origin'] };

/** The selection of a declaration; `fault` is told of patterns that are none. */
export function compileSelection(
  { selection }: DatasetSource,
  pathOf: (text: string, origin: RowCondition['origin']) => Path,
  fault: (fault: Fault) => void,
): Selection {
  if (!selection) return EVERY_ROW;
  const { where, rows, sample, eachTurn } = selection;
  const conditions = where.map(({ path: text, negated, test, origin }): Condition => {
    const base = { path: pathOf(text, origin), negated };
    if (test.kind === 'is') return { ...base, value: test.value };
    if (test.kind === 'exists') return base;
    const pattern = compilePattern(test.pattern);
    if ('error' in pattern) {
      fault({ message: pattern.error, origin });
      return base;
    }
    return { ...base, pattern };
  });
  return {
    conditions,
    ...(rows ? { rows: { first: rows.first, last: rows.last } } : {}),
    ...(sample ? { sample: sample.count } : {}),
    eachTurn,
  };
}

/** Whether the row on the tape satisfies the condition; `matched` is the result of a pattern that was tried elsewhere. */
export function satisfies(condition: Condition, tape: Tape, row: Row, matched: boolean | undefined): boolean {
  return test(condition, tape, row, matched) !== condition.negated;
}

function test({ path, pattern, value }: Condition, tape: Tape, row: Row, matched: boolean | undefined): boolean {
  if (pattern) {
    if (matched !== undefined) return matched;
    const text = fieldText(tape, row, path);
    return text !== undefined && pattern.regex.test(text);
  }
  const turn = path.role ? lastTurn(tape, row, path.role) : undefined;
  if (turn !== undefined) return value === undefined || turn === value;
  const node = attached(tape, follow(tape, path));
  if (value === undefined || node < 0) return node >= 0;
  if (value === null) return tape.kind[node] === Kind.null;
  if (typeof value === 'boolean') return truthOf(tape, node) === value;
  if (typeof value === 'number') return looseNumber(tape, node) === value;
  return isString(tape, node) && stringOf(tape, node) === value;
}
