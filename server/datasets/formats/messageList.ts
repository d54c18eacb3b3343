/** A row that is a list of messages, without an object around it. */
import { Kind, type Tape } from '../json/scan';
import { element, keyOf, member } from '../json/values';
import { chat } from './conversation';
import type { Format, FormatExample } from './format';

const roles = [keyOf('role'), keyOf('from')];

function isMessageList(tape: Tape): boolean {
  if (tape.kind[0] !== Kind.array) return false;
  const first = element(tape, 0, 0);
  return first >= 0 && roles.some((role) => member(tape, first, role) >= 0);
}

export const messageListFormat: Format = {
  name: 'message-list',
  title: 'list of messages',
  recognise: isMessageList,
  read: (tape) => chat(tape, 'message-list', 0, -1),
};

export const messageListExamples: readonly FormatExample[] = [
  {
    row: '[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]',
    user: 'Hi',
    assistant: 'Hello',
    source: 'torchtune, chat datasets: a conversation as a list of messages',
  },
];
