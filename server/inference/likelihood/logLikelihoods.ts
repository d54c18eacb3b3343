/**
 * Counts put to a likelihood: log L_h of every hypothesis, with measured log-likelihoods, reinforcement, and the
 * integral over the latent abilities around it all; and what some evidence adds to it. Impossible observations are
 * counted, not multiplied in, so that taking the one episode away that killed a persona gives it back its exact
 * likelihood.
 */
import type { AbilitySolution } from '../capabilities/capabilities';
import { ExactSum } from '../numbers/exactSum';
import type { Stepwise } from '../stepwise';
import { dirichletGain } from './dirichlet';
import type { Likelihood } from './likelihood';
import { type DirichletPreferences, shareTotal } from './preference';
import type { KeptAbilities } from './sharedMeans';
import { looksAtWholeRow, meanRow, sharesFallback, solveHypothesis } from './wholeRows';

/** What one hypothesis' log likelihood is made of, so that a part of it can be exchanged. */
interface Ledger {
  /** The exact sum of all that follows, and of what each key adds. */
  readonly sum: ExactSum;
  /** By situation: what its Dirichlet adds. */
  readonly drift: Float64Array;
  /** What whole rows add. */
  constant: number;
  /** Log of the integral over abilities. */
  integral: number;
}

/** What the counts come to. */
export interface Weighing {
  readonly counts: Float64Array;
  /** How many of the reinforcements, in order, have acted. */
  readonly reinforced: number;
  /** log L_h without the impossible observations, and how many impossible keys there are. */
  readonly finite: Float64Array;
  readonly impossible: Int32Array;
  readonly logLikelihood: Float64Array;
  /** By hypothesis: the posterior of the abilities; undefined where nothing is learnable. */
  readonly abilities: readonly (AbilitySolution | undefined)[];
  /** Posterior mean rows of the Dirichlet hypotheses, by hypothesis; undefined for rigid ones. */
  readonly rows: readonly (Float64Array | undefined)[];
  /** By hypothesis: what abilities are together with propensities, where the two depend on each other. */
  readonly kept: readonly (KeptAbilities | undefined)[];
  /** What measured rows add, by hypothesis, nats. */
  readonly measured: Float64Array | undefined;
  readonly ledgers: readonly Ledger[];
  /** By profile and terms: solutions that hypotheses share. */
  readonly solutions: ReadonlyMap<string, AbilitySolution>;
}

/** What the Dirichlet of one situation adds. */
function driftOf(parts: DirichletPreferences, situation: number, counts: Float64Array): number {
  const plan = parts.plans[situation];
  return plan ? dirichletGain(plan, undefined, counts) + shareTotal(parts, counts, situation) : 0;
}

/** Weigh every hypothesis. `measured`: what measured rows add, by hypothesis, nats. */
export function* weigh(
  likelihood: Likelihood,
  counts: Float64Array,
  measured: Float64Array | undefined,
  reinforced: number,
): Stepwise<Weighing> {
  const { hypotheses, keys, scale, structure } = likelihood;
  const situations = structure.program.situations.length;
  const impossible = new Int32Array(hypotheses.length);
  const abilities: (AbilitySolution | undefined)[] = [];
  const rows: (Float64Array | undefined)[] = [];
  const kept: (KeptAbilities | undefined)[] = [];
  const ledgers: Ledger[] = [];
  const solutions = new Map<string, AbilitySolution>();
  const used: number[] = [];
  for (let key = 0; key < keys; key++) if (counts[key] !== 0) used.push(key);
  for (let h = 0; h < hypotheses.length; h++) {
    const sum = new ExactSum();
    const drift = new Float64Array(situations);
    for (const key of used) {
      const s = scale[h * keys + key];
      if (s === Number.NEGATIVE_INFINITY) impossible[h]++;
      else sum.add(counts[key] * s);
    }
    const parts = likelihood.dirichlet[h];
    if (parts) {
      for (let x = 0; x < situations; x++) {
        drift[x] = driftOf(parts, x, counts);
        sum.add(drift[x]);
      }
    }
    if (measured) {
      if (measured[h] === Number.NEGATIVE_INFINITY) impossible[h]++;
      else sum.add(measured[h]);
    }
    const row = parts ? meanRow(likelihood, h, counts) : hypotheses[h].row;
    const solved = yield* solveHypothesis(likelihood, h, row, counts, reinforced, solutions, true);
    rows[h] = parts ? solved.row : undefined;
    kept[h] = solved.kept;
    const ledger = { sum, drift, constant: solved.constant, integral: solved.solution?.log ?? 0 };
    sum.add(ledger.constant);
    sum.add(ledger.integral);
    ledgers.push(ledger);
    abilities.push(solved.solution);
  }
  const { finite, logLikelihood } = totals(ledgers, impossible);
  return {
    counts,
    reinforced,
    finite,
    impossible,
    logLikelihood,
    abilities,
    rows,
    kept,
    measured,
    ledgers,
    solutions,
  };
}

/**
 * The same likelihood at other counts, from a weighing at some: only what the keys that differ touch is computed, O(hypotheses)
 * where no integral over abilities is. Sums are exact, so that it is what `weigh` gives, to the bit.
 */
export function* reweigh(likelihood: Likelihood, before: Weighing, counts: Float64Array): Stepwise<Weighing> {
  const { hypotheses, keys } = likelihood;
  if (before.ledgers.some(({ sum }) => !sum.finite))
    return yield* weigh(likelihood, counts, before.measured, before.reinforced);
  const touched: number[] = [];
  const situations: number[] = [];
  for (let key = 0; key < keys; key++) {
    if (counts[key] === before.counts[key]) continue;
    touched.push(key);
    const situation = situationOfKey(likelihood, key);
    if (!situations.includes(situation)) situations.push(situation);
  }
  const profiles = touchedProfiles(likelihood, touched);
  // What is seen of a shared fallback is in no profile, and in the integral.
  for (let h = 0; h < hypotheses.length; h++)
    if (sharesFallback(likelihood, h)) profiles[likelihood.profileOf[h]] = true;
  const impossible = before.impossible.slice();
  const abilities = before.abilities.slice();
  const rows = before.rows.slice();
  const kept = before.kept.slice();
  const ledgers: Ledger[] = [];
  let solutions: Map<string, AbilitySolution> | undefined;
  for (let h = 0; h < hypotheses.length; h++) {
    const old = before.ledgers[h];
    impossible[h] += impossibleGain(likelihood, h, touched, before.counts, counts);
    const ledger = exchange(likelihood, h, old, touched, situations, before.counts, counts);
    ledgers.push(ledger);
    const parts = likelihood.dirichlet[h];
    const row = parts ? meanRow(likelihood, h, counts) : hypotheses[h].row;
    if (parts) rows[h] = row;
    const wholeRow =
      parts &&
      (sharesFallback(likelihood, h) || situations.some((x) => looksAtWholeRow(likelihood, h, x, before.reinforced)));
    if (!wholeRow && !profiles[likelihood.profileOf[h]]) continue;
    solutions ??= untouched(before.solutions, profiles);
    const solved = yield* solveHypothesis(likelihood, h, row, counts, before.reinforced, solutions, true);
    if (parts) rows[h] = solved.row;
    kept[h] = solved.kept;
    ledger.constant = solved.constant;
    ledger.integral = solved.solution?.log ?? 0;
    ledger.sum.add(-old.constant);
    ledger.sum.add(-old.integral);
    ledger.sum.add(ledger.constant);
    ledger.sum.add(ledger.integral);
    abilities[h] = solved.solution;
  }
  const { finite, logLikelihood } = totals(ledgers, impossible);
  return {
    counts,
    reinforced: before.reinforced,
    finite,
    impossible,
    logLikelihood,
    abilities,
    rows,
    kept,
    measured: before.measured,
    ledgers,
    solutions: solutions ?? before.solutions,
  };
}

/** A ledger at other counts of some keys, integrals apart. */
function exchange(
  { scale, keys, dirichlet }: Likelihood,
  h: number,
  old: Ledger,
  touched: readonly number[],
  situations: readonly number[],
  before: Float64Array,
  after: Float64Array,
): Ledger {
  const sum = new ExactSum(old.sum);
  for (let i = 0; i < touched.length; i++) {
    const key = touched[i];
    const s = scale[h * keys + key];
    if (s === Number.NEGATIVE_INFINITY) continue;
    sum.add(-(before[key] * s));
    sum.add(after[key] * s);
  }
  const parts = dirichlet[h];
  let { drift } = old;
  if (parts) {
    drift = drift.slice();
    for (const x of situations) {
      drift[x] = driftOf(parts, x, after);
      sum.add(-old.drift[x]);
      sum.add(drift[x]);
    }
  }
  return { sum, drift, constant: old.constant, integral: old.integral };
}

/** How many keys that h finds impossible have come, less those that have gone. */
function impossibleGain(
  { scale, keys }: Likelihood,
  h: number,
  touched: readonly number[],
  before: Float64Array,
  after: Float64Array,
): number {
  let gain = 0;
  for (let i = 0; i < touched.length; i++) {
    const key = touched[i];
    if (scale[h * keys + key] === Number.NEGATIVE_INFINITY)
      gain += (after[key] !== 0 ? 1 : 0) - (before[key] !== 0 ? 1 : 0);
  }
  return gain;
}

/** Solutions of profiles whose counts are as they were. */
function untouched(solutions: Weighing['solutions'], touched: readonly boolean[]): Map<string, AbilitySolution> {
  const kept = new Map<string, AbilitySolution>();
  for (const [key, solution] of solutions) if (!touched[Number.parseInt(key, 10)]) kept.set(key, solution);
  return kept;
}

function totals(ledgers: readonly Ledger[], impossible: Int32Array): Pick<Weighing, 'finite' | 'logLikelihood'> {
  const finite = new Float64Array(ledgers.length);
  const logLikelihood = new Float64Array(ledgers.length);
  for (let h = 0; h < ledgers.length; h++) {
    finite[h] = ledgers[h].sum.value;
    logLikelihood[h] = impossible[h] > 0 ? Number.NEGATIVE_INFINITY : finite[h];
  }
  return { finite, logLikelihood };
}

export function situationOfKey({ structure, pairs }: Likelihood, key: number): number {
  return key < structure.cells ? structure.situationOf[key] : pairs[key - structure.cells].situation;
}

/** By profile: whether any of its factors is one of the keys'. */
export function touchedProfiles({ profiles }: Likelihood, keys: readonly number[]): boolean[] {
  return profiles.map((factors) => factors.some((f) => keys.includes(f.key)));
}
