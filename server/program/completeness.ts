/**
 * Whether a text can have numbers: not while an error stands that drops or changes evidence, a row, a prior or a
 * setting (LANGUAGE section 11, `complete`). An error inside a question (a probe, an expectation, an evaluation, an account)
 * leaves all other numbers as they are.
 */
import type { Declaration, Span } from '../syntax/tree';
import type { DiagnosticCode } from './codes';
import type { Diagnostic } from './diagnostic';
import type { Program } from './model/program';

const QUESTIONS: ReadonlySet<Declaration['kind'] | 'set'> = new Set([
  'probe',
  'expect',
  'evaluation',
  'compare',
  'scenario',
  'source',
  'fit',
  'sweep',
]);

/** Errors that change no number of part one. */
const HARMLESS: ReadonlySet<DiagnosticCode> = new Set(['unknown-source', 'set-fitted']);

/** The first error of the text after which its numbers are not those that it declares. */
export function textError({ files, diagnostics, condition }: Program): Diagnostic | undefined {
  return diagnostics.find(({ severity, code, origin, data }) => {
    if (severity !== 'error' || HARMLESS.has(code)) return false;
    // What the parser could not read may have been anything.
    if (code.startsWith('syntax-')) return true;
    const around = declarationAt(files[origin.file]?.tree.declarations ?? [], origin.start);
    if (!around) return true;
    if (around.kind !== 'condition')
      return !QUESTIONS.has(around.kind) && (condition !== undefined || !data?.['condition']);
    // What is wrong in a condition changes that condition, not the program without one.
    if (condition === undefined) return false;
    const part = declarationAt(around.pieces, origin.start);
    return !part || !QUESTIONS.has(part.kind);
  });
}

/** The declaration around an offset; they stand in order and do not overlap. */
function declarationAt<D extends Span>(declarations: readonly D[], offset: number): D | undefined {
  let [low, high] = [0, declarations.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((declarations[middle]?.end ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  const found = declarations[low];
  return found && found.start <= offset ? found : undefined;
}
