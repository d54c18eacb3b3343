/** A chosen and a rejected answer, with or without the prompt apart (TRL). */
import { Kind, type Tape } from '../json/scan';
import { pair, stripPrompt } from './conversation';
import type { Format, FormatExample } from './format';
import { at, rowKey } from './rowKeys';

const chosen = rowKey('chosen');
const rejected = rowKey('rejected');
const prompts = ['prompt', 'conversations', 'question', 'instruction', 'input', 'query'].map(rowKey);

/** What was asked, where it stands apart; -1 otherwise. */
export function promptOfPair(tape: Tape): number {
  return prompts.map(at).find((node) => node >= 0 && tape.kind[node] !== Kind.null) ?? -1;
}

/** Sets of pairs often have the better answer a second time, as `messages`: so pairs come first. */
export function isPair(): boolean {
  return at(chosen) >= 0 && at(rejected) >= 0;
}

export const preferenceFormat: Format = {
  name: 'preference',
  title: 'TRL preference',
  method: 'prefer',
  recognise: isPair,
  read: (tape) => stripPrompt(tape, pair(tape, 'preference', promptOfPair(tape), at(chosen), at(rejected))),
};

export const preferenceExamples: readonly FormatExample[] = [
  {
    row: '{"prompt":"Hi","chosen":"Good","rejected":"Bad"}',
    user: 'Hi',
    assistant: 'Good',
    source: 'TRL, dataset formats, preference',
  },
  {
    row: '{"chosen":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Good"}],"rejected":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Bad"}]}',
    user: 'Hi',
    assistant: 'Good',
    source: 'TRL, dataset formats, implicit prompt',
  },
  {
    row: '{"prompt":"Hi","chosen":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Good"}],"rejected":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Bad"}],"messages":[],"score_chosen":8}',
    user: 'Hi',
    assistant: 'Good',
    source: 'UltraFeedback binarized card',
  },
  {
    row: '{"conversations":[{"from":"human","value":"Hi"}],"chosen":{"from":"gpt","value":"Good"},"rejected":{"from":"gpt","value":"Bad"}}',
    user: 'Hi',
    assistant: 'Good',
    source: 'LLaMA-Factory, data/README.md, preference',
  },
  {
    row: '{"system":"S","question":"Hi","chosen":"Good","rejected":"Bad"}',
    user: 'Hi',
    assistant: 'Good',
    source: 'Orca DPO pairs card',
  },
];
