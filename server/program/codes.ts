/**
 * The one table of diagnostic codes. `docs/diagnostics.md` is generated from it and a test compares the two; a code is
 * stable once it has been released. Rooms that may not import this one name codes as plain strings; a test checks them.
 */
import type { Severity } from './diagnostic';

export interface CodeEntry {
  readonly severity: Severity;
  /** What it means, one sentence. */
  readonly meaning: string;
  /** The way out, one sentence. */
  readonly remedy: string;
}

export const CODES = {
  'syntax-unexpected': {
    severity: 'error',
    meaning: 'Something else was expected at this place.',
    remedy: 'The message names what can stand here.',
  },
} as const satisfies Record<string, CodeEntry>;

export type DiagnosticCode = keyof typeof CODES;
