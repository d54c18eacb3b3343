/**
 * Whether a text can have numbers: not while an error stands that drops or changes evidence, a row, a prior or a
 * setting (LANGUAGE section 11, `complete`). An error inside a question (a probe, an expectation, an evaluation, an account)
 * leaves all other numbers as they are.
 */
import type { Declaration } from '../syntax/tree';
import type { Diagnostic } from './diagnostic';
import type { Program } from './model/program';

const QUESTIONS: ReadonlySet<Declaration['kind']> = new Set(['probe', 'expect', 'evaluation', 'compare', 'scenario']);

/** The first error of the text after which its numbers are not those that it declares. */
export function textError({ files, diagnostics }: Program): Diagnostic | undefined {
  return diagnostics.find(({ severity, code, origin }) => {
    if (severity !== 'error') return false;
    // What the parser could not read may have been anything.
    if (code.startsWith('syntax-')) return true;
    const around = declarationAt(files[origin.file]?.tree.declarations ?? [], origin.start);
    return !around || !QUESTIONS.has(around.kind);
  });
}

/** The declaration around an offset; they stand in order and do not overlap. */
function declarationAt(declarations: readonly Declaration[], offset: number): Declaration | undefined {
  let [low, high] = [0, declarations.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((declarations[middle]?.end ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  const found = declarations[low];
  return found && found.start <= offset ? found : undefined;
}
