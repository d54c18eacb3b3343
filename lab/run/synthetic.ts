/**
 * Synthetic networks that obey one account exactly: what they answer is that account's prediction. The pipeline must name
 * the account from their counts; if it cannot, it cannot name one from real networks either. Must not know training.
 */
import { sampledCounts } from '../measurement/measure';
import { scoreOf } from '../measurement/score';
import type { LabAccount } from '../prediction/accounts';
import {
  type CurveStore,
  curveStore,
  predictionsAt,
  type Question,
  type Subject,
  sealPredictions,
} from '../prediction/judge';
import { multinomial, randomOf } from '../random';
import { type Arm, armNamed } from '../training/arms';
import { type Assignment, assignmentOf } from '../training/assignment';
import { worldText } from '../world/generate';
import { plainText } from '../world/plain';
import { cellsOf, readWorld } from '../world/world';
import { heldOutOf, lastQuestion } from './asked';
import { type Judged, verdictOf } from './verdict';

export interface SyntheticDesign {
  readonly arm: string;
  readonly worlds: readonly number[];
  /** Fine-tunings of each world, each with its own situations and persona. */
  readonly fineTunings: number;
  /** Runs of each fine-tuning. */
  readonly runs: number;
  /** Effective episodes at the doses. */
  readonly strengths: readonly number[];
}

interface Place {
  readonly world: number;
  readonly arm: Arm;
  readonly assignment: Assignment;
  readonly subject: Subject;
  readonly question: Question;
}

const SAMPLES = 200;

/** A judge of synthetic networks; the curves of its places are computed once. */
export function syntheticPipeline(design: SyntheticDesign, accounts: readonly LabAccount[]) {
  const arm = armNamed(design.arm);
  const curves: CurveStore = curveStore();
  const places = design.worlds.flatMap((seed) => {
    // Rows alone, as the world is that a network itself has.
    const world = readWorld(plainText(readWorld(worldText(seed))));
    return Array.from({ length: design.fineTunings }, (_, index): Place => {
      const assignment = assignmentOf(world, arm, index, seed);
      const { question } = lastQuestion(world, arm, assignment, accounts);
      return { world: seed, arm, assignment, subject: { name: 'own', world, costly: true }, question };
    });
  });
  return {
    /** The account that is named for networks that obey `truth`, with sampling noise of its own for each trial. */
    name(truth: LabAccount, trial: number): string | null {
      const all = places.flatMap((place) =>
        design.strengths.flatMap((strength) =>
          Array.from({ length: design.runs }, (_, run) =>
            judge(place, truth, strength, [trial, strength, run], curves),
          ).flat(),
        ),
      );
      return verdictOf(design.arm, 'own', all).named;
    },
  };
}

function judge(
  { world: seed, arm, assignment, subject, question }: Place,
  truth: LabAccount,
  strength: number,
  trial: readonly number[],
  curves: CurveStore,
): Judged[] {
  const { world } = subject;
  const at = question.accounts.indexOf(truth);
  const obeyed = predictionsAt(
    subject,
    question,
    question.accounts.map((_, a) => (a === at ? strength : null)),
  )[at];
  if (!obeyed) throw new Error(`${truth.name} makes no prediction`);
  const random = (what: string) => randomOf('synthetic', what, truth.name, seed, ...assignment.trained, ...trial);
  const trained = sampledCounts(world, obeyed.variants, random('trained'), assignment.trained);
  const { strengths } = sealPredictions(subject, question, trained, curves);
  const predictions = predictionsAt(subject, question, strengths);
  const context = new Float64Array(world.cells);
  world.situations.forEach((_, x) => {
    context.set(multinomial(random(`context ${x}`), SAMPLES, obeyed.given[x] ?? []), cellsOf(world, x)[0]);
  });
  const seen = {
    exact: obeyed.cells,
    plain: sampledCounts(world, obeyed.cells, random('plain')),
    context,
    paired: Float64Array.from(
      obeyed.given
        .slice(world.situations.length)
        .flatMap((distribution, first) => [...multinomial(random(`paired ${first}`), SAMPLES, distribution)]),
    ),
  };
  const heldOut = heldOutOf(arm, assignment);
  return question.accounts.map(({ name }, a) => {
    const prediction = predictions[a];
    const score = prediction ? scoreOf(world, prediction, seen, heldOut, assignment.paired[1], 0) : undefined;
    return {
      world: seed,
      account: name,
      divergence: score?.divergence ?? Number.NaN,
      inside90: score?.inside90 ?? 0,
      of: score?.of ?? 0,
      loss: score?.loss ?? Number.NaN,
      regrets: [score?.regret ?? Number.NaN, score?.context ?? Number.NaN, score?.paired ?? Number.NaN] as const,
    };
  });
}
