/** Which rows the labels belong to: joined while rows are read, reported when all have been. */
import { digestText, rowDigest } from '../formats/digest';
import type { Row } from '../formats/row';
import type { Tape } from '../json/scan';
import { fieldText } from '../mapping/fieldText';
import { type Path, parsePath } from '../mapping/path';
import { agreementOf } from './agreement';
import type { LabelReport, Listed } from './report';
import { type Decision, decide, type LabelTable } from './table';

/** Mutable: rows by the id of their label. */
export interface LabelJoin {
  readonly table: LabelTable;
  /** Where the id stands; undefined: `id`, else the digest of the row's text. */
  readonly by: Path | undefined;
  readonly rowsOf: Map<string, number>;
  /** Ids that are fields, which should belong to one row each; texts may repeat. */
  readonly several: Set<string>;
  labelled: number;
  judged: number;
}

export function createLabelJoin(table: LabelTable, by: Path | undefined): LabelJoin {
  return { table, by, rowsOf: new Map(), several: new Set(), labelled: 0, judged: 0 };
}

const ID = parsePath('id')!;

/** The label of the row on the tape, if it has one. */
export function labelOf(join: LabelJoin, tape: Tape, row: Row): Decision | undefined {
  const field = fieldText(tape, row, join.by ?? ID)?.trim();
  const isField = field !== undefined && field !== '';
  if (!isField && join.by) return undefined;
  const id = isField ? field : digestText(rowDigest(tape, row));
  const labels = join.table.byId.get(id);
  if (!labels) return undefined;
  const rows = (join.rowsOf.get(id) ?? 0) + 1;
  join.rowsOf.set(id, rows);
  if (isField && rows > 1) join.several.add(id);
  const decision = decide(labels);
  join.labelled += 1;
  if (decision.judged) join.judged += 1;
  return decision;
}

const listed = 100;
const list = (ids: readonly string[]): Listed => ({ count: ids.length, first: ids.slice(0, listed) });

export function reportLabels({ table, rowsOf, several, labelled, judged }: LabelJoin): LabelReport {
  const units = [...table.byId.values()].map(
    (labels) => new Map(labels.map(({ by, situation, response }) => [by, `${situation ?? ''} -> ${response ?? ''}`])),
  );
  const agreement = agreementOf(units);
  return {
    labels: table.labels,
    labelled,
    judged,
    unmatched: list([...table.byId.keys()].filter((id) => !rowsOf.has(id))),
    twice: list(table.twice),
    several: list([...several]),
    unusable: table.unusable,
    ...(table.firstUnusable ? { firstUnusable: table.firstUnusable } : {}),
    ...(agreement ? { agreement } : {}),
  };
}
