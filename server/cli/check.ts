/** `dramatis check`: the problems of some files, one a line, as compilers print them; exit status 1 if one is an error. */

import { allDiagnostics } from '../features/diagnostics';
import { evaluateOnce } from '../session/evaluateFile';
import { positionAt } from '../syntax/lines';
import { nodeMatcher } from '../workers/nodeMatcher';
import { FINE, input, PROBLEMS, print } from './files';

export async function check(files: readonly string[], options: { readonly workspace?: string }): Promise<void> {
  let wrong = false;
  for (const file of files) {
    const { uri, host, workspace } = await input(file, options.workspace);
    const snapshot = await evaluateOnce(uri, host, workspace, nodeMatcher());
    const lines = allDiagnostics(snapshot).map(({ origin, severity, code, message }) => {
      wrong ||= severity === 'error';
      const { line, character } = positionAt(snapshot.fileLines[origin.file]!, origin.start);
      const name = origin.file === 0 ? file : snapshot.program.files[origin.file]!.uri;
      return `${name}:${line + 1}:${character + 1}: ${severity} ${code}: ${message.replace(/\s+/g, ' ')}\n`;
    });
    await print(lines.join(''));
  }
  process.exitCode = wrong ? PROBLEMS : FINE;
}
