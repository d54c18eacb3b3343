/**
 * A row's normalised text and its SHA-256: what samples are drawn by and labels can name rows by, the same on every
 * machine. The text has a line for each piece of a turn, `<side> <role>: <text>`, where every run of white space in the
 * text is one space and there is none at its ends; pieces that are no text stand there as JSON.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Tape } from '../json/scan';
import { isString, rawOf } from '../json/values';
import { pieceText, type Row } from './row';

const normal = (text: string): string => text.replace(/\s+/gu, ' ').trim();

/** The normalised text; empty where the row has no turns. */
export function normalisedText(tape: Tape, row: Row): string {
  const lines = row.pieces.map((piece) => {
    const isJson = piece.text === undefined && !isString(tape, piece.node);
    const text = isJson ? JSON.stringify(JSON.parse(rawOf(tape, piece.node))) : pieceText(tape, piece);
    return `${piece.side} ${piece.role}: ${normal(text)}`;
  });
  return lines.join('\n');
}

const encoder = new TextEncoder();

/** SHA-256 of the normalised text as UTF-8, 32 bytes. */
export function rowDigest(tape: Tape, row: Row): Uint8Array {
  return sha256(encoder.encode(normalisedText(tape, row)));
}

/** A digest as people write it, 64 hexadecimal digits. */
export function digestText(digest: Uint8Array): string {
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
