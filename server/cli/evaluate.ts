/** `dramatis evaluate`: exit status 0 fine, 1 an expectation fails or an error stands in the program, 2 could not run. */

import { result, resultText, succeeded } from '../../report/result';
import { textReport } from '../../report/text/textReport';
import { evaluateOnce } from '../session/evaluateFile';
import { nodeMatcher } from '../workers/nodeMatcher';
import { Failure, FINE, input, PROBLEMS, print } from './files';

interface Options {
  readonly format: string;
  readonly workspace?: string;
  readonly color?: boolean;
}

const DEFAULT_WIDTH = 80;

export async function evaluate(file: string, options: Options): Promise<void> {
  if (options.format !== 'json' && options.format !== 'text')
    throw new Failure(`unknown format '${options.format}': text or json`);
  const { uri, host, workspace } = await input(file, options.workspace);
  const snapshot = await evaluateOnce(uri, host, workspace, nodeMatcher());
  const width = process.stdout.columns ?? DEFAULT_WIDTH;
  const colour = options.color ?? (process.stdout.isTTY && !process.env['NO_COLOR']);
  await print(options.format === 'json' ? resultText(snapshot) : textReport(snapshot, { width, colour }));
  process.exitCode = succeeded(result(snapshot)) ? FINE : PROBLEMS;
}
