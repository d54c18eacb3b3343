/** `dramatis fit FILE`: exit status 0 fine, 1 where the program has an error or nothing to fit, 2 could not run. */
import { fitObject } from '../../report/analysis/fitResult';
import { fitText } from '../../report/analysis/fitText';
import { fitInSteps } from '../analysis/fit/fit';
import { displayUnit } from '../analysis/fit/units';
import { fitProblem } from '../analysis/subject/fitProblem';
import { runToEnd } from '../inference/stepwise';
import { Failure, FINE, PROBLEMS, print } from './files';
import { errorLines, subjectOf } from './subject';

interface Options {
  readonly format: string;
  readonly leaveOut?: string;
  readonly workspace?: string;
  readonly color?: boolean;
}

const DEFAULT_WIDTH = 80;

export async function fit(file: string, options: Options): Promise<void> {
  if (options.format !== 'json' && options.format !== 'text')
    throw new Failure(`unknown format '${options.format}': text or json`);
  if (options.leaveOut !== undefined && options.leaveOut !== 'conditions')
    throw new Failure(`cannot leave out '${options.leaveOut}': conditions`);
  const { subject, snapshot } = await subjectOf(file, options.workspace);
  const errors = errorLines(snapshot, file);
  if (errors.length > 0) {
    for (const line of errors) console.error(line);
    console.error('dramatis: a program with errors is not fitted');
    process.exitCode = PROBLEMS;
    return;
  }
  const built = runToEnd(fitProblem(subject));
  if (!built) {
    console.error(`dramatis: ${file} has no \`fit\`; declare one, such as \`fit $strength\``);
    process.exitCode = PROBLEMS;
    return;
  }
  const unit = subject.program.units;
  const result = runToEnd(
    fitInSteps(built.problem, {
      unit: displayUnit(unit),
      ...(options.leaveOut === undefined ? {} : { leaveOut: true }),
      ...(process.stderr.isTTY
        ? { progress: (name, index, of) => console.error(`dramatis: fitting ${name} (${index + 1} of ${of})`) }
        : {}),
    }),
  );
  const width = process.stdout.columns ?? DEFAULT_WIDTH;
  const colour = options.color ?? (process.stdout.isTTY && !process.env['NO_COLOR']);
  const title = subject.program.scenario?.title ?? file;
  await print(
    options.format === 'json'
      ? `${JSON.stringify(fitObject(result, unit), undefined, 2)}\n`
      : fitText(result, { width, colour, title, unit }),
  );
  process.exitCode = FINE;
}
