/**
 * Trees of messages as OpenAssistant exports them: a prompt with replies, each with replies of its own. A tree without
 * branches is a conversation; one with branches holds several answers, an episode each where `turn each` asks for them.
 */
import { Kind, type Tape } from '../json/scan';
import { isString, keyOf, member } from '../json/values';
import { isList, roleAt } from './conversation';
import type { Format, FormatExample } from './format';
import type { Piece, Row } from './row';
import { at, rowKey } from './rowKeys';

const tree = rowKey('message_tree_id');
const prompt = rowKey('prompt');
const keys = { text: keyOf('text'), role: keyOf('role'), replies: keyOf('replies'), deleted: keyOf('deleted') };

/** Adds every message of the tree that the assistant wrote as an episode, with the path to it before it. */
function walk(tape: Tape, node: number, path: readonly Piece[], episodes: (readonly Piece[])[]): boolean {
  const text = member(tape, node, keys.text);
  const role = roleAt(tape, member(tape, node, keys.role));
  if (role === undefined || text < 0 || !isString(tape, text)) return false;
  const here: Piece = { role, side: 'input', node: text, turn: path.length };
  if (role === 'assistant' && tape.kind[member(tape, node, keys.deleted)] !== Kind.true)
    episodes.push([...path, { ...here, side: 'output' }]);
  const replies = member(tape, node, keys.replies);
  let sound = true;
  if (!isList(tape, replies)) return sound;
  const next = [...path, here];
  for (let reply = replies + 1; reply < tape.next[replies]!; reply = tape.next[reply]!)
    sound = walk(tape, reply, next, episodes) && sound;
  return sound;
}

/** Whether any message has more than one reply. */
function branches(tape: Tape, node: number): boolean {
  for (let message = node; ; ) {
    const replies = member(tape, message, keys.replies);
    if (!isList(tape, replies) || tape.next[replies]! === replies + 1) return false;
    message = replies + 1;
    if (tape.next[message]! < tape.next[replies]!) return true;
  }
}

function readTree(tape: Tape): Row {
  const episodes: (readonly Piece[])[] = [];
  const sound = walk(tape, at(prompt), [], episodes);
  const row = { format: 'oasst', pieces: episodes.at(-1) ?? [] } as const;
  if (!sound) return { ...row, problem: 'dataset-row-shape', detail: 'a message of the tree has no text or role' };
  if (episodes.length === 0) return { ...row, problem: 'dataset-row-no-output' };
  const each = episodes.map((pieces): Row => ({ format: 'oasst', pieces }));
  if (!branches(tape, at(prompt))) return { ...row, each };
  return { ...row, each, problem: 'dataset-row-several', detail: '`turn each` makes an episode of each reply' };
}

export const oasstFormat: Format = {
  name: 'oasst',
  title: 'OpenAssistant trees',
  recognise: (tape) => at(tree) >= 0 && at(prompt) >= 0 && tape.kind[at(prompt)] === Kind.object,
  read: readTree,
};

export const oasstExamples: readonly FormatExample[] = [
  {
    row: '{"message_tree_id":"t1","tree_state":"ready_for_export","prompt":{"message_id":"m1","text":"Hi","role":"prompter","replies":[{"message_id":"m2","text":"Hello","role":"assistant","replies":[]}]}}',
    user: 'Hi',
    assistant: 'Hello',
    source: 'Open-Assistant, oasst-data, ExportMessageTree',
  },
];
