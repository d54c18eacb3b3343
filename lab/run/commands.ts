/** What each command of the lab does. Prints progress; results go to files. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEngine } from '../network/engine';
import type { LabAccount } from '../prediction/accounts';
import { ACCOUNTS, OVERDISPERSION } from '../prediction/accounts';
import { curveStore } from '../prediction/judge';
import { supportedAccounts } from '../prediction/predict';
import { codeHash } from '../prediction/seal';
import { ARMS, armNamed } from '../training/arms';
import { PRETRAINING } from '../training/pretrain';
import { runCell } from './cell';
import { exportedWorld } from './exported';
import { type CellId, cellName, type Line, networkName } from './lines';
import { type Network, networkOf, sourceOf } from './network';
import { networkLine } from './networkLine';
import {
  DEVELOPMENT_WORLDS,
  networksOfWorld,
  type PlannedNetwork,
  planOf,
  secondsOf,
  WIDTH,
  WORLDS,
  worldsWithin,
} from './plan';
import { refusal } from './protocol';
import { quick } from './quick';
import { report } from './report';
import { appendOnce, openResults, type Results } from './results';
import { networksOf, wholeCells } from './scores';
import { tune } from './tune';

const LAB = join(import.meta.dirname, '..');
const ROOT = join(LAB, '..');
const CACHE = join(LAB, '.cache');
const RESULTS = join(LAB, 'results', 'cells.jsonl');
const PROTOCOL = join(LAB, 'PROTOCOL.md');
const DEVELOPMENT = join(CACHE, 'development.jsonl');
const EXAMPLES = join(ROOT, 'examples', 'lab');
const LIMIT_SECONDS = 8 * 3600;

const USAGE = `npm run lab -- --quick | --arm NAME --world N [--out FILE] | --all [--worlds N] [--out FILE] | --report | --export [FOLDER] | --development | --tune [ARM …] | --hash`;

/** Exit status: 0 fine, 1 a check failed, 2 the command could not run. */
export async function commandLine(args: readonly string[]): Promise<number> {
  const value = (name: string) => {
    const at = args.indexOf(name);
    return at < 0 ? undefined : args[at + 1];
  };
  try {
    if (args.includes('--hash')) {
      print(codeHash(ROOT));
      return 0;
    }
    if (args.includes('--quick')) return await quick(print);
    await startEngine();
    if (args.includes('--tune')) return await tune(args.slice(args.indexOf('--tune') + 1), print, CACHE);
    const out = value('--out') ?? RESULTS;
    if (args.includes('--report')) return printReport(openResults(out));
    if (args.includes('--export')) return writeScenarios(openResults(out), value('--export') ?? EXAMPLES);
    if (args.includes('--development')) {
      const [world = 0] = DEVELOPMENT_WORLDS;
      return await runPlan(networksOfWorld(world, WIDTH, ARMS, 1, 1), openResults(value('--out') ?? DEVELOPMENT));
    }
    const refused = out === RESULTS ? refusal(readFileSync(PROTOCOL, 'utf8'), codeHash(ROOT)) : undefined;
    if (refused !== undefined) {
      print(`${refused} Nothing was run; with --out FILE a run that does not count goes elsewhere.`);
      return 2;
    }
    const arm = value('--arm');
    if (arm !== undefined) {
      const plan = networksOfWorld(Number(value('--world') ?? 1), WIDTH, [armNamed(arm)]);
      return await runPlan(plan, openResults(out));
    }
    if (args.includes('--all')) return await all(openResults(out), Number(value('--worlds') ?? WORLDS.length));
  } catch (problem) {
    print(problem instanceof Error ? (problem.stack ?? problem.message) : String(problem));
    return 2;
  }
  print(USAGE);
  return 2;
}

function printReport(results: Results): number {
  const accounts = supportedAccounts(sourceOf(1, false).world);
  const stamp = results.lines.some((line) => line.kind === 'network' && / w1\d\d /.test(line.network))
    ? 'NOT A RESULT: development worlds'
    : undefined;
  print(report(results.lines, { accounts, overdispersion: OVERDISPERSION, ...(stamp ? { stamp } : {}) }));
  return 0;
}

/** One scenario for each world of the results. */
function writeScenarios(results: Results, folder: string): number {
  const accounts = supportedAccounts(sourceOf(1, false).world);
  const worlds = [...new Set(wholeCells(results.lines).cells.map(({ id }) => id.world))].sort((a, b) => a - b);
  mkdirSync(folder, { recursive: true });
  let status = 0;
  for (const world of worlds) {
    const { scenario, problems } = exportedWorld(results.lines, world, accounts);
    writeFileSync(join(folder, `world-${world}.scenario`), scenario);
    for (const problem of problems) print(`world ${world}: ${problem}`);
    if (problems.length > 0) status = 1;
  }
  print(`${worlds.length} scenarios in ${folder}`);
  return status;
}

function print(message: string): void {
  process.stdout.write(`${message}\n`);
}

async function all(results: Results, count: number): Promise<number> {
  const estimate = (worlds: readonly number[]) => remaining(planOf(worlds), results);
  const wanted = WORLDS.slice(0, count);
  const hours = (seconds: number) => `${(seconds / 3600).toFixed(1)} hours of one core`;
  const worlds = worldsWithin(LIMIT_SECONDS, (some) =>
    secondsOf(
      planOf(some),
      () => false,
      () => false,
    ),
  ).filter((world) => wanted.includes(world));
  print(`${wanted.length} worlds take about ${hours(estimate(wanted))} from here.`);
  if (worlds.length < wanted.length) {
    print(
      `More than ${LIMIT_SECONDS / 3600} hours in all: worlds ${wanted.slice(worlds.length).join(', ')} are dropped.`,
    );
  }
  return runPlan(planOf(worlds), results);
}

function remaining(plan: readonly PlannedNetwork[], results: Results): number {
  const done = doneCells(results);
  const networks = networksOf(results.lines);
  return secondsOf(
    plan,
    (cell) => done.has(cellName(cell)),
    ({ documents, world, pretraining, width }) => networks.has(networkName(documents, world, pretraining, width)),
  );
}

const doneCells = (results: Results): ReadonlySet<string> =>
  new Set(wholeCells(results.lines).cells.map(({ id }) => cellName(id)));

/** Every cell of a plan that the results do not have yet. */
async function runPlan(plan: readonly PlannedNetwork[], results: Results): Promise<number> {
  const accounts = supportedAccounts(sourceOf(plan[0]?.world ?? 1, false).world);
  const code = codeHash(ROOT);
  const started = performance.now();
  const total = remaining(plan, results);
  print(
    `About ${(total / 60).toFixed(0)} minutes of one core. Accounts: ${accounts.map(({ name }) => name).join(', ')}.`,
  );
  if (accounts.length < ACCOUNTS.length) print('Not all accounts of the protocol: nothing here counts.');
  const done = doneCells(results);
  for (const planned of plan) {
    const cells = planned.cells.filter((cell) => !done.has(cellName(cell)));
    if (cells.length === 0) continue;
    const network = await networkFor(planned);
    recordNetwork(results, network);
    // Curves are shared by the cells of one network only: another one has another world of its own.
    const curves = curveStore();
    for (const cell of cells) await one(network, cell, accounts, curves, code, (line) => appendOnce(results, line));
    const spent = (performance.now() - started) / 1000;
    const left = remaining(plan, results);
    print(
      `world ${planned.world}, ${planned.documents} ${planned.pretraining}, width ${planned.width}: ${cells.length} cells; ` +
        `${(spent / 60).toFixed(1)} min so far, about ${((left * spent) / Math.max(1, total - left) / 60).toFixed(0)} min left`,
    );
  }
  return 0;
}

async function one(
  network: Network,
  cell: CellId,
  accounts: readonly LabAccount[],
  curves: ReturnType<typeof curveStore>,
  code: string,
  append: (line: Line) => void,
): Promise<void> {
  await runCell({ network, arm: armNamed(cell.arm), fineTuning: cell.fineTuning, accounts, curves, code, append });
}

async function networkFor(
  planned: Pick<PlannedNetwork, 'world' | 'pretraining' | 'documents' | 'width'>,
): Promise<Network> {
  const { world, pretraining, documents, width } = planned;
  return networkOf({ world, pretraining, documents, settings: { ...PRETRAINING, width } }, CACHE);
}

function recordNetwork(results: Results, network: Network): void {
  const line = networkLine(network);
  if (!networksOf(results.lines).has(line.network)) results.append(line);
}
