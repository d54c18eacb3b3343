/** Diagnostics in training data: the rows that are no evidence, with the declaration that reads them so. */
import type { Diagnostic } from 'vscode-languageserver-types';
import { CODES, type DiagnosticCode } from '../../program/codes';
import type { Settings } from '../../settings';
import { toLocation } from '../../snapshot';
import { lineIndex } from '../../syntax/lines';
import { chosenSeverity, explained, MOST, SEVERITY } from '../diagnostics';
import type { DataSnapshot } from '../feature';
import { declaringFile, readersOf, rowState, type Use } from './uses';

/** At most as many as for a scenario, each scenario's own first. */
export function rowDiagnostics(data: DataSnapshot, settings: Settings): readonly Diagnostic[] {
  const { starts, ends } = lineIndex(data.text);
  const rangeOf = (line: number): Diagnostic['range'] => {
    const length = (ends[line] ?? 0) - (starts[line] ?? 0);
    return { start: { line, character: 0 }, end: { line, character: length } };
  };
  const found: Diagnostic[] = [];
  for (const use of readersOf(data)) {
    const { failure, index } = use.counts;
    // What is wrong in the declaration is said there.
    const entire =
      failure && !failure.origin && problem(use, failure.code as DiagnosticCode, failure.message, rangeOf(0), settings);
    if (entire) found.push(entire);
    if (failure || !index) continue;
    const { line } = index;
    for (let row = use.from; row < use.to && found.length < MOST; row++) {
      const state = rowState(use, row);
      if (state.kind === 'used' || state.kind === 'left out') continue;
      const diagnostic = problem(use, state.code as DiagnosticCode, state.message, rangeOf(line[row]! - 1), settings);
      if (diagnostic) found.push(diagnostic);
    }
  }
  return found;
}

function problem(
  use: Use,
  code: DiagnosticCode,
  message: string,
  range: Diagnostic['range'],
  settings: Settings,
): Diagnostic | undefined {
  const severity = chosenSeverity({ code, severity: CODES[code]?.severity ?? 'error' }, settings.lint);
  if (severity === 'off') return undefined;
  const { snapshot, source } = use;
  return {
    range,
    severity: SEVERITY[severity],
    code,
    ...explained(code, settings),
    source: 'dramatis',
    message,
    relatedInformation: [
      {
        location: toLocation(snapshot, source.nameOrigin),
        message: `Read as dataset ${source.name} of ${declaringFile(use)}.`,
      },
    ],
  };
}
