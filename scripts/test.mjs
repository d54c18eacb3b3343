#!/usr/bin/env node
/**
 * Runs every suite and adds up what passed and what failed; the last line says both. A check counts as one test. A suite
 * that ends badly, or without a count, is a failure, whatever it printed. With arguments, only the suites so named.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureLab } from './lab-package.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const counts = mkdtempSync(join(tmpdir(), 'dramatis-test-'));
const bin = (name) => join(root, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name);

const check = (name, command, ...args) => ({ name, command, args });
const mocha = (name, ...files) => {
  const count = join(counts, `${name}.json`);
  const reporter = ['--reporter', join(root, 'scripts/counting-reporter.cjs'), '--reporter-option', `count=${count}`];
  return { name, command: bin('mocha'), args: [...reporter, ...files], count };
};
const hostCount = join(counts, 'host.json');

const suites = [
  check('lint', bin('biome'), 'check', '--error-on-warnings', '.'),
  check('typecheck', bin('tsc'), '-b'),
  check('knip', bin('knip')),
  check('build', process.execPath, 'scripts/build.mjs', '--ship'),
  // Units, the built server over a connection, the built page in Chromium.
  mocha('unit', 'test/!(e2e|vscode|lab)/**/*.test.ts'),
  {
    name: 'host',
    command: process.execPath,
    args: ['--import=tsx', 'test/vscode/runInHost.ts', '--count', hostCount],
    count: hostCount,
  },
  mocha('e2e', 'test/e2e/**/*.test.ts'),
  // Networks that are really trained, in a package of their own that is installed when first needed.
  { ...mocha('lab', 'test/lab/*.test.ts'), prepare: ensureLab },
];

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`No such suite: ${unknown.join(', ')}. There are ${suites.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const results = [];
for (const suite of suites) {
  if (chosen.length > 0 && !chosen.includes(suite.name)) continue;
  console.log(`\n=== ${suite.name}`);
  const started = performance.now();
  const status = suite.prepare?.() === false ? 1 : await run(suite);
  const seconds = (performance.now() - started) / 1000;
  results.push({ name: suite.name, seconds, ...outcome(suite, status) });
}
rmSync(counts, { recursive: true, force: true });

console.log('');
for (const { name, passes, failures, pending, seconds } of results) {
  const skipped = pending > 0 ? `, ${pending} skipped` : '';
  console.log(`${name.padEnd(10)} ${passes} passed, ${failures} failed${skipped} (${seconds.toFixed(1)} s)`);
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
const skipped = sum('pending');
console.log(`\n${sum('passes')} passed, ${sum('failures')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = sum('failures') > 0 ? 1 : 0;

function run({ command, args }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
    child.once('error', (problem) => {
      console.error(problem.message);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function outcome({ count }, status) {
  if (!count) return { passes: status === 0 ? 1 : 0, failures: status === 0 ? 0 : 1, pending: 0 };
  if (!existsSync(count)) return { passes: 0, failures: 1, pending: 0 };
  const { passes, failures, pending } = JSON.parse(readFileSync(count, 'utf8'));
  // Ended badly although no test failed (an unhandled rejection, a process that would not end), or nothing ran at all.
  const extra = failures === 0 && (status !== 0 || passes === 0) ? 1 : 0;
  return { passes, failures: failures + extra, pending };
}
