/** One row as it is being read: its turns, where they are on the tape, and what its keys say beside the text. */

import { Kind, type Tape } from '../json/scan';
import { isString, rawOf, stringOf } from '../json/values';

export type TurnRole = 'system' | 'user' | 'assistant' | 'tool';

/** Which part of the episode a turn is: what was asked, what was answered, what was answered in the worse way. */
export type Side = 'input' | 'output' | 'rejected';

/** A piece of a turn's text. Most turns have one; content parts and tool calls make several. */
export interface Piece {
  readonly role: TurnRole;
  side: Side;
  /** The tape's entry, a string or any other value; -1 where `text` has it. */
  readonly node: number;
  /** Pieces of one turn have one number; a system prompt beside the turns is -1. */
  readonly turn: number;
  /** Text that is only a part of an entry (a transcript in one string). */
  readonly text?: string;
}

export interface Row {
  /** The format's `name`. */
  readonly format: string;
  readonly pieces: readonly Piece[];
  /** A problem's code where the row can be no evidence whatever the mapping says. */
  readonly problem?: RowFault;
  /** What is particular to the problem. */
  readonly detail?: string;
  /** Numbers of the assistant's turns that are trained on, in order, where the row is a conversation. */
  readonly answers?: readonly number[];
  /** The row's episodes one by one, where they are not the turns of one conversation (a tree). */
  readonly each?: readonly Row[];
  /** Where the row stands for many: what they are, and how many distinct episodes were shown how often on average. */
  readonly counted?: {
    readonly situation: string | undefined;
    readonly response: string | undefined;
    readonly over: string | undefined;
    readonly times: number;
    readonly epochs: number;
    readonly weight: number | undefined;
    readonly tokens: number | undefined;
  };
  /** Rewards as the format has them. */
  readonly reward?: number;
  /** A reward stands there but is no number. */
  readonly badReward?: boolean;
  /** Unpaired preference: is this what the model should write? */
  readonly desired?: boolean;
  /** The key that says so. */
  readonly desiredKey?: string;
  /** Entries whose hash is the row's text, where the pieces are cut out of them. */
  readonly entire?: readonly number[];
}

export type RowFault =
  | 'dataset-row-no-output'
  | 'dataset-row-several'
  | 'dataset-row-weight-zero'
  | 'dataset-row-shape';

/** The text of a piece, for people and for patterns. */
export function pieceText(tape: Tape, piece: Piece): string {
  if (piece.text !== undefined) return piece.text;
  return isString(tape, piece.node) ? stringOf(tape, piece.node) : rawOf(tape, piece.node);
}

/** The text of the last turn of a role, without the worse answer of a pair; undefined where there is none. */
export function lastTurn(tape: Tape, row: Row, role: TurnRole): string | undefined {
  let turn: number | undefined;
  for (const piece of row.pieces) if (piece.role === role && piece.side !== 'rejected') turn = piece.turn;
  if (turn === undefined) return undefined;
  let text = '';
  for (const piece of row.pieces) {
    if (piece.turn === turn && piece.role === role && piece.side !== 'rejected') text += pieceText(tape, piece);
  }
  return text;
}

/** UTF-8 bytes of the assistant's side of the episode: what is trained on. */
export function outputBytes(tape: Tape, row: Row): number {
  let bytes = 0;
  for (const piece of row.pieces) {
    if (piece.side !== 'output') continue;
    if (piece.text !== undefined) bytes += utf8Length(piece.text);
    else bytes += isString(tape, piece.node) ? tape.size[piece.node]! : tape.end[piece.node]! - tape.start[piece.node]!;
  }
  return bytes;
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return length;
}

/** The hash of a row's text; (0, 0) where it has none. Two numbers, because a number holds 53 bits. */
export const textHash = { low: 0, high: 0 };

export const roleMark = (role: TurnRole) =>
  role === 'assistant' ? 37 : role === 'user' ? 23 : role === 'system' ? 11 : 53;
export const sideMark = (side: Side) => (side === 'input' ? 101 : side === 'output' ? 211 : 307);

/**
 * Hashes the text of all turns with their roles. White space was normalised by the scan; ids of tool calls and all
 * that is not text or a call stay out.
 */
export function hashText(tape: Tape, row: Row): void {
  textHash.low = 0;
  textHash.high = 0;
  if (row.entire) for (const node of row.entire) mixNode(tape, node);
  else {
    for (const piece of row.pieces) {
      mix(roleMark(piece.role), sideMark(piece.side));
      mixNode(tape, piece.node);
    }
  }
}

/** Hashes plain turns: marks of role and side and the entry of each. As `hashText` of their row. */
export function hashTurns(tape: Tape, turns: Int32Array): void {
  textHash.low = 0;
  textHash.high = 0;
  for (let at = 0; at < turns.length; at += 3) {
    mix(turns[at]!, turns[at + 1]!);
    const node = turns[at + 2]!;
    mix(tape.low[node]!, tape.high[node]!);
  }
}

function mix(low: number, high: number): void {
  textHash.low = Math.imul(((textHash.low << 7) | (textHash.low >>> 25)) ^ low, 0x85ebca6b) ^ (low >>> 15);
  textHash.high = Math.imul(((textHash.high << 11) | (textHash.high >>> 21)) + high, 0xc2b2ae35) ^ (high >>> 13);
}

function mixNode(tape: Tape, node: number): void {
  for (let at = node; at < tape.next[node]!; at++) {
    const kind = tape.kind[at]!;
    if (kind === Kind.string || kind === Kind.escaped) mix(tape.low[at]!, tape.high[at]!);
    else if (kind === Kind.number) {
      let value = 17;
      for (let i = tape.start[at]!; i < tape.end[at]!; i++) value = Math.imul(value, 31) + tape.bytes[i]!;
      mix(value, ~value);
    } else mix(kind + 1, tape.next[at]! - at);
  }
}
