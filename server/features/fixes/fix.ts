/**
 * What a quick fix is: a finding at a place in, edits of the same text out. A fix that cannot help gives nothing; one
 * that has been applied removes its finding, so applying it twice changes nothing.
 */
import type { TextEdit } from 'vscode-languageserver-types';
import { type SemanticSnapshot, toRange } from '../../snapshot';
import { nestedDeclarations } from '../../syntax/pieces';
import type { Declaration, DeclarationKind, Span } from '../../syntax/tree';

/** The finding to mend. */
export interface Finding extends Span {
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** The one that is nearly always meant: runs with "Fix all". */
  readonly preferred?: boolean;
}

export type Fixer = (snapshot: SemanticSnapshot, finding: Finding) => readonly Fix[];

export function replace(snapshot: SemanticSnapshot, span: Span, newText: string): TextEdit {
  return { range: toRange(snapshot.lines, span), newText };
}

export function insert(snapshot: SemanticSnapshot, offset: number, newText: string): TextEdit {
  return replace(snapshot, { start: offset, end: offset }, newText);
}

/** Takes the span out, with its line where nothing else stands there, else with the blanks before it. */
export function remove(snapshot: SemanticSnapshot, span: Span): TextEdit {
  const { text } = snapshot;
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const found = text.indexOf('\n', span.end);
  const lineEnd = found < 0 ? text.length : found + 1;
  const alone = text.slice(lineStart, span.start).trim() === '' && text.slice(span.end, lineEnd).trim() === '';
  if (alone) return replace(snapshot, { start: lineStart, end: lineEnd }, '');
  let start = span.start;
  while (start > lineStart && /[ \t]/.test(text[start - 1]!)) start--;
  return replace(snapshot, { start, end: span.end }, '');
}

/** Takes one entry of a list with separators out, with one separator. */
export function removeFromList(snapshot: SemanticSnapshot, entries: readonly Span[], at: number): TextEdit {
  const entry = entries[at]!;
  if (at > 0) return replace(snapshot, { start: entries[at - 1]!.end, end: entry.end }, '');
  const next = entries[at + 1];
  return next ? replace(snapshot, { start: entry.start, end: next.start }, '') : remove(snapshot, entry);
}

type OfKind<K extends DeclarationKind> = Extract<Declaration, { kind: K }>;

/** The declaration of this kind around the place. */
export function declarationAround<K extends DeclarationKind>(
  snapshot: SemanticSnapshot,
  span: Span,
  ...kinds: readonly K[]
): OfKind<K> | undefined {
  return nestedDeclarations(snapshot.parsed.file.declarations).find(
    (one): one is OfKind<K> =>
      (kinds as readonly string[]).includes(one.kind) && one.start <= span.start && span.end <= one.end,
  );
}

/** The declaration of this kind and name in the same text: of several, the one that counts; none where that is in another file. */
export function declarationNamed<K extends 'situation' | 'persona' | 'capability'>(
  snapshot: SemanticSnapshot,
  kind: K,
  name: string,
): OfKind<K> | undefined {
  const { situations, personas, capabilities } = snapshot.program;
  const list = { situation: situations, persona: personas, capability: capabilities }[kind];
  const counted = list.find((one) => one.name === name)?.origin;
  return snapshot.parsed.file.declarations.find(
    (one): one is OfKind<K> =>
      one.kind === kind &&
      'name' in one &&
      one.name?.text === name &&
      (counted === undefined || (counted.file === snapshot.file && counted.start === one.start)),
  );
}

export function sourceOf(snapshot: SemanticSnapshot, span: Span): string {
  return snapshot.text.slice(span.start, span.end);
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

/** Where a declaration begins, its documentation included. */
export function declarationStart(declaration: Declaration): number {
  return declaration.docSpan?.start ?? declaration.start;
}

/** The end of line that the text uses. */
export function newline(snapshot: SemanticSnapshot): string {
  return snapshot.text.includes('\r\n') ? '\r\n' : '\n';
}

/** Adds a declaration after the last one, or at the end of an empty text. */
export function append(snapshot: SemanticSnapshot, declaration: string): TextEdit {
  const eol = newline(snapshot);
  const gap = snapshot.text === '' || snapshot.text.endsWith('\n') ? '' : eol;
  return insert(snapshot, snapshot.text.length, `${gap}${declaration}${eol}`);
}
