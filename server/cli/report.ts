/** `dramatis report FILE -o report.html`: everything that the panel shows, as one file that loads nothing. */
import { htmlReport } from '../../report/html/report';
import { trajectory } from '../inference/influence/trajectory';
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
  const way = runToEnd(trajectory(snapshot.program, snapshot.counts));
  await writeText(output, htmlReport(snapshot, { trajectory: way }));
}
