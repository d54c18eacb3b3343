/** What the text report says of accounts: only evaluations speak about a network, log marginals draw no verdict. */
import assert from 'node:assert/strict';
import { textReport } from '../../report/text/textReport';
import { numbersOf } from '../support/posterior';

const TWO_ANSWERS = `scenario "one answer"
situation s -> a | b
persona p prior 90% { s -> a 90%, b }
persona q prior 10% { s -> a 80%, b }
episode sft: s -> b times 2
probe s -> a
compare selection, unstructured 1, drift 1
`;

const report = (text: string): string => textReport(numbersOf(text), { width: 100, colour: false });

describe('The accounts of the text report', () => {
  it('end in no verdict where nothing was measured', () => {
    const text = report(TWO_ANSWERS);
    assert.match(text, /Nothing measured bears on the accounts\./);
    assert.doesNotMatch(text, /argue|Kass|strong/i);
  });

  it('are compared by their scores on evaluations, as in the panel', () => {
    assert.match(report(`${TWO_ANSWERS}evaluation: s -> a 3, b 7\n`), /On the evaluations \S+( \S+)? scores best/);
  });
});
