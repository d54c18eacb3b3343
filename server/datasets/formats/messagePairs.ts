/** Pairs of whole conversations: `chosen_messages` and `rejected_messages`. What both share at the beginning is the input. */
import { pair, stripPrompt } from './conversation';
import type { Format, FormatExample } from './format';
import { at, firstAt, rowKey } from './rowKeys';

const chosen = rowKey('chosen_messages');
const rejected = rowKey('rejected_messages');
const asked = [rowKey('prompt_messages'), rowKey('prompt')];

export const messagePairsFormat: Format = {
  name: 'message-pairs',
  title: 'pairs of conversations',
  method: 'prefer',
  recognise: () => at(chosen) >= 0 && at(rejected) >= 0,
  read: (tape) => stripPrompt(tape, pair(tape, 'message-pairs', firstAt(...asked), at(chosen), at(rejected))),
};

export const messagePairsExamples: readonly FormatExample[] = [
  {
    row: '{"chosen_messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Good"}],"rejected_messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Bad"}],"tools":[]}',
    user: 'Hi',
    assistant: 'Good',
    source: 'preference scripts that keep both conversations whole',
  },
  {
    row: '{"prompt_messages":[{"role":"user","content":"Hi"}],"chosen_messages":[{"role":"assistant","content":"Good"}],"rejected_messages":[{"role":"assistant","content":"Bad"}]}',
    user: 'Hi',
    assistant: 'Good',
    source: 'preference scripts with the prompt apart',
  },
];
