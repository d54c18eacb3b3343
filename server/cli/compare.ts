/**
 * `dramatis compare A B`: two versions of a scenario, files or `REV:FILE` in a Git repository. Status 0 fine, 1 where one
 * of them has an error, 2 could not run.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { URI } from 'vscode-uri';
import { compareObject, compareText } from '../../report/analysis/compareResult';
import { compare as compareVersions } from '../analysis/compare/compare';
import { nodeHost } from '../host/nodeHost';
import { revisionHost } from '../host/process/git';
import { runToEnd } from '../inference/stepwise';
import { mixTexts } from '../program/compare/mixture';
import { normalUri } from '../program/uris';
import { Failure, FINE, PROBLEMS, print } from './files';
import { errorLines, type FileSubject, subjectAt, subjectOf } from './subject';

interface Options {
  readonly format: string;
  readonly workspace?: string;
  readonly color?: boolean;
}

interface Side extends FileSubject {
  /** Data that the revision does not have: read as they are today. */
  readonly today: readonly string[];
}

const DEFAULT_WIDTH = 80;

export async function compare(first: string, second: string, options: Options): Promise<void> {
  if (options.format !== 'json' && options.format !== 'text')
    throw new Failure(`unknown format '${options.format}': text or json`);
  const a = await side(first, options.workspace);
  const b = await side(second, options.workspace);
  const errors = [...errorLines(a.snapshot, first), ...errorLines(b.snapshot, second)];
  if (errors.length > 0) {
    for (const line of errors) console.error(line);
    console.error('dramatis: programs with errors are not compared');
    process.exitCode = PROBLEMS;
    return;
  }
  const mixture = mixTexts(a.subject.program.text, b.subject.program.text);
  const found = runToEnd(compareVersions({ a: a.subject, b: b.subject, mixture }));
  const context = { before: first, after: second, unit: b.subject.program.units, today: [...a.today, ...b.today] };
  const width = process.stdout.columns ?? DEFAULT_WIDTH;
  const colour = options.color ?? (process.stdout.isTTY && !process.env['NO_COLOR']);
  await print(
    options.format === 'json'
      ? `${JSON.stringify(compareObject(found, context), undefined, 2)}\n`
      : compareText(found, context, { width, colour }),
  );
  process.exitCode = FINE;
}

async function side(name: string, workspace: string | undefined): Promise<Side> {
  const colon = name.indexOf(':');
  if (existsSync(name) || colon <= 0 || name === '-') return { ...(await subjectOf(name, workspace)), today: [] };
  const path = resolve(name.slice(colon + 1));
  const host = await revisionHost(nodeHost(), dirname(path), name.slice(0, colon));
  if (!host) throw new Failure(`${name}: there is no such revision (or no Git repository around ${basename(path)})`);
  const uri = normalUri(URI.file(path).toString());
  if ((await host.readText(uri)) === undefined) throw new Failure(`${name}: the revision has no such file`);
  const folder = workspace ?? (relative(process.cwd(), path).startsWith('..') ? dirname(path) : process.cwd());
  const found = await subjectAt(uri, host, [URI.file(resolve(folder)).toString()]);
  return { ...found, today: [...host.today].map((data) => relative(process.cwd(), URI.parse(data).fsPath)) };
}
