/** The posterior along the evidence in order: what the Trajectory view draws. */
import type { DatasetCounts } from '../../datasets/counts';
import type { EvidenceRef, Program } from '../../program/model/program';
import type { Trajectory } from '../evaluation';
import { type Evidence, slotCount } from '../evidence/effectiveCounts';
import { measuredSums } from '../evidence/measured';
import { computeLogLikelihoods, updateLogLikelihoods } from '../likelihood/logLikelihoods';
import { validate } from '../likelihood/validate';
import { programHypotheses } from '../model/hypotheses';
import { structureOf } from '../model/structure';
import { ExactSum } from '../numbers/exactSum';
import { posteriorOf } from '../posterior/posterior';
import type { Stepwise } from '../stepwise';

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
  const { evidence, likelihood } = validate(structure, hypotheses, counts);
  yield;
  const total = program.evidence.length;
  const most = Math.max(1, options.points ?? MOST_POINTS);
  const to = Math.max(0, Math.min(total, Math.round(options.to ?? total)));
  const from = Math.max(0, Math.min(to, Math.round(options.from ?? 0)));
  const steps: number[] = [from - 1];
  const points = Math.min(to - from, most);
  for (let i = 1; i <= points; i++) steps.push(from + Math.round((i * (to - from)) / points) - 1);
  const size = hypotheses.length;
  const posterior = new Float64Array(steps.length * size);
  const logPosterior = new Float64Array(steps.length * size);
  const surprise = new Float64Array(steps.length);
  const prefix = new Prefix(evidence);
  let next = 0;
  let measured = measuredSums(likelihood, []);
  let logLikelihoods = yield* computeLogLikelihoods(likelihood, prefix.counts(), measured, 0);
  let logMarginal = 0;
  for (let i = 0; i < steps.length; i++) {
    let others = false;
    for (; next <= steps[i]; next++) others = prefix.add(program.evidence[next]) || others;
    if (others) {
      measured = measuredSums(likelihood, prefix.measured());
      logLikelihoods = yield* computeLogLikelihoods(likelihood, prefix.counts(), measured, 0);
    } else if (next > 0) logLikelihoods = yield* updateLogLikelihoods(likelihood, logLikelihoods, prefix.counts());
    const { weights, logJoint, logMarginal: now } = posteriorOf(likelihood, logLikelihoods);
    posterior.set(weights, i * size);
    for (let h = 0; h < size; h++) logPosterior[i * size + h] = Number.isFinite(now) ? logJoint[h] - now : Number.NaN;
    surprise[i] = now === logMarginal ? 0 : now - logMarginal;
    logMarginal = now;
    yield;
  }
  return { step: Int32Array.from(steps), posterior, logPosterior, surprise };
}

/** The effective counts of the evidence so far, in order: what `gatherEvidence` would sum, one evidence at a time. */
class Prefix {
  private readonly terms: readonly ExactSum[];
  private readonly amounts: readonly ExactSum[];
  private readonly datasets = new Set<number>();
  private readonly all: Float64Array;

  constructor(private readonly evidence: Evidence) {
    this.terms = evidence.slots.map(() => new ExactSum());
    this.amounts = evidence.slots.map(() => new ExactSum());
    this.all = new Float64Array(evidence.keys);
  }

  /** Whether it has measured rows, which are no counts. */
  add({ kind, index }: EvidenceRef): boolean {
    const { episodes, slots, measured } = this.evidence;
    if (kind === 'episode') {
      if (episodes.slot[index] >= 0) this.put(episodes.slot[index], episodes.term[index], episodes.amount[index]);
      return false;
    }
    this.datasets.add(index);
    slots.forEach(({ pieces }, s) => {
      for (const part of pieces) if (part.dataset === index) this.put(s, part.term, part.amount);
    });
    return measured.some((rows) => rows.dataset === index);
  }

  /** N by key. */
  counts(): Float64Array {
    return this.all.slice();
  }

  measured(): Evidence['measured'] {
    return this.evidence.measured.filter((rows) => this.datasets.has(rows.dataset));
  }

  private put(slot: number, term: number, amount: number): void {
    this.terms[slot].add(term);
    this.amounts[slot].add(amount);
    const { slots, slotsOfKey } = this.evidence;
    const { key } = slots[slot];
    let sum = 0;
    for (const s of slotsOfKey[key]) sum += slotCount(slots[s].method, this.terms[s].value, this.amounts[s].value);
    this.all[key] = sum;
  }
}
