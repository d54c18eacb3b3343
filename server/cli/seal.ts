/**
 * `dramatis seal FILE`: the predictions of everything held out, with fingerprints of the text and the data that predict;
 * `--check` says whether they are still the ones that were sealed. Status 0 fine, 1 changed or an error, 2 could not run.
 */
import { createHash } from 'node:crypto';
import { toWire } from '../../panel/model/numbers';
import { type SealedEvaluation, sealedEvaluations } from '../analysis/subject/sealed';
import type { Host } from '../host/host';
import { runToEnd } from '../inference/stepwise';
import type { Program } from '../program/model/program';
import { relativePath } from '../program/paths';
import { sealedText } from '../program/sealedText';
import { Failure, FINE, PROBLEMS, print, readText, writeText } from './files';
import { errorLines, subjectOf } from './subject';

interface Options {
  readonly check?: boolean;
  readonly output?: string;
  readonly workspace?: string;
}

interface DataFile {
  readonly file: string;
  /** null where it cannot be read. */
  readonly sha256: string | null;
}

interface Seal {
  readonly seal: 1;
  readonly scenario: string | null;
  readonly text: string;
  readonly data: readonly DataFile[];
  readonly evaluations: readonly {
    readonly condition: string | null;
    readonly label: string | null;
    readonly observedBeforeSeal: boolean;
    readonly predictions: readonly object[];
  }[];
}

export async function seal(file: string, options: Options): Promise<void> {
  const { subject, snapshot, host } = await subjectOf(file, options.workspace);
  const path = options.output ?? `${file}.seal.json`;
  const errors = errorLines(snapshot, file);
  if (errors.length > 0) {
    for (const line of errors) console.error(line);
    console.error('dramatis: a program with errors is not sealed');
    process.exitCode = PROBLEMS;
    return;
  }
  const { program } = subject;
  const text = sha256(sealedText(program.text));
  const data = await dataFiles(program, host);
  if (options.check) {
    const lines = differences(readSeal(path, await readText(path)), { text, data, program });
    await print(lines.text);
    process.exitCode = lines.changed ? PROBLEMS : FINE;
    return;
  }
  const sealed = runToEnd(sealedEvaluations(subject));
  if (sealed.length === 0) throw new Failure(`nothing is held out in ${file}`);
  const made: Seal = {
    seal: 1,
    scenario: program.scenario?.title ?? null,
    text,
    data,
    evaluations: sealed.map(evaluationObject),
  };
  await writeText(path, `${JSON.stringify(made, undefined, 2)}\n`);
  const before = sealed.filter((e) => e.observed).length;
  console.error(`dramatis: sealed ${counted(sealed.length, 'held-out evaluation')} in ${path}`);
  if (before > 0)
    console.error(`dramatis: ${counted(before, 'of them was', 'of them were')} in the text before this seal`);
  process.exitCode = FINE;
}

function evaluationObject(e: SealedEvaluation): Seal['evaluations'][number] {
  return {
    condition: e.condition,
    label: e.label,
    observedBeforeSeal: e.observed,
    predictions: e.predictions.map((p) => ({ ...p, mean: toWire(p.mean) })),
  };
}

function readSeal(path: string, text: string): Seal {
  try {
    const value = JSON.parse(text) as Partial<Seal>;
    if (
      value.seal === 1 &&
      typeof value.text === 'string' &&
      Array.isArray(value.data) &&
      Array.isArray(value.evaluations)
    )
      return value as Seal;
  } catch {
    // Said below.
  }
  throw new Failure(`${path} is no seal`);
}

interface Now {
  readonly text: string;
  readonly data: readonly DataFile[];
  readonly program: Program;
}

function differences(was: Seal, { text, data, program }: Now): { readonly text: string; readonly changed: boolean } {
  const lines: string[] = [];
  let changed = false;
  if (was.text === text) lines.push('The text that predicts is the one that was sealed.');
  else {
    changed = true;
    lines.push('The text that predicts has changed since the seal.');
  }
  for (const { file, sha256: hash } of was.data) {
    const now = data.find((d) => d.file === file);
    if (now && now.sha256 === hash) continue;
    changed = true;
    lines.push(now?.sha256 ? `${file} has changed since the seal.` : `${file} cannot be read.`);
  }
  for (const { file } of data)
    if (!was.data.some((d) => d.file === file)) {
      changed = true;
      lines.push(`${file} was no part of the seal.`);
    }
  const before = was.evaluations.filter((e) => e.observedBeforeSeal).length;
  if (before > 0)
    lines.push(
      `${counted(before, 'held-out count was', 'held-out counts were')} in the text before the seal: no prediction.`,
    );
  const measured = heldOutNow(program).filter(Boolean).length;
  lines.push(
    `${measured} of ${counted(was.evaluations.length, 'sealed evaluation')} ${measured === 1 ? 'is' : 'are'} measured.`,
  );
  return { text: `${lines.join('\n')}\n`, changed };
}

/** Whether each held-out evaluation has been measured. */
function heldOutNow(program: Program): readonly boolean[] {
  return [program, ...program.conditions.map((c) => c.program)].flatMap((p) =>
    p.observed.filter((o) => o.heldOut).map((o) => o.runs.length > 0),
  );
}

async function dataFiles(program: Program, host: Host): Promise<readonly DataFile[]> {
  const root = program.files[0]?.uri ?? '';
  const uris = [
    ...new Set(
      program.declaredDatasets.flatMap((d) => [
        ...(d.uris ?? (d.uri ? [d.uri] : [])),
        ...(d.labels?.uri ? [d.labels.uri] : []),
      ]),
    ),
  ];
  const files: DataFile[] = [];
  for (const uri of uris) files.push({ file: relativePath(root, uri) ?? uri, sha256: await fileHash(host, uri) });
  return files;
}

async function fileHash(host: Host, uri: string): Promise<string | null> {
  if ((await host.stat(uri)) === undefined) return null;
  const hash = createHash('sha256');
  for await (const bytes of host.readBytes(uri)) hash.update(bytes);
  return hash.digest('hex');
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
