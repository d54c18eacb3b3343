/** A file as an analysis asks about it: its program with all conditions, and every dataset read. */
import type { Subject } from '../analysis/subject/subject';
import type { DatasetCounts } from '../datasets/counts';
import { readDataset } from '../datasets/reading/read';
import type { Host } from '../host/host';
import { loadOnce } from '../session/evaluateFile';
import type { SemanticSnapshot } from '../snapshot';
import { positionAt } from '../syntax/lines';
import { nodeMatcher } from '../workers/nodeMatcher';
import { input } from './files';

export interface FileSubject {
  readonly subject: Subject;
  readonly snapshot: SemanticSnapshot;
  readonly host: Host;
}

export async function subjectOf(file: string, folder: string | undefined): Promise<FileSubject> {
  const { uri, host, workspace } = await input(file, folder);
  return await subjectAt(uri, host, workspace);
}

export async function subjectAt(uri: string, host: Host, workspace: readonly string[]): Promise<FileSubject> {
  const snapshot = await loadOnce(uri, host, workspace);
  const counts = new Map<number, DatasetCounts>();
  const matcher = nodeMatcher();
  for (const [index, source] of snapshot.program.declaredDatasets.entries())
    if (source.uri) counts.set(index, await readDataset(source, source.method, host, { matcher }));
  return { subject: { program: snapshot.program, counts }, snapshot, host };
}

/** What keeps the program from being computed, as compilers print it; an expectation that fails does not. */
export function errorLines(snapshot: SemanticSnapshot, file: string): readonly string[] {
  return snapshot.program.diagnostics.flatMap(({ origin, severity, code, message }) => {
    if (severity !== 'error') return [];
    const lines = snapshot.fileLines[origin.file];
    const { line, character } = lines ? positionAt(lines, origin.start) : { line: 0, character: 0 };
    const name = origin.file === 0 ? file : (snapshot.program.files[origin.file]?.uri ?? file);
    return [`${name}:${line + 1}:${character + 1}: error ${code}: ${message.replace(/\s+/g, ' ')}`];
  });
}
