/**
 * The builder: parsed files in, Program out. A pure function that never fails: what is wrong becomes one diagnostic and
 * is left out of the Program, and what does not depend on it stays.
 *
 * Things with a name keep their place in the Program, with harmless values where theirs are wrong, so that navigation
 * works in broken text. Episodes, probes and other things without a name are left out when anything in them is wrong.
 */
import type { DatasetDeclaration, EpisodeDeclaration } from '../../syntax/tree';
import type { Diagnostic } from '../diagnostic';
import { declarationsByKind, type ParsedFile, type Placed } from '../files';
import { lint } from '../lint/lints';
import type { DatasetSource, Episode, EvidenceRef, Program, Situation } from '../model/program';
import { buildAccounts, buildReinforcements } from './accounts';
import { type BuildContext, createBuildContext } from './buildContext';
import { buildEpisode, checkEpisodes } from './episodes';
import { buildDataset } from './mappings';
import { defineNames } from './names';
import { buildPersonas } from './personas';
import { buildExpectations, buildObserved, buildProbes } from './probes';
import { buildMethods, buildScenario, buildUnits } from './settings';
import { buildCapabilities, buildSituations, type Situations } from './situations';
import { checkRows, checkUnused } from './usage';

/** The root first, then imports in evidence order (`loadProgram` brings them so). */
export function buildProgram(files: readonly ParsedFile[]): Program {
  const ctx = createBuildContext(files);
  const { kinds, evidence: written } = declarationsByKind(files);
  const scenario = buildScenario(ctx, kinds);
  const units = buildUnits(ctx, kinds);
  const methods = buildMethods(ctx, kinds);
  const capabilities = buildCapabilities(ctx, kinds.capability);
  const situations = buildSituations(ctx, kinds.situation, capabilities);
  const personas = buildPersonas(ctx, kinds.persona, kinds.novel, situations, capabilities);
  const { episodes, datasets, evidence } = buildEvidence(ctx, written, kinds.dataset, situations);
  checkEpisodes(ctx, episodes, methods);
  const reinforcements = buildReinforcements(ctx, kinds.reinforce, situations);
  const probes = buildProbes(ctx, kinds.probe, situations);
  const expectations = buildExpectations(ctx, kinds.expect, situations, personas);
  const observed = buildObserved(ctx, kinds.evaluation, situations);
  const accounts = buildAccounts(ctx, kinds.compare);

  const program: Program = {
    files: files.map(({ uri, text, parsed, importedBy }) => ({ uri, text, tree: parsed.file, importedBy })),
    scenario,
    units,
    methods,
    capabilities: capabilities.list,
    situations: situations.list,
    cellOffset: cellOffsets(situations.list),
    personas: personas.list,
    novel: personas.novel,
    episodes,
    datasets,
    evidence,
    reinforcements,
    probes,
    expectations,
    observed,
    accounts,
    declaredDatasets: datasets,
    stages: [{ retention: 1 }],
    parameters: [],
    sources: [],
    conditions: [],
    sweeps: [],
    text: files,
    get occurrences() {
      return ctx.occurrences.list();
    },
    diagnostics: ctx.diagnostics,
  };
  checkRows(ctx, program, situations, personas);
  // In a text with errors half of what hints speak about is missing: they would come and go with every letter.
  if (ctx.diagnostics.every(({ severity }) => severity !== 'error')) {
    checkUnused(ctx, program, situations);
    ctx.diagnostics.push(...lint(program));
  }
  ctx.diagnostics.sort(byPlace);
  return program;
}

function buildEvidence(
  ctx: BuildContext,
  written: readonly Placed<{ readonly kind: string }>[],
  declared: readonly Placed<DatasetDeclaration>[],
  situations: Situations,
): { readonly episodes: Episode[]; readonly datasets: DatasetSource[]; readonly evidence: EvidenceRef[] } {
  const definitions = new Map(defineNames(ctx, 'dataset', declared).definitions.map((one) => [one.node, one]));
  const episodes: Episode[] = [];
  const datasets: DatasetSource[] = [];
  const evidence: EvidenceRef[] = [];
  for (const placed of written) {
    if (placed.node.kind === 'episode') {
      const episode = buildEpisode(ctx, placed as Placed<EpisodeDeclaration>, episodes.length, situations);
      if (!episode) continue;
      evidence.push({ kind: 'episode', index: episodes.length });
      episodes.push(episode);
    } else {
      const definition = definitions.get(placed.node as DatasetDeclaration);
      if (!definition) continue;
      evidence.push({ kind: 'dataset', index: datasets.length });
      datasets.push(buildDataset(ctx, definition, datasets.length, situations));
    }
  }
  return { episodes, datasets, evidence };
}

function cellOffsets(situations: readonly Situation[]): Int32Array {
  const offsets = new Int32Array(situations.length + 1);
  situations.forEach(({ responses }, index) => {
    offsets[index + 1] = offsets[index]! + responses.length;
  });
  return offsets;
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return a.origin.file - b.origin.file || a.origin.start - b.origin.start || a.origin.end - b.origin.end;
}
