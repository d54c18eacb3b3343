/** An assembly as a `Program`: the plain data that others read. */
import type { SourceFile } from '../../syntax/tree';
import type { Diagnostic } from '../diagnostic';
import type { ParsedFile } from '../files';
import type { Program, Situation } from '../model/program';
import { type Assembly, listEvidence } from './assembly';
import type { OccurrenceLog } from './occurrences';

/** What a program has in common with its conditions. */
export interface Shared {
  readonly files: readonly ParsedFile[];
  readonly scenario: Program['scenario'];
  readonly units: Program['units'];
  readonly sources: Program['sources'];
  /** With the values that are written. */
  readonly parameters: Program['parameters'];
  declaredDatasets: Program['declaredDatasets'];
  readonly occurrences: OccurrenceLog;
}

interface Extra {
  readonly condition?: number;
  readonly conditions?: Program['conditions'];
  readonly sweeps?: Program['sweeps'];
  readonly diagnostics: () => readonly Diagnostic[];
}

const programFiles = new WeakMap<readonly ParsedFile[], Program['files']>();
const offsets = new WeakMap<readonly Situation[], Int32Array>();

/** `values`: of the parameters, in force in this program. */
export function programOf(shared: Shared, assembly: Assembly, values: Float64Array, extra: Extra): Program {
  const { files, occurrences, declaredDatasets, ...common } = shared;
  const { situations } = assembly.names;
  const { episodes, datasets, evidence } = listEvidence(assembly.evidence);
  let found: readonly Diagnostic[] | undefined;
  const program: Program = {
    files: filesOf(files),
    ...common,
    methods: assembly.methods,
    capabilities: assembly.capabilities.list,
    situations: situations.list,
    cellOffset: cellOffsets(situations.list),
    personas: assembly.personas.list,
    ...(assembly.personas.novel ? { novel: assembly.personas.novel } : { novel: undefined }),
    episodes,
    datasets,
    evidence,
    reinforcements: listOf(assembly.reinforcements),
    probes: assembly.probes,
    expectations: assembly.expectations,
    observed: assembly.observed,
    accounts: assembly.accounts,
    declaredDatasets,
    stages: assembly.stages,
    parameters: valued(shared.parameters, values),
    conditions: extra.conditions ?? [],
    ...(extra.condition === undefined ? {} : { condition: extra.condition }),
    ...(assembly.fit ? { fit: assembly.fit } : {}),
    sweeps: extra.sweeps ?? [],
    text: files,
    occurrences: [],
    diagnostics: [],
  };
  // Costly, and seldom asked for: a spread of the program would compute them.
  return Object.defineProperties(program, {
    occurrences: { get: () => occurrences.list(), enumerable: true, configurable: true },
    diagnostics: {
      get: () => {
        found ??= extra.diagnostics();
        return found;
      },
      enumerable: true,
      configurable: true,
    },
  });
}

function filesOf(files: readonly ParsedFile[]): Program['files'] {
  let list = programFiles.get(files);
  if (!list) {
    list = files.map(
      ({
        uri,
        text,
        parsed,
        importedBy,
      }): { uri: string; text: string; tree: SourceFile; importedBy?: typeof importedBy } => ({
        uri,
        text,
        tree: parsed.file,
        importedBy,
      }),
    );
    programFiles.set(files, list);
  }
  return list;
}

function cellOffsets(situations: readonly Situation[]): Int32Array {
  let list = offsets.get(situations);
  if (!list) {
    list = new Int32Array(situations.length + 1);
    let sum = 0;
    for (const [index, { responses }] of situations.entries()) {
      sum += responses.length;
      list[index + 1] = sum;
    }
    offsets.set(situations, list);
  }
  return list;
}

function listOf(pieces: Assembly['reinforcements']): Program['reinforcements'] {
  return pieces.filter((one) => one !== undefined).map((one, index) => (one.index === index ? one : { ...one, index }));
}

function valued(parameters: Program['parameters'], values: Float64Array): Program['parameters'] {
  if (parameters.every(({ value }, index) => Object.is(value, values[index]))) return parameters;
  return parameters.map((one, index) => {
    const value = values[index]!;
    return Object.is(one.value, value) ? one : { ...one, value };
  });
}
