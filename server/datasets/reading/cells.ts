/** The situations, responses and cells that rows name, by number. */
import type { Mapped } from '../mapping/mapping';

/** Names and cells as they are met; part of a reader. */
export interface CellNumbers {
  readonly names: string[];
  readonly nameIndex: Map<string, number>;
  /** Cells: three name numbers each. */
  readonly cells: number[];
  readonly cellIndex: Map<number, number>;
  failure: { readonly code: string; readonly message: string } | undefined;
}

/** More names than this in one file are no names: a field holds free text. */
const maxNames = 100_000;

/** The number of a name; a new one where no row had it before, -1 where there is none or there are too many. */
export function nameNumber(reader: CellNumbers, name: string | undefined): number {
  if (name === undefined) return -1;
  const known = reader.nameIndex.get(name);
  if (known !== undefined) return known;
  if (reader.names.length >= maxNames) {
    reader.failure ??= {
      code: 'dataset-names',
      message: `The mapping gives more than ${maxNames.toLocaleString('en')} different names: a field of free text stands where a name should.`,
    };
    return -1;
  }
  reader.names.push(name);
  reader.nameIndex.set(name, reader.names.length - 1);
  return reader.names.length - 1;
}

/** The number of a cell; a new one where no row had it before. */
export function cellNumber(reader: CellNumbers, mapped: Pick<Mapped, 'situation' | 'response' | 'over'>): number {
  const situation = nameNumber(reader, mapped.situation);
  const response = nameNumber(reader, mapped.response);
  const over = nameNumber(reader, mapped.over);
  return cellOfNames(reader, situation, response, over);
}

/** The number of a cell of three names by number. */
export function cellOfNames(reader: CellNumbers, situation: number, response: number, over: number): number {
  // Below 2^53, since each is at most `maxNames`.
  const key = ((situation + 1) * (maxNames + 1) + response + 1) * (maxNames + 1) + over + 1;
  const known = reader.cellIndex.get(key);
  if (known !== undefined) return known;
  const cell = reader.cells.length / 3;
  reader.cells.push(situation, response, over);
  reader.cellIndex.set(key, cell);
  return cell;
}
