/**
 * Who extends, copies or uses whom, as a call hierarchy: incoming are the declarations that name this one, outgoing the
 * things that this one names.
 */
import { type CallHierarchyItem, type Position, type Range, SymbolKind } from 'vscode-languageserver-types';
import type { Occurrence } from '../program/model/program';
import { type SemanticSnapshot, toRange } from '../snapshot';
import { offsetAt } from '../syntax/lines';
import type { Declaration } from '../syntax/tree';
import { definitionOf, isSameSymbol, occurrenceAt, occurrencesLike, textOf } from './symbols';

export interface HierarchyCall {
  readonly item: CallHierarchyItem;
  readonly ranges: readonly Range[];
}

export function prepareCallHierarchy(snapshot: SemanticSnapshot, position: Position): readonly CallHierarchyItem[] {
  const occurrence = occurrenceAt(snapshot, position);
  const found = occurrence && definitionOf(snapshot, occurrence);
  const around = found && enclosing(snapshot, found);
  return around ? [itemOf(snapshot, around.file, around.declaration)] : [];
}

/** The declarations that name the item, and where. */
export function incomingCalls(snapshot: SemanticSnapshot, item: CallHierarchyItem): readonly HierarchyCall[] {
  const occurrence = definitionAt(snapshot, item);
  if (!occurrence) return [];
  const users = occurrencesLike(snapshot, occurrence).filter(({ role }) => role === 'reference');
  return grouped(snapshot, users, (user) => enclosing(snapshot, user));
}

/** What the item names, and where in its own text. */
export function outgoingCalls(snapshot: SemanticSnapshot, item: CallHierarchyItem): readonly HierarchyCall[] {
  const occurrence = definitionAt(snapshot, item);
  const around = occurrence && enclosing(snapshot, occurrence);
  if (!occurrence || !around) return [];
  const { start, end } = around.declaration;
  const named = snapshot.program.occurrences.filter(
    (other) =>
      other.role === 'reference' &&
      other.origin.file === around.file &&
      other.origin.start >= start &&
      other.origin.end <= end &&
      !isSameSymbol(other, occurrence),
  );
  return grouped(snapshot, named, (one) => {
    const found = definitionOf(snapshot, one);
    return found && enclosing(snapshot, found);
  });
}

interface Placed {
  readonly file: number;
  readonly declaration: Declaration;
}

function grouped(
  snapshot: SemanticSnapshot,
  occurrences: readonly Occurrence[],
  owner: (one: Occurrence) => Placed | undefined,
): readonly HierarchyCall[] {
  const calls = new Map<Declaration, { readonly item: CallHierarchyItem; readonly ranges: Range[] }>();
  for (const occurrence of occurrences) {
    const placed = owner(occurrence);
    if (!placed) continue;
    let call = calls.get(placed.declaration);
    if (!call) {
      call = { item: itemOf(snapshot, placed.file, placed.declaration), ranges: [] };
      calls.set(placed.declaration, call);
    }
    call.ranges.push(toRange(snapshot.fileLines[occurrence.origin.file]!, occurrence.origin));
  }
  return [...calls.values()];
}

function enclosing(snapshot: SemanticSnapshot, { origin }: Occurrence): Placed | undefined {
  const declarations = snapshot.program.files[origin.file]!.tree.declarations;
  const declaration = declarations.find(({ start, end }) => start <= origin.start && origin.end <= end);
  return declaration && { file: origin.file, declaration };
}

function definitionAt(snapshot: SemanticSnapshot, item: CallHierarchyItem): Occurrence | undefined {
  const file = snapshot.program.files.findIndex(({ uri }) => uri === item.uri);
  if (file < 0) return undefined;
  const start = offsetAt(snapshot.fileLines[file]!, item.selectionRange.start);
  return snapshot.program.occurrences.find(
    (one) => one.role === 'definition' && one.origin.file === file && one.origin.start === start,
  );
}

const KINDS: Partial<Record<Declaration['kind'], SymbolKind>> = {
  persona: SymbolKind.Class,
  situation: SymbolKind.Interface,
  capability: SymbolKind.Property,
  dataset: SymbolKind.File,
  episode: SymbolKind.Event,
};

function itemOf(snapshot: SemanticSnapshot, file: number, declaration: Declaration): CallHierarchyItem {
  const lines = snapshot.fileLines[file]!;
  const named = 'name' in declaration && declaration.name ? declaration.name : declaration.keyword;
  const name =
    'name' in declaration && declaration.name
      ? declaration.name.text
      : 'label' in declaration && declaration.label?.value
        ? declaration.label.value
        : firstLine(textOf(snapshot, { file, start: declaration.start, end: declaration.end }));
  return {
    name,
    detail: declaration.kind,
    kind: KINDS[declaration.kind] ?? SymbolKind.Event,
    uri: snapshot.program.files[file]!.uri,
    range: toRange(lines, declaration),
    selectionRange: toRange(lines, named),
  };
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0]!.trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
