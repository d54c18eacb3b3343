/** What each row of a data file became, for the editor: hovers, hints, completion. Pure functions of the counts. */

import { rowFrom } from '../aggregate/records';
import type { DatasetCounts } from '../counts';
import { problemText, ROW_PROBLEMS } from '../problems';

export interface RowDescription {
  /** 0-based row, and 1-based line on which it begins. */
  readonly row: number;
  readonly line: number;
  /** Why the row is no evidence. */
  readonly problem?: { readonly code: string; readonly message: string };
  /** The episode that it is; rows with the same text are one episode. */
  readonly episode?: {
    /** Index into `groups`, or into `measured`. */
    readonly group: number;
    readonly situation?: string;
    readonly response?: string;
    readonly over?: string;
    readonly weight: number;
    readonly tokens?: number;
    readonly reward?: number;
    /** How often it is shown: its explicit epochs, over all rows with its text. */
    readonly epochs: number;
    /** How many distinct episodes say the same; 1 for measured rows. */
    readonly times: number;
    /** Measured log-likelihoods in nats as in the file (a mean is per token); NaN where one is missing. */
    readonly logprobs?: readonly { readonly persona: string; readonly value: number }[];
  };
  /** Rows (0-based) with the same text, this one left out; at most `maxCopies`, `copies` counts them all. */
  readonly sameText: readonly number[];
  readonly copies: number;
}

const maxCopies = 100;

/** The row that begins on this 1-based line; undefined where none does. */
export function rowAtLine(counts: DatasetCounts, line: number): number | undefined {
  const { index } = counts;
  if (!index) return undefined;
  let low = 0;
  let high = index.rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (index.line[middle]! < line) low = middle + 1;
    else high = middle;
  }
  return low < index.rows && index.line[low] === line ? low : undefined;
}

/** The row that this byte of the (unpacked) file belongs to; undefined before the first. `from` and `to` are the file's rows. */
export function rowAtOffset(counts: DatasetCounts, offset: number, from = 0, to = counts.rows): number | undefined {
  const { index } = counts;
  if (!index) return undefined;
  const after = rowFrom(index.offset, to, offset + 1, from);
  return after > from ? after - 1 : undefined;
}

/** Undefined where there is no such row. */
export function describeRow(counts: DatasetCounts, row: number): RowDescription | undefined {
  const { index } = counts;
  if (!index || !(row >= 0 && row < index.rows)) return undefined;
  const kind = index.problem[row]!;
  const base = { row, line: index.line[row]! };
  if (kind > 0) {
    const listed = counts.problems.find((problem) => problem.row === row);
    const code = ROW_PROBLEMS[kind - 1]!;
    return { ...base, problem: { code, message: listed?.message ?? problemText(code) }, sameText: [], copies: 0 };
  }
  const group = index.group[row]!;
  const first = index.first[row]!;
  const sameText: number[] = [];
  let copies = 0;
  // Copies stand behind the first; a group of other rows is never one of them.
  for (let other = first; other < index.rows; other++) {
    if (index.first[other] !== first || other === row || index.problem[other] !== 0) continue;
    copies += 1;
    if (sameText.length < maxCopies) sameText.push(other);
  }
  return {
    ...base,
    episode: counts.measured ? measuredEpisode(counts, group) : episode(counts, group),
    sameText,
    copies,
  };
}

function episode({ groups, names }: DatasetCounts, group: number): NonNullable<RowDescription['episode']> {
  const name = (index: number) => (index < 0 ? undefined : names[index]);
  const number = (value: number) => (Number.isNaN(value) ? undefined : value);
  return {
    group,
    situation: name(groups.situation[group]!),
    response: name(groups.response[group]!),
    over: name(groups.over[group]!),
    weight: groups.weight[group]!,
    tokens: number(groups.tokens[group]!),
    reward: number(groups.reward[group]!),
    epochs: groups.epochs[group]!,
    times: groups.times[group]!,
  };
}

function measuredEpisode({ measured, names }: DatasetCounts, group: number): NonNullable<RowDescription['episode']> {
  const rows = measured!;
  const name = (index: number) => (index < 0 ? undefined : names[index]);
  const tokens = rows.tokens[group]!;
  return {
    group,
    situation: name(rows.situation[group]!),
    response: name(rows.response[group]!),
    weight: rows.weight[group]!,
    tokens: Number.isNaN(tokens) ? undefined : tokens,
    epochs: rows.epochs[group]!,
    times: 1,
    logprobs: rows.personas.map((persona, index) => ({
      persona,
      value: rows.logprob[group * rows.personas.length + index]!,
    })),
  };
}

/** The first row (0-based) in which this persona has no measured value; undefined where every row has one. */
export function firstMissing(counts: DatasetCounts, persona: string): number | undefined {
  const { measured, index } = counts;
  if (!measured || !index) return undefined;
  const column = measured.personas.indexOf(persona);
  for (let row = 0; row < index.rows; row++) {
    const episode = index.group[row]!;
    if (episode >= 0 && (column < 0 || Number.isNaN(measured.logprob[episode * measured.personas.length + column]!))) {
      return row;
    }
  }
  return undefined;
}

/** What a PATH can say about this file: the roles where rows have turns, then the fields, most frequent first. */
export function fieldsOf(
  counts: DatasetCounts,
): readonly { readonly path: string; readonly rows: number; readonly example: string }[] {
  const turns = counts.fields.find(({ path }) =>
    /^(messages|conversations|prompt|chosen|input|question)\b/u.test(path),
  );
  const roles = turns
    ? (['user', 'assistant', 'system'] as const).map((path) => ({
        path,
        rows: turns.rows,
        example: `the text of the last ${path} turn`,
      }))
    : [];
  return [...roles, ...counts.fields];
}
