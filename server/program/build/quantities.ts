/**
 * What numbers come to: literals, `$name` and sums, with the values that parameters have in the program that is built.
 * Must not know what the numbers are of.
 */
import { parametersIn } from '../../syntax/expressionTerms';
import type { Name, NumberNode } from '../../syntax/tree';
import { evaluate } from '../expressionValue';
import { type BuildContext, report } from './buildContext';
import { reportUnknown } from './names';
import type { Quantities } from './numbersInForce';

/** The number's value; undefined where it has none, which is reported here or at the parameter's declaration. */
export function quantityOf(ctx: BuildContext, file: number, node: NumberNode): number | undefined {
  const { quantities } = ctx;
  if (node.expression === undefined) {
    return quantities.overrides.size === 0 ? node.value : (quantities.overrides.get(node) ?? node.value);
  }
  let known = true;
  for (const name of parametersIn(node.expression)) known = refer(ctx, file, name) && known;
  if (!known) return undefined;
  let dividesByZero = false;
  const values = {
    parameter: (name: Name) => valueOfName(quantities, name),
    literal: (literal: object) => quantities.overrides.get(literal),
  };
  const value = evaluate(node.expression, values, () => {
    dividesByZero = true;
  });
  if (Number.isFinite(value)) return value;
  if (!parametersIn(node.expression).every((name) => Number.isFinite(valueOfName(quantities, name)))) return undefined;
  const reason = dividesByZero ? 'it divides by 0' : 'it is too large for a number';
  report(ctx, file, node, 'expression-value', `'${node.text}' has no value: ${reason}.`);
  return undefined;
}

/** Notes the reference to a parameter; false, and reported, where there is none of this name. */
export function refer(ctx: BuildContext, file: number, name: Name): boolean {
  const { parameters } = ctx.quantities;
  const index = parameters.get(name.text);
  if (index === undefined) {
    reportUnknown(ctx, 'parameter', file, name, parameters.keys());
    return false;
  }
  ctx.occurrences.refer('parameter', index, file, name);
  return true;
}

function valueOfName({ parameters, values }: Quantities, name: Name): number {
  return values[parameters.get(name.text) ?? -1] ?? Number.NaN;
}
