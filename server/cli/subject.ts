/** A file as an analysis asks about it: its program with all conditions, and every dataset read. */
import type { Subject } from '../analysis/subject/subject';
import { evaluateOnce } from '../session/evaluateFile';
import type { PosteriorSnapshot } from '../snapshot';
import { positionAt } from '../syntax/lines';
import { nodeMatcher } from '../workers/nodeMatcher';
import { input } from './files';

export async function subjectOf(
  file: string,
  folder: string | undefined,
): Promise<{ readonly subject: Subject; readonly snapshot: PosteriorSnapshot }> {
  const { uri, host, workspace } = await input(file, folder);
  const snapshot = await evaluateOnce(uri, host, workspace, nodeMatcher());
  return { subject: { program: snapshot.program, counts: snapshot.counts }, snapshot };
}

/** What keeps the program from being computed, as compilers print it; an expectation that fails does not. */
export function errorLines(snapshot: PosteriorSnapshot, file: string): readonly string[] {
  return snapshot.program.diagnostics.flatMap(({ origin, severity, code, message }) => {
    if (severity !== 'error') return [];
    const lines = snapshot.fileLines[origin.file];
    const { line, character } = lines ? positionAt(lines, origin.start) : { line: 0, character: 0 };
    const name = origin.file === 0 ? file : (snapshot.program.files[origin.file]?.uri ?? file);
    return [`${name}:${line + 1}:${character + 1}: error ${code}: ${message.replace(/\s+/g, ' ')}`];
  });
}
