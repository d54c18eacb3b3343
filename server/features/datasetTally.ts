/**
 * What a dataset's rows come to in this program. The reader of datasets takes the names in the rows as they are; whether
 * the program has them is known only here. A row that names what the program does not have is unclassified.
 */
import type { DatasetCounts } from '../datasets/counts';
import type { Program } from '../program/model/program';

export interface DatasetTally {
  readonly rows: number;
  readonly classified: number;
  readonly unclassified: number;
  readonly duplicates: number;
  /** Rows by the name that the program does not have: `situation x`, `response y of x`. In order of first appearance. */
  readonly unknown: ReadonlyMap<string, number>;
}

export function datasetTally(program: Program, counts: DatasetCounts): DatasetTally {
  const { groups, names, rows, classified, unclassified, duplicates } = counts;
  const situations = new Map(program.situations.map((situation) => [situation.name, situation]));
  const unknown = new Map<string, number>();
  const strange = new Set<number>();
  for (let group = 0; group < groups.size; group++) {
    const problem = unknownName(group);
    if (problem === undefined) continue;
    strange.add(group);
    unknown.set(problem, (unknown.get(problem) ?? 0) + rowsOf(group));
  }
  if (strange.size === 0) return { rows, classified, unclassified, duplicates, unknown };
  const lost = [...unknown.values()].reduce((sum, count) => sum + count, 0);
  return {
    rows,
    classified: classified - lost,
    unclassified: unclassified + lost,
    duplicates: duplicates - repeatsAmong(counts, strange),
    unknown,
  };

  function unknownName(group: number): string | undefined {
    const situationName = names[groups.situation[group]!];
    if (situationName === undefined) return undefined;
    const situation = situations.get(situationName);
    if (!situation) return `situation ${situationName}`;
    for (const index of [groups.response[group]!, groups.over[group]!]) {
      const name = names[index];
      if (name !== undefined && !situation.responses.some((response) => response.name === name))
        return `response ${name} of ${situationName}`;
    }
    return undefined;
  }

  function rowsOf(group: number): number {
    const { index } = counts;
    if (!index) return groups.times[group]!;
    let sum = 0;
    for (let row = 0; row < index.rows; row++) if (index.group[row] === group) sum++;
    return sum;
  }
}

function repeatsAmong({ index }: DatasetCounts, groups: ReadonlySet<number>): number {
  if (!index) return 0;
  let repeats = 0;
  for (let row = 0; row < index.rows; row++) if (groups.has(index.group[row]!) && index.first[row] !== row) repeats++;
  return repeats;
}
