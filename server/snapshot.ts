/**
 * What a feature may look at: one consistent state of one scenario, by level. A feature is a function of a snapshot and
 * a position; it holds nothing and waits for nothing. Which snapshot answers a request is the session's decision.
 */
import type { DatasetCounts } from './datasets/counts';
import type { Evaluation, Finding } from './inference/evaluation';
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
  /** What is known besides the text while there are no numbers of it: diagnostics are made of this. */
  readonly partial?: PartialResult;
}

/** What came out of a text before it was clear that it has no numbers. */
export interface PartialResult {
  /** By dataset index: what is read so far. */
  readonly counts: ReadonlyMap<number, DatasetCounts>;
  /** Why evidence was left out. */
  readonly findings: readonly Finding[];
}

/** Why the numbers of a snapshot are not those of its text. */
export interface OutOfDate {
  /** A mark of two words at most, for the end of a line. */
  readonly mark: 'out of date' | 'reading …';
  /** The cause, in a sentence. */
  readonly message: string;
}

/** The numbers of a condition, of the same text. */
export interface ConditionNumbers {
  /** By index in the condition's own program. */
  readonly counts: ReadonlyMap<number, DatasetCounts>;
  readonly evaluation: Evaluation;
  /** As that of a snapshot. */
  readonly incomplete?: string;
}

/** The same with numbers. `revision` grows with every change that the session has seen. */
export interface PosteriorSnapshot extends SemanticSnapshot {
  readonly revision: number;
  /** By dataset index; a dataset that is still being read is missing. */
  readonly counts: ReadonlyMap<number, DatasetCounts>;
  readonly evaluation: Evaluation;
  /** Numbers of the program's conditions, in order; missing while they are not computed. */
  readonly conditions?: readonly ConditionNumbers[];
  /** Set where the text has no numbers: `evaluation` then has the last valid ones, which every surface marks. */
  readonly outOfDate?: OutOfDate;
  /** Set, with the cause, where the text has no numbers and there were none before: `evaluation` then has none (NaN). */
  readonly incomplete?: string;
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

/** A condition of the program as a program of its own, with its numbers; undefined where they are not known. */
export function ofCondition(snapshot: PosteriorSnapshot, index: number): PosteriorSnapshot | undefined {
  const condition = snapshot.program.conditions[index];
  const numbers = snapshot.conditions?.[index];
  if (!condition || !numbers) return undefined;
  const { conditions: _, partial: __, incomplete: ___, ...shared } = snapshot;
  return { ...shared, program: condition.program, ...numbers };
}
