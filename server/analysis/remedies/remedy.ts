/** One way to make an expectation hold. */
import type { DeclaredNumber } from '../../program/declaredNumbers';

export interface Remedy {
  /** Things to do, or what would have to be true. */
  readonly kind: 'evidence' | 'belief';
  readonly what: string;
  /** The number to change; undefined where it is not one number. */
  readonly number?: DeclaredNumber;
  /** Where the evidence goes: indices of the episode (or dataset) and of the situation. */
  readonly move?: { readonly evidence: 'episode' | 'dataset'; readonly index: number; readonly situation: number };
  readonly from: number | null;
  readonly to: number | null;
  /** |ln factor|, or |difference of log odds|; null where it is no distance (a move). */
  readonly distance: number | null;
  /** What the expectation's value is then. */
  readonly after: number;
}
