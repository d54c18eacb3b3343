/**
 * The numbers of a program's conditions. A condition whose program came out as it was before keeps its numbers, so that
 * an edit in one evaluates that one and those that build on it. Must not know texts or views.
 */
import { datasetError } from '../datasets/completeness';
import type { DatasetCounts } from '../datasets/counts';
import { leavesOut } from '../inference/completeness';
import { evaluation } from '../inference/evaluate';
import type { Evaluation } from '../inference/evaluation';
import type { EvaluationCache } from '../inference/posterior/posteriorState';
import type { Stepwise } from '../inference/stepwise';
import { withoutNumbers } from '../inference/withoutNumbers';
import { textError } from '../program/completeness';
import type { DatasetSource, Program } from '../program/model/program';
import { sameNumbers } from '../program/sameNumbers';
import type { ConditionNumbers } from '../snapshot';

interface Known {
  readonly program: Program;
  readonly counts: ReadonlyMap<number, DatasetCounts>;
  readonly entire: Evaluation;
}

/** What is remembered between two evaluations; it changes how long one takes, never what it gives. */
export interface ConditionCache {
  readonly byName: Map<string, { known?: Known; readonly evaluationCache: EvaluationCache }>;
}

export function conditionCache(): ConditionCache {
  return { byName: new Map() };
}

/**
 * The datasets of a program and of all its conditions. A condition may read a file with numbers of its own, such as
 * another weight: then it is a source of its own, behind the declared ones.
 */
export interface DatasetPool {
  /** `index` is the place in this list. */
  readonly sources: readonly DatasetSource[];
  /** By condition, then by index in its program: place in `sources`. */
  readonly places: readonly (readonly number[])[];
}

export function datasetPool(program: Program): DatasetPool {
  const sources = program.declaredDatasets.map((source, index) => ({ ...source, index }));
  const keys = new Map(sources.map((source) => [readingOf(source), source.index]));
  const places = program.conditions.map((condition) =>
    condition.program.datasets.map((source) => {
      const key = readingOf(source);
      const known = keys.get(key);
      if (known !== undefined) return known;
      keys.set(key, sources.length);
      sources.push({ ...source, index: sources.length });
      return sources.length - 1;
    }),
  );
  return { sources, places };
}

/** Equal for datasets whose rows come to the same counts. */
function readingOf({ declaration, entries, rules }: DatasetSource): string {
  const numbers = [...entries, ...rules.flatMap((rule) => rule.entries)].map(({ value }) =>
    value.kind === 'number' ? value.value : '',
  );
  return `${declaration} ${numbers.join(' ')}`;
}

/** Counts of some sources of the pool, by the index that a program has for them. */
export function countsAt(
  places: readonly number[],
  pool: ReadonlyMap<number, DatasetCounts>,
): ReadonlyMap<number, DatasetCounts> {
  const counts = new Map<number, DatasetCounts>();
  places.forEach((place, index) => {
    const read = pool.get(place);
    if (read) counts.set(index, read);
  });
  return counts;
}

/** The numbers of every condition, in order. `pool` has the counts by place in `datasetPool(program).sources`. */
export function* evaluateConditions(
  program: Program,
  { places }: DatasetPool,
  pool: ReadonlyMap<number, DatasetCounts>,
  cache: ConditionCache,
): Stepwise<readonly ConditionNumbers[]> {
  const names = new Set(program.conditions.map(({ name }) => name));
  for (const name of cache.byName.keys()) if (!names.has(name)) cache.byName.delete(name);
  const numbers: ConditionNumbers[] = [];
  for (const condition of program.conditions) {
    const item = cache.byName.get(condition.name) ?? { evaluationCache: {} };
    cache.byName.set(condition.name, item);
    const counts = countsAt(places[condition.index] ?? [], pool);
    const isSame =
      item.known && sameCounts(item.known.counts, counts) && sameNumbers(item.known.program, condition.program);
    const { evaluationCache } = item;
    const entire =
      isSame && item.known ? item.known.entire : yield* evaluation(condition.program, counts, { evaluationCache });
    item.known = { program: condition.program, counts, entire };
    numbers.push(numbersOf(condition.program, counts, entire));
    yield;
  }
  return numbers;
}

function numbersOf(program: Program, counts: ReadonlyMap<number, DatasetCounts>, entire: Evaluation): ConditionNumbers {
  const [broken, unread, left] = [textError(program), datasetError(counts), entire.findings.find(leavesOut)];
  if (!broken && !unread && !left) return { counts, evaluation: entire };
  const incomplete = broken?.message ?? unread?.message ?? 'some evidence cannot be counted';
  return { counts, evaluation: withoutNumbers(entire), incomplete };
}

function sameCounts(a: ReadonlyMap<number, DatasetCounts>, b: ReadonlyMap<number, DatasetCounts>): boolean {
  return a.size === b.size && [...a].every(([index, read]) => b.get(index) === read);
}
