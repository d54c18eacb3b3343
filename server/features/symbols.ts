/** What stands at a place: the symbol behind a name, and every place where it stands, within one program or several. */
import type { Location, Position } from 'vscode-languageserver-types';
import type { Origin } from '../program/model/origin';
import type { Occurrence, SymbolKind } from '../program/model/program';
import { type SemanticSnapshot, toLocation } from '../snapshot';
import { offsetAt } from '../syntax/lines';

/** A symbol known by where it is defined, so that it is the same one in every program that holds the file. */
export interface SymbolKey {
  readonly kind: SymbolKind;
  readonly name: string;
  readonly uri: string;
  /** Offset of the name in its definition. */
  readonly start: number;
}

/** The occurrence of a name under or just before the position. */
export function occurrenceAt(snapshot: SemanticSnapshot, position: Position): Occurrence | undefined {
  const offset = offsetAt(snapshot.lines, position);
  let touching: Occurrence | undefined;
  for (const occurrence of snapshot.program.occurrences) {
    const { file, start, end } = occurrence.origin;
    if (file !== snapshot.file || start > offset || end < offset) continue;
    if (offset < end) return occurrence;
    touching = occurrence;
  }
  return touching;
}

export function isSameSymbol(a: Occurrence, b: Occurrence): boolean {
  return a.kind === b.kind && a.owner === b.owner && a.response === b.response;
}

/** Every occurrence of the same symbol in this program, in order of file and place. */
export function occurrencesLike(snapshot: SemanticSnapshot, one: Occurrence): readonly Occurrence[] {
  return snapshot.program.occurrences.filter((other) => isSameSymbol(one, other));
}

/** Where the symbol is defined, undefined for a name that nothing defines. */
export function definitionOf(snapshot: SemanticSnapshot, one: Occurrence): Occurrence | undefined {
  return snapshot.program.occurrences.find((other) => other.role === 'definition' && isSameSymbol(one, other));
}

export function textOf(snapshot: SemanticSnapshot, origin: Origin): string {
  return snapshot.program.files[origin.file]!.text.slice(origin.start, origin.end);
}

export function symbolAt(snapshot: SemanticSnapshot, position: Position): SymbolKey | undefined {
  const occurrence = occurrenceAt(snapshot, position);
  const definition = occurrence && definitionOf(snapshot, occurrence);
  if (!definition) return undefined;
  const { origin, kind } = definition;
  return {
    kind,
    name: textOf(snapshot, origin),
    uri: snapshot.program.files[origin.file]!.uri,
    start: origin.start,
  };
}

/** Every occurrence of the symbol in this program; empty where the program does not hold its definition. */
export function occurrencesOf(snapshot: SemanticSnapshot, key: SymbolKey): readonly Occurrence[] {
  const definition = snapshot.program.occurrences.find(
    (one) =>
      one.role === 'definition' &&
      one.kind === key.kind &&
      one.origin.start === key.start &&
      snapshot.program.files[one.origin.file]!.uri === key.uri,
  );
  return definition ? occurrencesLike(snapshot, definition) : [];
}

/** Every place of the symbol in several programs, each place once, in order of file and place. */
export function placesOf(
  snapshots: readonly SemanticSnapshot[],
  key: SymbolKey,
): readonly { readonly location: Location; readonly role: Occurrence['role'] }[] {
  const places = new Map<string, { readonly location: Location; readonly role: Occurrence['role'] }>();
  for (const snapshot of snapshots) {
    for (const occurrence of occurrencesOf(snapshot, key)) {
      const location = toLocation(snapshot, occurrence.origin);
      places.set(`${location.uri}#${occurrence.origin.start}`, { location, role: occurrence.role });
    }
  }
  return [...places.values()];
}
