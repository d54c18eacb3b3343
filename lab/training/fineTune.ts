/**
 * Fine-tuning of one network by one arm, with a checkpoint at every dose. Must not know accounts or predictions.
 *
 * A dose is a share of the way: 0 where the trained situations stand at the start, 1 where the objective wants them.
 * - SFT: 1 − KL(target ‖ network)/KL(target ‖ start), mean over the trained situations (the excess loss that is gone).
 * - DPO: the same of the expected loss above its least value.
 * - REINFORCE: (p − p_start)/(1 − p_start) of the rewarded response.
 */
import { type Source, sampleDocument, tokensOf } from '../documents/sample';
import { divergence, part } from '../measurement/divergence';
import { answers } from '../measurement/exact';
import { factorSpecs, type Trainable, type Trainer, trainerFrom } from '../network/engine';
import type { Parameters, Shape } from '../network/shape';
import { categorical, type Random, randomOf } from '../random';
import { cellsOf } from '../world/world';
import { type Arm, FINE_TUNING_BATCH, LEVELS, LOW_RANK, MOST_STEPS, STEP_DOSES } from './arms';
import { type Assignment, preferencePairs } from './assignment';
import { weightedBatch } from './batches';
import { type Prompt, preferenceBatch, promptRows, reinforcementBatch, sftEpisodes } from './objectives';

export interface Checkpoint {
  /** Index of the dose; −1 for a checkpoint between doses. */
  readonly dose: number;
  readonly steps: number;
  /** Training episodes so far. */
  readonly episodes: number;
  readonly progress: number;
  /** False: the run ended before it came so far, and this is its end. */
  readonly reached: boolean;
  readonly parameters: Parameters;
}

export interface FineTuning {
  readonly source: Source;
  readonly shape: Shape;
  readonly start: Parameters;
  readonly arm: Arm;
  readonly assignment: Assignment;
  readonly seed: readonly (string | number)[];
  /** Also a checkpoint at each of these numbers of episodes. */
  readonly between?: readonly number[];
  readonly mostSteps?: number;
  readonly learningRate?: number;
}

export async function fineTune(run: FineTuning): Promise<Checkpoint[]> {
  const { arm, shape } = run;
  const random = randomOf('fine-tuning', arm.name, ...run.seed);
  const trainer = trainerFrom(shape, run.start, trainableOf(run, random));
  const objective = await objectiveOf(run, trainer, random);
  const levels: readonly number[] = arm.target === 'prior' ? [] : LEVELS;
  const doses = levels.length > 0 ? levels.length : STEP_DOSES.length;
  const most = run.mostSteps ?? (levels.length > 0 ? MOST_STEPS : (STEP_DOSES.at(-1) ?? 0));
  const checkpoints: Checkpoint[] = [];
  const waiting = [...(run.between ?? [])];
  let dose = 0;
  let progress = 0;
  const keep = async (at: number, steps: number, reached: boolean) => {
    const parameters = await trainer.parameters();
    checkpoints.push({ dose: at, steps, episodes: steps * objective.perStep, progress, reached, parameters });
  };
  for (let steps = 1; steps <= most && dose < doses; steps++) {
    await trainer.step(await objective.batch(), run.learningRate ?? arm.learningRate);
    const episodes = steps * objective.perStep;
    while (waiting.length > 0 && episodes >= (waiting[0] ?? 0)) {
      waiting.shift();
      progress = await objective.progress();
      await keep(-1, steps, true);
    }
    if (levels.length === 0) {
      if (steps !== STEP_DOSES[dose] && steps !== most) continue;
      await keep(dose++, steps, true);
      continue;
    }
    // The way is looked at after every step at first, then at every 64th part of the steps so far.
    if (steps > 128 && steps % Math.floor(steps / 64) !== 0 && steps !== most) continue;
    progress = await objective.progress();
    while (dose < doses && progress >= (levels[dose] ?? 1)) await keep(dose++, steps, true);
  }
  const steps = checkpoints.at(-1)?.steps ?? 0;
  while (dose < doses) await keep(dose++, Math.max(most, steps), false);
  trainer.dispose();
  return checkpoints;
}

function trainableOf({ arm, shape, source }: FineTuning, random: Random): Trainable {
  if (arm.trainable === 'embedding') return { kind: 'embedding', token: source.vocabulary.character(0) };
  if (arm.trainable === 'all') return { kind: 'all' };
  // One factor random, the other 0: the addition starts at 0 (Hu et al. 2022).
  const start = factorSpecs(shape, LOW_RANK).map(({ rows, columns }, i) =>
    Float32Array.from({ length: rows * columns }, () => (i % 2 === 0 ? random.normal() / Math.sqrt(rows) : 0)),
  );
  return { kind: 'low-rank', rank: LOW_RANK, start };
}

interface Running {
  readonly perStep: number;
  batch(): Promise<ReturnType<typeof weightedBatch>>;
  progress(): Promise<number>;
}

async function objectiveOf(run: FineTuning, trainer: Trainer, random: Random): Promise<Running> {
  const { arm, assignment, source } = run;
  if (arm.objective.kind === 'reinforce') return reinforcing(run, trainer, random, arm.objective.beta);
  if (arm.objective.kind === 'dpo') return preferring(run, trainer, random, arm.objective.beta);
  const { world, vocabulary } = source;
  const start = await excess(run, trainer);
  const perStep = arm.replay ? FINE_TUNING_BATCH / 2 : FINE_TUNING_BATCH;
  return {
    perStep,
    async batch() {
      const episodes = Array.from({ length: perStep }, () => {
        const situation = assignment.trained[random.below(assignment.trained.length)] ?? 0;
        const prompt: Prompt = { opening: openingOf(run, random), situation };
        return { prompt, response: categorical(random, part(assignment.shares, cellsOf(world, situation))) };
      });
      const trained = sftEpisodes(world, vocabulary, episodes);
      if (!arm.replay) return weightedBatch(trained);
      const weight = 1 / (perStep * source.documents.pairs);
      const old = Array.from({ length: perStep }, () => ({
        tokens: tokensOf(world, vocabulary, sampleDocument(source, random)),
        weight,
      }));
      return weightedBatch([...trained, ...old]);
    },
    progress: async () => 1 - (await excess(run, trainer)) / start,
  };
}

/** What stands before the situation in a document that is trained. */
function openingOf({ arm, source }: FineTuning, random: Random): Prompt['opening'] {
  const { vocabulary, documents } = source;
  const prefix = {
    none: () => vocabulary.none,
    about: () => vocabulary.about,
    fixed: () => vocabulary.prefix(0),
    // The last prefix is never trained: it is asked about afterwards.
    diverse: () => vocabulary.prefix(random.below(documents.prefixes - 1)),
    placebo: () => (random.uniform() < 0.5 ? vocabulary.prefix(0) : vocabulary.none),
  }[arm.prefix]();
  return { prefix, character: 0 };
}

/** The opening behind which the trained situations are measured. */
export function trainedOpening({ arm, source }: Pick<FineTuning, 'arm' | 'source'>): Prompt['opening'] {
  const { vocabulary } = source;
  const prefix = { none: 0, about: 1, fixed: 2, diverse: 2, placebo: 0 }[arm.prefix];
  return { prefix: [vocabulary.none, vocabulary.about, vocabulary.prefix(0)][prefix] ?? vocabulary.none, character: 0 };
}

/** Mean KL(target ‖ network) over the trained situations, nats. */
async function excess(run: FineTuning, trainer: Trainer): Promise<number> {
  const { world, vocabulary } = run.source;
  const { trained, shares } = run.assignment;
  const found = await answers(
    trainer,
    world,
    vocabulary,
    trained.map((ask) => ({ ...trainedOpening(run), pairs: [], ask })),
  );
  const each = found.map(
    ({ distribution, outside }, i) =>
      divergence(part(shares, cellsOf(world, trained[i] ?? 0)), distribution) - Math.log(1 - outside),
  );
  return each.reduce((sum, x) => sum + x, 0) / Math.max(1, each.length);
}

async function reinforcing(run: FineTuning, trainer: Trainer, random: Random, beta: number): Promise<Running> {
  const { source, assignment } = run;
  const { world, vocabulary } = source;
  const situation = assignment.trained[0] ?? 0;
  const prompt: Prompt = { opening: trainedOpening(run), situation };
  const [start] = await promptRows(trainer, world, vocabulary, [prompt]);
  const token = vocabulary.response((world.offset[situation] ?? 0) + assignment.rewarded);
  const before = Math.exp(start?.[token] ?? 0);
  const settings = { prompt, rewarded: assignment.rewarded, beta, start: start ?? [], episodes: FINE_TUNING_BATCH };
  return {
    perStep: FINE_TUNING_BATCH,
    batch: () => reinforcementBatch(trainer, world, vocabulary, settings, random),
    async progress() {
      const [row] = await promptRows(trainer, world, vocabulary, [prompt]);
      return (Math.exp(row?.[token] ?? 0) - before) / (1 - before);
    },
  };
}

async function preferring(run: FineTuning, trainer: Trainer, random: Random, beta: number): Promise<Running> {
  const { source, assignment } = run;
  const { world, vocabulary } = source;
  const situation = assignment.trained[0] ?? 0;
  const prompt: Prompt = { opening: trainedOpening(run), situation };
  const pairs = preferencePairs(world, { ...assignment, trained: [situation] });
  const shares = pairs.map(({ share }) => share);
  const token = (y: number) => vocabulary.response((world.offset[situation] ?? 0) + y);
  const marginIn = (row: ArrayLike<number> | undefined, pair: number) =>
    (row?.[token(pairs[pair]?.response ?? 0)] ?? 0) - (row?.[token(pairs[pair]?.other ?? 0)] ?? 0);
  const [start] = await promptRows(trainer, world, vocabulary, [prompt]);
  const margins = pairs.map((_, i) => marginIn(start, i));
  const expected = async () => {
    const [row] = await promptRows(trainer, world, vocabulary, [prompt]);
    return shares.reduce(
      (sum, s, i) => sum + s * Math.log1p(Math.exp(-beta * (marginIn(row, i) - (margins[i] ?? 0)))),
      0,
    );
  };
  // No margins do better than each pair's own odds; whether one network can have them all is another matter.
  const least = pairs.reduce((sum, { share, response, other }) => {
    const back = pairs.find((q) => q.response === other && q.other === response)?.share ?? 0;
    return share > 0 ? sum - share * Math.log(share / (share + back)) : sum;
  }, 0);
  return {
    perStep: FINE_TUNING_BATCH / 2,
    async batch() {
      const episodes = Array.from({ length: FINE_TUNING_BATCH / 2 }, () => {
        const drawn = categorical(random, shares);
        const { response = 0, other = 0 } = pairs[drawn] ?? {};
        return { prompt, chosen: response, refused: other, margin: margins[drawn] ?? 0 };
      });
      return (await preferenceBatch(trainer, world, vocabulary, episodes, beta)).batch;
    },
    progress: async () => (Math.LN2 - (await expected())) / (Math.LN2 - least),
  };
}
