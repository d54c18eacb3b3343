/**
 * What a feature may look at: one consistent state of one scenario, by level. A feature is a function of a snapshot and
 * a position; it holds nothing and waits for nothing. Which snapshot answers a request is the session's decision.
 */
import type { DatasetCounts } from './datasets/counts';
import type { Evaluation } from './inference/evaluation';
import type { Origin } from './program/model/origin';
import type { Program } from './program/model/program';
import { type LineIndex, type Position, positionAt } from './syntax/lines';
import type { ParseResult, Span } from './syntax/tree';

/** One text, parsed. */
export interface SyntaxSnapshot {
  readonly uri: string;
  /** The editor's version; 0 for a file that is not open. */
  readonly version: number;
  readonly text: string;
  readonly lines: LineIndex;
  readonly parsed: ParseResult;
}

/** A program around a text: the text may be the root or an import. */
export interface SemanticSnapshot extends SyntaxSnapshot {
  readonly program: Program;
  /** Index of this text in `program.files`. */
  readonly file: number;
  /** Line indices of all files of the program, by file index. */
  readonly fileLines: readonly LineIndex[];
}

/** The same with numbers. `revision` grows with every change that the session has seen. */
export interface PosteriorSnapshot extends SemanticSnapshot {
  readonly revision: number;
  /** By dataset index; a dataset that is still being read is missing. */
  readonly counts: ReadonlyMap<number, DatasetCounts>;
  readonly evaluation: Evaluation;
}

export function toRange(lines: LineIndex, span: Span): { start: Position; end: Position } {
  return { start: positionAt(lines, span.start), end: positionAt(lines, span.end) };
}

export function toLocation(
  snapshot: SemanticSnapshot,
  origin: Origin,
): { uri: string; range: ReturnType<typeof toRange> } {
  return { uri: snapshot.program.files[origin.file]!.uri, range: toRange(snapshot.fileLines[origin.file]!, origin) };
}
