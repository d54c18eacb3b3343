/** Measured slots and their rows as the matrix that inference takes. */

import { numberOf } from '../aggregate/records';
import type { MeasuredRows } from '../counts';
import type { RowReader } from '../reading/rowReader';

/** Episodes in order of their first row; `group` becomes the episode of every usable row. */
export function measuredRows(
  reader: RowReader,
  first: Int32Array,
  epochs: Float64Array,
  group: Int32Array,
): MeasuredRows {
  const { records } = reader;
  const measuring = reader.measuring!;
  const personas = measuring.personas.length;
  const episodeOfSlot = new Int32Array(measuring.slots).fill(-1);
  const members: number[] = [];
  for (let row = 0; row < records.size; row++) {
    if (records.problem[row] !== 0) continue;
    const slot = measuring.slotColumn[first[row]!]!;
    if (episodeOfSlot[slot]! < 0) {
      episodeOfSlot[slot] = members.length;
      members.push(first[row]!);
    }
    group[row] = episodeOfSlot[slot]!;
  }
  const logprob = new Float64Array(members.length * personas);
  members.forEach((row, episode) => {
    const from = measuring.slotColumn[row]! * measuring.stepSize;
    logprob.set(measuring.values.subarray(from, from + personas), episode * personas);
  });
  const column = (value: (row: number) => number) => Float64Array.from(members, value);
  return {
    rows: members.length,
    personas: measuring.personas.slice(),
    logprob,
    aggregate: measuring.declared.aggregate,
    weight: column((row) => numberOf(records, 'weight', row)),
    tokens: column((row) => numberOf(records, 'tokens', row)),
    epochs: column((row) => epochs[row]!),
    situation: Int32Array.from(members, (row) => reader.cells[records.cell[row]! * 3]!),
    response: Int32Array.from(members, (row) => reader.cells[records.cell[row]! * 3 + 1]!),
  };
}
