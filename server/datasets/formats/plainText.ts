/** Text as such: a document, or one message of a conversation that is kept as rows. */
import { isString } from '../json/values';
import { exchange, roleAt } from './conversation';
import type { Format, FormatExample } from './format';
import { at, rowKey } from './rowKeys';

const text = rowKey('text');
const role = rowKey('role');

export const plainTextFormat: Format = {
  name: 'text',
  title: 'TRL language modelling',
  recognise: (tape) => at(text) >= 0 && isString(tape, at(text)),
  read(tape) {
    // A message of a tree of messages, where it is not the assistant's.
    const speaker = roleAt(tape, at(role));
    const asked = speaker !== undefined && speaker !== 'assistant';
    return asked ? exchange(tape, 'text', [at(text)], -1) : exchange(tape, 'text', [], at(text));
  },
};

export const plainTextExamples: readonly FormatExample[] = [
  {
    row: '{"text":"Once upon a time"}',
    user: '',
    assistant: 'Once upon a time',
    source: 'TRL, dataset formats, language modelling',
  },
];
