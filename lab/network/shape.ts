/**
 * The network's shape and its parameters as plain numbers. A decoder-only transformer: learned positions, layers of
 * causal attention and a two-layer perceptron, each on the root-mean-square normalised stream (no gains, no biases), and
 * an output matrix of its own. Must not know the engine.
 */
import { type Random, randomOf } from '../random';

export interface Shape {
  readonly vocabulary: number;
  /** Longest document, tokens. */
  readonly context: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
}

/** The parameters' names, shapes and initial scales, in the order in which every list of parameters stands. */
export interface ParameterSpec {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly scale: number;
}

/** Matrices of one layer: query, key, value, output of the attention; up and down of the perceptron. */
export const LAYER = ['query', 'key', 'value', 'output', 'up', 'down'] as const;

/** Positions in the list of parameters. */
export const EMBEDDING = 0;
export const POSITIONS = 1;
export const UNEMBEDDING = 2;
export const layerAt = (layer: number): number => 3 + layer * LAYER.length;

export function parameterSpecs(shape: Shape): readonly ParameterSpec[] {
  const { vocabulary, context, width, layers } = shape;
  const into = 1 / Math.sqrt(width);
  const deep = 1 / Math.sqrt(2 * layers);
  const specs: ParameterSpec[] = [
    { name: 'embedding', rows: vocabulary, columns: width, scale: 0.5 },
    { name: 'positions', rows: context, columns: width, scale: 0.1 },
    { name: 'unembedding', rows: width, columns: vocabulary, scale: into },
  ];
  for (let layer = 0; layer < layers; layer++) {
    for (const name of LAYER) {
      const rows = name === 'down' ? 4 * width : width;
      const columns = name === 'up' ? 4 * width : width;
      const scale = name === 'output' ? into * deep : name === 'down' ? (into / 2) * deep : into;
      specs.push({ name: `${name}${layer}`, rows, columns, scale });
    }
  }
  return specs;
}

/** A network's parameters, one row-major array for each spec. */
export type Parameters = readonly Float32Array[];

/** Initial parameters of a seed: independent normals with each spec's scale. */
export function initialParameters(shape: Shape, ...seed: readonly (string | number)[]): Parameters {
  const random: Random = randomOf('parameters', ...seed);
  return parameterSpecs(shape).map(({ rows, columns, scale }) =>
    Float32Array.from({ length: rows * columns }, () => scale * random.normal()),
  );
}
