/** A row of no known format: fields without turns. It is evidence only through fields and rules of the mapping. */
import { Kind, type Tape } from '../json/scan';
import { rawOf, stringOf } from '../json/values';
import type { Format, FormatExample } from './format';

export const recordFormat: Format = {
  name: 'record',
  title: 'records',
  recognise: () => true,
  read: (tape) =>
    tape.kind[0] === Kind.object
      ? { format: 'record', pieces: [] }
      : { format: 'record', pieces: [], problem: 'dataset-row-shape', detail: `it is ${shapeOfRow(tape)}` },
};

const KINDS = ['null', 'a truth value', 'a truth value', 'a number', 'a text', 'a text'] as const;
const MOST_FIELDS = 6;

/** What stands in the row, in words: its fields, or what it is instead of an object. */
export function shapeOfRow(tape: Tape): string {
  const kind = tape.kind[0]!;
  if (kind === Kind.array) {
    const first = tape.next[0]! > 1 ? tape.kind[1]! : -1;
    return first < 0
      ? 'an empty list'
      : `a list that begins with ${first === Kind.object ? 'an object' : first === Kind.array ? 'a list' : KINDS[first]}`;
  }
  if (kind !== Kind.object) return KINDS[kind] ?? rawOf(tape, 0);
  const names: string[] = [];
  for (let key = 1; key < tape.next[0]!; key = tape.next[key + 1]!) names.push(`"${stringOf(tape, key).slice(0, 30)}"`);
  if (names.length === 0) return 'an object without fields';
  const displayed = names.slice(0, MOST_FIELDS).join(', ');
  const more = names.length > MOST_FIELDS ? ` and ${names.length - MOST_FIELDS} more` : '';
  return `an object with ${names.length === 1 ? 'the field' : 'the fields'} ${displayed}${more}`;
}

export const recordExamples: readonly FormatExample[] = [
  { row: '{"label":"secure","n":3}', user: '', assistant: '', source: 'tables of any kind' },
];
