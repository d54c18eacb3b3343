/**
 * The engine: the network's forward pass and one gradient step of a weighted log-likelihood, compiled for WebAssembly.
 * The only file that imports `@jax-js/jax`. Must not know worlds, personas or arms: it sees tokens and weights.
 *
 * The engine owns arrays by reference counts: an array passed to a function is given away, `.ref` keeps it.
 */
import { type Array as Device, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import {
  EMBEDDING,
  LAYER,
  layerAt,
  type Parameters,
  POSITIONS,
  parameterSpecs,
  type Shape,
  UNEMBEDDING,
} from './shape';

const EPSILON = 1e-5;
const MASKED = -1e9;
/** Adam's decay rates and offset (Kingma and Ba 2015). */
const BETA1 = 0.9;
const BETA2 = 0.999;
const OFFSET = 1e-8;

/** Tokens of documents of one length, and a weight for each (document, position, token): the loss is −Σ weight·log p. */
export interface Batch {
  readonly documents: number;
  readonly length: number;
  /** documents × length. */
  readonly tokens: Int32Array;
  /** documents × length: the token whose log-probability counts at this position; −1 for none. */
  readonly targets: Int32Array;
  /** documents × length. */
  readonly weights: Float32Array;
}

/** What may move: everything, one row of the embedding, or a low-rank addition to each layer's matrices. */
export type Trainable =
  | { readonly kind: 'all' }
  | { readonly kind: 'embedding'; readonly token: number }
  | { readonly kind: 'low-rank'; readonly rank: number; readonly start: readonly Float32Array[] };

/** A network on the device with the state of its optimiser. */
export interface Trainer {
  /** One step of Adam; the loss before it, nats. */
  step(batch: Batch, learningRate: number): Promise<number>;
  /** Loss and gradient with respect to what may move, without a step. */
  gradient(batch: Batch): Promise<{ readonly loss: number; readonly gradient: readonly Float32Array[] }>;
  /** documents × length × vocabulary log-probabilities of the next token, nats. */
  logProbabilities(tokens: Int32Array, documents: number, length: number): Promise<Float32Array>;
  /** The parameters as they stand, low-rank additions added. */
  parameters(): Promise<Parameters>;
  dispose(): void;
}

/** Start WebAssembly. Safe to call again. */
export async function startEngine(): Promise<void> {
  await init('wasm');
  defaultDevice('wasm');
}

type Compiled = {
  readonly forward: (p: Device[], x: Device, mask: Device) => Device;
  readonly gradient: (p: Device[], base: Device[], x: Device, w: Device, mask: Device) => [Device, Device[]];
  readonly step: (
    ...args: [Device[], Device[], Device[], Device[], Device[], ...Device[]]
  ) => [Device[], Device[], Device[], Device];
  readonly merge: (p: Device[], base: Device[]) => Device[];
};

const compiledBy = new Map<string, Compiled>();

/** A trainer that starts from the given parameters; they are copied. */
export function trainerFrom(shape: Shape, start: Parameters, trainable: Trainable = { kind: 'all' }): Trainer {
  const specs = parameterSpecs(shape);
  const onDevice = (values: Float32Array, dimensions: number[]) => np.array(values.slice()).reshape(dimensions);
  const matrices = specs.map(({ rows, columns }, i) => onDevice(start[i] ?? new Float32Array(0), [rows, columns]));
  const lowRank = trainable.kind === 'low-rank';
  const compiled = compile(shape, lowRank);
  const factors = lowRank ? factorSpecs(shape, trainable.rank) : [];
  let moving = lowRank
    ? factors.map(({ rows, columns }, i) => onDevice(trainable.start[i] ?? new Float32Array(0), [rows, columns]))
    : matrices;
  const base = lowRank ? matrices : [];
  const movable = lowRank
    ? factors.map(({ rows, columns }) => onDevice(new Float32Array(rows * columns).fill(1), [rows, columns]))
    : specs.map(({ rows, columns }, i) => onDevice(movableMask(shape, trainable, i, rows * columns), [rows, columns]));
  let first = moving.map((p) => np.zerosLike(p.ref));
  let second = moving.map((p) => np.zerosLike(p.ref));
  let steps = 0;
  const masks = new Map<number, Device>();
  const maskOf = (length: number): Device => {
    const known = masks.get(length) ?? causalMask(length);
    masks.set(length, known);
    return known.ref;
  };
  const inputs = (batch: Batch): [Device, Device, Device] => [
    oneHot(batch.tokens, batch.documents, batch.length, shape.vocabulary),
    weighted(batch, shape.vocabulary),
    maskOf(batch.length),
  ];
  return {
    async step(batch, learningRate) {
      steps++;
      const scale = np.array((learningRate * Math.sqrt(1 - BETA2 ** steps)) / (1 - BETA1 ** steps));
      const [p, m, v, loss] = compiled.step(
        moving,
        tree.ref(base),
        first,
        second,
        tree.ref(movable),
        ...inputs(batch),
        scale,
      );
      moving = p;
      first = m;
      second = v;
      return (await loss.data())[0] ?? Number.NaN;
    },
    async gradient(batch) {
      const [loss, gradient] = compiled.gradient(tree.ref(moving), tree.ref(base), ...inputs(batch));
      const value = (await loss.data())[0] ?? Number.NaN;
      return { loss: value, gradient: await Promise.all(gradient.map((g) => g.data())) };
    },
    async logProbabilities(tokens, documents, length) {
      const merged = lowRank ? compiled.merge(tree.ref(moving), tree.ref(base)) : tree.ref(moving);
      return compiled.forward(merged, oneHot(tokens, documents, length, shape.vocabulary), maskOf(length)).data();
    },
    async parameters() {
      const merged = lowRank ? compiled.merge(tree.ref(moving), tree.ref(base)) : tree.ref(moving);
      return Promise.all(merged.map(async (p) => (await p.data()).slice()));
    },
    dispose() {
      for (const list of [moving, base, first, second, movable, [...masks.values()]]) tree.dispose(list);
    },
  };
}

/** The factors of a low-rank addition: for each matrix of each layer a (rows × rank) and b (rank × columns). */
export function factorSpecs(
  shape: Shape,
  rank: number,
): readonly { readonly rows: number; readonly columns: number; readonly of: number }[] {
  const specs = parameterSpecs(shape);
  return specs.slice(layerAt(0)).flatMap(({ rows, columns }, i) => [
    { rows, columns: rank, of: layerAt(0) + i },
    { rows: rank, columns, of: layerAt(0) + i },
  ]);
}

function movableMask(shape: Shape, trainable: Trainable, index: number, size: number): Float32Array {
  if (trainable.kind !== 'embedding') return new Float32Array(size).fill(1);
  const mask = new Float32Array(size);
  const from = trainable.token * shape.width;
  return index === EMBEDDING ? mask.fill(1, from, from + shape.width) : mask;
}

/** Compiled once for each shape; the engine compiles again for each size of batch. */
function compile(shape: Shape, lowRank: boolean): Compiled {
  const key = JSON.stringify([shape, lowRank]);
  const known = compiledBy.get(key);
  if (known) return known;
  const merge = (p: Device[], base: Device[]): Device[] => {
    if (!lowRank) {
      tree.dispose(base);
      return p;
    }
    return base.map((w, i) => {
      const at = 2 * (i - layerAt(0));
      const [a, b] = [p[at], p[at + 1]];
      return i >= layerAt(0) && a && b ? w.add(np.matmul(a, b)) : w;
    });
  };
  const loss = (p: Device[], base: Device[], x: Device, w: Device, mask: Device) =>
    forward(shape, merge(p, base), x, mask).mul(w).sum().neg();
  const step = (...args: [Device[], Device[], Device[], Device[], Device[], ...Device[]]) => {
    const [p, base, m, v, movable, x, w, mask, scale] = args as unknown as [
      Device[],
      Device[],
      Device[],
      Device[],
      Device[],
      Device,
      Device,
      Device,
      Device,
    ];
    const [value, raw] = valueAndGrad(loss)(tree.ref(p), base, x, w, mask);
    const gradient = tree.map((g, keep) => g.mul(keep), raw, movable);
    const m2 = tree.map((a, g) => a.mul(BETA1).add(g.mul(1 - BETA1)), m, tree.ref(gradient));
    const v2 = tree.map((a, g) => a.mul(BETA2).add(g.ref.mul(g).mul(1 - BETA2)), v, gradient);
    const p2 = tree.map(
      (a, b, c) => a.sub(b.mul(scale.ref).div(np.sqrt(c).add(OFFSET))),
      p,
      tree.ref(m2),
      tree.ref(v2),
    );
    scale.dispose();
    return [p2, m2, v2, value] as [Device[], Device[], Device[], Device];
  };
  const compiled: Compiled = {
    forward: jit((p: Device[], x: Device, mask: Device) => forward(shape, p, x, mask)),
    gradient: jit((p: Device[], base: Device[], x: Device, w: Device, mask: Device) =>
      valueAndGrad(loss)(p, base, x, w, mask),
    ),
    step: jit(step),
    merge: jit(merge),
  };
  compiledBy.set(key, compiled);
  return compiled;
}

/** Log-probabilities of the next token from one-hot tokens. */
function forward(shape: Shape, p: readonly Device[], x: Device, mask: Device): Device {
  const [documents, length] = x.shape as [number, number];
  const { width, heads, layers, context } = shape;
  const size = width / heads;
  const at = (index: number) => p[index] as Device;
  // The first positions of the table, chosen by a product, whose gradient is a product too.
  const positions = length === context ? at(POSITIONS) : np.matmul(firstRows(length, context), at(POSITIONS));
  let stream = np.matmul(x, at(EMBEDDING)).add(positions);
  for (let layer = 0; layer < layers; layer++) {
    const [query, key, value, output, up, down] = LAYER.map((_, i) => at(layerAt(layer) + i)) as [
      Device,
      Device,
      Device,
      Device,
      Device,
      Device,
    ];
    const normal = normalised(stream.ref);
    const split = (w: Device) =>
      np.matmul(normal.ref, w).reshape([documents, length, heads, size]).transpose([0, 2, 1, 3]);
    const scores = np
      .matmul(split(query), split(key).transpose([0, 1, 3, 2]))
      .mul(1 / Math.sqrt(size))
      .add(mask.ref);
    const attended = np.matmul(nn.softmax(scores, -1), split(value)).transpose([0, 2, 1, 3]);
    normal.dispose();
    stream = stream.add(np.matmul(attended.reshape([documents, length, width]), output));
    stream = stream.add(np.matmul(nn.relu(np.matmul(normalised(stream.ref), up)), down));
  }
  mask.dispose();
  return nn.logSoftmax(np.matmul(normalised(stream), at(UNEMBEDDING)), -1);
}

function normalised(x: Device): Device {
  const mean = x.ref.mul(x.ref).mean(-1, { keepdims: true }).add(EPSILON);
  return x.div(np.sqrt(mean));
}

function firstRows(length: number, context: number): Device {
  const values = new Float32Array(length * context);
  for (let t = 0; t < length; t++) values[t * context + t] = 1;
  return np.array(values).reshape([length, context]);
}

function causalMask(length: number): Device {
  const values = Float32Array.from({ length: length * length }, (_, i) =>
    i % length <= Math.floor(i / length) ? 0 : MASKED,
  );
  return np.array(values).reshape([1, 1, length, length]);
}

function oneHot(tokens: Int32Array, documents: number, length: number, vocabulary: number): Device {
  const values = new Float32Array(documents * length * vocabulary);
  tokens.forEach((token, i) => {
    values[i * vocabulary + token] = 1;
  });
  return np.array(values).reshape([documents, length, vocabulary]);
}

function weighted(batch: Batch, vocabulary: number): Device {
  const values = new Float32Array(batch.documents * batch.length * vocabulary);
  batch.targets.forEach((token, i) => {
    if (token >= 0) values[i * vocabulary + token] = batch.weights[i] ?? 0;
  });
  return np.array(values).reshape([batch.documents, batch.length, vocabulary]);
}
