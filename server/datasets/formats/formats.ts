/** Reading a row: the first format of the list that recognises it, with a system prompt that stands beside the turns. */
import type { Tape } from '../json/scan';
import { isString } from '../json/values';
import { contentParts, isList } from './conversation';
import type { Format } from './format';
import { FORMATS } from './list';
import type { Piece, Row } from './row';
import { findKeys, firstAt, rowKey } from './rowKeys';

const NUMBERS: ReadonlyMap<string, number> = new Map(FORMATS.map(({ name }, index) => [name, index]));

/** Position of a format in `FORMATS`. */
export function formatNumber(name: string): number {
  return NUMBERS.get(name)!;
}

/** The method that a format asks for; undefined is no opinion (sft). */
export function methodOf(name: string): Format['method'] {
  return FORMATS[formatNumber(name)]!.method;
}

const systems = [rowKey('system'), rowKey('system_prompt')];

/** Reads the row on the tape (entry 0). Never fails: what fits no format is a `record` without text. */
export function readRow(tape: Tape): Row {
  findKeys(tape);
  for (const format of FORMATS) if (format.recognise(tape)) return withSystem(tape, format.read(tape));
  throw new Error('the last format takes every row');
}

/** A system prompt that stands beside the turns and not among them. */
function withSystem(tape: Tape, row: Row): Row {
  const node = firstAt(...systems);
  if (node < 0 || row.format === 'record' || row.entire) return row;
  if (row.pieces.some((piece) => piece.role === 'system')) return row;
  const pieces: Piece[] = [];
  const add = (piece: number) => pieces.push({ role: 'system', side: 'input', node: piece, turn: SYSTEM_TURN });
  if (isString(tape, node) && tape.size[node]! > 0) add(node);
  else if (isList(tape, node)) contentParts(tape, node, add);
  return pieces.length === 0 ? row : { ...row, pieces: [...pieces, ...row.pieces] };
}

/** Before every turn of the row. */
const SYSTEM_TURN = -(1 << 20);
