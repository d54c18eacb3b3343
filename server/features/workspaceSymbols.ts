/** Search over the declared names of every program: a query matches where its letters stand in the name in order. */
import { SymbolKind, type WorkspaceSymbol } from 'vscode-languageserver-types';
import type { Declared } from '../program/model/origin';
import type { Program } from '../program/model/program';
import { type SemanticSnapshot, toLocation } from '../snapshot';

/** At most this many are worth sending. */
const MOST = 500;

export function workspaceSymbols(snapshots: readonly SemanticSnapshot[], query: string): readonly WorkspaceSymbol[] {
  const found = new Map<string, WorkspaceSymbol>();
  const wanted = query.toLowerCase();
  for (const snapshot of snapshots) {
    for (const { name, kind, containerName, declared } of symbolsOf(snapshot.program)) {
      if (found.size >= MOST) break;
      if (!isSubsequence(wanted, name.toLowerCase())) continue;
      const location = toLocation(snapshot, declared.nameOrigin);
      const { line, character } = location.range.start;
      found.set(`${kind} ${name} ${location.uri} ${line} ${character}`, { name, kind, containerName, location });
    }
  }
  return [...found.values()];
}

interface Found {
  readonly name: string;
  readonly kind: SymbolKind;
  readonly containerName: string;
  readonly declared: Pick<Declared, 'nameOrigin'>;
}

function symbolsOf(program: Program): readonly Found[] {
  const all = (list: readonly Declared[], kind: SymbolKind, containerName: string) =>
    list.map((declared): Found => ({ name: declared.name, kind, containerName, declared }));
  return [
    ...all(program.personas, SymbolKind.Class, 'persona'),
    ...all(program.situations, SymbolKind.Interface, 'situation'),
    ...all(program.capabilities, SymbolKind.Property, 'capability'),
    ...all(program.datasets, SymbolKind.File, 'dataset'),
    ...program.situations
      .filter(({ inherited }) => !inherited)
      .flatMap((situation) =>
        situation.responses.map(
          (response): Found => ({
            name: response.name,
            kind: SymbolKind.EnumMember,
            containerName: situation.name,
            declared: { nameOrigin: response.origin },
          }),
        ),
      ),
  ];
}

function isSubsequence(wanted: string, name: string): boolean {
  let at = 0;
  for (const letter of wanted) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
