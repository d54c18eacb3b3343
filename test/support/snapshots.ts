/** Snapshots from text, for tests of features: `$0` marks the caret, and is taken out. */
import type { Position, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import { loadProgram } from '../../server/program/load/load';
import type { SemanticSnapshot } from '../../server/snapshot';
import { lineIndex, offsetAt, positionAt } from '../../server/syntax/lines';
import { parse } from '../../server/syntax/parser/parser';
import { type MemoryHost, memoryHost } from './memoryHost';

export const FOLDER = 'file:///w';

export interface AtCaret {
  readonly snapshot: SemanticSnapshot;
  readonly position: Position;
  readonly host: MemoryHost;
}

/** The text as the root of a program; `others` are files beside it, by name. `$0` may stand in the root only. */
export async function atCaret(
  marked: string,
  others: Readonly<Record<string, string>> = {},
  name = 'main.scenario',
): Promise<AtCaret> {
  const caret = marked.indexOf('$0');
  const text = caret < 0 ? marked : marked.slice(0, caret) + marked.slice(caret + 2);
  const files = { [name]: text, ...others };
  const host = memoryHost(Object.fromEntries(Object.entries(files).map(([file, body]) => [`${FOLDER}/${file}`, body])));
  const snapshot = await semantic(`${FOLDER}/${name}`, host);
  return { snapshot, position: positionAt(snapshot.lines, Math.max(0, caret)), host };
}

/** The program with this root, seen from the root or from one of its files. */
export async function semantic(root: string, host: MemoryHost, seenFrom = root): Promise<SemanticSnapshot> {
  const program = await loadProgram(root, host, { workspace: [FOLDER] });
  const file = program.files.findIndex(({ uri }) => uri === seenFrom);
  const { text } = program.files[file]!;
  const fileLines = program.files.map((one) => lineIndex(one.text));
  return { uri: seenFrom, version: 1, text, lines: fileLines[file]!, parsed: parse(text), program, file, fileLines };
}

/** The text with the edits in it. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const lines = lineIndex(text);
  return edits
    .map(({ range, newText }, order) => ({
      start: offsetAt(lines, range.start),
      end: offsetAt(lines, range.end),
      newText,
      order,
    }))
    .sort((a, b) => b.start - a.start || b.order - a.order)
    .reduce((result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end), text);
}

/** What a workspace edit does to the text of one file. */
export function editsOf(edit: WorkspaceEdit, uri: string): readonly TextEdit[] {
  return edit.changes?.[uri] ?? [];
}
