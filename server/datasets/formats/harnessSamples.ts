/** Samples of lm-evaluation-harness, as `--log_samples` writes them. */
import type { Format, FormatExample } from './format';
import { harnessSample } from './harness';
import { at, firstAt, rowKey } from './rowKeys';

const document = rowKey('doc_id');
const answers = [rowKey('resps'), rowKey('filtered_resps')];
const target = rowKey('target');

export const harnessFormat: Format = {
  name: 'harness-sample',
  title: 'lm-evaluation-harness samples',
  recognise: () => at(document) >= 0 && firstAt(...answers) >= 0,
  read: (tape) => harnessSample(tape, firstAt(...answers), at(target)),
};

export const harnessExamples: readonly FormatExample[] = [
  {
    row: '{"doc_id":0,"doc":{},"target":"4","arguments":{"gen_args_0":{"arg_0":"2+2?","arg_1":" 4"}},"resps":[[["-25.625","False"]]],"filtered_resps":[["-25.625","False"]],"acc":1.0}',
    user: '2+2?',
    assistant: '4',
    source: 'lm-evaluation-harness, sample logs',
  },
];
