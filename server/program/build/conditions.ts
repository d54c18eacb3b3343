/**
 * What conditions say of themselves: which one each builds on, what it sets, the stages of training that it comes to
 * (LANGUAGE section 7, Conditions). Must not build evidence: `assembly.ts` does.
 */

import { parametersIn } from '../../syntax/expressionTerms';
import type { ConditionDeclaration, MethodName, Name, NumberNode } from '../../syntax/tree';
import { type DeclarationsByKind, originOf, type Placed } from '../files';
import type { ConditionSet, Fit, Parameter } from '../model/program';
import { type BuildContext, isDamaged, report } from './buildContext';
import { cutCycles } from './cycles';
import { type Definition, defineNames, type NameTable, resolveName } from './names';
import { eachNumber } from './numberNodes';
import { checkInRange, resolveParameter } from './parameters';
import { finite, numberIn } from './ranges';

/** `set $name number`, resolved. */
interface Assignment extends ConditionSet {
  readonly name: string;
  readonly file: number;
  readonly value: NumberNode;
}

/** A condition before any number has a value. */
export interface ConditionText {
  readonly definition: Definition<ConditionDeclaration>;
  readonly index: number;
  readonly base?: { readonly kind: 'extends' | 'after'; readonly condition: number };
  /** Conditions whose declarations it has, by stage, the first one first; it is the last of the last stage. */
  readonly stages: readonly (readonly number[])[];
  /** What is left of the stages before each stage but the first: undefined is 1. */
  readonly retaining: readonly (Placed<NumberNode> | undefined)[];
  readonly sets: readonly Assignment[];
  /** All that hold, its own and those that it takes over, each after those that it reads. */
  readonly assignments: readonly Assignment[];
}

export interface Conditions {
  readonly table: NameTable;
  readonly list: readonly ConditionText[];
}

export function readConditions(
  ctx: BuildContext,
  declarations: readonly Placed<ConditionDeclaration>[],
  parameters: NameTable,
  shared: { readonly kinds: DeclarationsByKind; readonly evidence: readonly Placed<EvidenceNode>[] },
): Conditions {
  const { table, definitions } = defineNames(ctx, 'condition', declarations);
  const wanted = definitions.map(({ file, node }) => resolveName(ctx, 'condition', table, file, node.base?.name));
  const parents = cutCycles(ctx, 'condition', definitions, wanted, (node) => node.base?.name);
  const own = definitions.map(({ file, node }) => readSets(ctx, file, node));
  const done: (ConditionText | undefined)[] = definitions.map(() => undefined);
  const complete = (index: number): ConditionText => {
    const known = done[index];
    if (known) return known;
    const definition = definitions[index]!;
    const { node, file } = definition;
    const parent = parents[index];
    const base = parent === undefined || !node.base ? undefined : { kind: node.base.relation, condition: parent };
    const before = base && complete(base.condition);
    const stages = before ? [...before.stages] : [[]];
    const retaining = before ? [...before.retaining] : [];
    if (base?.kind === 'after') {
      stages.push([index]);
      retaining.push(node.retaining && { file, node: node.retaining });
    } else stages.push([...stages.pop()!, index]);
    const earlier = new Set(stages.slice(0, -1).flat());
    const evidence = [...earlier].flatMap((member) => evidenceOf(definitions[member]!));
    const past = earlier.size === 0 ? [] : [...shared.evidence, ...shared.kinds.reinforce, ...evidence];
    const sets = withoutEarlier(ctx, own[index]!, before, past, shared.kinds, parameters);
    const text = { definition, index, base, stages, retaining, sets };
    const assignments = ordered(ctx, before?.assignments ?? [], sets, parameters);
    done[index] = { ...text, assignments };
    return done[index]!;
  };
  return { table, list: definitions.map((_, index) => complete(index)) };
}

function evidenceOf({ file, node }: Definition<ConditionDeclaration>): readonly Placed<EvidenceNode>[] {
  return node.pieces.flatMap((part) =>
    part.kind === 'episode' || part.kind === 'dataset' || part.kind === 'reinforce' ? [{ file, node: part }] : [],
  );
}

function readSets(ctx: BuildContext, file: number, node: ConditionDeclaration): readonly Assignment[] {
  const sets: Assignment[] = [];
  for (const part of node.pieces) {
    if (part.kind !== 'set') continue;
    const parameter = resolveParameter(ctx, file, part.parameter);
    for (const name of parametersIn(part.value?.expression)) resolveParameter(ctx, file, name);
    if (parameter === undefined || !part.value || isDamaged(ctx, file, part)) continue;
    if (sets.some((other) => other.parameter === parameter)) {
      const message = `'$${part.parameter!.text}' is already set in this condition; this one is not used.`;
      report(ctx, file, part, 'duplicate-setting', message);
      continue;
    }
    const value = part.value;
    sets.push({
      parameter,
      name: part.parameter!.text,
      file,
      value,
      origin: originOf(file, part),
      valueOrigin: originOf(file, value),
    });
  }
  return sets;
}

/** The assignments that hold, in an order in which each reads only what stands before it. Circles are reported and cut. */
function ordered(
  ctx: BuildContext,
  inherited: readonly Assignment[],
  own: readonly Assignment[],
  table: NameTable,
): readonly Assignment[] {
  const winners = new Map(inherited.map((one) => [one.parameter, one]));
  for (const one of own) winners.set(one.parameter, one);
  const result: Assignment[] = [];
  const state = new Map<number, 'open' | 'done'>();
  const visit = (one: Assignment): boolean => {
    const seen = state.get(one.parameter);
    if (seen === 'done') return true;
    if (seen === 'open') return false;
    state.set(one.parameter, 'open');
    let sound = true;
    for (const name of parametersIn(one.value.expression)) {
      const read = winners.get(table.get(name.text) ?? -1);
      if (read && !visit(read)) {
        const message = `'$${name.text}' leads back to the parameter that is set here: a value cannot depend on itself.`;
        report(ctx, one.file, name, 'cyclic-set', message);
        sound = false;
      }
    }
    state.set(one.parameter, 'done');
    if (sound) result.push(one);
    return true;
  };
  for (const one of winners.values()) visit(one);
  return result;
}

/** The values of all parameters in a condition, from those without one. With a draft, mistakes are reported. */
export function assignedValues(ctx: BuildContext, base: Float64Array, condition: ConditionText): Float64Array {
  const values = base.slice();
  const within = { ...ctx, quantities: { ...ctx.quantities, values } };
  for (const { parameter, file, value } of condition.assignments) {
    values[parameter] = numberIn(within, file, value, finite, 'A parameter') ?? Number.NaN;
  }
  return values;
}

/** Values that lie outside of their parameter's own range, where a condition sets them. */
export function checkSets(
  ctx: BuildContext,
  condition: ConditionText,
  values: Float64Array,
  parameters: readonly Parameter[],
  fit: Fit | undefined,
): void {
  for (const { parameter, file, origin, valueOrigin } of condition.sets) {
    checkInRange(ctx, file, valueOrigin, values[parameter]!, parameters[parameter]!);
    if (!fit?.parameters.includes(parameter)) continue;
    const { name } = parameters[parameter]!;
    const message = `'${name}' is fitted, so no condition can set it: leave the 'set' out, or leave it out of the fit.`;
    report(ctx, file, origin, 'set-fitted', message, {
      related: [{ origin: fit.origin, message: 'It is fitted here.' }],
      data: { parameter: name },
    });
  }
}

/** Its `set`s without those of parameters that evidence of an earlier stage uses, which are reported. */
function withoutEarlier(
  ctx: BuildContext,
  sets: readonly Assignment[],
  before: ConditionText | undefined,
  earlier: readonly Placed<EvidenceNode>[],
  kinds: DeclarationsByKind,
  table: NameTable,
): readonly Assignment[] {
  if (sets.length === 0 || earlier.length === 0) return sets;
  const used = new Set<number>();
  const add = (name: Name) => {
    const index = table.get(name.text);
    if (index === undefined || used.has(index)) return;
    used.add(index);
    const set = before?.assignments.find(({ parameter }) => parameter === index);
    if (set) for (const read of parametersIn(set.value.expression)) add(read);
  };
  for (const { node } of earlier) {
    eachNumber(node, ({ expression }) => {
      for (const name of parametersIn(expression)) add(name);
    });
    for (const name of methodParameters(kinds, node)) add(name);
  }
  const refused = sets.filter(({ parameter }) => used.has(parameter));
  for (const { file, origin, name } of refused) {
    const message = `Evidence of an earlier stage uses '$${name}', and that training is over: use another parameter in this stage.`;
    report(ctx, file, origin, 'set-earlier-stage', message, { data: { parameter: name } });
  }
  return sets.filter((one) => !refused.includes(one));
}

/** The parameters of the methods that a piece of evidence may be weighed with. */
function methodParameters(kinds: DeclarationsByKind, node: EvidenceNode): readonly Name[] {
  if (node.kind === 'reinforce') return [];
  const possible: readonly MethodName[] = node.method
    ? [node.method.method]
    : node.kind === 'episode'
      ? [node.over ? 'prefer' : node.attributes.some(({ key }) => key === 'reward') ? 'rl' : 'sft']
      : ['sft', 'prefer', 'rl'];
  const names: Name[] = [];
  for (const { node: method } of kinds.method) {
    if (!method.method || !possible.includes(method.method.method)) continue;
    eachNumber(method, ({ expression }) => names.push(...parametersIn(expression)));
  }
  return names;
}

export type EvidenceNode = Extract<
  ConditionDeclaration['pieces'][number],
  { kind: 'episode' | 'dataset' | 'reinforce' }
>;
