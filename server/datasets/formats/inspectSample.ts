/** Samples of Inspect logs: the conversation, with long texts in `attachments`. */
import { attached } from './attachments';
import { chat, isList } from './conversation';
import type { Format, FormatExample } from './format';
import { at, rowKey } from './rowKeys';

const messages = rowKey('messages');
const scores = rowKey('scores');
const epoch = rowKey('epoch');
const output = rowKey('output');

export const inspectFormat: Format = {
  name: 'inspect-sample',
  title: 'Inspect log samples',
  recognise: (tape) => at(scores) >= 0 && at(epoch) >= 0 && isList(tape, at(messages)),
  read(tape) {
    const row = chat(tape, 'inspect-sample', at(messages), at(output));
    return { ...row, pieces: row.pieces.map((piece) => ({ ...piece, node: attached(tape, piece.node) })) };
  },
};

export const inspectExamples: readonly FormatExample[] = [
  {
    row: '{"id":1,"epoch":1,"input":"Hi","target":"x","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}],"scores":{"match":{"value":"C"}}}',
    user: 'Hi',
    assistant: 'Hello',
    source: 'Inspect, log files',
  },
];
