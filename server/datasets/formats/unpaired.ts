/** One answer with a verdict, whether it is one to write (TRL's unpaired preference). */

import { exchange } from './conversation';
import type { Format, FormatExample } from './format';
import { completionNode, promptNode } from './promptCompletion';
import { at, rowKey } from './rowKeys';
import { truthOf } from './truth';

const label = rowKey('label');

export const unpairedFormat: Format = {
  name: 'unpaired',
  title: 'TRL unpaired preference',
  recognise: (tape) => promptNode() >= 0 && completionNode() >= 0 && truthOf(tape, at(label)) !== undefined,
  read: (tape) => ({
    ...exchange(tape, 'unpaired', [promptNode()], completionNode()),
    desired: truthOf(tape, at(label)) ?? true,
    desiredKey: 'label',
  }),
};

export const unpairedExamples: readonly FormatExample[] = [
  {
    row: '{"prompt":"Hi","completion":"Hello","label":true}',
    user: 'Hi',
    assistant: 'Hello',
    source: 'TRL, dataset formats, unpaired preference',
  },
];
