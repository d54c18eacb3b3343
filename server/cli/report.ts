/** `dramatis report FILE -o report.html`: everything that the panel shows, as one file that loads nothing. */
import { viewExtra } from '../../panel/views/extra';
import { htmlReport } from '../../report/html/report';
import { runToEnd } from '../inference/stepwise';
import { evaluateOnce } from '../session/evaluateFile';
import { nodeMatcher } from '../workers/nodeMatcher';
import { input, writeText } from './files';

interface Options {
  readonly output: string;
  readonly workspace?: string;
}

export async function report(file: string, { output, workspace: folder }: Options): Promise<void> {
  const { uri, host, workspace } = await input(file, folder);
  const snapshot = await evaluateOnce(uri, host, workspace, nodeMatcher());
  const request = { panel: 'report', view: 'trajectory', whatIf: [], query: {} } as const;
  await writeText(output, htmlReport(snapshot, runToEnd(viewExtra(snapshot, request, new Map()))));
}
