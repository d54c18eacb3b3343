/**
 * From records to counts: rows with the same text, cell, weight and reward are one episode shown several times;
 * episodes that say the same are one group. A pure function of the records, so that a file that was read again in part
 * comes to the same as one read from nothing.
 */
import type { DatasetCounts, EpisodeGroups, RowIndex, RowProblem } from '../counts';
import { readRow } from '../formats/formats';
import { FORMATS } from '../formats/list';
import { fieldsOfShapes } from '../formats/shapes';
import { type Corrected, confusionOf, correctedCounts, spreadJudged } from '../labels/corrected';
import { reportLabels } from '../labels/join';
import { maxCompared } from '../limits';
import { measuredRows } from '../measured/rows';
import { problemText, ROW_PROBLEMS } from '../problems';
import type { RowReader } from '../reading/rowReader';
import type { TimeSlice } from '../timeSlice';
import { emptyGroups, firstRows, groupRows } from './dedupe';
import { countLeftOut, drawSample, isLeftOut } from './leftOut';
import { nearDuplicates, noteText, rankOf, retain } from './nearDuplicates';
import { LEFT, numberOf } from './records';

export interface FileFacts {
  readonly name: string;
  readonly uri: string;
  /** How the file itself is kept, in words: `gzipped JSON Lines`; undefined for plain JSON Lines. */
  readonly container?: string;
  readonly bytes: number;
  /** Where there are several: each with the row that it begins with. */
  readonly files?: DatasetCounts['files'];
}

/**
 * Undefined where the work was cancelled. `rescan` brings a row back on the reader's tape, where the file is at hand:
 * texts that have come to be among those compared are then looked at.
 */
export async function aggregate(
  reader: RowReader,
  file: FileFacts,
  slice: TimeSlice,
  rescan?: (row: number) => boolean,
): Promise<DatasetCounts | undefined> {
  const { records, measuring } = reader;
  const long = measuring?.layout === 'long';
  const { selection } = reader.mapping;
  if (selection.sample !== undefined) drawSample(records, selection.sample);
  const leftOut = countLeftOut(records, selection);
  const firsts = await firstRows(records, long, slice);
  if (!firsts) return undefined;
  const rows = records.size;
  const group = new Int32Array(rows).fill(-1);
  const counted = measuring ? undefined : await groupRows(records, reader.cells, firsts, group, slice);
  if (!measuring && !counted) return undefined;
  const measured = measuring ? measuredRows(reader, firsts.first, firsts.epochs, group) : undefined;
  // Each of these goes over all rows: others have a turn between them.
  if (!(await turn(slice))) return undefined;
  const { problems, problemCounts, unclassified } = listProblems(reader);
  if (!(await turn(slice))) return undefined;
  const rowsOfShape = new Float64Array(reader.shapes.shapes.length);
  const rowsOfFormat = new Float64Array(FORMATS.length);
  for (let row = 0; row < rows; row++) {
    // Rows outside a range were never looked at.
    if (isBroken(records.problem[row]!) || numberOf(records, 'left', row) === LEFT.rows) continue;
    const shape = records.shape[row]!;
    if (shape < rowsOfShape.length) rowsOfShape[shape]! += 1;
    rowsOfFormat[records.format[row]!]! += 1;
  }
  if (!(await turn(slice))) return undefined;
  const compared = comparedTexts(reader, firsts.first, rescan);
  if (!(await turn(slice))) return undefined;
  const similar = await nearDuplicates(reader.similar, compared, firsts.distinctTexts, slice);
  if (!(await turn(slice))) return undefined;
  const { names, number } = usedNames(reader);
  const renamed = counted && {
    ...counted,
    situation: counted.situation.map(number),
    response: counted.response.map(number),
    over: counted.over.map(number),
  };
  const spread = renamed && spreadOf(reader, renamed, names, group);
  if (!(await turn(slice))) return undefined;
  return {
    name: file.name,
    uri: file.uri,
    ...(file.files ? { files: file.files } : {}),
    format: describeFormat(reader, rowsOfFormat, file.container),
    method: reader.method ?? 'sft',
    names: spread?.names ?? names,
    rows,
    classified: rows - unclassified - (leftOut?.total ?? 0),
    unclassified,
    ...(leftOut ? { leftOut } : {}),
    ...(reader.labels ? { labels: reportLabels(reader.labels) } : {}),
    ...(spread ? { corrected: { counts: correctedCounts(spread), draws: spread.draws } } : {}),
    duplicates: firsts.duplicates,
    groups: spread?.groups ?? renamed ?? emptyGroups(),
    ...(measured
      ? {
          measured: { ...measured, situation: measured.situation.map(number), response: measured.response.map(number) },
        }
      : {}),
    index: {
      rows,
      offset: records.offset.slice(0, rows),
      line: records.line.slice(0, rows),
      group,
      problem: records.problem.slice(0, rows),
      first: firsts.first,
    } satisfies RowIndex,
    problems,
    problemCounts,
    fields: fieldsOfShapes(reader.shapes, rowsOfShape),
    ...(similar && selection.sample === undefined ? { similar } : {}),
    bytes: file.bytes,
  };
}

/** Groups with what only a judge labelled spread over the responses; undefined where the mapping does not ask for it. */
function spreadOf(
  { records, labels, mapping }: RowReader,
  groups: EpisodeGroups,
  names: readonly string[],
  group: Int32Array,
): Corrected | undefined {
  if (!labels || !mapping.corrected) return undefined;
  const judged = new Uint8Array(groups.size);
  for (let row = 0; row < records.size; row++)
    if (group[row]! >= 0 && numberOf(records, 'judged', row) === 1) judged[group[row]!] = 1;
  return spreadJudged(groups, names, judged, confusionOf(labels.table).confusion, mapping.corrected);
}

/** Lets others run where it is time to; false where the work was cancelled. */
async function turn(slice: TimeSlice): Promise<boolean> {
  return !slice.cancelled() && (!slice.due() || (await slice.rest()));
}

/** The distinct texts with the smallest ranks, as entries of the reader's sample: those that are compared for near-duplicates. */
function comparedTexts(reader: RowReader, first: Int32Array, rescan?: (row: number) => boolean): readonly number[] {
  const { similar, tape } = reader;
  let rows = rowsBelow(reader, first, similar.bound);
  // Texts that were compared have gone: others come in their place, wherever they are.
  if (rows.size < maxCompared && similar.bound !== Number.POSITIVE_INFINITY && rescan)
    rows = rowsBelow(reader, first, Number.POSITIVE_INFINITY);
  const ranks = Float64Array.from(rows.keys()).sort().subarray(0, maxCompared);
  if (rescan) {
    similar.bound = Number.POSITIVE_INFINITY;
    const wanted = new Set(ranks);
    retain(similar, (rank) => wanted.has(rank));
    for (const rank of ranks) {
      const row = rows.get(rank)!;
      const { low, high } = reader.records;
      if (!similar.byRank.has(rank) && rescan(row)) noteText(similar, tape, readRow(tape), low[row]!, high[row]!);
    }
  }
  return Array.from(ranks).flatMap((rank) => similar.byRank.get(rank) ?? []);
}

/** The first row of every text whose rank is below the bound, by rank. */
function rowsBelow({ records }: RowReader, first: Int32Array, bound: number): ReadonlyMap<number, number> {
  const rows = new Map<number, number>();
  for (let row = 0; row < records.size; row++) {
    if (records.problem[row] !== 0 || first[row] !== row) continue;
    const low = records.low[row]!;
    const high = records.high[row]!;
    if (low === 0 && high === 0) continue;
    const rank = rankOf(low, high);
    if (rank < bound && !rows.has(rank)) rows.set(rank, row);
  }
  return rows;
}

/** Names in the order in which usable rows use them: a reader that has seen other rows before may know more. */
function usedNames(reader: RowReader): {
  readonly names: readonly string[];
  readonly number: (name: number) => number;
} {
  const { records, cells } = reader;
  const seen = new Uint8Array(cells.length / 3);
  const numbers = new Map<number, number>();
  const names: string[] = [];
  for (let row = 0; row < records.size; row++) {
    const cell = records.cell[row]!;
    if (cell < 0 || seen[cell] === 1) continue;
    seen[cell] = 1;
    for (const name of cells.slice(cell * 3, cell * 3 + 3)) {
      if (name < 0 || numbers.has(name)) continue;
      numbers.set(name, names.length);
      names.push(reader.names[name]!);
    }
  }
  return { names, number: (name) => numbers.get(name) ?? -1 };
}

/** A row without a shape or a format: it never became values. */
export function isBroken(problem: number): boolean {
  return problem > 0 && problem <= ROW_PROBLEMS.indexOf('dataset-row-columns') + 1;
}

function listProblems(reader: RowReader): {
  readonly problems: readonly RowProblem[];
  readonly problemCounts: Readonly<Record<string, number>>;
  readonly unclassified: number;
} {
  const { records, limits } = reader;
  const problems: RowProblem[] = [];
  const counts = new Float64Array(ROW_PROBLEMS.length);
  let unclassified = 0;
  for (let row = 0; row < records.size; row++) {
    const kind = records.problem[row]!;
    if (kind === 0 || isLeftOut(kind)) continue;
    unclassified += 1;
    counts[kind - 1]! += 1;
    if (problems.length < limits.listedProblems) {
      const code = ROW_PROBLEMS[kind - 1]!;
      problems.push({ row, line: records.line[row]!, code, message: problemText(code, reader.details.get(row)) });
    }
  }
  const problemCounts: Record<string, number> = {};
  ROW_PROBLEMS.forEach((code, index) => {
    if (counts[index]! > 0) problemCounts[code] = counts[index]!;
  });
  return { problems, problemCounts, unclassified };
}

function describeFormat(reader: RowReader, rowsOfFormat: Float64Array, container: string | undefined): string {
  const kinds = FORMATS.map(({ title }, index) => ({ title, rows: rowsOfFormat[index]! })).filter(
    ({ rows }) => rows > 0,
  );
  kinds.sort((a, b) => b.rows - a.rows);
  const layout = { object: 'object per row', columns: 'wide', long: 'long' } as const;
  const said = reader.measuring?.layout
    ? `measured log-probabilities (${layout[reader.measuring.layout]})`
    : kinds.length === 0
      ? 'no rows'
      : kinds.length === 1
        ? kinds[0]!.title
        : kinds.map(({ title, rows }) => `${title} (${rows.toLocaleString('en')} rows)`).join(', ');
  return container ? `${said}, ${container}` : said;
}
