/**
 * From text to posterior with 10,000 inline episodes: from nothing, and after one edit as the session does it (parse
 * again where the text changed, build the program, evaluate). Beside it, in the same run, WebPPL's `Enumerate` on the
 * same model. Prints medians and a hash of the result, so that doing nothing cannot win.
 *
 *     npx tsx bench/webppl.ts [episodes = 10000] [runs = 31]
 *
 * WebPPL is given every advantage: its program is compiled beforehand, its data are numbers in memory and not a text, and
 * only the call of `Infer` is timed. It is no dependency of the project: it is installed into a folder of its own under
 * the temporary folder when the benchmark first runs; without it the ratio is left out.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from '../server/inference/evaluate';
import type { Evaluation } from '../server/inference/evaluation';
import { updateLogLikelihoods } from '../server/inference/likelihood/logLikelihoods';
import { posteriorOf } from '../server/inference/posterior/posterior';
import {
  type EvaluationCache,
  evaluateIncremental,
  type PosteriorState,
} from '../server/inference/posterior/posteriorState';
import { runToEnd } from '../server/inference/stepwise';
import { buildProgram } from '../server/program/build/build';
import { type ParseCache, parseCache } from '../server/program/load/parseCache';
import type { Program } from '../server/program/model/program';

const episodes = Number(process.argv[2] ?? 10_000);
const runs = Number(process.argv[3] ?? 31);
const SITUATIONS = 8;
const PERSONAS = 5;
const WEBPPL = '0.9.15';
const URI = 'file:///bench.scenario';
const NO_DATASETS = new Map();

/** `alike`: weights repeat, as in a text that people write; else no two episodes are the same. */
function scenarioText(alike: boolean): string {
  const situations = Array.from({ length: SITUATIONS }, (_, x) => `situation x${x} -> good | bad | other`);
  const personas = Array.from({ length: PERSONAS }, (_, h) => {
    const rows = situations.map((_each, x) => {
      const good = 20 + ((h * 17 + x * 7) % 60);
      return `  x${x} -> good ${good}%, bad ${5 + ((h * 5 + x * 3) % 12)}%, other`;
    });
    return `persona p${h} prior ${[60, 20, 5, 10, 5][h]}% {\n${rows.join('\n')}\n}`;
  });
  const lines = Array.from({ length: episodes }, (_, i) => {
    const weight = alike ? 1 + (i % 7) : 1 + i / 10_000;
    return `episode sft "row ${i}": x${i % SITUATIONS} -> ${['good', 'bad', 'other'][(i * 7) % 3]} weight ${weight}`;
  });
  return ['method sft strength 0.01', ...situations, ...personas, 'probe x0 -> bad', ...lines, ''].join('\n');
}

function programOf(text: string, cache: ParseCache): Program {
  return buildProgram([{ uri: URI, text, parsed: cache.parse(URI, text) }]);
}

function evaluationOf(program: Program, evaluationCache: EvaluationCache = {}): Evaluation {
  return evaluate(program, NO_DATASETS, { accounts: false, evaluationCache });
}

function hash(evaluation: Evaluation): string {
  const { personas, logMarginal, episodes: influence, probes } = evaluation;
  const all = [logMarginal, ...personas.map((p) => p.posterior), ...probes.map((p) => p.after), ...influence.weight];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 12);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

interface Timed<T> {
  readonly ms: number;
  readonly last: T;
}

function time<T>(run: (i: number) => T): Timed<T> {
  // The first runs compile what they run: they are not measured.
  for (let i = 0; i < 4; i++) run(i);
  let last = run(0);
  const times = Array.from({ length: runs }, (_, i) => {
    const start = performance.now();
    last = run(i);
    return performance.now() - start;
  });
  return { ms: median(times), last };
}

function report(what: string, { ms, last }: Timed<Evaluation>): void {
  console.log(`${what.padEnd(66)} ${ms.toFixed(2).padStart(8)} ms   ${hash(last)}`);
}

/** The posterior over personas and nothing else: what WebPPL is asked for. */
function posteriorAlone(program: Program, evaluationCache: EvaluationCache = {}): PosteriorState {
  return runToEnd(evaluateIncremental(program, NO_DATASETS, evaluationCache)).state;
}

/**
 * Microseconds for the posterior after one episode is exchanged for another, from the posterior before: the counts of the two cells
 * that it touches are others, and the likelihood is weighed again from there. The mean over a thousand such edits.
 */
function exchange(state: PosteriorState): { readonly us: number; readonly check: number } {
  const { likelihood, evidence } = state;
  const cells = likelihood.structure.cells;
  let check = 0;
  const batch = () => {
    let { logLikelihoods } = state;
    const start = performance.now();
    for (let i = 0; i < 1000; i++) {
      const counts = logLikelihoods.counts.slice();
      counts[i % cells]! -= 0.01;
      counts[(i * 7 + 1) % cells]! += 0.01;
      logLikelihoods = runToEnd(updateLogLikelihoods(likelihood, logLikelihoods, counts));
      check += posteriorOf(likelihood, logLikelihoods).weights[0]!;
    }
    return performance.now() - start;
  };
  for (let i = 0; i < 9; i++) batch();
  const times = Array.from({ length: 9 }, batch);
  return { us: median(times), check: check / evidence.keys };
}

/** The same text with another weight in the middle; two texts that take turns. */
function edits(text: string): (i: number) => string {
  const at = text.indexOf('weight ', text.length >> 1) + 'weight '.length;
  const other = `${text.slice(0, at)}9${text.slice(at)}`;
  return (i) => (i % 2 === 0 ? other : text);
}

/** Posterior by WebPPL over the same numbers: ms to compile, median ms to infer, and the posterior, to see that it is the same model. */
function webppl(
  program: Program,
): { readonly compile: number; readonly infer: number; readonly posterior: readonly number[] } | undefined {
  const home = join(tmpdir(), 'dramatis-bench-webppl');
  try {
    if (!existsSync(join(home, 'node_modules/webppl/src/main.js'))) {
      mkdirSync(home, { recursive: true });
      writeFileSync(join(home, 'package.json'), '{ "private": true }');
      const options = ['--no-audit', '--no-fund', '--ignore-scripts'];
      execFileSync('npm', ['install', ...options, `webppl@${WEBPPL}`], { cwd: home, stdio: 'ignore' });
    }
    const { cellOffset } = program;
    const data = {
      prior: program.personas.map((p) => p.prior),
      index: program.personas.map((p) => p.index),
      rows: evaluationOf(program).hypotheses.map((_, h) => rowOf(program, h)),
      episodes: program.episodes.map((e) => ({
        cell: (cellOffset[e.situation] ?? 0) + e.response,
        n: program.methods[e.method].strength * e.weight * e.times,
      })),
    };
    writeFileSync(join(home, 'data.json'), JSON.stringify(data));
    writeFileSync(join(home, 'run.cjs'), WEBPPL_RUN);
    return JSON.parse(
      execFileSync(process.execPath, ['run.cjs', String(Math.min(runs, 15))], { cwd: home, encoding: 'utf8' }),
    );
  } catch (error) {
    const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
    console.log(`WebPPL is not at hand on Node ${process.version} (${message}): no ratio.`);
    return undefined;
  }
}

function rowOf(program: Program, persona: number): number[] {
  const { rowsBefore } = evaluationOf(program);
  const cells = rowsBefore.length / program.personas.length;
  return Array.from(rowsBefore.subarray(persona * cells, (persona + 1) * cells));
}

/** Runs in a process of its own, because WebPPL puts its functions on the global object. */
const WEBPPL_RUN = `
const webppl = require('webppl');
global.bench = require('./data.json');
global.clock = { times: [], start: 0, begin() { this.start = performance.now(); return 0; },
  end() { this.times.push(performance.now() - this.start); return 0; } };
const code = \`
var model = function() {
  var h = categorical({ ps: bench.prior, vs: bench.index });
  var row = bench.rows[h];
  map(function(e) { factor(e.n * Math.log(row[e.cell])); }, bench.episodes);
  return h;
};
var begin = clock.begin();
var posterior = Infer({ method: 'enumerate' }, model);
var end = clock.end();
posterior;
\`;
const start = performance.now();
const compiled = webppl.compile(code);
const compile = performance.now() - start;
let found;
for (let i = 0; i < Number(process.argv[2]) + 2; i++)
  webppl.prepare(compiled, (store, value) => { found = value; }).run();
const times = clock.times.slice(2).sort((a, b) => a - b);
console.log(JSON.stringify({ compile, infer: times[times.length >> 1], posterior: bench.index.map((h) => Math.exp(found.score(h))) }));
`;

for (const alike of [false, true]) {
  const text = scenarioText(alike);
  const kinds = alike ? 'weights repeat' : 'no two alike';
  console.log(`${episodes} episodes (${Math.round(text.length / 1000)} KB), ${kinds}; medians of ${runs}`);
  const nothing = time(() => evaluationOf(programOf(text, parseCache())));
  report('  from nothing: parse, build, evaluate', nothing);
  const edited = edits(text);
  const cache = parseCache();
  const evaluationCache: EvaluationCache = {};
  const after = time((i) => evaluationOf(programOf(edited(i), cache), evaluationCache));
  report('  after one edit: parse again, build, evaluate', after);
  const programs = [programOf(edited(0), cache), programOf(edited(1), cache)] as const;
  const [program] = programs;
  const alone = time((i) => evaluationOf(programs[(i % 2) as 0 | 1], evaluationCache));
  report('  the evaluation in it (posterior, and what every episode moved)', alone);
  const same =
    hash(evaluationOf(programOf(edited(1), cache), evaluationCache)) ===
    hash(evaluationOf(programOf(edited(1), parseCache())));
  console.log(`  after the edit the same bytes as from nothing: ${same ? 'yes' : 'NO'}`);
  const bare = time(() => posteriorAlone(program));
  const next = time((i) => posteriorAlone(programs[(i % 2) as 0 | 1], evaluationCache));
  const one = exchange(bare.last);
  const line = (what: string, value: number, unit: string, check = '') =>
    console.log(`  ${what}`.padEnd(67), value.toFixed(2).padStart(8), unit, check);
  line('the posterior over personas alone, from the program', bare.ms, 'ms');
  line('the same after an edit: find what differs, weigh that', next.ms, 'ms');
  line('the posterior after one episode is exchanged', one.us, 'µs', ` ${one.check.toFixed(6)}`);
  const other = webppl(program);
  if (!other) continue;
  const apart = Math.max(...other.posterior.map((w, h) => Math.abs(w - (bare.last.posterior.weights[h] ?? 0))));
  console.log(
    `  WebPPL ${WEBPPL}, Infer by enumeration, compiled beforehand`.padEnd(67),
    other.infer.toFixed(2).padStart(8),
    'ms',
  );
  console.log(`  greatest difference of a posterior: ${apart.toExponential(1)}`);
  const times = (count: number, ms: number) =>
    ((count * other.infer) / ms).toFixed(count * other.infer > 100 * ms ? 0 : 1).padStart(8);
  const inferences = `${episodes + 1} inferences`;
  console.log('  ratio WebPPL / Dramatis');
  const entire = (nothing.ms * other.infer) / (other.compile + other.infer);
  console.log(
    `    ${times(1, entire)}  compiling (once, ${other.compile.toFixed(0)} ms) and one inference / from nothing`,
  );
  console.log(`    ${times(1, bare.ms)}  one inference / the posterior alone, from nothing`);
  console.log(`    ${times(1, next.ms)}  one inference / the posterior alone, after an edit`);
  console.log(`    ${times(1, one.us / 1000)}  one inference / the posterior after one episode is exchanged`);
  console.log(
    `    ${times(1, after.ms)}  one inference / all that follows an edit, text and every episode's weight included`,
  );
  console.log(
    `    ${times(episodes + 1, nothing.ms)}  ${inferences}, computed from one, for every weight / from nothing`,
  );
  console.log(
    `    ${times(episodes + 1, after.ms)}  ${inferences}, computed from one, for every weight / after an edit`,
  );
}
