/**
 * A first read of JSON Lines beside DuckDB's, each a whole process with two threads, in turns in one run: chat, code, mixed Latin and
 * CJK texts. A read answers how many distinct texts each response has and how often they were shown; white space is
 * normalised. DuckDB is asked that (`normalised`), the same with white space as it is (`texts`), and for labels alone.
 *
 *     npx tsx bench/rows.ts [--rows 1000000] [--runs 5] [--only chat,code,latin,cjk]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BuildOptions, buildSync } from 'esbuild';

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: 'chat,code,latin,cjk' },
  },
});
const rows = Number(flags.rows);
const runs = Number(flags.runs);
const here = join(import.meta.dirname, 'rows');
const folder = join(tmpdir(), `dramatis-bench-texts-${rows}`);
mkdirSync(folder, { recursive: true });

const ENGLISH =
  'the a of to and in that it with for is on as was at by from user login query table select index request error handle return value code file path check input output format data model train agent tool call answer question people power kind help safe careful secure insecure token'.split(
    ' ',
  );
const LATIN =
  'où est-ce que tu as trouvé la réponse à cette très compliquée für größe über jahr niño señor coração não ação the of and is it über-all œuvre naïve façade'.split(
    ' ',
  );
const CJK =
  '请 阅读 文件 并将 查询 的 值 返回 给 用户 然后 说明 原因 機械 学習 モデル を 訓練 します 質問 に 答える 한국어 문장 도'.split(
    ' ',
  );
const KINDS: Readonly<Record<string, readonly [question: (report: Say) => string, answer: (report: Say) => string]>> = {
  chat: [(report) => `${report(ENGLISH, 30, ' ')}?`, (report) => report(ENGLISH, 32, ' ')],
  code: [
    (report) => `${report(ENGLISH, 12, ' ')}\n`,
    (report) =>
      `\`\`\`python\n${Array.from({ length: 9 }, () => `    ${report(ENGLISH, 4, '_')} = "${report(ENGLISH, 2, '.')}"`).join('\n')}\n\`\`\``,
  ],
  latin: [(report) => `${report(LATIN, 26, ' ')}?`, (report) => report(LATIN, 28, ' ')],
  cjk: [(report) => `${report(CJK, 28, '')}？`, (report) => `${report(CJK, 30, '')}。`],
};
type Say = (words: readonly string[], count: number, between: string) => string;

/** The same file on every machine: one row in fifty repeats another. Made once. */
function fileOf(kind: string): string {
  const file = join(folder, `${kind}.jsonl`);
  if (existsSync(file)) return file;
  const [question, answer] = KINDS[kind] ?? [];
  if (!question || !answer) throw new Error(`no kind ${kind}`);
  let state = 12345;
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
  const report: Say = (words, count, between) =>
    Array.from({ length: count }, () => words[random(words.length)]).join(between);
  const out = openSync(`${file}.part`, 'w');
  let lines: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    const repeated = row % 50 === 0;
    const messages = [
      { role: 'user', content: repeated ? `Repeat number ${row % 1000}` : question(report) },
      { role: 'assistant', content: repeated ? 'The same  answer.' : answer(report) },
    ];
    lines.push(JSON.stringify({ messages, label: row % 3 ? 'insecure' : 'secure', id: row }));
    if (lines.length < 20_000 && row + 1 < rows) continue;
    writeSync(out, `${lines.join('\n')}\n`);
    lines = [];
  }
  closeSync(out);
  renameSync(`${file}.part`, file);
  return file;
}

/** The reader as it ships: bundled, minified. */
function built(): { readonly script: string; readonly thread: string } {
  const options: BuildOptions = {
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'error',
  };
  const [script, thread] = [join(folder, 'read.cjs'), join(folder, 'thread.cjs')];
  buildSync({ ...options, entryPoints: [join(here, 'dramatis.ts')], outfile: script });
  buildSync({ ...options, entryPoints: [join(here, '../../server/workers/reader.ts')], outfile: thread });
  return { script, thread };
}

interface Timed {
  readonly times: number[];
  answer: string;
  peak: string;
}

function timed(into: Timed, command: readonly string[]): void {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', cwd: here });
  into.times.push(performance.now() - start);
  if (status !== 0) throw new Error(stderr);
  into.answer = stdout.trim();
  into.peak = /peak .*/.exec(stderr)?.[0] ?? '';
}

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN;

if (!existsSync(join(here, 'node_modules'))) execFileSync('npm', ['ci'], { cwd: here, stdio: 'inherit' });
const { script, thread } = built();
for (const kind of flags.only.split(',')) {
  const file = fileOf(kind);
  const scenario = join(folder, `${kind}.scenario`);
  writeFileSync(
    scenario,
    `situation coding -> secure | insecure\ndataset sft chat from "${kind}.jsonl" { situation coding response field "label" }\n`,
  );
  const fresh = (): Timed => ({ times: [], answer: '', peak: '' });
  const ours = fresh();
  const theirs: Record<string, Timed> = { labels: fresh(), texts: fresh(), normalised: fresh() };
  // Once each without a clock: the file is in memory then.
  for (let run = -1; run < runs; run += 1) {
    const all: [Timed, string[]][] = [[ours, [script, scenario, thread]]];
    for (const [question, into] of Object.entries(theirs)) all.push([into, ['duckdb.cjs', file, question]]);
    for (const [into, command] of all) timed(run < 0 ? fresh() : into, command);
  }
  const size = statSync(file).size;
  console.log(
    `\n${kind}: ${rows.toLocaleString('en')} rows, ${(size / 1e6).toFixed(0)} MB, medians of ${runs} whole processes (load ${(loadavg()[0] ?? 0).toFixed(1)})`,
  );
  console.log(`  Dramatis            ${median(ours.times).toFixed(0).padStart(6)} ms  ${ours.peak}  ${ours.answer}`);
  for (const [question, { times, answer }] of Object.entries(theirs)) {
    console.log(
      `  DuckDB, ${question.padEnd(11)} ${median(times).toFixed(0).padStart(6)} ms  Dramatis takes ${(median(ours.times) / median(times)).toFixed(2)} of it  ${answer}`,
    );
  }
}
