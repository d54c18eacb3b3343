/** What a moved or renamed file changes in the text: the imports and datasets that name it, and its own relative paths. */
import type { TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import { relativePath, resolvePath } from '../program/paths';
import { toRange } from '../snapshot';
import { insideQuotes, pathsIn, type TextWithPaths } from './documentLinks';

export interface FileMove {
  readonly oldUri: string;
  readonly newUri: string;
}

/** `texts`: every text that may name a moved file, the moved ones under their old URIs. */
export function fileRename(texts: readonly TextWithPaths[], moves: readonly FileMove[]): WorkspaceEdit {
  const changes: Record<string, TextEdit[]> = {};
  for (const snapshot of texts) {
    const here = moved(snapshot.uri, moves);
    const edits: TextEdit[] = [];
    for (const { literal } of pathsIn(snapshot)) {
      const target = resolvePath(snapshot.uri, literal.value);
      if (!target) continue;
      const there = moved(target, moves);
      if (here === snapshot.uri && there === target) continue;
      const path = relativePath(here, there);
      if (path === undefined || resolvePath(here, literal.value) === there) continue;
      const newText = path.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
      edits.push({ range: toRange(snapshot.lines, insideQuotes(snapshot.text, literal)), newText });
    }
    if (edits.length > 0) changes[snapshot.uri] = edits;
  }
  return { changes };
}

/** A move of a folder moves what is in it. */
function moved(uri: string, moves: readonly FileMove[]): string {
  for (const { oldUri, newUri } of moves) {
    if (uri === oldUri) return newUri;
    if (uri.startsWith(`${oldUri}/`)) return newUri + uri.slice(oldUri.length);
  }
  return uri;
}
