/**
 * Parameters as declared: values, ranges and scales; and the fits and sweeps that name them (LANGUAGE section 7). Must
 * not know what a parameter is used for.
 */
import type {
  FitDeclaration,
  Name,
  NumberLiteral,
  ParameterDeclaration,
  ScaleWord,
  Span,
  SweepDeclaration,
} from '../../syntax/tree';
import { originOf, type Placed } from '../files';
import type { Fit, Parameter, Scale, Sweep } from '../model/program';
import { buildAccountList } from './accounts';
import { type BuildContext, isDamaged, report } from './buildContext';
import { type Definition, defineNames, type NameTable } from './names';
import { refer } from './quantities';
import { belowOne, finite, numberIn, positive } from './ranges';
import { onlyOne } from './settings';
import { sourceOf } from './sources';

export interface Parameters {
  readonly table: NameTable;
  readonly definitions: readonly Definition<ParameterDeclaration>[];
  /** With the values that are written. */
  readonly list: readonly Parameter[];
}

export function buildParameters(
  ctx: BuildContext,
  declarations: readonly Placed<ParameterDeclaration>[],
  sources: NameTable,
): Parameters {
  const { table, definitions } = defineNames(ctx, 'parameter', declarations);
  const list = definitions.map((definition, index): Parameter => {
    const { file, node, declared } = definition;
    const value = numberIn(ctx, file, node.value, finite, `The value of '${declared.name}'`) ?? Number.NaN;
    const scale: Scale = node.scale?.value ?? 'linear';
    const range = readRange(ctx, file, node, scale);
    const sd = numberIn(ctx, file, node.sd, positive, `The standard deviation of '${declared.name}'`);
    if (node.value) {
      if (!fits(scale, value)) {
        const message = `On the scale '${scale}' a value is ${wordsOf(scale)}, not ${node.value.text}.`;
        report(ctx, file, node.value, 'parameter-scale', message);
      } else if (range) checkInRange(ctx, file, node.value, value, { ...declared, ...range });
    }
    return {
      ...declared,
      index,
      value,
      written: value,
      ...range,
      ...(sd === undefined ? {} : { sd }),
      scale,
      source: sourceOf(sources, node.mark),
      valueOrigin: originOf(file, node.value ?? node),
    };
  });
  return { table, definitions, list };
}

function fits(scale: Scale, value: number): boolean {
  if (scale === 'linear' || Number.isNaN(value)) return true;
  return value > 0 && (scale === 'log' || value < 1);
}

function wordsOf(scale: Scale): string {
  return scale === 'log' ? 'above 0' : 'between 0 and 1, both excluded';
}

/** The ends of a range on a scale; undefined without one or where it is none (reported). */
function readRange(
  ctx: BuildContext,
  file: number,
  { from, to }: { readonly from?: NumberLiteral; readonly to?: NumberLiteral },
  scale: Scale,
): { readonly from: number; readonly to: number } | undefined {
  const low = numberIn(ctx, file, from, finite, 'The end of a range');
  const high = numberIn(ctx, file, to, finite, 'The end of a range');
  if (!from || !to || low === undefined || high === undefined) return undefined;
  const place = { start: from.start, end: to.end };
  if (low >= high) {
    const message = `A range goes from its lower end to its upper one, not from ${from.text} to ${to.text}.`;
    report(ctx, file, place, 'parameter-range', message, { data: { from: from.text, to: to.text } });
    return undefined;
  }
  if (fits(scale, low) && fits(scale, high)) return { from: low, to: high };
  const message = `On the scale '${scale}' the ends of a range are ${wordsOf(scale)}, not ${from.text} and ${to.text}.`;
  report(ctx, file, place, 'parameter-scale', message);
  return undefined;
}

/** Reports a value outside of its parameter's own range, where it stands. */
export function checkInRange(
  ctx: BuildContext,
  file: number,
  place: Span,
  value: number,
  { name, from, to }: Pick<Parameter, 'name' | 'from' | 'to'>,
): void {
  if (from === undefined || to === undefined || (value >= from && value <= to)) return;
  const message = `'${name}' is ${value} here, outside its own range from ${from} to ${to}.`;
  report(ctx, file, place, 'parameter-outside', message);
}

/** The parameter that a `$name` means, noting the reference. */
export function resolveParameter(ctx: BuildContext, file: number, name: Name | undefined): number | undefined {
  return name && refer(ctx, file, name) ? ctx.quantities.parameters.get(name.text) : undefined;
}

export function buildFit(
  ctx: BuildContext,
  declarations: readonly Placed<FitDeclaration>[],
  parameters: readonly Parameter[],
): Fit | undefined {
  const placed = onlyOne(ctx, 'fit', declarations);
  if (!placed) return undefined;
  const { file, node } = placed;
  const found: number[] = [];
  for (const name of node.parameters) {
    const index = resolveParameter(ctx, file, name);
    if (index === undefined) continue;
    const parameter = parameters[index]!;
    if (found.includes(index)) {
      report(ctx, file, name, 'duplicate-setting', `'$${name.text}' is already fitted.`);
    } else if (parameter.from === undefined && parameter.sd === undefined) {
      const message = `To be fitted '${name.text}' needs a range or a standard deviation: write 'from … to …' or 'sd …' where it is declared.`;
      report(ctx, file, name, 'fit-without-prior', message, {
        related: [{ origin: parameter.nameOrigin, message: `'${name.text}' is declared here.` }],
        data: { parameter: name.text },
      });
    } else found.push(index);
  }
  const overdispersion = numberIn(ctx, file, node.overdispersion, belowOne, 'The overdispersion');
  const accounts = buildAccountList(
    ctx,
    node.accounts.map((account) => ({ file, node: account })),
  );
  const expression = node.overdispersion?.expression;
  const parameter =
    expression?.kind === 'use' ? ctx.quantities.parameters.get(expression.parameter?.text ?? '') : undefined;
  if (found.length === 0 || isDamaged(ctx, file, node) || (node.overdispersion && overdispersion === undefined)) {
    return undefined;
  }
  return {
    parameters: found,
    overdispersion: overdispersion ?? 0,
    ...(parameter === undefined ? {} : { overdispersionParameter: parameter }),
    accounts,
    origin: originOf(file, node),
  };
}

export function buildSweeps(
  ctx: BuildContext,
  declarations: readonly Placed<SweepDeclaration>[],
  parameters: readonly Parameter[],
): Sweep[] {
  const sweeps: Sweep[] = [];
  for (const { file, node } of declarations) {
    const parameter = resolveParameter(ctx, file, node.parameter);
    if (parameter === undefined) continue;
    const own = parameters[parameter]!;
    const scale: ScaleWord = node.scale?.value ?? own.scale;
    const range = readRange(ctx, file, node, scale);
    if ((node.from && !range) || isDamaged(ctx, file, node)) continue;
    const { from, to } = range ?? own;
    sweeps.push({ index: sweeps.length, parameter, from, to, scale, origin: originOf(file, node) });
  }
  return sweeps;
}
