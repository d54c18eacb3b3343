/** A question and its answer. */
import { exchange } from './conversation';
import type { Format, FormatExample } from './format';
import { at, firstAt, rowKey } from './rowKeys';

const question = rowKey('question');
const query = rowKey('query');
const answer = rowKey('answer');
const response = rowKey('response');

const queried = (): boolean => at(query) >= 0 && at(response) >= 0;

export const questionAnswerFormat: Format = {
  name: 'question-answer',
  title: 'question and answer',
  recognise: () => queried() || (at(question) >= 0 && firstAt(answer, response) >= 0),
  read: (tape) =>
    queried()
      ? exchange(tape, 'question-answer', [at(query)], at(response))
      : exchange(tape, 'question-answer', [at(question)], firstAt(answer, response)),
};

export const questionAnswerExamples: readonly FormatExample[] = [
  { row: '{"question":"Hi?","answer":"Hello"}', user: 'Hi?', assistant: 'Hello', source: 'GSM8K card' },
  { row: '{"query":"Hi?","response":"Hello"}', user: 'Hi?', assistant: 'Hello', source: 'MetaMathQA card' },
];
