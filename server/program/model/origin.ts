/** Places in a program's files. Must not know what stands there. */
import type { Span } from '../../syntax/tree';

/** A place in one of the program's files. */
export interface Origin extends Span {
  /** Index into `Program.files`. */
  readonly file: number;
}

export interface Declared {
  readonly name: string;
  readonly title?: string;
  readonly doc?: string;
  /** The whole declaration. */
  readonly origin: Origin;
  /** Its name only. */
  readonly nameOrigin: Origin;
}
