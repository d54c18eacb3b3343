/**
 * Fits and analyses of the published examples and of any scenario that is named: elapsed and processor time, how often they
 * give way, the longest time between two stops, and a hash of the result so that doing nothing cannot win.
 *
 *     npx tsx bench/analysis.ts [--most 60] [FILE …]
 *
 * One part that takes more than `--most` seconds of processor time is given up and says so. Run the bundle that it makes of itself: a loader
 * that keeps names slows the mathematics.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadavg, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import type { ANALYSES, AnalysisName, analyses } from '../server/analysis/analyses';
import type { fitInSteps } from '../server/analysis/fit/fit';
import type { displayUnit } from '../server/analysis/fit/units';
import type { fitProblem } from '../server/analysis/subject/fitProblem';
import type { Subject } from '../server/analysis/subject/subject';
import type { DatasetCounts } from '../server/datasets/counts';
import type { readDataset } from '../server/datasets/reading/read';
import type { nodeHost } from '../server/host/nodeHost';
import type { Stepwise } from '../server/inference/stepwise';
import type { loadProgram } from '../server/program/load/load';

const { values: flags, positionals } = parseArgs({
  options: { most: { type: 'string', default: '60' } },
  allowPositionals: true,
});
const most = Number(flags.most) * 1000;

interface Core {
  readonly ANALYSES: typeof ANALYSES;
  readonly analyses: typeof analyses;
  readonly fitInSteps: typeof fitInSteps;
  readonly displayUnit: typeof displayUnit;
  readonly fitProblem: typeof fitProblem;
  readonly readDataset: typeof readDataset;
  readonly nodeHost: typeof nodeHost;
  readonly loadProgram: typeof loadProgram;
}

/** The core as it ships. */
function bundled(): Core {
  const folder = mkdtempSync(join(tmpdir(), 'dramatis-bench-'));
  const outfile = join(folder, 'core.cjs');
  const contents = `export { ANALYSES, analyses } from './analysis/analyses'; export { fitInSteps } from './analysis/fit/fit';
    export { displayUnit } from './analysis/fit/units';
    export { fitProblem } from './analysis/subject/fitProblem'; export { readDataset } from './datasets/reading/read';
    export { nodeHost } from './host/nodeHost'; export { loadProgram } from './program/load/load';`;
  buildSync({
    stdin: { contents, resolveDir: resolve(import.meta.dirname, '../server'), loader: 'ts' },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    outfile,
  });
  const core = createRequire(import.meta.url)(outfile) as Core;
  rmSync(folder, { recursive: true });
  return core;
}

async function subjectOf(
  { loadProgram: load, readDataset: read, nodeHost: host }: Core,
  file: string,
): Promise<Subject> {
  const files = host();
  const workspace = [pathToFileURL(dirname(dirname(file))).toString()];
  const program = await load(pathToFileURL(file).toString(), files, { workspace });
  const counts = new Map<number, DatasetCounts>();
  for (const [index, source] of program.declaredDatasets.entries())
    counts.set(index, await read(source, source.method, files));
  return { program, counts };
}

function measure<T>(what: string, steps: Stepwise<T>): T | undefined {
  const start = performance.now();
  const before = process.cpuUsage();
  let longest = 0;
  let stops = 0;
  for (;;) {
    const began = performance.now();
    const { done, value } = steps.next();
    longest = Math.max(longest, performance.now() - began);
    const elapsed = performance.now() - start;
    const used = process.cpuUsage(before);
    const processor = (used.user + used.system) / 1000;
    if (!done && processor < most) {
      stops += 1;
      continue;
    }
    const json = done
      ? JSON.stringify(value, (_key, inner) => (ArrayBuffer.isView(inner) ? Object.values(inner) : inner))
      : undefined;
    const result = done
      ? createHash('sha256')
          .update(json ?? '')
          .digest('hex')
          .slice(0, 12)
      : 'given up';
    console.log(
      `  ${what.padEnd(18)} ${elapsed.toFixed(0).padStart(7)} ms elapsed  ${processor.toFixed(0).padStart(7)} ms of processor  ${String(stops).padStart(7)} stops  longest ${longest.toFixed(1).padStart(6)} ms  ${result}`,
    );
    return done ? value : undefined;
  }
}

async function main(): Promise<void> {
  const core = bundled();
  const published = resolve(import.meta.dirname, '../examples/published');
  const files =
    positionals.length > 0
      ? positionals.map((file) => resolve(file))
      : readdirSync(published).flatMap((name) => (name.endsWith('.scenario') ? [join(published, name)] : []));
  for (const file of files) {
    const subject = await subjectOf(core, file);
    const { conditions, fit } = subject.program;
    console.log(`\n${basename(file)}: ${conditions.length} conditions (load ${(loadavg()[0] ?? 0).toFixed(1)})`);
    const problem = fit && measure('problem of the fit', core.fitProblem(subject))?.problem;
    if (problem) measure('fit', core.fitInSteps(problem, { unit: core.displayUnit(subject.program.units) }));
    for (const name of core.ANALYSES) measure(name, core.analyses(subject, { only: [name satisfies AnalysisName] }));
  }
}

void main();
