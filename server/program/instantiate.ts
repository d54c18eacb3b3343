/**
 * A program with other numbers: the same as writing them into the text and building again, much cheaper, because only
 * what reads a number that differs is built. Fits, sweeps, remedies and sensitivities call it thousands of times. Must
 * not know what is computed from a program.
 */

import { reassemble } from './build/assembly';
import { type Build, buildOf, buildWith, hasStructuralError } from './build/build';
import type { BuildContext } from './build/buildContext';
import { assignedValues } from './build/conditions';
import { dependenciesOf, dirtyUnits } from './build/dependencies';
import { SILENT } from './build/occurrences';
import { programOf } from './build/programOf';
import { numberNodes } from './declaredNumbers';
import type { Diagnostic } from './diagnostic';
import type { ParsedFile } from './files';
import type { Program } from './model/program';

export interface Instance {
  /** Index of the condition; undefined: the program without one. */
  readonly condition?: number;
  /** Values in the place of the declarations' own, by name of parameter; a condition's `set` still wins. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** Values in the place of numbers of the text, by `DeclaredNumber.id`. */
  readonly numbers?: Readonly<Record<string, number>>;
}

export interface Instantiated {
  readonly program: Program;
  /** Whether no error stands in it. False: the program leaves out what is wrong, and must not be computed with. */
  readonly sound: boolean;
  /** All findings, computed when they are asked for. */
  readonly diagnostics: readonly Diagnostic[];
}

/** `files` is `Program.text`. An unknown name or id, or a number that is not finite, changes nothing. */
export function instantiate(files: readonly ParsedFile[], instance: Instance): Instantiated {
  const build = buildOf(files);
  const overrides = overridesOf(files, build, instance);
  const text = instance.condition === undefined ? undefined : build.conditions.list[instance.condition];
  const built = text && build.builtConditions[text.index];
  const old = built?.assembly ?? build.assembly;
  const before = built?.values ?? build.ctx.quantities.values;

  const base = build.ctx.quantities.values.slice();
  build.parameters.definitions.forEach(({ node }, index) => {
    const value = node.value && overrides.get(node.value);
    if (value !== undefined) base[index] = value;
  });
  const quantities = { ...build.ctx.quantities, values: base, overrides };
  const quiet: BuildContext = { ...build.ctx, diagnostics: [], occurrences: SILENT, quantities };
  const values = text ? assignedValues(quiet, base, text) : base;
  const ctx: BuildContext = { ...quiet, quantities: { ...quantities, values } };
  const dirty = dirtyUnits(dependenciesOf(old, build.parameters.table), before, values, overrides.keys());
  const assembly = dirty.size === 0 ? old : reassemble(ctx, old, dirty);

  const diagnostics = () => diagnosticsWith(files, overrides, instance.condition);
  const { conditions, sweeps } = build.program;
  const extra = text ? { condition: text.index, diagnostics } : { conditions, sweeps, diagnostics };
  const program = programOf(build.shared, assembly, values, extra);
  return {
    program,
    sound: !hasStructuralError(build, text) && !quiet.diagnostics.some(isError) && !hasError(assembly.findings),
    get diagnostics() {
      return program.diagnostics;
    },
  };
}

function hasError(findings: ReadonlyMap<string, readonly Diagnostic[]>): boolean {
  for (const list of findings.values()) if (list.some(isError)) return true;
  return false;
}

const isError = ({ severity }: Diagnostic) => severity === 'error';

/** What building from nothing with these numbers finds. */
function diagnosticsWith(
  files: readonly ParsedFile[],
  overrides: ReadonlyMap<object, number>,
  condition: number | undefined,
): readonly Diagnostic[] {
  const { program } = overrides.size === 0 ? buildOf(files) : buildWith(files, overrides);
  return condition === undefined ? program.diagnostics : (program.conditions[condition]?.program.diagnostics ?? []);
}

const NOTHING: ReadonlyMap<object, number> = new Map();

function overridesOf(
  files: readonly ParsedFile[],
  { parameters }: Build,
  instance: Instance,
): ReadonlyMap<object, number> {
  const { parameters: byName, numbers: byId } = instance;
  if (byName === undefined && byId === undefined) return NOTHING;
  const overrides = new Map<object, number>();
  for (const [name, value] of Object.entries(byName ?? {})) {
    const node = parameters.definitions[parameters.table.get(name) ?? -1]?.node.value;
    if (node && Number.isFinite(value)) overrides.set(node, value);
  }
  if (byId === undefined) return overrides;
  const nodes = numberNodes(files);
  for (const [id, value] of Object.entries(byId)) {
    const node = nodes.get(id);
    if (node && Number.isFinite(value)) overrides.set(node, value);
  }
  return overrides;
}
