/**
 * PATH of a mapping: `label`, `meta.domain`, `messages[-1].content`, and the role words `user`, `assistant`, `system`
 * for the last turn of that role (LANGUAGE section 5).
 */
import type { Tape } from '../json/scan';
import { element, type Key, keyOf, member } from '../json/values';

type Step = { readonly key: Key; readonly index?: number } | { readonly key?: undefined; readonly index: number };

export interface Path {
  readonly text: string;
  /** The whole text as one key comes first: a CSV column may well be called `meta.domain`. */
  readonly entire: Key;
  readonly steps: readonly Step[];
  /** The last turn of this role, where the row has turns. */
  readonly role?: 'user' | 'assistant' | 'system';
}

/** Undefined where the text is no path: an empty part, an index that is no integer. */
export function parsePath(text: string): Path | undefined {
  const steps: Step[] = [];
  if (text === '') return { text, entire: keyOf(text), steps };
  let rest = text;
  while (rest !== '') {
    const index = /^\[(-?\d{1,9})\]/.exec(rest);
    if (index) {
      steps.push({ index: Number(index[1]) });
      rest = rest.slice(index[0].length);
      if (rest.startsWith('.') && rest.length > 1) rest = rest.slice(1);
      else if (rest !== '' && !rest.startsWith('[')) return undefined;
      continue;
    }
    const name = /^[^.[\]]+/.exec(rest)?.[0];
    if (name === undefined) return undefined;
    steps.push({ key: keyOf(name), index: /^-?\d{1,9}$/.test(name) ? Number(name) : undefined });
    rest = rest.slice(name.length);
    if (rest.startsWith('.')) {
      rest = rest.slice(1);
      if (rest === '') return undefined;
    } else if (rest !== '' && !rest.startsWith('[')) return undefined;
  }
  const role = text === 'user' || text === 'assistant' || text === 'system' ? text : undefined;
  return { text, entire: keyOf(text), steps, ...(role ? { role } : {}) };
}

/** The entry that the path leads to from the row (entry 0), or -1. Role words are the caller's business. */
export function follow(tape: Tape, path: Path): number {
  const entire = member(tape, 0, path.entire);
  if (entire >= 0) return entire;
  let at = 0;
  for (const step of path.steps) {
    let to = step.key ? member(tape, at, step.key) : -1;
    if (to < 0 && step.index !== undefined) to = element(tape, at, step.index);
    if (to < 0) return -1;
    at = to;
  }
  return path.steps.length === 0 ? -1 : at;
}
