/** Every place where the name under the caret stands, over all programs that hold its definition. */
import type { Location } from 'vscode-languageserver-types';
import type { SemanticSnapshot } from '../snapshot';
import { placesOf, type SymbolKey } from './symbols';

export function references(
  snapshots: readonly SemanticSnapshot[],
  key: SymbolKey,
  includeDeclaration: boolean,
): readonly Location[] {
  return placesOf(snapshots, key)
    .filter(({ role }) => includeDeclaration || role === 'reference')
    .map(({ location }) => location);
}
