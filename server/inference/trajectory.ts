/** The posterior along the evidence in order: what the Trajectory view draws. */
import type { DatasetCounts } from '../datasets/counts';
import type { Program } from '../program/program';
import type { Trajectory } from './evaluation';
import { gatherEvidence } from './gather';
import { programHypotheses } from './hypotheses';
import { prepareLikelihood } from './likelihood';
import { settle } from './settle';
import { takeStandpoint } from './standpoint';
import type { Stepwise } from './stepwise';
import { structureOf } from './structure';

export interface TrajectoryOptions {
  /** At most so many points besides the prior; a point then stands for several episodes. */
  readonly points?: number;
  /** Only from the point after so many evidences to the point after so many: 0 is the prior. */
  readonly from?: number;
  readonly to?: number;
}

const MOST_POINTS = 300;

/**
 * Prefixes of the evidence, decimated evenly; a dataset is one step. The surprise of a point is the log predictive of
 * everything since the point before, so that they sum to the log marginal of the episodes. Reinforcements act at the
 * end of training and are not part of any prefix.
 */
export function* trajectory(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
  options: TrajectoryOptions = {},
): Stepwise<Trajectory> {
  const structure = structureOf(program);
  const hypotheses = programHypotheses(structure);
  const settled = settle(structure, hypotheses, counts);
  yield;
  const out = { episodes: new Set<number>(), datasets: new Set<number>() };
  settled.evidence.episodes.slot.forEach((slot, e) => {
    if (slot < 0) out.episodes.add(e);
  });
  for (const f of settled.findings) {
    if (f.kind === 'negative-dataset' || f.kind === 'missing-measurement') out.datasets.add(f.dataset);
  }
  const total = program.evidence.length;
  const most = Math.max(1, options.points ?? MOST_POINTS);
  const to = Math.max(0, Math.min(total, Math.round(options.to ?? total)));
  const from = Math.max(0, Math.min(to, Math.round(options.from ?? 0)));
  const steps: number[] = [from - 1];
  const points = Math.min(to - from, most);
  for (let i = 1; i <= points; i++) steps.push(from + Math.round((i * (to - from)) / points) - 1);
  const size = hypotheses.length;
  const posterior = new Float64Array(steps.length * size);
  const surprise = new Float64Array(steps.length);
  // Later evidence is left out by prefix; the rest keeps what the whole program leaves out.
  const plain = { ...program, reinforcements: [] };
  const bare = structureOf(plain);
  let logMarginal = 0;
  for (let i = 0; i < steps.length; i++) {
    const episodes = new Set(out.episodes);
    const datasets = new Set(out.datasets);
    for (let e = steps[i] + 1; e < total; e++) {
      const ref = program.evidence[e];
      (ref.kind === 'episode' ? episodes : datasets).add(ref.index);
    }
    const evidence = gatherEvidence(bare, counts, { episodes, datasets });
    const stand = yield* takeStandpoint(
      evidence,
      prepareLikelihood(bare, hypotheses, evidence.pairs, evidence.slotsOfKey),
    );
    posterior.set(stand.posterior.weights, i * size);
    const now = stand.posterior.logMarginal;
    surprise[i] = now === logMarginal ? 0 : now - logMarginal;
    logMarginal = now;
    yield;
  }
  return { step: Int32Array.from(steps), posterior, surprise };
}
