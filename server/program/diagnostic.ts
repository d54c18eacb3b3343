/** One finding about the text: a stable code, a precise place, a message that says the way out. */
import type { DiagnosticCode, Severity } from './codes';
import type { Origin } from './model/origin';

export interface RelatedPlace {
  readonly origin: Origin;
  readonly message: string;
}

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly origin: Origin;
  readonly message: string;
  readonly related?: readonly RelatedPlace[];
  /** Facts a quick fix needs, by the code's own convention (see `codes.ts`); plain JSON. */
  readonly data?: Readonly<Record<string, unknown>>;
}
