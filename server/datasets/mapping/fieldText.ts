/** The text of a row's field, or of its last turn of a role, as rules and people see it. */
import { attached } from '../formats/attachments';
import { lastTurn, type Row } from '../formats/row';
import { Kind, type Tape } from '../json/scan';
import { element, isString, keyOf, member, rawOf, stringOf } from '../json/values';
import { follow, type Path } from './path';

/** The entry that a path leads to where it is a plain field; texts of turns have no entry of their own. */
export function fieldText(tape: Tape, row: Row, path: Path): string | undefined {
  if (path.role) {
    const text = lastTurn(tape, row, path.role);
    if (text !== undefined) return text;
  }
  const node = follow(tape, path);
  return node < 0 ? undefined : textOf(tape, attached(tape, node));
}

const textKey = keyOf('text');

/** Text as people see it: strings as they are, content parts joined, other values as JSON; undefined for null. */
function textOf(tape: Tape, node: number): string | undefined {
  const kind = tape.kind[node]!;
  if (isString(tape, node)) return stringOf(tape, node);
  if (kind === Kind.null) return undefined;
  if (kind === Kind.array && member(tape, element(tape, node, 0), textKey) >= 0) {
    let text = '';
    for (let part = node + 1; part < tape.next[node]!; part = tape.next[part]!) {
      const inner = member(tape, part, textKey);
      if (inner >= 0 && isString(tape, inner)) text += stringOf(tape, attached(tape, inner));
    }
    return text;
  }
  if (kind === Kind.array || kind === Kind.object) return JSON.stringify(JSON.parse(rawOf(tape, node)));
  return rawOf(tape, node);
}
