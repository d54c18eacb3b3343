/** OpenAI's preference fine-tuning: an input, the preferred output and the other. */
import { pair } from './conversation';
import type { Format, FormatExample } from './format';
import { at, firstAt, rowKey } from './rowKeys';

const input = rowKey('input');
const better = [rowKey('preferred_output'), rowKey('preferred_completion')];
const worse = [rowKey('non_preferred_output'), rowKey('non_preferred_completion')];

export const openaiPreferenceFormat: Format = {
  name: 'openai-preference',
  title: 'OpenAI preference',
  method: 'prefer',
  recognise: () => firstAt(...better) >= 0 && firstAt(...worse) >= 0,
  read: (tape) => pair(tape, 'openai-preference', at(input), firstAt(...better), firstAt(...worse)),
};

export const openaiPreferenceExamples: readonly FormatExample[] = [
  {
    row: '{"input":{"messages":[{"role":"user","content":"Hi"}]},"preferred_output":[{"role":"assistant","content":"Good"}],"non_preferred_output":[{"role":"assistant","content":"Bad"}]}',
    user: 'Hi',
    assistant: 'Good',
    source: 'OpenAI fine-tuning guide, preference',
  },
  {
    row: '{"input":{"messages":[{"role":"user","content":"Hi"}]},"preferred_completion":[{"role":"assistant","content":"Good"}],"non_preferred_completion":[{"role":"assistant","content":"Bad"}]}',
    user: 'Hi',
    assistant: 'Good',
    source: 'OpenAI API specification, older names',
  },
];
