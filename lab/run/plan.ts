/**
 * Which cells there are and in which order they run, and which worlds are dropped when the time is short. Must not know
 * how a cell runs.
 */
import { ARMS, type Arm, armNamed, WIDE_ARMS } from '../training/arms';
import type { CellId } from './lines';

/** Worlds that count, in order; when time is short they are dropped from the end, never arms. */
export const WORLDS: readonly number[] = Array.from({ length: 16 }, (_, i) => i + 1);
export const WIDE_WORLDS: readonly number[] = [1, 2, 3, 4];

/** Worlds on which learning rates, accounts' settings and limits were chosen. They never count. */
export const DEVELOPMENT_WORLDS: readonly number[] = [101, 102, 103, 104];

export const PRETRAININGS = 2;
export const FINE_TUNINGS = 3;
/** Controls need the worlds, not many fine-tunings of each. */
export const CONTROL_FINE_TUNINGS = 1;
export const WIDTH = 32;
export const WIDE = 64;

/** Seconds of one core, measured on development worlds: a pre-training and a cell, at each width. */
export const COST = { [WIDTH]: { network: 60, cell: 6 }, [WIDE]: { network: 130, cell: 12 } } as const;

export interface PlannedNetwork {
  readonly world: number;
  readonly pretraining: number;
  readonly documents: Arm['pretraining'];
  readonly width: typeof WIDTH | typeof WIDE;
  readonly cells: readonly CellId[];
}

/** All networks with their cells, world by world, so that worlds are completed one after the other. */
export function planOf(
  worlds: readonly number[] = WORLDS,
  wideWorlds: readonly number[] = WIDE_WORLDS,
): PlannedNetwork[] {
  const narrow = worlds.flatMap((world) => networksOfWorld(world, WIDTH, ARMS));
  const wide = wideWorlds.flatMap((world) => networksOfWorld(world, WIDE, WIDE_ARMS.map(armNamed)));
  return [...narrow, ...wide];
}

export function networksOfWorld(
  world: number,
  width: PlannedNetwork['width'],
  arms: readonly Arm[],
  pretrainings = PRETRAININGS,
  fineTunings = FINE_TUNINGS,
): PlannedNetwork[] {
  const documents = ['personas', 'scrambled', 'none'] as const;
  return documents.flatMap((kind) => {
    const those = arms.filter(({ pretraining }) => pretraining === kind);
    if (those.length === 0) return [];
    return Array.from({ length: pretrainings }, (_, pretraining) => ({
      world,
      pretraining,
      documents: kind,
      width,
      cells: those.flatMap((arm) =>
        Array.from(
          { length: arm.control ? Math.min(fineTunings, CONTROL_FINE_TUNINGS) : fineTunings },
          (_, fineTuning) => ({
            arm: arm.name,
            world,
            pretraining,
            fineTuning,
            width,
          }),
        ),
      ),
    }));
  });
}

/** Seconds that a plan takes by the measured costs; networks and cells that are done cost nothing. */
export function secondsOf(
  plan: readonly PlannedNetwork[],
  done: (cell: CellId) => boolean,
  has: (network: PlannedNetwork) => boolean,
): number {
  return plan.reduce((sum, network) => {
    const cost = COST[network.width];
    const left = network.cells.filter((cell) => !done(cell)).length;
    const pretraining = left > 0 && !has(network) && network.documents !== 'none' ? cost.network : 0;
    return sum + pretraining + left * cost.cell;
  }, 0);
}

/** Drop worlds from the end until the plan fits; the worlds that stay. */
export function worldsWithin(seconds: number, cost: (worlds: readonly number[]) => number): readonly number[] {
  let worlds = WORLDS;
  while (worlds.length > 1 && cost(worlds) > seconds) worlds = worlds.slice(0, -1);
  return worlds;
}
