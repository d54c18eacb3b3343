/** Pre-training: the network learns to continue the world's documents. Must not know fine-tuning or personas' names. */
import type { Source } from '../documents/sample';
import { lengthOf } from '../documents/vocabulary';
import { type Trainer, trainerFrom } from '../network/engine';
import { initialParameters, type Parameters, type Shape } from '../network/shape';
import { randomOf } from '../random';
import { pretrainingBatch } from './batches';

export interface PretrainingSettings {
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  readonly steps: number;
  readonly batch: number;
  /** The highest learning rate, reached after the first twentieth of the steps; then a half cosine to a fiftieth of it. */
  readonly learningRate: number;
}

export const PRETRAINING: PretrainingSettings = {
  width: 32,
  heads: 4,
  layers: 2,
  steps: 5000,
  batch: 16,
  learningRate: 6e-3,
};

export function shapeFor(source: Source, settings: PretrainingSettings): Shape {
  return {
    vocabulary: source.vocabulary.size,
    context: lengthOf(source.documents.pairs),
    width: settings.width,
    heads: settings.heads,
    layers: settings.layers,
  };
}

/** Train from the initial parameters of a seed. `report` is called with (steps done, loss) now and then. */
export async function pretrain(
  source: Source,
  settings: PretrainingSettings,
  seed: readonly (string | number)[],
  report: (step: number, loss: number, trainer: Trainer) => void | Promise<void> = () => {},
): Promise<Parameters> {
  const shape = shapeFor(source, settings);
  const trainer = trainerFrom(shape, initialParameters(shape, ...seed));
  const random = randomOf('pretraining', ...seed);
  for (let step = 0; step < settings.steps; step++) {
    const loss = await trainer.step(pretrainingBatch(source, settings.batch, random), learningRateAt(settings, step));
    if ((step + 1) % 500 === 0) await report(step + 1, loss, trainer);
  }
  const parameters = await trainer.parameters();
  trainer.dispose();
  return parameters;
}

function learningRateAt({ learningRate, steps }: PretrainingSettings, step: number): number {
  const warm = Math.max(1, steps / 20);
  if (step < warm) return (learningRate * (step + 1)) / warm;
  const done = (step - warm) / Math.max(1, steps - warm);
  return learningRate * (0.02 + 0.98 * 0.5 * (1 + Math.cos(Math.PI * done)));
}
