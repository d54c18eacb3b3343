/**
 * The part of a program that its numbers reach, built in *units* (a method table, a persona, an episode, …) so that it
 * can be built again with other numbers by building only the units that read them. Names were resolved into tables
 * before; they never depend on a number.
 */
import type {
  DatasetDeclaration,
  EpisodeDeclaration,
  EvaluationDeclaration,
  ExpectDeclaration,
  MethodName,
  NumberNode,
  ProbeDeclaration,
  ReinforceDeclaration,
} from '../../syntax/tree';
import type { Diagnostic } from '../diagnostic';
import type { DeclarationsByKind, Placed } from '../files';
import type {
  Account,
  DatasetSource,
  Episode,
  EvidenceRef,
  Expectation,
  Fit,
  Method,
  Observation,
  Parameter,
  Probe,
  Program,
  Reinforcement,
  Stage,
} from '../model/program';
import { buildAccounts, buildReinforcement } from './accounts';
import type { BuildContext } from './buildContext';
import { buildEpisode } from './episodes';
import { buildDataset } from './mappings';
import type { Definition, NameTable } from './names';
import { buildObserved } from './observations';
import { buildFit } from './parameters';
import {
  buildPersonas,
  type Personas,
  type PersonaTexts,
  reachedBy,
  rereadPersonas,
  reweighPersonas,
} from './personas';
import { buildExpectations, buildProbes } from './probes';
import { fraction, numberIn } from './ranges';
import { buildMethods } from './settings';
import { type Capabilities, rebuildCapabilities, type Situations } from './situations';

/** What one program is built of. */
export interface Inputs {
  readonly kinds: DeclarationsByKind;
  /** Episodes and datasets, in order. */
  readonly evidence: readonly Placed<EpisodeDeclaration | DatasetDeclaration>[];
  readonly reinforce: readonly Placed<ReinforceDeclaration>[];
  readonly probe: readonly Placed<ProbeDeclaration>[];
  readonly expect: readonly Placed<ExpectDeclaration>[];
  readonly evaluation: readonly Placed<EvaluationDeclaration>[];
  /** Stages before each but the first: what is left of them. One shorter than the stages. */
  readonly retaining: readonly (Placed<NumberNode> | undefined)[];
  /** The conditions of each stage, the last one giving its name. */
  readonly stages: readonly (number | undefined)[];
}

/** What is the same for a program and all of its conditions. */
export interface Names {
  readonly situations: Situations;
  readonly datasets: ReadonlyMap<DatasetDeclaration, Definition<DatasetDeclaration> & { readonly declaration: number }>;
  readonly sources: NameTable;
  readonly parameters: readonly Parameter[];
}

/** `persona 3`, `evidence 12`, `methods`. */
export type Unit = string;

type Piece = Episode | DatasetSource | undefined;

export interface Assembly {
  readonly inputs: Inputs;
  readonly names: Names;
  readonly methods: Readonly<Record<MethodName, Method>>;
  readonly capabilities: Capabilities;
  readonly texts: PersonaTexts;
  readonly personas: Personas;
  /** By place in `inputs.evidence` and `inputs.reinforce`; undefined where something is wrong. */
  readonly evidence: readonly Piece[];
  readonly reinforcements: readonly (Reinforcement | undefined)[];
  readonly probes: readonly Probe[];
  readonly expectations: readonly Expectation[];
  readonly observed: readonly Observation[];
  readonly accounts: readonly Account[];
  /** With the values that hold here. */
  readonly fit: Fit | undefined;
  readonly stages: readonly Stage[];
  /** What was found in each unit that has findings. */
  readonly findings: ReadonlyMap<Unit, readonly Diagnostic[]>;
}

/** Runs one unit and keeps apart what it finds. */
function findingsInto(ctx: BuildContext, findings: Map<Unit, readonly Diagnostic[]>) {
  return <T>(unit: Unit, build: () => T): T => {
    const before = ctx.diagnostics.length;
    const value = build();
    if (ctx.diagnostics.length > before) findings.set(unit, ctx.diagnostics.slice(before));
    else if (findings.size > 0) findings.delete(unit);
    return value;
  };
}

/** An episode has the index that it is given; a dataset is given one by its place. */
function assembleEvidence(ctx: BuildContext, names: Names, placed: Inputs['evidence'][number], index: number): Piece {
  if (placed.node.kind === 'episode') {
    return buildEpisode(ctx, placed as Placed<EpisodeDeclaration>, index, names.situations);
  }
  const definition = names.datasets.get(placed.node);
  return definition && buildDataset(ctx, definition, definition.declaration, names.situations, placed.stage);
}

/** Builds everything. */
export function assemble(
  ctx: BuildContext,
  inputs: Inputs,
  names: Names,
  first: { readonly methods: Assembly['methods']; readonly capabilities: Capabilities; readonly texts: PersonaTexts },
  found: ReadonlyMap<Unit, readonly Diagnostic[]>,
): Assembly {
  const findings = new Map(found);
  const unit = findingsInto(ctx, findings);
  const { situations } = names;
  const personas = unit('priors', () => buildPersonas(ctx, first.texts, situations));
  let episodes = 0;
  const buildPiece = (placed: Inputs['evidence'][number]): Piece => {
    const piece = assembleEvidence(ctx, names, placed, episodes);
    if (piece && 'node' in piece) episodes++;
    return piece;
  };
  return {
    ...first,
    inputs,
    names,
    personas,
    // A name only for a piece that has findings: there are many thousand without.
    evidence: inputs.evidence.map((placed, at) => {
      const before = ctx.diagnostics.length;
      const piece = buildPiece(placed);
      if (ctx.diagnostics.length > before) findings.set(`evidence ${at}`, ctx.diagnostics.slice(before));
      return piece;
    }),
    reinforcements: inputs.reinforce.map((placed, at) =>
      unit(`reinforce ${at}`, () => buildReinforcement(ctx, placed, situations)),
    ),
    probes: unit('probes', () => buildProbes(ctx, inputs.probe, situations)),
    expectations: unit('expectations', () => buildExpectations(ctx, inputs.expect, situations, personas)),
    observed: unit('observed', () => buildObserved(ctx, inputs.evaluation, situations, names.sources)),
    accounts: unit('accounts', () => buildAccounts(ctx, inputs.kinds.compare)),
    fit: unit('fit', () => buildFit(ctx, inputs.kinds.fit, names.parameters)),
    stages: unit('stages', () => buildStages(ctx, inputs)),
    findings,
  };
}

/**
 * The same program with other numbers: `dirty` are the units that read one that differs. With other `inputs`, which
 * begin with those of before, what they have more is built too.
 */
export function reassemble(ctx: BuildContext, old: Assembly, dirty: ReadonlySet<Unit>, inputs = old.inputs): Assembly {
  const findings = new Map(old.findings);
  const unit = findingsInto(ctx, findings);
  const { names } = old;
  const { situations } = names;
  const redo = <T>(name: Unit, retained: T, build: () => T): T => (dirty.has(name) ? unit(name, build) : retained);
  const more = <T, U>(
    retained: readonly U[],
    wanted: readonly T[],
    kind: string,
    build: (one: T, at: number) => U,
  ): readonly U[] => {
    let list: U[] | undefined;
    for (const name of dirty) {
      if (!name.startsWith(kind)) continue;
      const at = Number(name.slice(kind.length + 1));
      list ??= retained.slice();
      list[at] = unit(name, () => build(wanted[at]!, at));
    }
    for (let at = retained.length; at < wanted.length; at++) {
      list ??= retained.slice();
      list.push(unit(`${kind} ${at}`, () => build(wanted[at]!, at)));
    }
    return list ?? retained;
  };
  const capabilities = redo('capabilities', old.capabilities, () => rebuildCapabilities(ctx, old.capabilities));
  const { texts, personas } = repersonas(ctx, old, dirty, capabilities, unit);
  return {
    inputs,
    names,
    methods: redo('methods', old.methods, () => buildMethods(ctx, inputs.kinds)),
    capabilities,
    texts,
    personas,
    evidence: more(old.evidence, inputs.evidence, 'evidence', (placed, at) =>
      assembleEvidence(ctx, names, placed, old.evidence[at]?.index ?? 0),
    ),
    reinforcements: more(old.reinforcements, inputs.reinforce, 'reinforce', (placed) =>
      buildReinforcement(ctx, placed, situations),
    ),
    probes: redo('probes', old.probes, () => buildProbes(ctx, inputs.probe, situations)),
    expectations: redo('expectations', old.expectations, () =>
      buildExpectations(ctx, inputs.expect, situations, personas),
    ),
    observed: redo('observed', old.observed, () => buildObserved(ctx, inputs.evaluation, situations, names.sources)),
    accounts: redo('accounts', old.accounts, () => buildAccounts(ctx, inputs.kinds.compare)),
    fit: redo('fit', old.fit, () => buildFit(ctx, inputs.kinds.fit, names.parameters)),
    stages: redo('stages', old.stages, () => buildStages(ctx, inputs)),
    findings,
  };
}

function repersonas(
  ctx: BuildContext,
  old: Assembly,
  dirty: ReadonlySet<Unit>,
  capabilities: Capabilities,
  unit: <T>(name: Unit, build: () => T) => T,
): Pick<Assembly, 'texts' | 'personas'> {
  const changed = new Set<number>();
  for (const name of dirty) if (name.startsWith('persona ')) changed.add(Number(name.slice(8)));
  const { situations } = old.names;
  if (changed.size > 0) {
    const texts = rereadPersonas(ctx, old.texts, changed, situations, capabilities, (index, read) =>
      unit(`persona ${index}`, read),
    );
    // A circle of rows is reported where all rows are looked up.
    const isClean = !old.findings.has('priors');
    const known = isClean ? { personas: old.personas, reached: reachedBy(texts, changed) } : undefined;
    return { texts, personas: unit('priors', () => buildPersonas(ctx, texts, situations, known)) };
  }
  if (!dirty.has('priors')) return old;
  return { texts: old.texts, personas: unit('priors', () => reweighPersonas(ctx, old.texts, old.personas)) };
}

/** What is left of each stage: the product of what every later one retains. */
function buildStages(ctx: BuildContext, { stages, retaining }: Inputs): readonly Stage[] {
  const result: Stage[] = [];
  let retention = 1;
  for (let at = stages.length - 1; at >= 0; at--) {
    const condition = stages[at];
    result.unshift(condition === undefined ? { retention } : { retention, condition });
    const next = at > 0 ? retaining[at - 1] : undefined;
    if (next) retention *= numberIn(ctx, next.file, next.node, fraction, `'retaining'`) ?? 1;
  }
  return result;
}

/** Episodes and datasets that are sound, each with its index, and their order. */
export function listEvidence(pieces: readonly Piece[]): Pick<Program, 'episodes' | 'datasets' | 'evidence'> {
  const episodes: Episode[] = [];
  const datasets: DatasetSource[] = [];
  const evidence: EvidenceRef[] = [];
  for (const piece of pieces) {
    if (!piece) continue;
    const list: (Episode | DatasetSource)[] = 'node' in piece ? episodes : datasets;
    evidence.push({ kind: 'node' in piece ? 'episode' : 'dataset', index: list.length });
    list.push(piece.index === list.length ? piece : { ...piece, index: list.length });
  }
  return { episodes, datasets, evidence };
}
