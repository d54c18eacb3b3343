/** Inspect keeps long texts of a sample once, in its `attachments`; where they belong stands `attachment://<hash>`. */
import { Kind, type Tape } from '../json/scan';
import { isString, keyOf, member, stringOf } from '../json/values';

const attachments = keyOf('attachments');
const protocol = keyOf('attachment://');

/** The entry with the text that a string entry stands for: itself, unless it refers to an attachment that is there. */
export function attached(tape: Tape, node: number): number {
  if (node < 0 || tape.kind[node] !== Kind.string) return node;
  const start = tape.start[node]!;
  for (let i = 0; i < protocol.bytes.length; i++) if (tape.bytes[start + i] !== protocol.bytes[i]) return node;
  const all = member(tape, 0, attachments);
  if (all < 0) return node;
  const found = member(tape, all, keyOf(stringOf(tape, node).slice(protocol.text.length)));
  return found >= 0 && isString(tape, found) ? found : node;
}
