/**
 * Learning rates on development worlds. The rule names no account: among the rates with which every run reaches its last
 * dose, the one whose last dose comes nearest to 200 steps (in the logarithm); if none, the one that comes furthest.
 * Prints a table and the choice; `arms.ts` has it written.
 */
import { ARMS, type Arm, armNamed, LEVELS, MOST_STEPS } from '../training/arms';
import { assignmentOf } from '../training/assignment';
import { fineTune } from '../training/fineTune';
import { PRETRAINING } from '../training/pretrain';
import { networkOf } from './network';
import { DEVELOPMENT_WORLDS } from './plan';

const RATES = [3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2] as const;
const WANTED_STEPS = 200;
const WORLDS = 2;

/** Arms whose rate is tuned; every other arm has that of its kind. */
const TUNED: readonly string[] = [
  'sft-1',
  'sft-4',
  'sft-7',
  'embedding',
  'low-rank',
  'replay',
  'dpo',
  'rl-preferred-0.1',
  'rl-possible-0.1',
  'rl-capability-0.1',
  'about',
  'from-nothing',
];

export async function tune(names: readonly string[], print: (line: string) => void, cache: string): Promise<number> {
  const arms = names.length > 0 ? names.map(armNamed) : ARMS.filter(({ name }) => TUNED.includes(name));
  for (const arm of arms) await tuneArm(arm, print, cache);
  return 0;
}

async function tuneArm(arm: Arm, print: (line: string) => void, cache: string): Promise<void> {
  let best: { readonly rate: number; readonly reached: boolean; readonly distance: number } | undefined;
  for (const rate of RATES) {
    const ends: { readonly steps: number; readonly progress: number; readonly reached: boolean }[] = [];
    const started = process.cpuUsage();
    for (const world of DEVELOPMENT_WORLDS.slice(0, WORLDS)) {
      const network = await networkOf(
        { world, pretraining: 0, documents: arm.pretraining, settings: PRETRAINING },
        cache,
      );
      const checkpoints = await fineTune({
        source: network.source,
        shape: network.shape,
        start: network.parameters,
        arm,
        assignment: assignmentOf(network.source.world, arm, 0, world),
        seed: ['tune', world],
        learningRate: rate,
      });
      const end = checkpoints.filter(({ dose }) => dose === LEVELS.length - 1).at(-1);
      if (end) ends.push({ ...end, steps: end.reached ? end.steps : MOST_STEPS });
    }
    const seconds = process.cpuUsage(started).user / 1e6 / WORLDS;
    const reached = ends.every((end) => end.reached);
    const logSteps = ends.reduce((sum, { steps }) => sum + Math.log(steps), 0) / ends.length;
    const progress = ends.reduce((sum, end) => sum + end.progress, 0) / ends.length;
    const distance = reached ? Math.abs(logSteps - Math.log(WANTED_STEPS)) : 10 - progress;
    if (!best || (reached && !best.reached) || (reached === best.reached && distance < best.distance)) {
      best = { rate, reached, distance };
    }
    print(
      `${arm.name.padEnd(18)} ${rate.toExponential(0)}  last dose ${reached ? 'reached' : 'not reached'} at ` +
        `${ends.map(({ steps }) => steps).join(', ')} steps, progress ${progress.toFixed(2)}, ${seconds.toFixed(1)} s a run`,
    );
    // A higher rate than one that is too fast is faster still.
    if (reached && logSteps < Math.log(WANTED_STEPS / 8)) break;
  }
  print(`${arm.name.padEnd(18)} choice ${best?.rate.toExponential(0)}`);
}
