/** `dramatis score-requests`, `score-import` and `score-join`: measuring log-likelihoods on a server of one's own, without a network here. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type HarnessChoice, joinHarness } from '../datasets/scoring/harnessJoin';
import { scoreImport as readReplies } from '../datasets/scoring/replies';
import { scoreRequests as requestsOf, TEMPLATES, type TemplateName } from '../datasets/scoring/requests';
import { loadOnce } from '../session/evaluateFile';
import { Failure, FINE, input, lineWriter, PROBLEMS, readable, writeText } from './files';

interface RequestOptions {
  readonly output: string;
  readonly model: string;
  readonly template: string;
  readonly dataset?: readonly string[];
  readonly workspace?: string;
}

/** Writes the requests; status 1 where the program has an error, so that nothing unintended is measured. */
export async function scoreRequests(file: string, options: RequestOptions): Promise<void> {
  if (!isTemplate(options.template))
    throw new Failure(`unknown template '${options.template}': ${TEMPLATES.join(', ')}`);
  const { uri, host, workspace } = await input(file, options.workspace);
  const { program } = await loadOnce(uri, host, workspace);
  for (const name of options.dataset ?? [])
    if (!program.datasets.some((dataset) => dataset.name === name))
      throw new Failure(`there is no dataset '${name}' in ${file}`);
  const viewRequest = { model: options.model, template: options.template, datasets: options.dataset };
  const writer = await lineWriter(options.output);
  let count = 0;
  for await (const line of requestsOf(program, host, viewRequest, ({ message }) =>
    console.error(`dramatis: ${message}`),
  )) {
    await writer.write(line);
    count++;
  }
  await writer.end();
  console.error(`dramatis: ${count} requests`);
  process.exitCode = program.diagnostics.some(({ severity }) => severity === 'error') ? PROBLEMS : FINE;
}

interface ImportOptions {
  readonly output: string;
  readonly layout: string;
  readonly requests?: string;
}

/** Turns replies into a table; status 1 where some cannot be used (named with their line) or are missing (named by persona and episode). */
export async function scoreImport(replies: string, { output, layout, requests }: ImportOptions): Promise<void> {
  if (layout !== 'wide' && layout !== 'long') throw new Failure(`unknown layout '${layout}': wide or long`);
  const stream = replies === '-' ? process.stdin : createReadStream(await readable(replies));
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  const asked = requests === undefined ? undefined : linesOf(await readable(requests));
  const { text, episodes, values, problems } = await readReplies(lines, layout, asked);
  await writeText(output, text);
  for (const { line, message } of problems.slice(0, LISTED))
    console.error(line > 0 ? `${replies}:${line}: ${message}` : `${replies}: ${message}`);
  if (problems.length > LISTED) console.error(`… and ${problems.length - LISTED} more`);
  const missing = problems.filter(({ line }) => line === 0).length;
  console.error(
    `dramatis: ${values} values of ${episodes} episodes, ${problems.length - missing} replies left out, ${missing} missing`,
  );
  process.exitCode = problems.length > 0 ? PROBLEMS : FINE;
}

interface JoinOptions {
  readonly output: string;
  readonly choice: string;
}

/** Joins one file of harness samples for each persona into a table; status 1 where something was left out, which is listed. */
export async function scoreJoin(runs: readonly string[], { output, choice }: JoinOptions): Promise<void> {
  const files = await Promise.all(
    runs.map(async (run) => {
      const [, persona, file] = /^([^=]+)=(.+)$/u.exec(run) ?? [];
      if (!persona || !file) throw new Failure(`'${run}' does not say whose samples it has: write PERSONA=FILE`);
      return { persona, file: await readable(file) };
    }),
  );
  const named = new Set(files.map(({ persona }) => persona));
  if (named.size < files.length) throw new Failure('a persona is named twice');
  const samples = files.map(({ persona, file }) => ({ persona, file, lines: linesOf(file) }));
  const { text, episodes, problems } = await joinHarness(samples, choiceOf(choice));
  await writeText(output, text);
  for (const { file, line, message } of problems.slice(0, LISTED))
    console.error(line > 0 ? `${file}:${line}: ${message}` : `${file}: ${message}`);
  if (problems.length > LISTED) console.error(`… and ${problems.length - LISTED} more`);
  console.error(`dramatis: ${episodes} episodes of ${files.length} personas, ${problems.length} problems`);
  process.exitCode = problems.length > 0 ? PROBLEMS : FINE;
}

/** Opened when it is read: an interface loses the lines that arrive before. */
async function* linesOf(file: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}

const LISTED = 100;

function choiceOf(text: string): HarnessChoice {
  if (text === 'target' || text === 'all') return text;
  if (/^\d{1,6}$/u.test(text)) return Number(text);
  throw new Failure(`unknown choice '${text}': target, all, or a number from 0`);
}

function isTemplate(name: string): name is TemplateName {
  return (TEMPLATES as readonly string[]).includes(name);
}
