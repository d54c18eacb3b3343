/**
 * The rows of an open data file, as the scenarios that read it see them: which datasets use the file, which row stands
 * at a place of the text, and whether it is evidence. The files beside this one say it in hovers, hints and the rest.
 */

import { utf8Length } from '../../datasets/containers/textBytes';
import type { DatasetCounts } from '../../datasets/counts';
import { rowAtOffset } from '../../datasets/preview/describe';
import { problemText, ROW_PROBLEMS } from '../../datasets/problems';
import { type RowInfluence, rowInfluence } from '../../inference/influence/rowInfluence';
import type { DatasetSource, Program } from '../../program/model/program';
import { normalUri } from '../../program/uris';
import type { PosteriorSnapshot } from '../../snapshot';
import { type LineIndex, offsetAt, type Position } from '../../syntax/lines';
import type { DataSnapshot } from '../feature';

/** One dataset of one scenario that reads the file. */
export interface Use {
  readonly snapshot: PosteriorSnapshot;
  readonly source: DatasetSource;
  readonly counts: DatasetCounts;
  /** The rows (0-based) of this file among those of the dataset: from the first, before the second. */
  readonly from: number;
  readonly to: number;
}

/** In the order of the scenarios; a dataset that cannot be read as a whole has no rows and is left out. */
export function usesOf(data: DataSnapshot): readonly Use[] {
  return readersOf(data).filter(({ counts }) => counts.index !== undefined && !counts.failure);
}

/** The same with the datasets that cannot be read as a whole. */
export function readersOf({ uri, users }: DataSnapshot): readonly Use[] {
  return users.flatMap((snapshot) =>
    snapshot.program.datasets.flatMap((source): Use[] => {
      const counts = snapshot.counts.get(source.index);
      const place = (source.uris ?? (source.uri === undefined ? [] : [source.uri]))
        .map(normalUri)
        .indexOf(normalUri(uri));
      if (place < 0 || !counts) return [];
      const { files, rows } = counts;
      return [{ snapshot, source, counts, from: files?.[place]?.start ?? 0, to: files?.[place + 1]?.start ?? rows }];
    }),
  );
}

/** The row (0-based) that the position stands in; undefined in front of the first and on blank lines. */
export function rowAtPosition(
  { counts, from, to }: Use,
  text: string,
  lines: LineIndex,
  position: Position,
): number | undefined {
  const start = lines.starts[position.line];
  if (start === undefined || text.slice(start, offsetAt(lines, { line: position.line, character: 1e9 })).trim() === '')
    return undefined;
  const { line } = counts.index!;
  const row = rowAtOffset(counts, utf8Length(text.slice(0, offsetAt(lines, position))), from, to);
  // White space in front of the first row of a line belongs to that row.
  const next = row === undefined ? from : row + 1;
  const isBefore =
    next < to && line[next] === position.line + 1 && (row === undefined || line[row] !== position.line + 1);
  return isBefore ? next : row;
}

export type RowState =
  | { readonly kind: 'used'; readonly group: number }
  /** Read well, but the mapping or the program has no place for it. */
  | { readonly kind: 'unclassified'; readonly code: string; readonly message: string }
  | { readonly kind: 'unusable'; readonly code: string; readonly message: string }
  /** The mapping does not want it. */
  | { readonly kind: 'left out'; readonly code: string; readonly message: string };

const UNCLASSIFIED: ReadonlySet<string> = new Set([
  'dataset-row-no-situation',
  'dataset-row-no-response',
  'dataset-row-no-over',
]);

export function rowState({ snapshot, counts }: Use, row: number): RowState {
  const index = counts.index!;
  const problem = index.problem[row]!;
  if (problem > 0) {
    const code = ROW_PROBLEMS[problem - 1]!;
    if (code === 'dataset-row-left-out') return { kind: 'left out', code, message: problemText(code) };
    const message = counts.problems.find((one) => one.row === row)?.message ?? problemText(code);
    return { kind: UNCLASSIFIED.has(code) ? 'unclassified' : 'unusable', code, message };
  }
  const group = index.group[row]!;
  const { groups, names, measured } = counts;
  // A measured row is evidence whatever it names.
  const unknown = measured
    ? undefined
    : unknownName(snapshot.program, names[groups.situation[group]!], [
        names[groups.response[group]!],
        names[groups.over[group]!],
      ]);
  if (unknown === undefined) return { kind: 'used', group };
  return { kind: 'unclassified', code: 'dataset-unclassified', message: `The program has no ${unknown}.` };
}

/** What the program does not have of the names that a row gives: `situation x`, `response y in x`. */
export function unknownName(
  program: Program,
  situationName: string | undefined,
  responses: readonly (string | undefined)[],
): string | undefined {
  if (situationName === undefined) return undefined;
  const situation = program.situations.find(({ name }) => name === situationName);
  if (!situation) return `situation ${situationName}`;
  const missing = responses.find(
    (name) => name !== undefined && !situation.responses.some((response) => response.name === name),
  );
  return missing === undefined ? undefined : `response ${missing} in ${situationName}`;
}

/** `situation -> response over other`, as the row names them; undefined where a measured row names none. */
export function cellText({ counts }: Use, group: number): string | undefined {
  const { names, measured, groups } = counts;
  const { situation, response } = measured ?? groups;
  const pieces = [names[situation[group]!], names[response[group]!]].filter((name) => name !== undefined);
  const over = measured ? undefined : names[groups.over[group]!];
  if (pieces.length === 0) return undefined;
  return `${pieces.join(' -> ')}${over === undefined ? '' : ` over ${over}`}`;
}

const influences = new WeakMap<PosteriorSnapshot['evaluation'], Map<number, RowInfluence>>();

/** What a row of each kind moved; computed once for each evaluation. */
export function influenceOf({ snapshot, source }: Use): RowInfluence {
  const { program, counts, evaluation } = snapshot;
  const known = influences.get(evaluation) ?? new Map<number, RowInfluence>();
  influences.set(evaluation, known);
  const influence = known.get(source.index) ?? rowInfluence(program, counts, source.index);
  known.set(source.index, influence);
  return influence;
}

/** `insecure-code.scenario`: the file in which the dataset is declared. */
export function declaringFile({ snapshot, source }: Use): string {
  const { uri } = snapshot.program.files[source.nameOrigin.file]!;
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}
