/** `dramatis analyse FILE`: exit status 0 fine, 1 where the program has an error, 2 could not run. */
import { analysisObject } from '../../report/analysis/analysisResult';
import { analysisText } from '../../report/analysis/analysisText';
import { ANALYSES, type AnalysisName, analyses } from '../analysis/analyses';
import type { Watched } from '../analysis/sensitivity/tornado';
import { runToEnd } from '../inference/stepwise';
import type { Program } from '../program/model/program';
import { relativePath } from '../program/paths';
import { positionAt } from '../syntax/lines';
import { Failure, FINE, PROBLEMS, print } from './files';
import { errorLines, subjectOf } from './subject';

interface Options {
  readonly format: string;
  readonly only?: string;
  readonly watch?: string;
  readonly workspace?: string;
  readonly color?: boolean;
}

const DEFAULT_WIDTH = 80;

export async function analyse(file: string, options: Options): Promise<void> {
  if (options.format !== 'json' && options.format !== 'text')
    throw new Failure(`unknown format '${options.format}': text or json`);
  const only = options.only === undefined ? undefined : namesOf(options.only);
  const { subject, snapshot } = await subjectOf(file, options.workspace);
  const errors = errorLines(snapshot, file);
  if (errors.length > 0) {
    for (const line of errors) console.error(line);
    console.error('dramatis: a program with errors is not analysed');
    process.exitCode = PROBLEMS;
    return;
  }
  const watched = options.watch === undefined ? undefined : watchedBy(subject.program, options.watch);
  const found = runToEnd(analyses(subject, { ...(only ? { only } : {}), ...(watched ? { watched } : {}) }));
  const root = subject.program.files[0]?.uri ?? '';
  const context = {
    program: subject.program,
    place: ({ file: index, start }: { readonly file: number; readonly start: number }) => {
      const uri = subject.program.files[index]?.uri ?? '';
      const lines = snapshot.fileLines[index];
      return { file: relativePath(root, uri) ?? uri, line: lines ? positionAt(lines, start).line + 1 : 1 };
    },
  };
  const width = process.stdout.columns ?? DEFAULT_WIDTH;
  const colour = options.color ?? (process.stdout.isTTY && !process.env['NO_COLOR']);
  await print(
    options.format === 'json'
      ? `${JSON.stringify(analysisObject(found, context), undefined, 2)}\n`
      : analysisText(found, context, { width, colour }),
  );
  process.exitCode = FINE;
}

function namesOf(list: string): readonly AnalysisName[] {
  return list.split(',').map((name) => {
    const known = ANALYSES.find((a) => a === name.trim());
    if (!known) throw new Failure(`unknown analysis '${name.trim()}': ${ANALYSES.join(', ')}`);
    return known;
  });
}

/** A probe by its text or a persona by its name. */
function watchedBy(program: Program, text: string): Watched {
  const wanted = text.replace(/\s+/g, ' ').trim();
  const probe = program.probes.findIndex((p) => p.target.text === wanted);
  if (probe >= 0) return { probe };
  const persona = program.personas.findIndex((p) => p.name === wanted);
  if (persona >= 0) return { persona };
  throw new Failure(`there is no probe or persona '${wanted}'`);
}
