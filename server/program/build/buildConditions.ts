/** The assembly of a condition: the program's own, with the numbers that differ and the condition's declarations. */

import type { EvaluationDeclaration, ExpectDeclaration, ProbeDeclaration } from '../../syntax/tree';
import type { Diagnostic } from '../diagnostic';
import type { Placed } from '../files';
import type { Condition } from '../model/program';
import { type Assembly, type Inputs, reassemble } from './assembly';
import type { BuildContext } from './buildContext';
import { assignedValues, type Conditions, type ConditionText, checkSets } from './conditions';
import { dependenciesOf, dirtyUnits } from './dependencies';
import { occurrencesWithin } from './occurrences';
import type { Parameters } from './parameters';
import { sourceOf } from './sources';

export interface BuiltCondition {
  readonly text: ConditionText;
  readonly assembly: Assembly;
  /** Of the parameters. */
  readonly values: Float64Array;
  /** What is wrong with it that is not wrong without it. */
  readonly findings: readonly Diagnostic[];
  readonly header: Omit<Condition, 'program'>;
}

export function buildCondition(
  shared: BuildContext,
  base: Assembly,
  conditions: Conditions,
  text: ConditionText,
  parameters: Parameters,
): BuiltCondition {
  const { declared, file, node } = text.definition;
  const quiet: BuildContext = {
    ...shared,
    diagnostics: [],
    occurrences: occurrencesWithin(shared.occurrences, file, declared.origin),
  };
  const inputs = inputsOf(base.inputs, conditions, text);
  const values = assignedValues(quiet, shared.quantities.values, text);
  checkSets(quiet, text, values, parameters.list, base.fit);
  const ctx: BuildContext = { ...quiet, quantities: { ...shared.quantities, values } };
  const dirty = dirtyUnits(dependenciesOf(base, parameters.table), shared.quantities.values, values, new Set());
  for (const always of ['probes', 'expectations', 'observed', 'stages']) dirty.add(always);
  const assembly = reassemble(ctx, base, dirty, inputs);
  const { name } = declared;
  const findings = ctx.diagnostics.map((one): Diagnostic => {
    const isOwn = one.origin.file === file && one.origin.start >= node.start && one.origin.end <= node.end;
    if (isOwn) return one;
    return { ...one, message: `In condition '${name}': ${one.message}`, data: { ...one.data, condition: name } };
  });
  const last = assembly.stages.length - 1;
  const retaining = last > 0 ? assembly.stages[last - 1]!.retention : 1;
  const header = {
    ...declared,
    index: text.index,
    ...(text.base ? { base: text.base } : {}),
    retaining,
    ...(node.unit ? { unit: node.unit.text } : {}),
    sets: text.sets.map(({ parameter, origin, valueOrigin }) => ({ parameter, origin, valueOrigin })),
    source: sourceOf(base.names.sources, node.mark),
  };
  return { text, assembly, values, findings, header };
}

/** Shared declarations, then those of the conditions that it builds on, then its own; questions are its own alone. */
function inputsOf(base: Inputs, conditions: Conditions, text: ConditionText): Inputs {
  const evidence = base.evidence.slice();
  const reinforce = base.reinforce.slice();
  const probe: Placed<ProbeDeclaration>[] = base.probe.slice();
  const expect: Placed<ExpectDeclaration>[] = base.expect.slice();
  const evaluation: Placed<EvaluationDeclaration>[] = [];
  text.stages.forEach((members, stage) => {
    for (const member of members) {
      const { file, node } = conditions.list[member]!.definition;
      for (const part of node.pieces) {
        if (part.kind === 'episode' || part.kind === 'dataset') evidence.push({ file, node: part, stage });
        else if (part.kind === 'reinforce') reinforce.push({ file, node: part, stage });
        else if (member !== text.index) continue;
        else if (part.kind === 'probe') probe.push({ file, node: part });
        else if (part.kind === 'expect') expect.push({ file, node: part });
        else if (part.kind === 'evaluation') evaluation.push({ file, node: part });
      }
    }
  });
  const stages = text.stages.map((members) => members.at(-1));
  return { ...base, evidence, reinforce, probe, expect, evaluation, retaining: text.retaining, stages };
}
