/** Fine-tuning: the same seeds give the same bytes, every arm moves what it trains, and only what it may. */
import assert from 'node:assert/strict';
import { startEngine } from '../../lab/network/engine';
import { EMBEDDING, initialParameters, layerAt, type Parameters } from '../../lab/network/shape';
import { sourceOf } from '../../lab/run/network';
import { DEVELOPMENT_WORLDS } from '../../lab/run/plan';
import { ARMS, type Arm, armNamed, STEP_DOSES } from '../../lab/training/arms';
import { assignmentOf } from '../../lab/training/assignment';
import { type Checkpoint, fineTune } from '../../lab/training/fineTune';
import { PRETRAINING, pretrain, shapeFor } from '../../lab/training/pretrain';

const [SEED = 0] = DEVELOPMENT_WORLDS;
const source = sourceOf(SEED, false);
const settings = { ...PRETRAINING, width: 8, heads: 2, layers: 1, steps: 60, learningRate: 1e-2 };
const shape = shapeFor(source, settings);

const run = (arm: Arm, start: Parameters, seed: string, mostSteps = 24): Promise<Checkpoint[]> =>
  fineTune({
    source,
    shape,
    start,
    arm,
    assignment: assignmentOf(source.world, arm, 0, SEED),
    seed: [seed],
    mostSteps,
    learningRate: 1e-2,
  });

const bytes = (parameters: Parameters) =>
  Buffer.concat(parameters.map((p) => Buffer.from(p.buffer, p.byteOffset, p.byteLength)));

describe('lab: training', function () {
  this.timeout(120_000);
  let start: Parameters = [];

  before(async () => {
    await startEngine();
    start = await pretrain(source, settings, ['test']);
  });

  it('gives the same bytes for the same seeds, and others for others', async () => {
    assert.ok(bytes(start).equals(bytes(await pretrain(source, settings, ['test']))));
    assert.ok(!bytes(start).equals(bytes(await pretrain(source, settings, ['other']))));
    const arm = armNamed('sft-1');
    const [a, b, c] = [await run(arm, start, 's'), await run(arm, start, 's'), await run(arm, start, 't')];
    const end = (checkpoints: readonly Checkpoint[]) => bytes(checkpoints.at(-1)?.parameters ?? []);
    assert.ok(end(a).equals(end(b)));
    assert.ok(!end(a).equals(end(c)));
  });

  it('lowers the loss on documents', async () => {
    const losses: number[] = [];
    await pretrain(source, { ...settings, steps: 500 }, ['loss'], (_, loss) => {
      losses.push(loss);
    });
    assert.equal(losses.length, 1);
    // Guessing among the answers of a situation costs log 4; the start guesses among all tokens.
    assert.ok(
      losses.every((loss) => loss < Math.log(4)),
      losses.join(', '),
    );
  });

  for (const arm of ARMS) {
    // A response of probability near 0 is not sampled in so few steps; scrambled worlds differ in their documents alone.
    if (arm.objective.kind === 'reinforce' && arm.objective.rewarded === 'capability') continue;
    if (arm.pretraining === 'scrambled') continue;
    it(`${arm.name} takes its doses in order and comes nearer to its objective`, async () => {
      const from = arm.pretraining === 'none' ? initialParameters(shape, 'nothing') : start;
      const steps = arm.target === 'prior' ? (STEP_DOSES[0] ?? 16) + 8 : 40;
      const checkpoints = await run(arm, from, 'arm', steps);
      assert.deepEqual(
        checkpoints.map(({ dose }) => dose),
        [0, 1, 2, 3],
      );
      for (const [i, { steps: at, parameters, progress }] of checkpoints.entries()) {
        assert.ok(at >= (checkpoints[i - 1]?.steps ?? 1));
        assert.ok(parameters.every((p) => p.every(Number.isFinite)));
        if (arm.target !== 'prior') assert.ok(progress > 0.005, `progress ${progress}`);
      }
    });
  }

  it('moves one row of the embedding only, or the matrices of the layers only, where nothing else may', async () => {
    const changed = (to: Parameters) =>
      to.flatMap((p, i) =>
        Array.from(p, (x, j) => (x === start[i]?.[j] ? -1 : j)).flatMap((j) => (j < 0 ? [] : [[i, j] as const])),
      );
    const embedding = changed((await run(armNamed('embedding'), start, 'e')).at(-1)?.parameters ?? []);
    const row = source.vocabulary.character(0);
    assert.ok(embedding.length > 0);
    assert.ok(embedding.every(([i, j]) => i === EMBEDDING && Math.floor(j / shape.width) === row));
    const lowRank = changed((await run(armNamed('low-rank'), start, 'l')).at(-1)?.parameters ?? []);
    assert.ok(lowRank.length > 0);
    assert.ok(lowRank.every(([i]) => i >= layerAt(0)));
  });
});
