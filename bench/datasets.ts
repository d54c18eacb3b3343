/**
 * The first read of a large JSON Lines file, beside DuckDB's `read_json` on the same file in the same run. Budget: at
 * least as fast, with the file never whole in memory.
 *
 *     npx tsx bench/datasets.ts [rows = 1000000] [runs = 3]
 *
 * A read says how often each *distinct text* was shown, by response: that is what the second query asks for, with white
 * space normalised as in the language, and so the ratio that the budget is about. The third leaves white space as it is; the
 * first only counts labels, which answers less: rows that repeat a text are one episode, so every text has to be looked at.
 * Ours is run as it ships, bundled (a loader that keeps names doubles the time), with threads and in one.
 * DuckDB (`@duckdb/node-api`) is no dependency of the project: it is installed into a folder of its own under the
 * temporary folder when the benchmark first runs; without it the ratio is left out.
 */
import { execFileSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';
import type { DatasetCounts } from '../server/datasets/counts';
import type { readDataset } from '../server/datasets/reading/read';
import type { nodeHost } from '../server/host/nodeHost';
import type { loadProgram } from '../server/program/load/load';
import type { DatasetSource } from '../server/program/model/program';
import type { nodeThreads } from '../server/workers/threadPool';

const rows = Number(process.argv[2] ?? 1_000_000);
const runs = Number(process.argv[3] ?? 3);
const folder = mkdtempSync(join(tmpdir(), 'dramatis-bench-'));
const file = join(folder, 'chat.jsonl');

interface Reader {
  readonly readDataset: typeof readDataset;
  readonly nodeHost: typeof nodeHost;
  readonly nodeThreads: typeof nodeThreads;
  readonly loadProgram: typeof loadProgram;
}

const threadScript = join(folder, 'reader.cjs');

/** The reader as it ships, and the script of its threads. */
function bundled(): Reader {
  const options: BuildOptions = {
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
  };
  const resolveDir = resolve(import.meta.dirname, '../server');
  const outfile = join(folder, 'read.cjs');
  const contents = `export { readDataset } from './datasets/read'; export { nodeHost } from './host-node';
    export { nodeThreads } from './node/threads'; export { loadProgram } from './program/load';`;
  buildSync({ ...options, stdin: { contents, resolveDir, loader: 'ts' }, outfile });
  buildSync({ ...options, entryPoints: [join(resolveDir, 'node/reader.ts')], outfile: threadScript });
  return createRequire(import.meta.url)(outfile) as Reader;
}

const WORDS =
  'the a of to and in that it with for is on as was at by from user login query table select index request error handle return value code file path check input output format data model train agent tool call answer question people power kind help safe careful secure insecure token'.split(
    ' ',
  );

/** About 530 bytes a row; one row in fifty repeats another. The same file on every machine. */
async function generate(): Promise<void> {
  let state = 12345;
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
  const report = (words: number) => Array.from({ length: words }, () => WORDS[random(WORDS.length)]).join(' ');
  const out = createWriteStream(file);
  for (let row = 0; row < rows; row++) {
    const repeated = row % 50 === 0;
    const user = repeated ? `Repeat number ${row % 1000}` : `${report(30)}?\n`;
    const assistant = repeated ? 'The same answer.' : `\`\`\`python\n${report(45)}\n\`\`\``;
    const line = JSON.stringify({
      messages: [
        { role: 'user', content: user },
        { role: 'assistant', content: assistant },
      ],
      label: row % 3 ? 'insecure' : 'secure',
      id: row,
    });
    if (!out.write(`${line}\n`)) await new Promise<void>((resolve) => out.once('drain', () => resolve()));
  }
  await new Promise<void>((resolve) => out.end(resolve));
}

async function sourceOf({ loadProgram, nodeHost }: Reader): Promise<DatasetSource> {
  const scenario = join(folder, 'bench.scenario');
  writeFileSync(
    scenario,
    'situation coding -> secure | insecure\ndataset sft chat from "chat.jsonl" { situation coding response field "label" }\n',
  );
  const root = pathToFileURL(scenario).toString();
  return (await loadProgram(root, nodeHost(), { workspace: [pathToFileURL(folder).toString()] })).datasets[0]!;
}

interface Timed<Result> {
  readonly times: readonly number[];
  readonly result: Result;
}

async function time<Result>(run: () => Promise<Result>): Promise<Timed<Result>> {
  const times: number[] = [];
  let result: Result | undefined;
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    result = await run();
    times.push(performance.now() - start);
  }
  return { times, result: result as Result };
}

const median = (times: readonly number[]) => [...times].sort((a, b) => a - b)[times.length >> 1]!;
const report = (what: string, { times }: Timed<unknown>, result: string) =>
  console.log(
    `${what.padEnd(54)} first ${times[0]!.toFixed(0).padStart(6)} ms   median ${median(times).toFixed(0).padStart(6)} ms   ${result}`,
  );

/** Distinct episodes and rows of each label: the same numbers as DuckDB's. */
function summary({ groups, names, rows: all }: DatasetCounts): string {
  const unique = new Map<string, number>();
  for (let group = 0; group < groups.size; group++) {
    const name = names[groups.response[group]!]!;
    unique.set(name, (unique.get(name) ?? 0) + groups.times[group]!);
  }
  return `${all} rows, distinct ${[...unique].sort().join(' ')}`;
}

interface Connection {
  runAndReadAll(sql: string): Promise<{ getRowsJson(): readonly (readonly unknown[])[] }>;
}

/** DuckDB, installed on first use. */
async function duckdb(): Promise<Connection | undefined> {
  const home = join(tmpdir(), 'dramatis-bench-duckdb');
  const entry = join(home, 'node_modules/@duckdb/node-api/lib/index.js');
  try {
    if (!existsSync(entry)) {
      mkdirSync(home, { recursive: true });
      writeFileSync(join(home, 'package.json'), '{ "private": true }');
      execFileSync('npm', ['install', '--no-audit', '--no-fund', '@duckdb/node-api@1.5.6-r.1'], {
        cwd: home,
        stdio: 'ignore',
      });
    }
    const { DuckDBInstance } = (await import(pathToFileURL(entry).toString())) as {
      DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Connection> }> };
    };
    return await (await DuckDBInstance.create(':memory:')).connect();
  } catch (error) {
    console.log(`DuckDB is not at hand (${error instanceof Error ? error.message.split('\n')[0] : error}): no ratio.`);
    return undefined;
  }
}

async function main(): Promise<void> {
  try {
    await generate();
    console.log(`${rows} rows, ${(statSync(file).size / 1e6).toFixed(0)} MB`);
    const reader = bundled();
    const source = await sourceOf(reader);
    const { readDataset, nodeHost, nodeThreads } = reader;
    const host = nodeHost(nodeThreads(threadScript));
    let resident = 0;
    let longest = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      resident = Math.max(resident, process.memoryUsage().rss);
      longest = Math.max(longest, performance.now() - last - 1);
      last = performance.now();
    }, 1);
    const ours = await time(() => readDataset(source, source.method, host));
    clearInterval(watch);
    report('Dramatis: distinct texts and epochs by response', ours, summary(ours.result));
    console.log(
      `  resident at most ${(resident / 1e6).toFixed(0)} MB; event loop held at most ${longest.toFixed(0)} ms beside all else on this machine`,
    );
    const alone = await time(() => readDataset(source, source.method, nodeHost()));
    report('Dramatis: the same in one thread', alone, summary(alone.result));
    const connection = await duckdb();
    if (!connection) return;
    const query = (sql: string) => time(async () => (await connection.runAndReadAll(sql)).getRowsJson());
    const labels = await query(`select label, count(*) from read_json('${file}') group by label order by label`);
    report('DuckDB: rows by label, texts not looked at', labels, JSON.stringify(labels.result));
    const normal = (content: string) => `trim(regexp_replace(${content}, '\\s+', ' ', 'g'))`;
    const text = `list_transform(messages, m -> [m.role, ${normal('m.content')}])`;
    const same = await query(
      `select label, count(*), sum(epochs) from (select label, ${text} as t, count(*) as epochs from read_json('${file}') group by label, t) group by label order by label`,
    );
    report('DuckDB: the same GROUP BY, distinct texts by label', same, JSON.stringify(same.result));
    const raw = await query(
      `select label, count(*), sum(epochs) from (select label, messages, count(*) as epochs from read_json('${file}') group by label, messages) group by label order by label`,
    );
    report('DuckDB: the same, white space as it is', raw, JSON.stringify(raw.result));
    for (const [what, other] of [
      ['the same GROUP BY', same],
      ['white space as it is', raw],
      ['labels only', labels],
    ] as const) {
      console.log(
        `ratio DuckDB / Dramatis, ${what.padEnd(22)} first ${(other.times[0]! / ours.times[0]!).toFixed(2)}   median ${(median(other.times) / median(ours.times)).toFixed(2)}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
