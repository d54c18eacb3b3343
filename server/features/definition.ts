/** Go to definition: of a name, or of the file that an import or a dataset names. */
import type { DefinitionLink, Position } from 'vscode-languageserver-types';
import { type SemanticSnapshot, toLocation, toRange } from '../snapshot';
import { documentLinks } from './documentLinks';
import { definitionOf, occurrenceAt } from './symbols';

const START = { line: 0, character: 0 };

export function definition(snapshot: SemanticSnapshot, position: Position): readonly DefinitionLink[] {
  const occurrence = occurrenceAt(snapshot, position);
  if (occurrence) {
    const found = definitionOf(snapshot, occurrence);
    if (!found) return [];
    const { uri, range } = toLocation(snapshot, found.origin);
    const originSelectionRange = toRange(snapshot.lines, occurrence.origin);
    return [{ originSelectionRange, targetUri: uri, targetRange: range, targetSelectionRange: range }];
  }
  const link = documentLinks(snapshot).find(({ range }) => contains(range, position));
  if (!link?.target) return [];
  const entire = { start: START, end: START };
  return [
    { originSelectionRange: link.range, targetUri: link.target, targetRange: entire, targetSelectionRange: entire },
  ];
}

function contains({ start, end }: DefinitionLink['targetRange'], at: Position): boolean {
  return !before(at, start) && !before(end, at);
}

function before(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
