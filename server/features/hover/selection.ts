/** Hover over the words of a mapping that select rows: what the line does, and how many rows it left out. */
import { formatCount } from '../../../panel/model/numbers';
import type { DatasetCounts, LeftOut } from '../../datasets/counts';
import type { DatasetSource } from '../../program/model/program';
import type { SemanticSnapshot } from '../../snapshot';
import type { RowSelectionMapping } from '../../syntax/tree';
import { labelsPage } from './labels';
import { page } from './page';

const MEANING: Readonly<Record<RowSelectionMapping['kind'], string>> = {
  where:
    '`where "path" [not] matches "…" | is value | exists` keeps the rows that satisfy it, after `rows` and before `sample`.',
  rows: '`rows a to b` keeps these rows, counted from 1 over all files in order; `rows b` is `rows 1 to b`.',
  sample:
    '`sample n` keeps n of the remaining rows: those whose normalised text has the smallest SHA-256, the same ones everywhere.',
  turn: '`turn each` makes every answer of the assistant an episode, with what stands before it; `turn last` takes the last.',
  labels:
    '`labels "file" [by "path"]` takes situation and response from labels; a label wins over rules and constants.',
};

/** Without counts, before the data are read, what the line does. */
export function selectionHover(
  snapshot: SemanticSnapshot & { readonly counts?: ReadonlyMap<number, DatasetCounts> },
  mapping: RowSelectionMapping,
): string {
  const source = snapshot.program.datasets.find(
    ({ nameOrigin, selection, labels }) =>
      nameOrigin.file === snapshot.file &&
      [...(selection?.where ?? []), selection?.rows, selection?.sample, labels].some(
        (part) => part !== undefined && mapping.start <= part.origin.start && part.origin.end <= mapping.end,
      ),
  );
  const counts = source && snapshot.counts?.get(source.index);
  const leftOut = counts?.leftOut;
  const count = source && leftOut && leftOutBy(source, leftOut, mapping);
  return page(
    MEANING[mapping.kind],
    counts && mapping.kind === 'labels' ? labelsPage(counts) : undefined,
    count === undefined
      ? undefined
      : `**${formatCount(count)} of ${formatCount(leftOut!.of)} rows** left out by this line.`,
  );
}

/** Rows that the line left out, of those that the lines before it kept. */
function leftOutBy(
  { selection }: DatasetSource,
  leftOut: LeftOut,
  { kind, start }: RowSelectionMapping,
): number | undefined {
  if (kind === 'rows') return leftOut.rows;
  if (kind === 'sample') return leftOut.sample;
  if (kind !== 'where') return undefined;
  return leftOut.where[selection?.where.findIndex(({ origin }) => origin.start === start) ?? -1];
}
