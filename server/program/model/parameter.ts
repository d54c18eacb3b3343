/**
 * Numbers that have a name, where numbers come from, and which of them are fitted or swept (LANGUAGE section 7). Must
 * not know what the numbers do.
 */
import type { Declared, Origin } from './origin';

/** What "uniform" and "evenly spaced" mean for a parameter: as it is, natural log, log odds. */
export type Scale = 'linear' | 'log' | 'logit';

/** `source NAME "title" "address"`: a mark `@NAME` says that a construct's numbers come from there. */
export interface Source extends Declared {
  readonly index: number;
  readonly address?: string;
}

export interface Parameter extends Declared {
  readonly index: number;
  /** The value that `$name` has in this program: as written, or as the condition sets it, or as it is overridden. */
  readonly value: number;
  /** As written in its declaration (or as overridden there), whatever a condition sets. */
  readonly written: number;
  /** Ends of its range, both or none. */
  readonly from?: number;
  readonly to?: number;
  /** Standard deviation on the scale of its normal prior in a fit. */
  readonly sd?: number;
  readonly scale: Scale;
  /** Index of the source of its number; undefined: an assumption. */
  readonly source?: number;
  /** The number of its value. */
  readonly valueOrigin: Origin;
}

/** `sweep $x from a to b log`: what it leaves out is the parameter's own. */
export interface Sweep {
  readonly index: number;
  readonly parameter: number;
  readonly from?: number;
  readonly to?: number;
  readonly scale: Scale;
  readonly origin: Origin;
}
