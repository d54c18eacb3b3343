/** ShareGPT: `conversations` of messages with `from` and `value`. */
import { chat, isList } from './conversation';
import type { Format, FormatExample } from './format';
import { at, rowKey } from './rowKeys';

const conversations = rowKey('conversations');

export const sharegptFormat: Format = {
  name: 'sharegpt',
  title: 'ShareGPT conversations',
  recognise: (tape) => isList(tape, at(conversations)),
  read: (tape) => chat(tape, 'sharegpt', at(conversations), -1),
};

export const sharegptExamples: readonly FormatExample[] = [
  {
    row: '{"conversations":[{"from":"human","value":"Hi"},{"from":"gpt","value":"Hello"}]}',
    user: 'Hi',
    assistant: 'Hello',
    source: 'LLaMA-Factory, data/README.md, sharegpt format',
  },
  {
    row: '{"id":"a1","conversations":[{"from":"system","value":"S"},{"from":"human","value":"Rain?"},{"from":"function_call","value":"{\\"name\\":\\"weather\\"}"},{"from":"observation","value":"dry"},{"from":"gpt","value":"No."}]}',
    user: 'Rain?',
    assistant: 'No.',
    source: 'LLaMA-Factory, data/README.md, tool calls',
  },
  {
    row: '{"conversations":[{"from":"human","value":"Task"},{"from":"gpt","loss":true,"value":"Act"},{"from":"human","value":"Next"},{"from":"gpt","loss":false,"value":"OK"}]}',
    user: 'Next',
    assistant: 'OK',
    source: 'AgentInstruct card, loss flags',
  },
  {
    row: '{"conversations":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]}',
    user: 'Hi',
    assistant: 'Hello',
    source: 'Unsloth, standardised conversations',
  },
];
