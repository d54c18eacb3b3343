/**
 * Effective counts (LANGUAGE section 5): what all episodes of one kind, under one method, come to. A *key* is what a
 * likelihood has a factor for: a cell, or an ordered preference pair of cells. A *slot* is a key under one method; its
 * terms are summed, discounted and scaled together, and the slots of a key are added.
 */
import type { Method } from '../../program/model/program';
import type { Structure } from '../model/structure';
import type { ExactSum } from '../numbers/exactSum';

/** One answer preferred over another in the same situation; both are cells. */
export interface PreferencePair {
  readonly situation: number;
  readonly preferred: number;
  readonly over: number;
}

/** What each episode of the program adds, by its index. */
export interface EpisodeTerms {
  /** -1 where it is left out. */
  readonly slot: Int32Array;
  /** weight · times · epochs^repeats (· reward/beta under rl). */
  readonly term: Float64Array;
  /** term · tokens where the method is per token, else the term. */
  readonly amount: Float64Array;
  /** The part of it that one single of its `times` is. */
  readonly single: Float64Array;
}

/** A dataset's share of a slot. */
export interface DatasetPart {
  readonly dataset: number;
  term: number;
  amount: number;
  negative: boolean;
}

export interface Slot {
  readonly key: number;
  /** Its stage and method as one number, which orders the slots of a key. */
  readonly rank: number;
  /** With the stage's retention in its strength. */
  readonly method: Method;
  readonly pieces: readonly DatasetPart[];
  /** How many episodes are in it; one that an edit has emptied stays, and counts nothing. */
  readonly episodes: number;
  readonly terms: ExactSum;
  /** The same object where the method is not per token. */
  readonly amounts: ExactSum;
  readonly term: number;
  readonly amount: number;
}

/** Measured log-likelihoods that count, one entry per row: they enter as N · logprob. */
export interface MeasuredEvidence {
  readonly dataset: number;
  readonly rl: boolean;
  readonly rows: number;
  /** Situation of the row, -1 for none. */
  readonly situation: Int32Array;
  /** strength · weight · epochs^repeats, discounted as a cell of its own. */
  readonly count: Float64Array;
  /** Columns by persona index (and `novel` last where the file names it), nats for the whole row; undefined where missing. */
  readonly columns: readonly (Float64Array | undefined)[];
}

export interface Evidence {
  readonly structure: Structure;
  /** Cells, then pairs. */
  readonly keys: number;
  readonly pairs: readonly PreferencePair[];
  readonly slots: readonly Slot[];
  /** The slots that something is in, by method. */
  readonly slotsOfKey: readonly (readonly number[])[];
  readonly episodes: EpisodeTerms;
  readonly measured: readonly MeasuredEvidence[];
  /** How many terms are negative: only then can a count be. */
  readonly negatives: number;
}

/** c'/c: 1 up to one effective episode, then c^−discount. */
export function discountFactor(c: number, discount: number): number {
  return c > 1 && discount !== 0 ? c ** -discount : 1;
}

/** N of a slot from its sums. */
export function slotCount(method: Method, term: number, amount: number): number {
  return amount === 0 ? 0 : method.strength * discountFactor(term, method.discount) * amount;
}

/** N by key. Without `incentives` the rl episodes, which are incentives and not observations, are left out. */
export function countsOf(evidence: Evidence, incentives = true): Float64Array {
  const counts = new Float64Array(evidence.keys);
  for (let key = 0; key < evidence.keys; key++) {
    for (const s of evidence.slotsOfKey[key]) {
      const slot = evidence.slots[s];
      if (incentives || slot.method.name !== 'rl') counts[key] += slotCount(slot.method, slot.term, slot.amount);
    }
  }
  return counts;
}
