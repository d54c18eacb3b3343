/** Pairs of transcripts, one string each, with markers for the speakers (hh-rlhf). */
import type { Tape } from '../json/scan';
import { isString, stringOf } from '../json/values';
import type { Format, FormatExample } from './format';
import { isPair, promptOfPair } from './preference';
import { at, rowKey } from './rowKeys';
import { isTranscript, transcripts } from './transcripts';

const chosen = rowKey('chosen');
const rejected = rowKey('rejected');

function areTranscripts(tape: Tape): boolean {
  if (!isPair() || promptOfPair(tape) >= 0) return false;
  if (!isString(tape, at(chosen)) || !isString(tape, at(rejected))) return false;
  return isTranscript(stringOf(tape, at(chosen))) && isTranscript(stringOf(tape, at(rejected)));
}

export const transcriptPairsFormat: Format = {
  name: 'transcripts',
  title: 'transcript pairs (Human/Assistant)',
  method: 'prefer',
  recognise: areTranscripts,
  read: (tape) => transcripts(stringOf(tape, at(chosen)), stringOf(tape, at(rejected)), [at(chosen), at(rejected)]),
};

export const transcriptPairsExamples: readonly FormatExample[] = [
  {
    row: '{"chosen":"\\n\\nHuman: Hi\\n\\nAssistant: Good","rejected":"\\n\\nHuman: Hi\\n\\nAssistant: Bad"}',
    user: 'Hi',
    assistant: 'Good',
    source: 'hh-rlhf repository',
  },
];
