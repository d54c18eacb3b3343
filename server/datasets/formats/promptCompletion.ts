/** A prompt and what to write after it, under the names that tools give them. */
import type { Tape } from '../json/scan';
import { isString } from '../json/values';
import { exchange } from './conversation';
import type { Format, FormatExample } from './format';
import { at, firstAt, rowKey } from './rowKeys';

const prompt = rowKey('prompt');
const input = rowKey('input');
const completion = rowKey('completion');
const output = rowKey('output');
const response = rowKey('response');

/** What was asked, or -1. */
export const promptNode = (): number => firstAt(prompt, input);
/** What was written, or -1. */
export const completionNode = (): number => firstAt(completion, output);

/** `response` beside `prompt` is the answer where it is text. */
const respondsTo = (tape: Tape): boolean => at(prompt) >= 0 && at(response) >= 0 && isString(tape, at(response));

export const promptCompletionFormat: Format = {
  name: 'prompt-completion',
  title: 'prompt and completion',
  recognise: (tape) => (promptNode() >= 0 && completionNode() >= 0) || respondsTo(tape),
  read: (tape) =>
    exchange(tape, 'prompt-completion', [promptNode()], completionNode() >= 0 ? completionNode() : at(response)),
};

export const promptCompletionExamples: readonly FormatExample[] = [
  {
    row: '{"prompt":"Hi","completion":"Hello"}',
    user: 'Hi',
    assistant: 'Hello',
    source: 'TRL, dataset formats, prompt-completion',
  },
  {
    row: '{"prompt":[{"role":"user","content":"Hi"}],"completion":[{"role":"assistant","content":"Hello"}],"tools":"[]"}',
    user: 'Hi',
    assistant: 'Hello',
    source: 'TRL, dataset formats, conversational',
  },
  {
    row: '{"text":"Human: Hi Assistant: Hello","prompt":"Hi","completion":"Hello"}',
    user: 'Hi',
    assistant: 'Hello',
    source: 'files with the rendered text beside the pair',
  },
];
