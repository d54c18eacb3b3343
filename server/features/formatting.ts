/** Formatting: of a text, of a range, and while typing. Answers hold only changes of white space. */
import type { FormattingOptions, Position, Range, TextEdit } from 'vscode-languageserver-types';
import { type SyntaxSnapshot, toRange } from '../snapshot';
import { offsetAt } from '../syntax/lines';
import { type PrintOptions, printEdits, type WhitespaceEdit } from '../syntax/printer/printer';
import type { Span } from '../syntax/tree';

/** The characters that formatting on typing waits for. */
export const ON_TYPE_TRIGGERS = ['}', '\n'] as const;

export function formatDocument(snapshot: SyntaxSnapshot, options: FormattingOptions): readonly TextEdit[] {
  return toEdits(snapshot, printEdits(snapshot.text, snapshot.parsed, printOptions(options)));
}

/** Formats the declarations that the range touches. */
export function formatRange(snapshot: SyntaxSnapshot, range: Range, options: FormattingOptions): readonly TextEdit[] {
  const within = { start: offsetAt(snapshot.lines, range.start), end: offsetAt(snapshot.lines, range.end) };
  return toEdits(snapshot, printEdits(snapshot.text, snapshot.parsed, printOptions(options), within));
}

/**
 * After `}`: the declaration that it ends. After a line break: what stands above the caret in the declaration around it
 * or before it; the line of the caret is the writer's.
 */
export function formatOnType(
  snapshot: SyntaxSnapshot,
  position: Position,
  typed: string,
  options: FormattingOptions,
): readonly TextEdit[] {
  const offset = offsetAt(snapshot.lines, position);
  const { declarations } = snapshot.parsed.file;
  const around = declarations.filter((declaration) => declaration.start < offset).at(-1);
  if (around === undefined) return [];
  if (typed === '}' && around.end !== offset) return [];
  const end = typed === '}' ? around.end : (snapshot.lines.starts[position.line] ?? offset) - 1;
  const span: Span = { start: around.start, end: around.end };
  const edits = printEdits(snapshot.text, snapshot.parsed, printOptions(options), span);
  return toEdits(
    snapshot,
    edits.filter((edit) => edit.start > around.start && edit.end <= Math.min(around.end, end)),
  );
}

function printOptions({ insertSpaces, tabSize }: FormattingOptions): PrintOptions {
  return { indent: insertSpaces ? ' '.repeat(Math.max(1, Math.min(tabSize, 16))) : '\t' };
}

function toEdits(snapshot: SyntaxSnapshot, edits: readonly WhitespaceEdit[]): TextEdit[] {
  return edits.map((edit) => ({ range: toRange(snapshot.lines, edit), newText: edit.text }));
}
