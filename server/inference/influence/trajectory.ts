/** The posterior along the evidence in order: what the Trajectory view draws. */
import type { DatasetCounts } from '../../datasets/counts';
import type { EvidenceRef, Program } from '../../program/model/program';
import type { Trajectory } from '../evaluation';
import { type Evidence, type Slot, slotCount } from '../evidence/effectiveCounts';
import { measuredSums } from '../evidence/measured';
import type { Likelihood } from '../likelihood/likelihood';
import { computeLogLikelihoods, updateLogLikelihoods } from '../likelihood/logLikelihoods';
import { validate } from '../likelihood/validate';
import { programHypotheses } from '../model/hypotheses';
import { structureOf } from '../model/structure';
import { ExactSum } from '../numbers/exactSum';
import { type Posterior, posteriorOf } from '../posterior/posterior';
import type { Stepwise } from '../stepwise';

export interface TrajectoryOptions {
  /** At most so many points besides the prior; a point then stands for several episodes. */
  readonly points?: number;
  /** Only from the point after so many evidences to the point after so many: 0 is the prior. */
  readonly from?: number;
  readonly to?: number;
  /**
   * Where a step is one piece of evidence (an episode with its `times`, a dataset): points inside it, as many as it takes that a
   * straight line between two is nowhere off by more than this share of probability. Their `step` is a fraction.
   */
  readonly within?: number;
}

const MOST_POINTS = 300;
/** A step is halved so many times at most. */
const MOST_HALVINGS = 9;
/** A change this small beside the logs that it is the difference of is their rounding. */
const ROUNDING = 2e-15;

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
  const prefix = new Prefix(evidence);
  let next = 0;
  let logLikelihoods = yield* computeLogLikelihoods(likelihood, prefix.counts(), measuredSums(likelihood, []), 0);
  const path = new Path(hypotheses.length);
  for (let i = 0; i < steps.length; i++) {
    const last = steps[i] as number;
    let others = false;
    const reference = program.evidence[next];
    if (options.within !== undefined && last === next && i > 0 && reference && prefix.isMany(reference)) {
      yield* inside(likelihood, prefix, reference, next, path, options.within);
    }
    for (; next <= last; next++) others = prefix.add(program.evidence[next] as EvidenceRef) || others;
    if (others)
      logLikelihoods = yield* computeLogLikelihoods(
        likelihood,
        prefix.counts(),
        measuredSums(likelihood, prefix.measured()),
        0,
      );
    else if (next > 0) logLikelihoods = yield* updateLogLikelihoods(likelihood, logLikelihoods, prefix.counts());
    path.push(last, posteriorOf(likelihood, logLikelihoods));
    yield;
  }
  return path.finish();
}

/** Points inside one piece of evidence, in order; its end is not among them. */
function* inside(
  likelihood: Likelihood,
  prefix: Prefix,
  reference: EvidenceRef,
  index: number,
  path: Path,
  within: number,
): Stepwise<void> {
  const at = function* (share: number): Stepwise<Posterior> {
    yield;
    const { counts, measured } = prefix.partly(reference, share);
    return posteriorOf(
      likelihood,
      yield* computeLogLikelihoods(likelihood, counts, measuredSums(likelihood, measured), 0),
    );
  };
  /** Whether a straight line from one to the other passes by what is between them. */
  const bent = (a: Posterior, middle: Posterior, b: Posterior) =>
    middle.weights.some((w, h) => !(Math.abs(w - ((a.weights[h] as number) + (b.weights[h] as number)) / 2) <= within));
  const moved = (a: Posterior, b: Posterior) =>
    b.weights.some((w, h) => !(Math.abs(w - (a.weights[h] as number)) <= within));
  function* between(low: number, a: Posterior, high: number, b: Posterior, depth: number): Stepwise<void> {
    // An S crosses the straight line in its middle: two halvings at least where anything moved.
    if (depth >= MOST_HALVINGS || !moved(a, b)) return;
    const middle = (low + high) / 2;
    const found = yield* at(middle);
    if (depth >= 2 && !bent(a, found, b)) return;
    yield* between(low, a, middle, found, depth + 1);
    path.push(index - 1 + middle, found);
    yield* between(middle, found, high, b, depth + 1);
  }
  yield* between(0, yield* at(0), 1, yield* at(1), 0);
}

/** Points as they are found. */
class Path {
  private readonly step: number[] = [];
  private readonly posterior: number[] = [];
  private readonly logPosterior: number[] = [];
  private readonly surprise: number[] = [];
  private logMarginal = 0;

  constructor(private readonly size: number) {}

  push(step: number, { weights, logJoint, logMarginal }: Posterior): void {
    this.step.push(step);
    for (let h = 0; h < this.size; h++) {
      this.posterior.push(weights[h] as number);
      this.logPosterior.push(Number.isFinite(logMarginal) ? (logJoint[h] as number) - logMarginal : Number.NaN);
    }
    this.surprise.push(changeOf(this.logMarginal, logMarginal));
    this.logMarginal = logMarginal;
  }

  finish(): Trajectory {
    return {
      step: Float64Array.from(this.step),
      posterior: Float64Array.from(this.posterior),
      logPosterior: Float64Array.from(this.logPosterior),
      surprise: Float64Array.from(this.surprise),
    };
  }
}

/** now − before of logs; 0 where only their rounding is left. */
function changeOf(before: number, now: number): number {
  if (now === before) return 0;
  const change = now - before;
  return Math.abs(change) <= ROUNDING * Math.max(Math.abs(before), Math.abs(now)) ? 0 : change;
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

  /** Whether it is more than one single episode: only then there is something inside. */
  isMany({ kind, index }: EvidenceRef): boolean {
    return kind === 'dataset' || (this.evidence.episodes.single[index] as number) < 1;
  }

  /** N by key, and the measured rows, with a share of one more piece of evidence. */
  partly({ kind, index }: EvidenceRef, share: number): { counts: Float64Array; measured: Evidence['measured'] } {
    const { episodes, slots, slotsOfKey, measured } = this.evidence;
    const terms = new Map<number, readonly [number, number]>();
    if (kind === 'dataset') {
      slots.forEach(({ pieces }, s) => {
        for (const part of pieces) if (part.dataset === index) terms.set(s, [part.term, part.amount]);
      });
    } else if ((episodes.slot[index] as number) >= 0)
      terms.set(episodes.slot[index] as number, [episodes.term[index] as number, episodes.amount[index] as number]);
    const counts = this.all.slice();
    const sum = (of: readonly ExactSum[], s: number, part: number) => (of[s] as ExactSum).plus(share * part);
    for (const key of new Set([...terms.keys()].map((s) => (slots[s] as Slot).key))) {
      counts[key] = (slotsOfKey[key] as readonly number[]).reduce((total, s) => {
        const [term, amount] = terms.get(s) ?? [0, 0];
        return total + slotCount((slots[s] as Slot).method, sum(this.terms, s, term), sum(this.amounts, s, amount));
      }, 0);
    }
    const own = measured
      .filter((rows) => kind === 'dataset' && rows.dataset === index)
      .map((rows) => ({ ...rows, count: rows.count.map((n) => share * n) }));
    return { counts, measured: [...this.measured(), ...own] };
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
