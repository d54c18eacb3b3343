/** The weights of a batch make the gradient of its objective: checked against the objective itself, differentiated. */
import assert from 'node:assert/strict';
import { vocabularyOf } from '../../lab/documents/vocabulary';
import { startEngine, type Trainer, trainerFrom } from '../../lab/network/engine';
import { referenceLogProbabilities } from '../../lab/network/reference';
import { initialParameters, type Parameters, type Shape } from '../../lab/network/shape';
import { type Random, randomOf } from '../../lab/random';
import { preferenceBatch, promptRows, reinforcementBatch } from '../../lab/training/objectives';
import { readWorld } from '../../lab/world/world';

const world = readWorld(`situation x -> a | b | c
situation y -> a | b
persona p prior 50% { x -> a 60%, b 30%, c  y -> a 50%, b }
persona q prior 50% { x -> a 20%, b 30%, c  y -> a 10%, b }
`);
const vocabulary = vocabularyOf(world, {
  pairs: 2,
  characters: 1,
  leaning: 0,
  prefixes: 1,
  prefixShare: 0,
  aboutShare: 0,
});
const shape: Shape = { vocabulary: vocabulary.size, context: 6, width: 8, heads: 2, layers: 1 };
const prompt = { opening: { prefix: vocabulary.none, character: 0 }, situation: 0 };

/** A trainer that only answers, by the float64 pass, so that small steps are not lost in rounding. */
function referenceTrainer(parameters: Parameters): Trainer {
  const logProbabilities = async (tokens: Int32Array, documents: number, length: number) =>
    Float64Array.from(
      Array.from({ length: documents }, (_, d) =>
        Array.from(referenceLogProbabilities(shape, parameters, [...tokens.subarray(d * length, (d + 1) * length)])),
      ).flat(),
    ) as unknown as Float32Array;
  return { logProbabilities } as unknown as Trainer;
}

/** The derivative of a function of the parameters along a direction, by central differences. */
async function slopeAlong(
  start: Parameters,
  direction: Parameters,
  value: (trainer: Trainer) => Promise<number>,
): Promise<number> {
  const at = (t: number) =>
    value(
      referenceTrainer(
        start.map(
          (p, i) => Float64Array.from(p, (x, j) => x + t * (direction[i]?.[j] ?? 0)) as unknown as Float32Array,
        ),
      ),
    );
  return ((await at(1e-4)) - (await at(-1e-4))) / 2e-4;
}

const dot = (a: Parameters, b: Parameters) =>
  a.reduce((sum, x, i) => sum + x.reduce((s, v, j) => s + v * (b[i]?.[j] ?? 0), 0), 0);

const directionOf = (start: Parameters, random: Random) => start.map((p) => p.map(() => random.normal() / 10));

describe('lab: objectives', () => {
  before(startEngine);

  it('a preference batch has the gradient of −log σ(β·margin)', async () => {
    const start = initialParameters(shape, 'dpo');
    const beta = 0.7;
    const episodes = [
      { prompt, chosen: 0, refused: 1, margin: 0.3 },
      { prompt, chosen: 2, refused: 0, margin: -0.1 },
      { prompt: { ...prompt, situation: 1 }, chosen: 1, refused: 0, margin: 0 },
    ];
    const value = async (trainer: Trainer) => (await preferenceBatch(trainer, world, vocabulary, episodes, beta)).loss;
    const trainer = trainerFrom(shape, start);
    const { batch, loss } = await preferenceBatch(trainer, world, vocabulary, episodes, beta);
    const rows = await promptRows(
      trainer,
      world,
      vocabulary,
      episodes.map((e) => e.prompt),
    );
    const byHand = episodes.reduce((sum, { prompt: at, chosen, refused, margin }, i) => {
      const token = (y: number) => vocabulary.response((world.offset[at.situation] ?? 0) + y);
      const moved = (rows[i]?.[token(chosen)] ?? 0) - (rows[i]?.[token(refused)] ?? 0) - margin;
      return sum - Math.log(1 / (1 + Math.exp(-beta * moved))) / episodes.length;
    }, 0);
    assert.ok(Math.abs(loss - byHand) < 1e-6);
    const { gradient } = await trainer.gradient(batch);
    trainer.dispose();
    for (let trial = 0; trial < 3; trial++) {
      const direction = directionOf(start, randomOf('direction', trial));
      const expected = await slopeAlong(start, direction, value);
      const found = dot(gradient, direction);
      assert.ok(Math.abs(found - expected) < 1e-5 + 1e-4 * Math.abs(expected), `${found} for ${expected}`);
    }
  });

  it('reinforcement batches have on average the gradient of −E[r] + β·KL(π ‖ π_start)', async () => {
    const start = initialParameters(shape, 'reinforce');
    const beta = 0.3;
    const reference = Float64Array.from({ length: shape.vocabulary }, (_, v) => Math.log((v + 1) / 300));
    const rewarded = 1;
    const goal = vocabulary.response((world.offset[0] ?? 0) + rewarded);
    const value = async (trainer: Trainer) => {
      const [logs] = await promptRows(trainer, world, vocabulary, [prompt]);
      let sum = 0;
      logs?.forEach((log, v) => {
        sum -= Math.exp(log) * ((v === goal ? 1 : 0) - beta * (log - (reference[v] ?? 0)));
      });
      return sum;
    };
    const trainer = trainerFrom(shape, start);
    const direction = directionOf(start, randomOf('direction'));
    const expected = await slopeAlong(start, direction, value);
    const episodes = 64;
    const random = randomOf('episodes');
    const batches = 300;
    const slopes: number[] = [];
    for (let b = 0; b < batches; b++) {
      const settings = { prompt, rewarded, beta, start: reference, episodes };
      const batch = await reinforcementBatch(trainer, world, vocabulary, settings, random);
      slopes.push(dot((await trainer.gradient(batch)).gradient, direction));
    }
    trainer.dispose();
    const mean = slopes.reduce((sum, s) => sum + s, 0) / batches;
    const error = Math.sqrt(slopes.reduce((sum, s) => sum + (s - mean) ** 2, 0) / batches / (batches - 1));
    // The mean of the batch as baseline takes 1/n of the gradient away.
    const unbiased = (1 - 1 / episodes) * expected;
    assert.ok(Math.abs(mean - unbiased) < 4 * error, `${mean} ± ${error} for ${unbiased}`);
    assert.ok(Math.abs(expected) > 10 * error, `the direction says too little: ${expected} ± ${error}`);
  });
});
