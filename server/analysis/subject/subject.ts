/**
 * What an analysis asks about: a program with its conditions and the counts of its datasets, as a function of the numbers
 * in its text. Knows programs as data; must not know text, files or editors.
 */
import type { DatasetCounts } from '../../datasets/counts';
import { instantiate } from '../../program/instantiate';
import type { Program } from '../../program/model/program';
import { countsWith } from './datasetCounts';
import { variant } from './variant';

export interface Subject {
  readonly program: Program;
  /** By index into `Program.declaredDatasets`. */
  readonly counts: ReadonlyMap<number, DatasetCounts>;
}

/** Other numbers in the place of those in the text. */
export interface Change {
  readonly parameters?: Readonly<Record<string, number>>;
  readonly numbers?: Readonly<Record<string, number>>;
  /** Every effective count, measured row and 1/β times this (LANGUAGE section 9, Horizon); contexts are not scaled. */
  readonly scale?: number;
}

/** The program without a condition (null), then every condition's index: the order of all lists of results. */
export function conditionsOf({ program }: Subject): readonly (number | null)[] {
  return [null, ...program.conditions.map((c) => c.index)];
}

export function conditionName({ program }: Subject, condition: number | null): string | null {
  return condition === null ? null : (program.conditions[condition]?.name ?? null);
}

/** Why there is no program with these numbers. */
export interface Unsound {
  readonly unsound: string;
}

export const isUnsound = (value: object): value is Unsound => 'unsound' in value;

/** The program of a condition with other numbers; the first error where it has one. */
export function programWith({ program }: Subject, condition: number | null, change: Change = {}): Program | Unsound {
  const { parameters, numbers, scale } = change;
  const written = condition === null ? program : program.conditions[condition]?.program;
  if (!written) return { unsound: 'there is no such condition' };
  if (!parameters && !numbers) {
    const error = written.diagnostics.find((d) => d.severity === 'error');
    return error ? { unsound: error.message } : scaled(written, scale);
  }
  const made = instantiate(program.text, {
    ...(condition === null ? {} : { condition }),
    ...(parameters ? { parameters } : {}),
    ...(numbers ? { numbers } : {}),
  });
  if (made.sound) return scaled(made.program, scale);
  // Findings cost a build of their own: they are asked for only here.
  const error = made.diagnostics.find((d) => d.severity === 'error');
  return { unsound: error?.message ?? 'the program has an error with these numbers' };
}

/** Every stage of training keeps `scale` times of what it keeps; what a prompt says is not training. */
function scaled(program: Program, scale: number | undefined): Program {
  if (scale === undefined || scale === 1) return program;
  return variant(program, {
    stages: program.stages.map((stage) => ({ ...stage, retention: stage.retention * scale })),
  });
}

/** The counts of a program's own datasets, by its own indices, under the numbers that its mappings have there. */
export function countsFor({ program: written, counts }: Subject, program: Program): ReadonlyMap<number, DatasetCounts> {
  const own = new Map<number, DatasetCounts>();
  for (const source of program.datasets) {
    const read = counts.get(source.declaration);
    const declared = written.declaredDatasets[source.declaration];
    const here = read && declared && countsWith(read, declared, source);
    if (here) own.set(source.index, here);
  }
  return own;
}
