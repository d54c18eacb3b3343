/**
 * The forward pass once more, in float64 and plain loops, written from the shape's description and not from the engine's
 * code: what the engine computes is tested against it. Must not know the engine.
 */
import { EMBEDDING, layerAt, type Parameters, POSITIONS, type Shape, UNEMBEDDING } from './shape';

const EPSILON = 1e-5;

/** Log-probabilities of the next token after each token of one document: length × vocabulary, nats. */
export function referenceLogProbabilities(
  shape: Shape,
  parameters: Parameters,
  tokens: readonly number[],
): Float64Array {
  const { width, heads, layers, vocabulary } = shape;
  const at = (index: number) => parameters[index] ?? new Float32Array(0);
  const stream = tokens.map((token, t) =>
    Float64Array.from(
      { length: width },
      (_, i) => (at(EMBEDDING)[token * width + i] ?? 0) + (at(POSITIONS)[t * width + i] ?? 0),
    ),
  );
  for (let layer = 0; layer < layers; layer++) {
    const [query, key, value, output, up, down] = Array.from({ length: 6 }, (_, i) => at(layerAt(layer) + i)) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const normal = stream.map(normalised);
    const queries = normal.map((x) => times(x, query, width));
    const keys = normal.map((x) => times(x, key, width));
    const values = normal.map((x) => times(x, value, width));
    stream.forEach((x, t) => {
      add(x, times(attention(queries, keys, values, t, heads), output, width));
    });
    for (const x of stream) {
      const hidden = times(normalised(x), up, 4 * width).map((h) => Math.max(0, h));
      add(x, times(hidden, down, width));
    }
  }
  const out = new Float64Array(tokens.length * vocabulary);
  stream.forEach((x, t) => {
    const logits = times(normalised(x), at(UNEMBEDDING), vocabulary);
    const top = Math.max(...logits);
    const log = top + Math.log(logits.reduce((sum, l) => sum + Math.exp(l - top), 0));
    logits.forEach((l, v) => {
      out[t * vocabulary + v] = l - log;
    });
  });
  return out;
}

function attention(
  queries: readonly Float64Array[],
  keys: readonly Float64Array[],
  values: readonly Float64Array[],
  t: number,
  heads: number,
): Float64Array {
  const q = queries[t] ?? new Float64Array(0);
  const size = q.length / heads;
  const out = new Float64Array(q.length);
  for (let h = 0; h < heads; h++) {
    const from = h * size;
    const scores = keys.slice(0, t + 1).map((k) => {
      let dot = 0;
      for (let i = from; i < from + size; i++) dot += (q[i] ?? 0) * (k[i] ?? 0);
      return dot / Math.sqrt(size);
    });
    const top = Math.max(...scores);
    const weights = scores.map((s) => Math.exp(s - top));
    const sum = weights.reduce((total, w) => total + w, 0);
    weights.forEach((w, s) => {
      for (let i = from; i < from + size; i++) out[i] = (out[i] ?? 0) + (w / sum) * (values[s]?.[i] ?? 0);
    });
  }
  return out;
}

/** Row vector times a row-major matrix with so many columns. */
function times(x: Float64Array, matrix: Float32Array, columns: number): Float64Array {
  const out = new Float64Array(columns);
  x.forEach((value, row) => {
    for (let c = 0; c < columns; c++) out[c] = (out[c] ?? 0) + value * (matrix[row * columns + c] ?? 0);
  });
  return out;
}

function normalised(x: Float64Array): Float64Array {
  const mean = x.reduce((sum, value) => sum + value * value, 0) / x.length;
  return x.map((value) => value / Math.sqrt(mean + EPSILON));
}

function add(x: Float64Array, y: Float64Array): void {
  y.forEach((value, i) => {
    x[i] = (x[i] ?? 0) + value;
  });
}
