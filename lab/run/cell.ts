/**
 * One cell: one arm, one pre-trained network, one fine-tuning. Trains, measures the trained situations, fits every
 * account's strength to them, seals what the accounts then predict, and only after that measures what was held out. Must
 * not know files: its two lines go to `append`, in that order.
 */
import { type HeldOut, measureHeldOut, measureTrained } from '../measurement/measure';
import { nearestMixture } from '../measurement/nearestMixture';
import { type Trainer, trainerFrom } from '../network/engine';
import type { Parameters } from '../network/shape';
import type { LabAccount } from '../prediction/accounts';
import { type CurveStore, type Question, type Sealed, sealPredictions } from '../prediction/judge';
import { sealOf } from '../prediction/seal';
import type { Arm } from '../training/arms';
import { type Assignment, assignmentOf } from '../training/assignment';
import { type Checkpoint, fineTune, trainedOpening } from '../training/fineTune';
import { cellsOf } from '../world/world';
import { firstQuestion, lastQuestion, subjectsOf } from './asked';
import {
  CODE_DIGITS,
  cellName,
  type Line,
  type MeasuredDose,
  packCounts,
  packShares,
  packStrengths,
  short,
} from './lines';
import type { Network } from './network';

export interface CellSettings {
  readonly network: Network;
  readonly arm: Arm;
  readonly fineTuning: number;
  readonly accounts: readonly LabAccount[];
  readonly curves: CurveStore;
  /** Hash of the code that predicts. */
  readonly code: string;
  readonly append: (line: Line) => void;
  /** Overrides the arm's, for tuning. */
  readonly learningRate?: number;
  readonly mostSteps?: number;
}

/** Episodes at which reinforcement is looked at between doses. */
const BETWEEN = [64, 256, 1024, 4096, 16384] as const;

export async function runCell(settings: CellSettings): Promise<void> {
  const started = process.cpuUsage();
  const { network, arm, fineTuning, accounts, curves, code, append } = settings;
  const { source, shape, spec } = network;
  const { world } = source;
  const id = { arm: arm.name, world: spec.world, pretraining: spec.pretraining, fineTuning, width: shape.width };
  const cell = cellName(id);
  const assignment = assignmentOf(world, arm, fineTuning, spec.world);
  const subjects = subjectsOf(world, network.own?.world);
  const train = (start: Parameters, shares: Assignment['shares'], stage: string, between: readonly number[]) =>
    fineTune({
      source,
      shape,
      start,
      arm,
      assignment: { ...assignment, shares },
      seed: [cell, stage],
      between,
      ...(settings.learningRate === undefined ? {} : { learningRate: settings.learningRate }),
      ...(settings.mostSteps === undefined ? {} : { mostSteps: settings.mostSteps }),
    });
  const trainedCounts = ({ parameters, dose }: Checkpoint, stage: string) =>
    withTrainer(network, parameters, async (trainer) => {
      const opening = trainedOpening({ arm, source });
      return (await measureTrained(trainer, source, assignment.trained, opening, [cell, stage, dose])).counts;
    });

  let start = network.parameters;
  let before: readonly Sealed[] | undefined;
  const first = firstQuestion(world, arm, assignment, accounts);
  if (first) {
    const end = (await train(start, assignment.shares, 'first', [])).at(-1);
    if (!end) throw new Error(`${cell}: the first stage has no end`);
    const counts = await trainedCounts(end, 'first');
    before = subjects.map((subject) => sealPredictions(subject, first, counts, curves));
    start = end.parameters;
  }
  const last = lastQuestion(world, arm, assignment, accounts);
  const reinforced = arm.objective.kind === 'reinforce';
  const checkpoints = await train(start, last.shares, 'last', reinforced ? BETWEEN : []);
  const doses = checkpoints.filter(({ dose }) => dose >= 0);

  const trained: Float64Array[] = [];
  const sealed: Sealed[][] = [];
  for (const checkpoint of doses) {
    const counts = await trainedCounts(checkpoint, 'last');
    trained.push(counts);
    sealed.push(
      subjects.map((subject, s) =>
        sealPredictions(subject, withBefore(last.question, first, before?.[s]), counts, curves),
      ),
    );
  }
  const seal = sealOf([code, ...sealed.flat().map((one) => one.seal)]);
  append({
    kind: 'sealed',
    cell,
    code: code.slice(0, CODE_DIGITS),
    seal,
    ...(before ? { before: strengthsBySubject(before) } : {}),
    doses: doses.map(({ steps, episodes, progress, reached }, d) => ({
      steps,
      episodes,
      progress: short(progress) ?? 0,
      reached,
      trained: packCounts(
        assignment.trained.flatMap((x) => Array.from(trained[d]?.subarray(...cellsOf(world, x)) ?? [])),
      ),
      strengths: strengthsBySubject(sealed[d] ?? []),
    })),
  });

  const measured = (parameters: Parameters, dose: string | number) =>
    withTrainer(network, parameters, (trainer) => measureHeldOut(trainer, source, assignment, [cell, dose]));
  const atStart = await measured(network.parameters, 'start');
  const atDoses: MeasuredDose[] = [];
  for (const { parameters, dose } of doses) atDoses.push(packed(arm, await measured(parameters, dose)));
  const curve: (readonly [number, number, number])[] = [];
  if (reinforced) {
    const personas = subjects[0]?.world ?? world;
    const rewarded = (world.offset[assignment.trained[0] ?? 0] ?? 0) + assignment.rewarded;
    for (const { parameters, episodes, dose } of checkpoints) {
      const { exact } = (await measured(parameters, `${dose}`)).plain;
      const { divergence } = nearestMixture(exact, personas.rows, personas.personas.length);
      curve.push([episodes, short(exact[rewarded] ?? 0) ?? 0, short(divergence) ?? 0]);
    }
  }
  append({
    kind: 'measured',
    cell,
    seal,
    start: packShares(atStart.plain.exact),
    startOther: packShares(atStart.other.exact),
    doses: atDoses,
    ...(reinforced ? { curve } : {}),
    seconds: short(process.cpuUsage(started).user / 1e6) ?? 0,
  });
}

/** The question of a last stage with what each account made of the first. */
export function withBefore(
  question: Question,
  first: Question | undefined,
  sealed: Pick<Sealed, 'strengths'> | undefined,
): Question {
  if (!first || !sealed) return question;
  return { ...question, before: { evidence: first.evidence, strengths: sealed.strengths } };
}

const strengthsBySubject = (sealed: readonly Sealed[]) =>
  Object.fromEntries(sealed.map(({ subject, strengths }) => [subject, packStrengths(strengths)]));

function packed(arm: Arm, measured: HeldOut): MeasuredDose {
  const prefixes = arm.prefix === 'fixed' || arm.prefix === 'diverse' || arm.prefix === 'placebo';
  return {
    plain: packCounts(measured.plain.counts),
    context: packCounts(measured.context.counts),
    other: packCounts(measured.other.counts),
    paired: packCounts(measured.paired.flatMap(({ counts }) => [...counts])),
    ...(prefixes
      ? { prefixed: packCounts(measured.prefixed.counts), otherPrefix: packCounts(measured.otherPrefix.counts) }
      : {}),
    exact: packShares(measured.plain.exact),
  };
}

async function withTrainer<T>(
  { shape }: Pick<Network, 'shape'>,
  parameters: Parameters,
  ask: (trainer: Trainer) => Promise<T>,
): Promise<T> {
  const trainer = trainerFrom(shape, parameters);
  try {
    return await ask(trainer);
  } finally {
    trainer.dispose();
  }
}
