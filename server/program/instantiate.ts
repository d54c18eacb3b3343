/**
 * A program with other numbers: the same as writing them into the text and building again, much cheaper. Fits, sweeps,
 * remedies and sensitivities call it thousands of times. Must not know what is computed from a program.
 */
import type { Diagnostic } from './diagnostic';
import type { ParsedFile } from './files';
import type { Program } from './model/program';

export interface Instance {
  /** Index of the condition; undefined: the program without one. */
  readonly condition?: number;
  /** Values in the place of the declarations' own, by name of parameter; a condition's `set` still wins. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** Values in the place of numbers of the text, by `DeclaredNumber.id`. */
  readonly numbers?: Readonly<Record<string, number>>;
}

export interface Instantiated {
  readonly program: Program;
  /** Whether no error stands in it. False: the program leaves out what is wrong, and must not be computed with. */
  readonly sound: boolean;
  /** All findings, computed when asked for. */
  readonly diagnostics: readonly Diagnostic[];
}

/** `files` is `Program.text`. An unknown name or id changes nothing. */
export function instantiate(_files: readonly ParsedFile[], _instance: Instance): Instantiated {
  throw new Error('instantiate is not there yet');
}
