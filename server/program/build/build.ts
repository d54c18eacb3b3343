/**
 * The builder: parsed files in, Program out. A pure function that never fails: what is wrong becomes one diagnostic and
 * is left out of the Program, and what does not depend on it stays.
 *
 * Things with a name keep their place in the Program, with harmless values where theirs are wrong, so that navigation
 * works in broken text. Episodes, probes and other things without a name are left out when anything in them is wrong.
 */
import type { Diagnostic } from '../diagnostic';
import { declarationsByKind, type ParsedFile } from '../files';
import { lint } from '../lint/lints';
import type { Origin } from '../model/origin';
import type { Condition, Program } from '../model/program';
import { type Assembly, assemble, type Inputs, type Unit } from './assembly';
import { type BuiltCondition, buildCondition } from './buildConditions';
import { type BuildContext, createBuildContext } from './buildContext';
import { checkFit } from './checkFit';
import { type Conditions, type ConditionText, readConditions } from './conditions';
import { checkEpisodes } from './episodes';
import { defineNames } from './names';
import { buildParameters, buildSweeps, type Parameters } from './parameters';
import { readPersonas } from './personas';
import { programOf, type Shared } from './programOf';
import { buildMethods, buildScenario, buildUnits } from './settings';
import { buildCapabilities, buildSituations } from './situations';
import { buildSources, checkMarks } from './sources';
import { checkRows, checkUnused, checkUnusedNames } from './usage';

/** Everything that building a program has found out, for building it again with other numbers. */
export interface Build {
  /** As it was when the shared declarations had been built: quantities without a condition. */
  readonly ctx: BuildContext;
  readonly shared: Shared;
  readonly parameters: Parameters;
  readonly conditions: Conditions;
  readonly assembly: Assembly;
  readonly builtConditions: readonly BuiltCondition[];
  /** Errors that no number can mend or cause: by condition that has them in its own text, undefined for shared text. */
  readonly structuralErrors: ReadonlySet<number | undefined>;
  readonly program: Program;
}

const builds = new WeakMap<readonly ParsedFile[], Build>();

/** The root first, then imports in evidence order (`loadProgram` brings them so). */
export function buildProgram(files: readonly ParsedFile[]): Program {
  return buildOf(files).program;
}

/** The build of these files, which is done once. */
export function buildOf(files: readonly ParsedFile[]): Build {
  let build = builds.get(files);
  if (!build) {
    build = buildWith(files, new Map());
    builds.set(files, build);
  }
  return build;
}

/** Builds from nothing, with values in the place of some literals. */
export function buildWith(files: readonly ParsedFile[], overrides: ReadonlyMap<object, number>): Build {
  const start = createBuildContext(files);
  const { kinds, evidence: written } = declarationsByKind(files);
  const sources = buildSources(start, kinds.source);
  const parameters = buildParameters(
    { ...start, quantities: { ...start.quantities, overrides } },
    kinds.parameter,
    sources.table,
  );
  const values = Float64Array.from(parameters.list, ({ value }) => value);
  const ctx: BuildContext = { ...start, quantities: { parameters: parameters.table, values, overrides } };
  const conditions = readConditions(ctx, kinds.condition, parameters.table, { kinds, evidence: written });

  const findings = new Map<Unit, readonly Diagnostic[]>();
  const unit = <T>(name: Unit, build: () => T): T => {
    const before = ctx.diagnostics.length;
    const value = build();
    if (ctx.diagnostics.length > before) findings.set(name, ctx.diagnostics.slice(before));
    return value;
  };
  const scenario = buildScenario(ctx, kinds);
  const units = buildUnits(ctx, kinds);
  const methods = unit('methods', () => buildMethods(ctx, kinds));
  const capabilities = unit('capabilities', () => buildCapabilities(ctx, kinds.capability));
  const situations = buildSituations(ctx, kinds.situation, capabilities);
  const texts = readPersonas(ctx, kinds.persona, kinds.novel, situations, capabilities, (index, read) =>
    unit(`persona ${index}`, read),
  );
  const datasets = defineNames(ctx, 'dataset', [
    ...kinds.dataset,
    ...kinds.condition.flatMap(({ file, node }) =>
      node.pieces.flatMap((part) => (part.kind === 'dataset' ? [{ file, node: part }] : [])),
    ),
  ]);
  const names = {
    situations,
    datasets: new Map(datasets.definitions.map((one, declaration) => [one.node, { ...one, declaration }])),
    sources: sources.table,
    parameters: parameters.list,
  };
  const inputs: Inputs = {
    kinds,
    evidence: written,
    reinforce: kinds.reinforce,
    probe: kinds.probe,
    expect: kinds.expect,
    evaluation: kinds.evaluation,
    retaining: [],
    stages: [undefined],
  };
  const assembly = assemble(ctx, inputs, names, { methods, capabilities, texts }, findings);
  const sweeps = buildSweeps(ctx, kinds.sweep, parameters.list);
  checkMarks(ctx, files, sources.table);
  const sharedDiagnostics = ctx.diagnostics.slice();

  const shared: Shared = {
    files,
    scenario,
    units,
    sources: sources.list,
    parameters: parameters.list,
    declaredDatasets: [],
    occurrences: ctx.occurrences,
  };
  const builtConditions = conditions.list.map((text) => buildCondition(ctx, assembly, conditions, text, parameters));
  shared.declaredDatasets = listDatasets(assembly, builtConditions);
  const list = builtConditions.map((built): Condition => {
    const program = programOf(shared, built.assembly, built.values, {
      condition: built.text.index,
      diagnostics: () => conditionDiagnostics(sharedDiagnostics, assembly, built, conditions),
    });
    return { ...built.header, program };
  });
  const diagnostics = ctx.diagnostics;
  const program = programOf(shared, assembly, values, {
    conditions: list,
    sweeps,
    diagnostics: () => diagnostics,
  });

  const everything = withConditions(program, list);
  checkEpisodes(ctx, everything.episodes, methods);
  for (const built of builtConditions) addFindings(diagnostics, built);
  checkFit(ctx, program, kinds.fit[0]);
  checkRows(ctx, everything, situations, assembly.personas);
  // In a text with errors half of what hints speak about is missing: they would come and go with every letter.
  if (diagnostics.every(({ severity }) => severity !== 'error')) {
    checkUnused(ctx, everything, situations);
    checkUnusedNames(ctx, program);
    diagnostics.push(...lint(everything));
  }
  diagnostics.sort(byPlace);
  const inUnits = new Set([...assembly.findings.values()].flat());
  const structural = sharedDiagnostics.filter((one) => one.severity === 'error' && !inUnits.has(one));
  const structuralErrors = new Set(structural.map(({ origin }) => conditionAt(conditions, origin)));
  return { ctx, shared, parameters, conditions, assembly, builtConditions, structuralErrors, program };
}

/** The condition whose text holds the place. */
function conditionAt({ list }: Conditions, { file, start, end }: Origin): number | undefined {
  return list.find(({ definition }) => {
    const { origin } = definition.declared;
    return origin.file === file && origin.start <= start && end <= origin.end;
  })?.index;
}

/** Whether an error that no number can mend stands in what the program, or the condition, is made of. */
export function hasStructuralError({ structuralErrors }: Build, condition: ConditionText | undefined): boolean {
  if (structuralErrors.size === 0) return false;
  return (
    structuralErrors.has(undefined) ||
    !!condition?.stages.some((members) => members.some((one) => structuralErrors.has(one)))
  );
}

function listDatasets(assembly: Assembly, conditions: readonly BuiltCondition[]): Program['declaredDatasets'] {
  const list: Program['declaredDatasets'][number][] = [];
  for (const { evidence } of [assembly, ...conditions.map((built) => built.assembly)]) {
    for (const piece of evidence) if (piece && !('node' in piece)) list[piece.declaration] ??= piece;
  }
  return list.filter((one) => one !== undefined);
}

/** The program with the evidence and the questions of its conditions, for findings about what the text uses. */
function withConditions(program: Program, conditions: readonly Condition[]): Program {
  if (conditions.length === 0) return program;
  const own = <T extends { readonly origin: { readonly file: number; readonly start: number } }>(
    pick: (program: Program) => readonly T[],
  ): readonly T[] => {
    const seen = new Set<string>();
    return [program, ...conditions.map((one) => one.program)].flatMap(pick).filter(({ origin }) => {
      const key = `${origin.file} ${origin.start}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  };
  // On top of the program, so that what is costly stays uncomputed until it is asked for.
  const everything: Program = Object.create(program);
  return Object.assign(everything, {
    episodes: own((one) => one.episodes),
    datasets: program.declaredDatasets,
    reinforcements: own((one) => one.reinforcements),
    probes: own((one) => one.probes),
    expectations: own((one) => one.expectations),
    observed: own((one) => one.observed),
  });
}

/** Findings that only a condition has; those about shared text say which condition. */
function addFindings(into: Diagnostic[], built: BuiltCondition): void {
  const known = new Set(into.map(keyOf));
  for (const finding of built.findings) {
    if (known.has(keyOf(finding))) continue;
    known.add(keyOf(finding));
    into.push(finding);
  }
}

function keyOf({ code, origin }: Diagnostic): string {
  return `${code} ${origin.file} ${origin.start} ${origin.end}`;
}

/** What is wrong with a condition: shared findings that its numbers do not change, and its own. */
function conditionDiagnostics(
  shared: readonly Diagnostic[],
  base: Assembly,
  built: BuiltCondition,
  conditions: Conditions,
): readonly Diagnostic[] {
  const inUnits = new Set([...base.findings.values()].flat());
  const retained = new Set([...built.assembly.findings.values()].flat());
  const members = new Set<number | undefined>([undefined, ...built.text.stages.flat()]);
  const own = shared.filter(
    (one) => (!inUnits.has(one) || retained.has(one)) && members.has(conditionAt(conditions, one.origin)),
  );
  return [...own, ...built.findings].sort(byPlace);
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return a.origin.file - b.origin.file || a.origin.start - b.origin.start || a.origin.end - b.origin.end;
}
