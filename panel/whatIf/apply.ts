/**
 * What-if: other values in the place of written ones. A program with the changes is another program, made without a
 * text and evaluated like any other; how the changes are written into the text is `edit.ts`.
 */
import type { DatasetCounts } from '../../server/datasets/counts';
import type { Persona, Program } from '../../server/program/model/program';

/** A value in the place of a written one, by its position in one program. */
export interface ProgramChange {
  readonly target:
    | { readonly kind: 'episode'; readonly index: number; readonly key: 'times' | 'weight' }
    | { readonly kind: 'dataset'; readonly index: number; readonly key: 'weight' }
    | { readonly kind: 'prior'; readonly persona: string }
    | { readonly kind: 'method'; readonly method: string; readonly key: 'strength' }
    | { readonly kind: 'reinforcement'; readonly index: number; readonly key: 'beta' };
  readonly value: number;
}

export interface WhatIfProgram {
  readonly program: Program;
  readonly counts: ReadonlyMap<number, DatasetCounts>;
}

type Target<Kind extends ProgramChange['target']['kind']> = Extract<ProgramChange['target'], { readonly kind: Kind }>;

/** The values asked for of one kind of target; the last of two for the same target counts, numbers that make no sense do not. */
export function changesOf<Kind extends ProgramChange['target']['kind']>(
  changes: readonly ProgramChange[],
  kind: Kind,
): { readonly target: Target<Kind>; readonly value: number }[] {
  const latest = new Map<string, { readonly target: Target<Kind>; readonly value: number }>();
  for (const { target, value } of changes) {
    if (target.kind !== kind || !Number.isFinite(value) || value < 0) continue;
    latest.set(JSON.stringify(target), { target: target as Target<Kind>, value });
  }
  return [...latest.values()];
}

/** The same program with the changes in it; what is not changed is shared with the program that came in. */
export function applyWhatIf(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
  changes: readonly ProgramChange[],
): WhatIfProgram {
  if (changes.length === 0) return { program, counts };
  const episodes = [...program.episodes];
  for (const { target, value } of changesOf(changes, 'episode')) {
    const episode = episodes[target.index];
    if (episode && (value > 0 || target.key === 'weight')) episodes[target.index] = { ...episode, [target.key]: value };
  }
  const methods = { ...program.methods };
  for (const { target, value } of changesOf(changes, 'method')) {
    const name = target.method as keyof typeof methods;
    if (Object.hasOwn(methods, name)) methods[name] = { ...methods[name], strength: value };
  }
  const reinforcements = [...program.reinforcements];
  for (const { target, value } of changesOf(changes, 'reinforcement')) {
    const reinforcement = reinforcements[target.index];
    if (reinforcement && value > 0) reinforcements[target.index] = { ...reinforcement, beta: value };
  }
  const changed = new Map(counts);
  for (const { target, value } of changesOf(changes, 'dataset')) {
    const dataset = counts.get(target.index);
    if (dataset) changed.set(target.index, reweighted(dataset, value));
  }
  const priors = whatIfPriors(program, changes);
  const personas = priors
    ? program.personas.map((persona, h): Persona => ({ ...persona, weight: priors[h]!, prior: priors[h]! }))
    : program.personas;
  const own = priors?.[program.personas.length];
  const novel = program.novel && own !== undefined ? { ...program.novel, weight: own, prior: own } : program.novel;
  return { program: { ...program, episodes, methods, reinforcements, personas, novel }, counts: changed };
}

/**
 * The priors with some of them set: those get what was asked, the others share the rest in their old proportions.
 * By hypothesis; undefined where no prior is changed, or nothing would be left to normalise.
 */
export function whatIfPriors(program: Program, changes: readonly ProgramChange[]): readonly number[] | undefined {
  const names = [...program.personas.map(({ name }) => name), ...(program.novel ? ['novel'] : [])];
  const old = [...program.personas.map(({ prior }) => prior), ...(program.novel ? [program.novel.prior] : [])];
  const asked = new Map<number, number>();
  for (const { target, value } of changesOf(changes, 'prior')) {
    const h = names.indexOf(target.persona);
    if (h >= 0) asked.set(h, Math.min(1, value));
  }
  if (asked.size === 0) return undefined;
  const used = [...asked.values()].reduce((sum, value) => sum + value, 0);
  const rest = old.reduce((sum, prior, h) => (asked.has(h) ? sum : sum + prior), 0);
  const left = Math.max(0, 1 - used);
  const next = old.map((prior, h) => asked.get(h) ?? (rest > 0 ? (prior * left) / rest : 0));
  const total = next.reduce((sum, value) => sum + value, 0);
  return total > 0 ? next.map((value) => value / total) : undefined;
}

function reweighted(counts: DatasetCounts, weight: number): DatasetCounts {
  const filled = (values: Float64Array) => new Float64Array(values.length).fill(weight);
  return {
    ...counts,
    groups: { ...counts.groups, weight: filled(counts.groups.weight) },
    measured: counts.measured && { ...counts.measured, weight: filled(counts.measured.weight) },
  };
}
