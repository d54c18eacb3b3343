/**
 * Regular expressions from a scenario meet texts from a data file: neither is to be trusted to end. A pattern that is
 * linear in the text runs here. One that may backtrack goes to a `Matcher`, which the entry points back with a thread
 * that is ended when the dataset's time is over; where there is none, such a pattern is refused with a diagnostic.
 */
import { type Limits, maxUnboundedMatch } from '../limits';

/** What became of one batch: 1 where the pattern matches, and how long the matching alone took, in milliseconds. */
export interface Matched {
  readonly matches: Uint8Array;
  readonly milliseconds: number;
}

/**
 * Tries one pattern on many texts, for at most `limit` milliseconds of matching: starting a thread and waiting for other
 * batches do not count. `'timeout'` where the time was over, `'refused'` where no thread can be had. May be called again
 * at once. Texts and pattern are plain strings, flags are always `u`.
 */
export type Matcher = (
  pattern: string,
  texts: readonly string[],
  limit: number,
) => Promise<Matched | 'timeout' | 'refused'>;

/** The matching that one dataset has had so far. Mutable: one for each reading. */
export interface MatchBudget {
  milliseconds: number;
  characters: number;
}

export function createMatchBudget(): MatchBudget {
  return { milliseconds: 0, characters: 0 };
}

/** Milliseconds that a dataset's next batch may take, the batch's own characters counted. Never below 1. */
export function remainingTime({ milliseconds, characters }: MatchBudget, limits: Limits): number {
  return Math.max(1, limits.matchTime + (limits.matchTimePerMillion * characters) / 1e6 - milliseconds);
}

/** `linear`: no unbounded repetition. `short`: one, so quadratic at worst: fine on short texts. `open`: no bound known. */
export type PatternRisk = 'linear' | 'short' | 'open';

export interface CompiledPattern {
  readonly source: string;
  readonly regex: RegExp;
  readonly risk: PatternRisk;
}

/** The pattern, or in words why it is none. */
export function compilePattern(source: string): CompiledPattern | { readonly error: string } {
  try {
    return { source, regex: new RegExp(source, 'u'), risk: riskOf(source) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether the pattern may run on this text without a time limit. */
export function runsHere(pattern: CompiledPattern, text: string): boolean {
  return pattern.risk === 'linear' || (pattern.risk === 'short' && text.length <= maxUnboundedMatch);
}

/**
 * A cheap, cautious reading of the pattern: counts repetitions without a (small) bound, and takes every repetition of
 * a group that repeats or chooses inside, every backreference and every lookaround for open.
 */
export function riskOf(source: string): PatternRisk {
  let unbounded = 0;
  let bounded = 0;
  const groups: { repeats: boolean }[] = [];
  let closed: { repeats: boolean } | undefined;
  for (let i = 0; i < source.length; i++) {
    const letter = source[i]!;
    const before = closed;
    closed = undefined;
    if (letter === '\\') {
      if (/[1-9k]/u.test(source[i + 1] ?? '')) return 'open';
      i += /^\\[pPu]\{[^}]*\}/u.exec(source.slice(i, i + 64))?.[0].length ?? 2;
      i -= 1;
    } else if (letter === '[') {
      i = endOfClass(source, i);
    } else if (letter === '(') {
      if (/^\(\?<?[=!]/u.test(source.slice(i, i + 4))) return 'open';
      groups.push({ repeats: false });
      if (source[i + 1] === '?') i += 1;
    } else if (letter === ')') {
      closed = groups.pop() ?? { repeats: false };
      if (closed.repeats) for (const group of groups) group.repeats = true;
    } else if (letter === '|') {
      for (const group of groups) group.repeats = true;
    } else if (letter === '*' || letter === '+' || letter === '{') {
      const bound = letter === '{' ? /^\{\d+(?:(,)(\d*))?\}/u.exec(source.slice(i, i + 24)) : undefined;
      const most = bound
        ? bound[1] && bound[2] === ''
          ? Infinity
          : Number(bound[2] || bound[0].slice(1, -1))
        : Infinity;
      if (before?.repeats) return 'open';
      if (most > 64) unbounded += 1;
      else bounded += 1;
      for (const group of groups) group.repeats = true;
    } else if (letter === '?') {
      if (before?.repeats) bounded += 1;
      for (const group of groups) group.repeats = true;
    }
  }
  if (unbounded > 1 || (unbounded === 1 && bounded > 2) || bounded > 8) return 'open';
  return unbounded === 1 ? 'short' : 'linear';
}

function endOfClass(source: string, start: number): number {
  for (let i = start + 1; i < source.length; i++) {
    if (source[i] === '\\') i += 1;
    else if (source[i] === ']') return i;
  }
  return source.length;
}
