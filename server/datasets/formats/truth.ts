/** Truth values in rows. */
import { Kind, type Tape } from '../json/scan';
import { isString, stringOf } from '../json/values';

/** JSON's `true` and `false`, and the words as tables write them in text; undefined for anything else. */
export function truthOf(tape: Tape, node: number): boolean | undefined {
  if (node < 0) return undefined;
  if (tape.kind[node] === Kind.true) return true;
  if (tape.kind[node] === Kind.false) return false;
  if (!isString(tape, node) || tape.size[node]! > 5) return undefined;
  const text = stringOf(tape, node).toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}
