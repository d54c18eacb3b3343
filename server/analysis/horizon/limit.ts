/**
 * What the posterior and the probes tend to when all evidence is repeated without end in the same proportions (LANGUAGE
 * section 9, Horizon). Exact where every persona is rigid and log likelihoods grow in proportion; else by evaluations at
 * growing multiples until they agree.
 */
import { givenCounts, givenWeights, mixture } from '../../inference/posterior/predictions';
import type { Stepwise } from '../../inference/stepwise';
import type { Program, Target } from '../../program/model/program';
import { entry } from '../numbers/entry';
import type { Standing } from '../subject/standing';
import { isUnsound, type Unsound } from '../subject/subject';

export interface Limit {
  /** By hypothesis. */
  readonly weights: Float64Array;
  readonly probes: Float64Array;
  readonly expectations: Float64Array;
  /** Log likelihood by hypothesis for one unit of training, where it grows in proportion; else null. */
  readonly rates: Float64Array | null;
  /** False where the last two multiples still differed by more than 1e-6. */
  readonly converged: boolean;
}

/** Two rates that are equal but for rounding tie. */
const TIE = 1e-12;

/** Whether log L_h is proportional to the amount of training for every hypothesis. */
export function proportional(program: Program): boolean {
  return (
    program.novel === undefined &&
    program.personas.every((p) => p.concentration === undefined) &&
    program.capabilities.every((c) => !c.learnable) &&
    program.reinforcements.every((r) => r.rigidity === undefined)
  );
}

export function* limitOf(
  at: (scale: number) => Stepwise<Standing | Unsound>,
  now: Standing,
): Stepwise<Limit | Unsound> {
  return proportional(now.program) ? rigidLimit(now) : yield* numericLimit(at);
}

function rigidLimit(now: Standing): Limit {
  const rates = now.logLikelihood;
  let top = Number.NEGATIVE_INFINITY;
  for (const [h, rate] of rates.entries())
    if (entry(now.logPriors, h) > Number.NEGATIVE_INFINITY) top = Math.max(top, rate);
  const tied = rates.map((rate, h) =>
    rate > Number.NEGATIVE_INFINITY && top - rate <= TIE * Math.abs(top) ? Math.exp(entry(now.logPriors, h)) : 0,
  );
  const total = tied.reduce((a, b) => a + b, 0);
  const weights = tied.map((w) => w / total);
  return { ...answers(now, weights), weights, rates, converged: true };
}

/** Probes and expectations under other weights, with the predictions that the hypotheses have now. */
function answers(now: Standing, weights: Float64Array) {
  const { program } = now;
  const offset = program.cellOffset;
  const cells = entry(offset, program.situations.length);
  const own = { weights, logWeights: weights.map(Math.log) };
  const value = (target: Target) => {
    const given = givenCounts(target, offset, program.methods.context);
    const after = givenWeights(own, given, now, cells);
    return mixture(after, now.predictive, cells, entry(offset, target.situation) + target.response);
  };
  return {
    probes: Float64Array.from(program.probes, (p) => value(p.target)),
    expectations: Float64Array.from(program.expectations, (e) =>
      e.target
        ? value(e.target)
        : entry(weights, e.persona !== undefined && e.persona >= 0 ? e.persona : program.personas.length),
    ),
  };
}

const FIRST_POWER = 3;
const LAST_POWER = 10;
const SETTLED = 1e-6;
const CLOSE = 1e-11;

function* numericLimit(at: (scale: number) => Stepwise<Standing | Unsound>): Stepwise<Limit | Unsound> {
  let last: Standing | undefined;
  let change = Number.POSITIVE_INFINITY;
  for (let power = FIRST_POWER; power <= LAST_POWER; power++) {
    yield;
    const here = yield* at(10 ** power);
    if (isUnsound(here)) {
      if (last) break;
      return here;
    }
    if (last) {
      const now = distance(last, here);
      // Rounding of ever larger logs: the closest pair is as far as doubles go.
      if (now > change && change < 1e-4) break;
      change = now;
    }
    last = here;
    if (change < CLOSE) break;
  }
  if (!last) return { unsound: 'there is no limit' };
  return {
    weights: last.weights,
    probes: last.probes,
    expectations: last.expectations,
    rates: null,
    converged: change < SETTLED,
  };
}

function distance(a: Standing, b: Standing): number {
  let most = 0;
  const compare = (x: Float64Array, y: Float64Array) => {
    for (const [i, value] of x.entries()) {
      const gap = Math.abs(value - entry(y, i));
      if (gap > most) most = gap;
    }
  };
  compare(a.weights, b.weights);
  compare(a.probes, b.probes);
  return most;
}
