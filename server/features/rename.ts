/** Rename a situation, response, persona, capability or dataset, in every program that holds it. */
import type { Position, Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import { type SemanticSnapshot, toRange } from '../snapshot';
import { definitionOf, occurrenceAt, occurrencesOf, placesOf, type SymbolKey, textOf } from './symbols';

const NAME = /^[\p{L}_][\p{L}\p{M}\p{Nd}_]*(?:-[\p{L}\p{M}\p{Nd}_]+)*$/u;

/** The name that a rename here would change; undefined where nothing can be renamed. */
export function prepareRename(
  snapshot: SemanticSnapshot,
  position: Position,
): { readonly range: Range; readonly placeholder: string } | undefined {
  const occurrence = occurrenceAt(snapshot, position);
  if (!occurrence || !definitionOf(snapshot, occurrence)) return undefined;
  return { range: toRange(snapshot.lines, occurrence.origin), placeholder: textOf(snapshot, occurrence.origin) };
}

/** The edit, or in words why the new name cannot be. */
export function rename(
  snapshots: readonly SemanticSnapshot[],
  key: SymbolKey,
  newName: string,
): { readonly edit: WorkspaceEdit } | { readonly refused: string } {
  if (!NAME.test(newName)) {
    return {
      refused: `'${newName}' is not a name: a letter or '_' first, then letters, digits, '_' and single '-' between them.`,
    };
  }
  if (key.kind === 'parameter' && newName.includes('-')) {
    return { refused: `A parameter's name has no '-': ($${newName}) would be a difference.` };
  }
  for (const snapshot of snapshots) {
    const used = conflict(snapshot, key, newName);
    if (used) return { refused: used };
  }
  const changes: Record<string, TextEdit[]> = {};
  for (const { location } of placesOf(snapshots, key)) {
    changes[location.uri] ??= [];
    changes[location.uri]!.push({ range: location.range, newText: newName });
  }
  for (const snapshot of snapshots) {
    for (const { uri, edit } of mappingsFor(snapshot, key, newName)) {
      changes[uri] ??= [];
      const edits = changes[uri];
      if (!edits.some(({ newText, range }) => newText === edit.newText && samePlace(range, edit.range)))
        edits.push(edit);
    }
  }
  return { edit: { changes } };
}

function samePlace(a: Range, b: Range): boolean {
  return a.start.line === b.start.line && a.start.character === b.start.character;
}

/** Rows of data files say the old name through a field: a rule maps it, so that no number changes. */
function mappingsFor(
  snapshot: SemanticSnapshot,
  key: SymbolKey,
  newName: string,
): readonly { readonly uri: string; readonly edit: TextEdit }[] {
  if ((key.kind !== 'response' && key.kind !== 'situation') || newName === key.name) return [];
  const { program, fileLines } = snapshot;
  if (!occurrencesOf(snapshot, key)[0]) return [];
  const keys = key.kind === 'response' ? ['response', 'over'] : ['situation'];
  return program.declaredDatasets.flatMap(({ entries, origin }) => {
    const { uri, text } = program.files[origin.file]!;
    const lines = fileLines[origin.file]!;
    const at = text.indexOf('{', origin.start) + 1;
    return entries.flatMap(({ key: of, value }) => {
      if (!keys.includes(of) || value.kind !== 'field' || at <= 0) return [];
      const path = JSON.stringify(value.path);
      const newText = ` when ${path} matches "^${key.name}$": ${of} ${newName} `;
      return [{ uri, edit: { range: toRange(lines, { start: at, end: at }), newText } }];
    });
  });
}

function conflict(snapshot: SemanticSnapshot, key: SymbolKey, newName: string): string | undefined {
  const own = occurrencesOf(snapshot, key)[0];
  if (!own || newName === key.name || !namesBeside(snapshot, own.kind, own.owner).includes(newName)) return undefined;
  return own.kind === 'response'
    ? `Situation ${snapshot.program.situations[own.owner]?.name ?? ''} already has a response '${newName}'.`
    : `There is already a ${own.kind} '${newName}'.`;
}

/** The names that a new one must differ from. */
function namesBeside({ program }: SemanticSnapshot, kind: SymbolKey['kind'], owner: number): readonly string[] {
  switch (kind) {
    case 'situation':
      return program.situations.map(({ name }) => name);
    case 'persona':
      return [...program.personas.map(({ name }) => name), ...(program.novel ? ['novel'] : [])];
    case 'capability':
      return program.capabilities.map(({ name }) => name);
    case 'dataset':
      return program.declaredDatasets.map(({ name }) => name);
    case 'parameter':
      return program.parameters.map(({ name }) => name);
    case 'condition':
      return program.conditions.map(({ name }) => name);
    case 'source':
      return program.sources.map(({ name }) => name);
    case 'response':
      return program.situations[owner]?.responses.map(({ name }) => name) ?? [];
  }
}
