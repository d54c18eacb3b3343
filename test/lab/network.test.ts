/** The engine's numbers against independent ones: a float64 forward pass in plain loops, and finite differences of it. */
import assert from 'node:assert/strict';
import { type Batch, factorSpecs, startEngine, type Trainable, trainerFrom } from '../../lab/network/engine';
import { referenceLogProbabilities } from '../../lab/network/reference';
import { initialParameters, type Parameters, parameterSpecs, type Shape } from '../../lab/network/shape';
import { randomOf } from '../../lab/random';

const SHAPE: Shape = { vocabulary: 11, context: 8, width: 8, heads: 2, layers: 2 };

function batchOf(length: number, documents: number, seed: number): Batch {
  const random = randomOf('batch', seed);
  const size = documents * length;
  return {
    documents,
    length,
    tokens: Int32Array.from({ length: size }, () => random.below(SHAPE.vocabulary)),
    targets: Int32Array.from({ length: size }, () => random.below(SHAPE.vocabulary + 1) - 1),
    // Weights of both signs, as preferences and reinforcement have them.
    weights: Float32Array.from({ length: size }, () => random.normal() / size),
  };
}

/** −Σ weight·log p by the float64 pass. */
function referenceLoss(parameters: Parameters, batch: Batch): number {
  let loss = 0;
  for (let d = 0; d < batch.documents; d++) {
    const from = d * batch.length;
    const tokens = Array.from(batch.tokens.subarray(from, from + batch.length));
    const logs = referenceLogProbabilities(SHAPE, parameters, tokens);
    for (let t = 0; t < batch.length; t++) {
      const target = batch.targets[from + t] ?? -1;
      if (target >= 0) loss -= (batch.weights[from + t] ?? 0) * (logs[t * SHAPE.vocabulary + target] ?? 0);
    }
  }
  return loss;
}

/** The derivative of the float64 loss along a direction, by central differences at two steps (Richardson). */
function slopeAlong(parameters: Parameters, direction: Parameters, batch: Batch): number {
  const at = (t: number) =>
    referenceLoss(
      // Float32Array would round the step away.
      parameters.map(
        (p, i) => Float64Array.from(p, (x, j) => x + t * (direction[i]?.[j] ?? 0)) as unknown as Float32Array,
      ),
      batch,
    );
  const central = (h: number) => (at(h) - at(-h)) / (2 * h);
  return (4 * central(5e-5) - central(1e-4)) / 3;
}

const dot = (a: Parameters, b: Parameters) =>
  a.reduce((sum, x, i) => sum + x.reduce((s, value, j) => s + value * (b[i]?.[j] ?? 0), 0), 0);

describe('lab: the network', () => {
  before(startEngine);

  for (const length of [3, 8]) {
    it(`gives the log-probabilities of an independent float64 pass (${length} tokens)`, async () => {
      const start = initialParameters(SHAPE, 'test', length);
      const trainer = trainerFrom(SHAPE, start);
      const batch = batchOf(length, 3, 1);
      const logs = await trainer.logProbabilities(batch.tokens, batch.documents, length);
      for (let d = 0; d < batch.documents; d++) {
        const tokens = Array.from(batch.tokens.subarray(d * length, (d + 1) * length));
        const expected = referenceLogProbabilities(SHAPE, start, tokens);
        expected.forEach((value, i) => {
          assert.ok(Math.abs(value - (logs[d * length * SHAPE.vocabulary + i] ?? 0)) < 2e-5);
        });
      }
      trainer.dispose();
    });

    it(`has the gradient that finite differences have (${length} tokens)`, async () => {
      const start = initialParameters(SHAPE, 'gradient', length);
      const batch = batchOf(length, 2, 2);
      const trainer = trainerFrom(SHAPE, start);
      const { loss, gradient } = await trainer.gradient(batch);
      assert.ok(Math.abs(loss - referenceLoss(start, batch)) < 1e-5);
      // Along one random direction inside each parameter, so that a fault in a single matrix shows.
      const random = randomOf('directions', length);
      parameterSpecs(SHAPE).forEach(({ name }, moved) => {
        const direction = start.map((p, i) => p.map(() => (i === moved ? random.normal() : 0)));
        const expected = slopeAlong(start, direction, batch);
        const found = dot(gradient, direction);
        assert.ok(Math.abs(found - expected) < 1e-4 * (1 + Math.abs(expected)), `${name}: ${found} for ${expected}`);
      });
      trainer.dispose();
    });
  }

  it('has the gradient of low-rank factors that finite differences have', async () => {
    const start = initialParameters(SHAPE, 'low-rank');
    const rank = 2;
    const random = randomOf('factors');
    const specs = factorSpecs(SHAPE, rank);
    const factors = specs.map(({ rows, columns }) =>
      Float32Array.from({ length: rows * columns }, () => 0.3 * random.normal()),
    );
    const batch = batchOf(5, 2, 3);
    const trainer = trainerFrom(SHAPE, start, { kind: 'low-rank', rank, start: factors });
    const { gradient } = await trainer.gradient(batch);
    const merged = (f: Parameters): Parameters =>
      start.map((matrix, i) => {
        const at = specs.findIndex(({ of }) => of === i);
        const columns = parameterSpecs(SHAPE)[i]?.columns ?? 1;
        if (at < 0) return matrix;
        return Float64Array.from(matrix, (value, cell) => {
          const [row, column] = [Math.floor(cell / columns), cell % columns];
          let sum = value;
          for (let r = 0; r < rank; r++)
            sum += (f[at]?.[row * rank + r] ?? 0) * (f[at + 1]?.[r * columns + column] ?? 0);
          return sum;
        }) as unknown as Float32Array;
      });
    for (let moved = 0; moved < factors.length; moved++) {
      const direction = factors.map((p, i) => p.map(() => (i === moved ? random.normal() : 0)));
      const at = (t: number) =>
        referenceLoss(
          merged(
            factors.map(
              (p, i) => Float64Array.from(p, (x, j) => x + t * (direction[i]?.[j] ?? 0)) as unknown as Float32Array,
            ),
          ),
          batch,
        );
      const expected = (at(1e-4) - at(-1e-4)) / 2e-4;
      const found = dot(gradient, direction);
      assert.ok(
        Math.abs(found - expected) < 1e-4 * (1 + Math.abs(expected)),
        `factor ${moved}: ${found} for ${expected}`,
      );
    }
    const parameters = await trainer.parameters();
    merged(factors).forEach((matrix, i) => {
      matrix.forEach((value, j) => {
        assert.ok(Math.abs(value - (parameters[i]?.[j] ?? Number.NaN)) < 1e-5);
      });
    });
    trainer.dispose();
  });

  it('steps as Adam does, and moves nothing that may not move', async () => {
    const start = initialParameters(SHAPE, 'adam');
    const batch = batchOf(5, 2, 4);
    const rate = 0.01;
    const trainables: Trainable[] = [{ kind: 'all' }, { kind: 'embedding', token: batch.tokens[0] ?? 0 }];
    for (const trainable of trainables) {
      const trainer = trainerFrom(SHAPE, start, trainable);
      const expected = start.map((p) => Float64Array.from(p));
      const first = start.map((p) => new Float64Array(p.length));
      const second = start.map((p) => new Float64Array(p.length));
      for (let step = 1; step <= 3; step++) {
        const { gradient } = await trainer.gradient(batch);
        await trainer.step(batch, rate);
        expected.forEach((p, i) => {
          p.forEach((_, j) => {
            const row = Math.floor(j / SHAPE.width);
            const moves =
              trainable.kind === 'all' || (trainable.kind === 'embedding' && i === 0 && row === trainable.token);
            const g = moves ? (gradient[i]?.[j] ?? 0) : 0;
            const m = 0.9 * (first[i]?.[j] ?? 0) + 0.1 * g;
            const v = 0.999 * (second[i]?.[j] ?? 0) + 0.001 * g * g;
            (first[i] as Float64Array)[j] = m;
            (second[i] as Float64Array)[j] = v;
            // The offset 1e-8 stands beside the uncorrected root, so entries with a gradient near 0 are compared loosely.
            const scale = (rate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
            p[j] = (p[j] ?? 0) - (scale * m) / (Math.sqrt(v) + 1e-8);
          });
        });
      }
      const found = await trainer.parameters();
      expected.forEach((p, i) => {
        p.forEach((value, j) => {
          assert.ok(Math.abs(value - (found[i]?.[j] ?? Number.NaN)) < 2e-5);
        });
      });
      trainer.dispose();
    }
  });
});
