/** The other places of the name under the caret in the same text; its definition is marked as the one that is written. */
import { type DocumentHighlight, DocumentHighlightKind, type Position } from 'vscode-languageserver-types';
import { type SemanticSnapshot, toRange } from '../snapshot';
import { occurrenceAt, occurrencesLike } from './symbols';

export function documentHighlights(snapshot: SemanticSnapshot, position: Position): readonly DocumentHighlight[] {
  const occurrence = occurrenceAt(snapshot, position);
  if (!occurrence) return [];
  return occurrencesLike(snapshot, occurrence)
    .filter(({ origin }) => origin.file === snapshot.file)
    .map(({ origin, role }) => ({
      range: toRange(snapshot.lines, origin),
      kind: role === 'definition' ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
    }));
}
