/**
 * Stages of training (LANGUAGE section 7, `after … retaining r`): counts are made effective within each stage, and what is left of an
 * earlier stage is a factor on every effective count, every measured row's term and every reinforcement's 1/β. A stage's
 * methods have its retention in their strength, so that nothing else has to know of stages.
 */
import type { Method, Program, Reinforcement } from '../../program/model/program';
import { METHODS, type MethodName } from '../../syntax/tree';

const METHOD_INDEX = new Map<MethodName, number>(METHODS.map((name, index) => [name, index]));

/** Orders the slots of a key: by stage, then by method. */
export function slotRank(stage: number, method: MethodName): number {
  return stage * METHODS.length + (METHOD_INDEX.get(method) ?? 0);
}

/** How many ranks there are. */
export function slotRanks(program: Program): number {
  return program.stages.length * METHODS.length;
}

/** What is left of a stage. */
export function retentionOf(program: Program, stage: number): number {
  return program.stages[stage]?.retention ?? 1;
}

/** A method as its evidence counts in a stage. */
export function methodIn(program: Program, stage: number, name: MethodName): Method {
  const method = program.methods[name];
  const retention = retentionOf(program, stage);
  return retention === 1 ? method : { ...method, strength: method.strength * retention };
}

/** The reinforcements as they act at the end of training: β of an earlier stage divided by what is left of it. */
export function actingReinforcements(program: Program): readonly Reinforcement[] {
  return program.reinforcements.map((r) => {
    const retention = retentionOf(program, r.stage);
    return retention === 1 ? r : { ...r, beta: r.beta / retention };
  });
}
