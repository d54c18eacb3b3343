/** Hovers over what part two declares: parameters, expressions, conditions, sources. */
import { formatCount } from '../../../panel/model/numbers';
import { valueIn } from '../../program/expressionValue';
import type { Condition, Parameter, Program, Source } from '../../program/model/program';
import type { NumberNode } from '../../syntax/tree';
import { escapeMarkdown } from '../markdown';
import { code, heading, page, table } from './page';

export function parameterHover(program: Program, parameter: Parameter): string {
  const { name, title, doc, written, from, to, sd, scale } = parameter;
  const range = from === undefined || to === undefined ? '' : ` from ${formatCount(from)} to ${formatCount(to)}`;
  const prior = sd === undefined ? '' : `, prior normal with standard deviation ${formatCount(sd)}`;
  const fitted = program.fit?.parameters.includes(parameter.index) ? ' It is fitted.' : '';
  return page(
    heading('parameter', name, title, doc),
    `**${formatCount(written)}**${range} on the scale ${code(scale)}${prior}.${fitted}`,
    provenance(program.sources[parameter.source ?? -1]),
    byCondition(program, (one) => one.parameters[parameter.index]?.value ?? Number.NaN),
  );
}

/** An assumption and a number from a source look different. */
export function provenance(source: Source | undefined): string {
  if (!source) return 'Assumption: no source is marked.';
  const address = source.address ? `, ${escapeMarkdown(source.address)}` : '';
  return `Source: ${escapeMarkdown(source.title ?? source.name)}${address}.`;
}

/** What an expression comes to, here and in the conditions where it is something else. */
export function expressionHover(program: Program, node: NumberNode): string | undefined {
  if (node.expression === undefined) return undefined;
  return page(
    `${code(node.text)} = **${formatCount(valueIn(program, node))}**`,
    byCondition(program, (one) => valueIn(one, node)),
  );
}

/** A table of the values in conditions, where one of them differs from the program's. */
function byCondition(program: Program, value: (program: Program) => number): string | undefined {
  const own = value(program);
  const rows = program.conditions.map((one) => [one.name, value(one.program)] as const);
  if (rows.every(([, there]) => Object.is(there, own))) return undefined;
  return table(
    ['condition', '>value'],
    rows.map(([name, there]) => [escapeMarkdown(name), formatCount(there)]),
  );
}

export function conditionHover(program: Program, condition: Condition): string {
  const { name, title, doc, base, retaining, unit, sets } = condition;
  const parent = base && program.conditions[base.condition]?.name;
  const relation =
    base?.kind === 'after'
      ? `A later stage of ${code(parent ?? '')}, of whose evidence ${formatCount(retaining)} is left.`
      : base
        ? `A variant of ${code(parent ?? '')}.`
        : undefined;
  const { episodes, datasets, reinforcements, observed } = condition.program;
  const pieces = [
    `${formatCount(episodes.length)} episodes`,
    `${formatCount(datasets.length)} datasets`,
    `${formatCount(reinforcements.length)} reinforcements`,
    `${formatCount(observed.length)} evaluations of its own`,
  ];
  return page(
    heading('condition', name, title, doc),
    relation,
    unit && `Unit: ${code(unit)}.`,
    sets.length === 0
      ? undefined
      : table(
          ['set', '>value'],
          sets.map(({ parameter }) => {
            const set = condition.program.parameters[parameter];
            return [code(`$${set?.name ?? ''}`), formatCount(set?.value ?? Number.NaN)];
          }),
        ),
    `${pieces.join(', ')}.`,
  );
}

export function sourceHover(program: Program, name: string): string | undefined {
  const source = program.sources.find((one) => one.name === name);
  if (!source) return undefined;
  return page(
    heading('source', source.name, source.title, source.doc),
    source.address && escapeMarkdown(source.address),
  );
}
