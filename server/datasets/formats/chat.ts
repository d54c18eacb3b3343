/** Conversations as lists of messages: OpenAI's `messages`, and lists under other names with the same messages in them. */
import { Kind, type Tape } from '../json/scan';
import { element } from '../json/values';
import { chat, isList } from './conversation';
import type { Format, FormatExample } from './format';
import { at, rowKey } from './rowKeys';

const messages = rowKey('messages');
const others = [rowKey('conversation'), rowKey('contents')];

function listOf(tape: Tape): number {
  if (isList(tape, at(messages))) return at(messages);
  return others.map(at).find((list) => isList(tape, list) && tape.kind[element(tape, list, 0)] === Kind.object) ?? -1;
}

export const chatFormat: Format = {
  name: 'chat',
  title: 'OpenAI chat',
  recognise: (tape) => listOf(tape) >= 0,
  read: (tape) => chat(tape, 'chat', listOf(tape), -1),
};

export const chatExamples: readonly FormatExample[] = [
  {
    row: '{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]}',
    user: 'Hi',
    assistant: 'Hello',
    source: 'OpenAI fine-tuning guide, chat format',
  },
  {
    row: '{"messages":[{"role":"developer","content":"Be brief"},{"role":"user","content":[{"type":"text","text":"Two "},{"type":"text","text":"parts"}]},{"role":"assistant","content":"Yes"}]}',
    user: 'Two parts',
    assistant: 'Yes',
    source: 'OpenAI API reference, content parts',
  },
  {
    row: '{"messages":[{"role":"user","content":"Rain?"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{}"}}]}]}',
    user: 'Rain?',
    assistant: 'weather{}',
    source: 'OpenAI API reference, tool calls',
  },
  {
    row: '{"messages":[{"role":"user","content":"A"},{"role":"assistant","content":"B","weight":1},{"role":"user","content":"C"},{"role":"assistant","content":"D","weight":0}]}',
    user: 'C',
    assistant: 'D',
    source: 'OpenAI fine-tuning guide, multi-turn weights',
  },
  {
    row: '{"messages":[{"role":"user","content":"A"},{"role":"assistant","content":"B","train":true},{"role":"user","content":"C"},{"role":"assistant","content":"D","train":false}]}',
    user: 'C',
    assistant: 'D',
    source: 'Axolotl, message_field_training',
  },
  {
    row: '{"messages":[{"role":"user","content":"Old"},{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"1"}}],"functions":[]}',
    user: 'Old',
    assistant: 'f1',
    source: 'OpenAI API reference, function_call',
  },
  {
    row: '{"system":"S","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"thinking","thinking":"Hm. "},{"type":"text","text":"Hello"},{"type":"tool_use","id":"t1","name":"f","input":{"a":1}}]}]}',
    user: 'Hi',
    assistant: 'Hm. Hellof{"a":1}',
    source: 'Anthropic Messages API',
  },
  {
    row: '{"conversation":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}],"model":"m"}',
    user: 'Hi',
    assistant: 'Hello',
    source: 'LMSYS-Chat-1M card',
  },
  {
    row: '{"contents":[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"text":"Hello"}]}]}',
    user: 'Hi',
    assistant: 'Hello',
    source: 'Gemini API, contents',
  },
];
