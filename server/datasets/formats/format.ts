/**
 * What a format of training data is: one file beside this one, and its place in `list.ts`. A format says which turns a
 * row has, which of them are the answer, and what else its keys mean; it knows nothing of situations, responses or
 * personas.
 */
import type { Tape } from '../json/scan';
import type { Row } from './row';

export interface Format {
  /** Short and stable. */
  readonly name: string;
  /** What it is called, for people. */
  readonly title: string;
  /** The method that rows of this format ask for; undefined is no opinion (sft). */
  readonly method?: 'prefer' | 'rl';
  /** Whether the row on the tape is of this format, by its keys (`rowKeys.ts`) and their kinds. Formats are asked in order. */
  recognise(tape: Tape): boolean;
  /** Reads a row that was recognised. Never fails: what is wrong with the row is its `problem`. */
  read(tape: Tape): Row;
}

/** A row for the table in `docs/datasets.md` and for its test: what `user` and `assistant` stand for in it. */
export interface FormatExample {
  /** JSON, written by the project. */
  readonly row: string;
  readonly user: string;
  readonly assistant: string;
  /** The code, card or documentation that the shape was modelled on. */
  readonly source: string;
}
