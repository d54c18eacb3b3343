/**
 * What the accounts are asked about a cell. It follows from the world, the arm and the fine-tuning's index alone, so that
 * it can be asked again from a results file. Must not know networks.
 */
import type { LabAccount } from '../prediction/accounts';
import type { Question, Subject } from '../prediction/judge';
import type { Arm } from '../training/arms';
import { type Assignment, evidenceOf, repairShares } from '../training/assignment';
import type { World } from '../world/world';

/** The world as the network has it, where it has one, and as written. The first is the one that verdicts are about. */
export function subjectsOf(written: World, own: World | undefined): readonly Subject[] {
  const asWritten = { name: 'written', world: written, costly: own === undefined };
  return own ? [{ name: 'own', world: own, costly: true }, asWritten] : [asWritten];
}

/** The first of two stages; undefined where an arm has one. */
export function firstQuestion(
  world: World,
  arm: Arm,
  assignment: Assignment,
  accounts: readonly LabAccount[],
): Question | undefined {
  if (!arm.stages) return undefined;
  return { evidence: evidenceOf(world, arm, assignment), probes: [], variants: false, accounts };
}

/** The last stage: its training shares (C) and what is asked about it. */
export function lastQuestion(
  world: World,
  arm: Arm,
  assignment: Assignment,
  accounts: readonly LabAccount[],
): { readonly shares: Float64Array; readonly question: Question } {
  const shares = arm.stages ? repairShares(world, assignment) : assignment.shares;
  return {
    shares,
    question: {
      evidence: evidenceOf(world, arm, { ...assignment, shares }),
      probes: assignment.probes,
      variants: arm.prefix === 'fixed' || arm.prefix === 'diverse',
      accounts,
    },
  };
}

/** The situations whose answers without context are held out: all of them where training stood behind something else. */
export function heldOutOf(arm: Arm, assignment: Assignment): readonly number[] {
  const elsewhere = arm.prefix === 'about' || arm.prefix === 'fixed' || arm.prefix === 'diverse';
  return elsewhere ? [...assignment.trained, ...assignment.untrained] : assignment.untrained;
}
