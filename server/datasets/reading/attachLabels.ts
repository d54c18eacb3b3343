/** Gives a reader the labels that its source declares, before it reads rows. */
import type { Host } from '../../host/host';
import type { DatasetSource } from '../../program/model/program';
import { confusionOf, fewestDoubly } from '../labels/corrected';
import { createLabelJoin } from '../labels/join';
import { readLabels } from '../labels/table';
import type { RowReader } from './rowReader';
import { type Failure, failureOf } from './takeRows';

/** What is wrong with the labels, if the dataset cannot be read with them. Never rejects. */
export async function attachLabels(
  reader: RowReader,
  { labels }: DatasetSource,
  host: Host,
): Promise<Failure | undefined> {
  if (!labels) return undefined;
  const { origin, uri } = labels;
  if (uri === undefined) return { code: 'dataset-labels', message: 'The file of labels is not there.', origin };
  try {
    const table = await readLabels(uri, host, reader.limits);
    reader.labels = createLabelJoin(table, reader.mapping.labelsBy);
    return undefined;
  } catch (error) {
    const { message } = failureOf(error);
    return { code: 'dataset-labels', message: `The labels cannot be used. ${message}`, origin };
  }
}

/** Situations in which too little was labelled by people too for a correction of what only a judge labelled. */
export function correctionFault(
  { labels, mapping, records, cells, names }: RowReader,
  source: DatasetSource,
): Failure | undefined {
  if (!labels || !mapping.corrected || !records.judged || !source.labels) return undefined;
  const { doubly } = confusionOf(labels.table);
  const judged = new Set<string>();
  for (let row = 0; row < records.size; row++) {
    if (records.problem[row] !== 0 || records.judged[row] !== 1) continue;
    const situation = names[cells[records.cell[row]! * 3]!];
    if (situation !== undefined) judged.add(situation);
  }
  for (const situation of [...judged].sort()) {
    const count = doubly.get(situation) ?? 0;
    if (count >= fewestDoubly) continue;
    const message = `Only ${count} rows of situation ${situation} have a label by a person and one by a judge: a correction needs at least ${fewestDoubly}, drawn at random from the judged ones.`;
    return { code: 'dataset-labels-few', message, origin: source.labels.origin };
  }
  return undefined;
}
