/** Which rows of a dataset are read, and how many episodes each is: `where`, `rows`, `sample`, `turn` as declared. */
import type { Origin } from './origin';

export interface RowCondition {
  readonly path: string;
  readonly negated: boolean;
  readonly test:
    | { readonly kind: 'matches'; readonly pattern: string }
    /** JSON's truth values and null, or a text or number that the field's value is compared with. */
    | { readonly kind: 'is'; readonly value: string | number | boolean | null }
    | { readonly kind: 'exists' };
  readonly origin: Origin;
}

/** First `rows`, then `where`, then `sample`. */
export interface RowSelection {
  /** Rows that satisfy all of them are kept. */
  readonly where: readonly RowCondition[];
  /** From 1, over all files in order, both included. */
  readonly rows?: { readonly first: number; readonly last: number; readonly origin: Origin };
  readonly sample?: { readonly count: number; readonly origin: Origin };
  /** Every answer of the assistant is an episode. */
  readonly eachTurn: boolean;
}

/** A file of labels that people or models gave to rows. */
export interface LabelsSource {
  /** As written, and resolved; undefined where it cannot be read. */
  readonly path: string;
  readonly uri?: string;
  /** The field of the row that a label's `id` names; undefined: `id`, else the row's digest. */
  readonly by?: string;
  readonly corrected: boolean;
  /** Where `corrected`: what a label can be, by situation; empty otherwise. */
  readonly responses: readonly { readonly situation: string; readonly names: readonly string[] }[];
  readonly origin: Origin;
}
