/**
 * A pre-trained network with what was measured of it: its gate and the world as it has it. Pre-training is done once and
 * stored in a cache folder; the same seeds give the same parameters, so the cache changes nothing. Must not know arms.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '../documents/sample';
import { vocabularyOf } from '../documents/vocabulary';
import { type GateResult, gate } from '../measurement/gate';
import { ownWorld } from '../measurement/ownWorld';
import { trainerFrom } from '../network/engine';
import { initialParameters, type Parameters, parameterSpecs, type Shape } from '../network/shape';
import { type PretrainingSettings, pretrain, shapeFor } from '../training/pretrain';
import { worldText } from '../world/generate';
import { plainText } from '../world/plain';
import { DOCUMENTS } from '../world/settings';
import { readWorld, type World } from '../world/world';
import { packShares, unpackShares } from './lines';

/** Nats: the gate of the protocol, at every context length. */
export const GATE = 0.01;

export interface NetworkSpec {
  readonly world: number;
  /** Index of the pre-training of this world. */
  readonly pretraining: number;
  readonly documents: 'personas' | 'scrambled' | 'none';
  readonly settings: PretrainingSettings;
}

export interface Network {
  readonly spec: NetworkSpec;
  readonly source: Source;
  readonly shape: Shape;
  readonly parameters: Parameters;
  readonly gate: GateResult;
  /** The world as the network has it; undefined where documents had no personas. */
  readonly own?: { readonly world: World; readonly residual: number; readonly posteriorDistance: number };
  readonly seconds: number;
}

export type Report = (message: string) => void;

export function sourceOf(world: number, scrambled: boolean): Source {
  const read = readWorld(worldText(world));
  return { world: read, documents: DOCUMENTS, vocabulary: vocabularyOf(read, DOCUMENTS), scrambled };
}

/** Pre-train, or take it from the cache; then measure it. */
export async function networkOf(
  spec: NetworkSpec,
  cache: string | undefined,
  report: Report = () => {},
): Promise<Network> {
  const started = process.cpuUsage();
  const source = sourceOf(spec.world, spec.documents === 'scrambled');
  const shape = shapeFor(source, spec.settings);
  const seed = ['lab', spec.world, spec.documents, spec.pretraining, spec.settings.width] as const;
  const parameters = await cached(shape, spec, cache, () =>
    spec.documents === 'none'
      ? Promise.resolve(initialParameters(shape, ...seed))
      : pretrain(source, spec.settings, seed, (step, loss) =>
          report(`pre-training ${step} of ${spec.settings.steps}, loss ${loss.toFixed(3)}`),
        ),
  );
  const trainer = trainerFrom(shape, parameters);
  const measured = await gate(trainer, source, seed);
  const found = spec.documents === 'personas' ? await ownWorld(trainer, source, seed) : undefined;
  const own = found && { ...found, world: packedWorld(source.world, found.world) };
  trainer.dispose();
  return {
    spec,
    source,
    shape,
    parameters,
    gate: measured,
    ...(own ? { own } : {}),
    seconds: process.cpuUsage(started).user / 1e6,
  };
}

/** A world with the prior and rows that a results line can hold, so that the line repeats its predictions exactly. */
function packedWorld(written: World, { prior, rows }: World): World {
  return readWorld(plainText(written, unpackShares(packShares(prior)), unpackShares(packShares(rows))));
}

/** Parameters by a hash of everything that they come from. A file is complete or not there. */
async function cached(
  shape: Shape,
  spec: NetworkSpec,
  folder: string | undefined,
  make: () => Promise<Parameters>,
): Promise<Parameters> {
  if (folder === undefined) return make();
  const name = createHash('sha256')
    .update(JSON.stringify([shape, spec, DOCUMENTS, worldText(spec.world)]))
    .digest('hex');
  const path = join(folder, `${name.slice(0, 24)}.f32`);
  if (existsSync(path)) return split(shape, readFileSync(path));
  const parameters = await make();
  mkdirSync(folder, { recursive: true });
  const bytes = Buffer.concat(parameters.map((p) => Buffer.from(p.buffer, p.byteOffset, p.byteLength)));
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
  return parameters;
}

function split(shape: Shape, bytes: Buffer): Parameters {
  let at = 0;
  return parameterSpecs(shape).map(({ rows, columns }) => {
    const size = rows * columns;
    const values = Float32Array.from({ length: size }, (_, i) => bytes.readFloatLE(4 * (at + i)));
    at += size;
    return values;
  });
}
