/**
 * What an expression comes to, from the values of parameters. Must not know where those values come from.
 */
import type { Expression, Name, NumberNode } from '../syntax/tree';
import type { Program } from './model/program';

/** Value of a parameter by name, NaN where there is none; value in the place of a literal. */
export interface Values {
  readonly parameter: (name: Name) => number;
  readonly literal: (literal: object) => number | undefined;
}

/** The number in a program: the program of a condition has that condition's values. NaN where it has no value. */
export function valueIn(program: Pick<Program, 'parameters'>, node: NumberNode): number {
  if (node.expression === undefined) return node.value;
  const parameter = ({ text }: Name) => program.parameters.find(({ name }) => name === text)?.value ?? Number.NaN;
  return evaluate(node.expression, { parameter, literal: () => undefined });
}

/** NaN where a part is missing. `/ 0` calls `onZero` and gives NaN too. */
export function evaluate(e: Expression | undefined, values: Values, onZero: () => void = () => {}): number {
  switch (e?.kind) {
    case undefined:
      return Number.NaN;
    case 'literal':
      return values.literal(e) ?? e.value;
    case 'use':
      return e.parameter ? values.parameter(e.parameter) : Number.NaN;
    case 'minus':
      return -evaluate(e.of, values, onZero);
    case 'operation': {
      const left = evaluate(e.left, values, onZero);
      const right = evaluate(e.right, values, onZero);
      if (e.operator === '+') return left + right;
      if (e.operator === '-') return left - right;
      if (e.operator === '*') return left * right;
      if (right !== 0) return left / right;
      onZero();
      return Number.NaN;
    }
  }
}
