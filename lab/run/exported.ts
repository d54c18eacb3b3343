/**
 * From the lines of a results file to the exported scenario of one world. Must not know networks: whatever is exported
 * stands in the lines.
 */
import { errorsIn } from '../dramatis';
import { type ExportedCondition, exportedScenario } from '../export/scenario';
import type { LabAccount } from '../prediction/accounts';
import { ARMS, armNamed } from '../training/arms';
import { type Assignment, assignmentOf } from '../training/assignment';
import { worldText } from '../world/generate';
import { cellsOf, readWorld, type World } from '../world/world';
import { heldOutOf, lastQuestion } from './asked';
import { type Line, type MeasuredLine, type SealedLine, unpackCounts, unpackStrengths } from './lines';
import { wholeCells } from './scores';

/** The arms whose doses are conditions of the exported files: at most ten, so that a file has at most 40 conditions. */
export const EXPORTED: readonly string[] = [
  'sft-1',
  'sft-4',
  'sft-7',
  'embedding',
  'low-rank',
  'replay',
  'dpo',
  'rl-preferred-0.1',
  'about',
  'prefix-fixed',
];

/** The fine-tuning that is exported: its pre-trainings are the runs, because they share situations and persona. */
const FINE_TUNING = 0;
const WIDTH = 32;

type Whole = { readonly sealed: SealedLine; readonly measured: MeasuredLine };

export function exportedWorld(
  lines: readonly Line[],
  seed: number,
  accounts: readonly LabAccount[],
): { readonly scenario: string; readonly problems: readonly string[] } {
  const world = readWorld(worldText(seed));
  const { cells } = wholeCells(lines);
  const conditions = ARMS.filter(({ name }) => EXPORTED.includes(name)).flatMap(({ name }) => {
    const runs = cells.filter(
      ({ id }) => id.arm === name && id.world === seed && id.fineTuning === FINE_TUNING && id.width === WIDTH,
    );
    return runs.length === 0 ? [] : dosesOf(world, name, seed, runs, accounts);
  });
  const scenario = exportedScenario(world, `Lab world ${seed}: what training did to tiny networks`, conditions);
  return { scenario, problems: errorsIn(scenario) };
}

function dosesOf(
  world: World,
  name: string,
  seed: number,
  runs: readonly Whole[],
  accounts: readonly LabAccount[],
): ExportedCondition[] {
  const arm = armNamed(name);
  const assignment = assignmentOf(world, arm, FINE_TUNING, seed);
  const { question } = lastQuestion(world, arm, assignment, accounts);
  const selection = accounts.findIndex((account) => account.name === 'selection');
  const doses = runs[0]?.sealed.doses ?? [];
  return doses.map((_, d) => {
    const strengths = runs.map(
      ({ sealed }) => unpackStrengths(sealed.doses[d]?.strengths['written'] ?? '')[selection] ?? 0,
    );
    return {
      name: `${name.replaceAll('.', '_')}-dose${d + 1}`,
      title: `${arm.title}, dose ${d + 1}`,
      evidence: question.evidence,
      strength: Math.exp(
        strengths.reduce((sum, s) => sum + Math.log(Math.max(s, 1e-3)), 0) / Math.max(1, strengths.length),
      ),
      variants: question.variants,
      trained: assignment.trained,
      heldOut: heldOutOf(arm, assignment),
      runs: runs.map(({ sealed, measured }) => ({
        trained: spread(world, assignment.trained, unpackCounts(sealed.doses[d]?.trained ?? '')),
        plain: unpackCounts(measured.doses[d]?.plain ?? ''),
      })),
      given: pairsOf(
        world,
        assignment,
        runs.map(({ measured }) => unpackCounts(measured.doses[d]?.paired ?? '')),
      ),
    };
  });
}

/** The second answers of each run, by first answer. */
function pairsOf(world: World, { paired: [first, second] }: Assignment, runs: readonly Float64Array[]) {
  const [from, to] = cellsOf(world, second);
  const size = to - from;
  return (world.situations[first]?.responses ?? []).map((_, response) => ({
    context: [{ situation: first, response }],
    situation: second,
    runs: runs.map((counts) => counts.subarray(response * size, (response + 1) * size)),
  }));
}

/** Counts of some situations, in their order, at their flat cells. C. */
function spread(world: World, situations: readonly number[], counts: Float64Array): Float64Array {
  const out = new Float64Array(world.cells);
  let at = 0;
  for (const x of situations) {
    const [from, to] = cellsOf(world, x);
    out.set(counts.subarray(at, at + to - from), from);
    at += to - from;
  }
  return out;
}
