/** An answer in steps, with a verdict on each (TRL); several answers without one are no single episode. */
import { elements } from '../json/values';
import { exchange } from './conversation';
import type { Format, FormatExample } from './format';
import { promptNode } from './promptCompletion';
import { at, rowKey } from './rowKeys';

const completions = rowKey('completions');
const labels = rowKey('labels');

export const stepwiseFormat: Format = {
  name: 'stepwise',
  title: 'TRL stepwise supervision',
  recognise: () => promptNode() >= 0 && at(completions) >= 0,
  read(tape) {
    const steps = exchange(tape, 'stepwise', [promptNode()], at(completions));
    const isSteps = at(labels) >= 0 || elements(tape, at(completions)) === 1;
    return isSteps ? steps : { ...steps, problem: 'dataset-row-several', detail: 'write a row for each' };
  },
};

export const stepwiseExamples: readonly FormatExample[] = [
  {
    row: '{"prompt":"1+1?","completions":["One and one.","Two."],"labels":[true,true]}',
    user: '1+1?',
    assistant: 'One and one.Two.',
    source: 'TRL, dataset formats, stepwise supervision',
  },
];
