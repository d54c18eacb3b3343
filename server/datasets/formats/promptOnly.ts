/** A prompt and no answer: no episode. */
import { exchange } from './conversation';
import type { Format } from './format';
import { at, rowKey } from './rowKeys';

const prompt = rowKey('prompt');

export const promptOnlyFormat: Format = {
  name: 'prompt-only',
  title: 'TRL prompt only',
  recognise: () => at(prompt) >= 0,
  read: (tape) => ({ ...exchange(tape, 'prompt-only', [at(prompt)], -1), problem: 'dataset-row-no-output' }),
};
