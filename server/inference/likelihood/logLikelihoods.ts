/**
 * Counts put to a likelihood: log L_h of every hypothesis, with measured log-likelihoods, reinforcement, and the
 * integral over the latent capabilities around it all; and what some evidence adds to it. Impossible observations are
 * counted, not multiplied in, so that taking the one episode away that killed a persona gives it back its exact
 * likelihood.
 */
import type { CapabilitySolution } from '../capabilities/capabilities';
import { ExactSum } from '../numbers/exactSum';
import type { Stepwise } from '../stepwise';
import { dirichletGain } from './dirichlet';
import type { Likelihood } from './likelihood';
import { type DirichletPreferences, shareTotal } from './preference';
import type { CapabilityMeans } from './sharedMeans';
import { meanRow, readsEntireRow, sharesFallback, solveHypothesis } from './wholeRows';

/** What one hypothesis' log likelihood is made of, so that a part of it can be exchanged. */
interface LikelihoodTerms {
  /** The exact sum of all that follows, and of what each key adds. */
  readonly sum: ExactSum;
  /** By situation: what its Dirichlet adds. */
  readonly drift: Float64Array;
  /** What whole rows add. */
  constant: number;
  /** Log of the integral over capabilities. */
  integral: number;
}

/** What the counts come to. */
export interface LogLikelihoods {
  readonly counts: Float64Array;
  /** How many of the reinforcements, in order, have acted. */
  readonly reinforced: number;
  /** log L_h without the impossible observations, and how many impossible keys there are. */
  readonly finite: Float64Array;
  readonly impossible: Int32Array;
  readonly logLikelihood: Float64Array;
  /** By hypothesis: the posterior of the capabilities; undefined where nothing is learnable. */
  readonly capabilities: readonly (CapabilitySolution | undefined)[];
  /** Posterior mean rows of the Dirichlet hypotheses, by hypothesis; undefined for rigid ones. */
  readonly rows: readonly (Float64Array | undefined)[];
  /** By hypothesis: what capabilities are together with propensities, where the two depend on each other. */
  readonly retained: readonly (CapabilityMeans | undefined)[];
  /** What measured rows add, by hypothesis, nats. */
  readonly measured: Float64Array | undefined;
  readonly termsByHypothesis: readonly LikelihoodTerms[];
  /** By profile and terms: solutions that hypotheses share. */
  readonly solutions: ReadonlyMap<string, CapabilitySolution>;
}

/** What the Dirichlet of one situation adds. */
function driftOf(pieces: DirichletPreferences, situation: number, counts: Float64Array): number {
  const plan = pieces.plans[situation];
  return plan ? dirichletGain(plan, undefined, counts) + shareTotal(pieces, counts, situation) : 0;
}

/** Weigh every hypothesis. `measured`: what measured rows add, by hypothesis, nats. */
export function* computeLogLikelihoods(
  likelihood: Likelihood,
  counts: Float64Array,
  measured: Float64Array | undefined,
  reinforced: number,
): Stepwise<LogLikelihoods> {
  const { hypotheses, keys, scale, structure } = likelihood;
  const situations = structure.program.situations.length;
  const impossible = new Int32Array(hypotheses.length);
  const capabilities: (CapabilitySolution | undefined)[] = [];
  const rows: (Float64Array | undefined)[] = [];
  const retained: (CapabilityMeans | undefined)[] = [];
  const termsByHypothesis: LikelihoodTerms[] = [];
  const solutions = new Map<string, CapabilitySolution>();
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
    const pieces = likelihood.dirichlet[h];
    if (pieces) {
      for (let x = 0; x < situations; x++) {
        drift[x] = driftOf(pieces, x, counts);
        sum.add(drift[x]);
      }
    }
    if (measured) {
      if (measured[h] === Number.NEGATIVE_INFINITY) impossible[h]++;
      else sum.add(measured[h]);
    }
    const row = pieces ? meanRow(likelihood, h, counts) : hypotheses[h].row;
    const solved = yield* solveHypothesis(likelihood, h, row, counts, reinforced, solutions, true);
    rows[h] = pieces ? solved.row : undefined;
    retained[h] = solved.retained;
    const terms = { sum, drift, constant: solved.constant, integral: solved.solution?.log ?? 0 };
    sum.add(terms.constant);
    sum.add(terms.integral);
    termsByHypothesis.push(terms);
    capabilities.push(solved.solution);
  }
  const { finite, logLikelihood } = totals(termsByHypothesis, impossible);
  return {
    counts,
    reinforced,
    finite,
    impossible,
    logLikelihood,
    capabilities,
    rows,
    retained,
    measured,
    termsByHypothesis,
    solutions,
  };
}

/**
 * The same likelihood at other counts, from a weighing at some: only what the keys that differ touch is computed, O(hypotheses)
 * where no integral over capabilities is. Sums are exact, so that it is what `weigh` gives, to the bit.
 */
export function* updateLogLikelihoods(
  likelihood: Likelihood,
  before: LogLikelihoods,
  counts: Float64Array,
): Stepwise<LogLikelihoods> {
  const { hypotheses, keys } = likelihood;
  if (before.termsByHypothesis.some(({ sum }) => !sum.finite))
    return yield* computeLogLikelihoods(likelihood, counts, before.measured, before.reinforced);
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
  const capabilities = before.capabilities.slice();
  const rows = before.rows.slice();
  const retained = before.retained.slice();
  const termsByHypothesis: LikelihoodTerms[] = [];
  let solutions: Map<string, CapabilitySolution> | undefined;
  for (let h = 0; h < hypotheses.length; h++) {
    const old = before.termsByHypothesis[h];
    impossible[h] += impossibleGain(likelihood, h, touched, before.counts, counts);
    const terms = exchange(likelihood, h, old, touched, situations, before.counts, counts);
    termsByHypothesis.push(terms);
    const pieces = likelihood.dirichlet[h];
    const row = pieces ? meanRow(likelihood, h, counts) : hypotheses[h].row;
    if (pieces) rows[h] = row;
    const entireRow =
      pieces &&
      (sharesFallback(likelihood, h) || situations.some((x) => readsEntireRow(likelihood, h, x, before.reinforced)));
    if (!entireRow && !profiles[likelihood.profileOf[h]]) continue;
    solutions ??= untouched(before.solutions, profiles);
    const solved = yield* solveHypothesis(likelihood, h, row, counts, before.reinforced, solutions, true);
    if (pieces) rows[h] = solved.row;
    retained[h] = solved.retained;
    terms.constant = solved.constant;
    terms.integral = solved.solution?.log ?? 0;
    terms.sum.add(-old.constant);
    terms.sum.add(-old.integral);
    terms.sum.add(terms.constant);
    terms.sum.add(terms.integral);
    capabilities[h] = solved.solution;
  }
  const { finite, logLikelihood } = totals(termsByHypothesis, impossible);
  return {
    counts,
    reinforced: before.reinforced,
    finite,
    impossible,
    logLikelihood,
    capabilities,
    rows,
    retained,
    measured: before.measured,
    termsByHypothesis,
    solutions: solutions ?? before.solutions,
  };
}

/** A ledger at other counts of some keys, integrals apart. */
function exchange(
  { scale, keys, dirichlet }: Likelihood,
  h: number,
  old: LikelihoodTerms,
  touched: readonly number[],
  situations: readonly number[],
  before: Float64Array,
  after: Float64Array,
): LikelihoodTerms {
  const sum = new ExactSum(old.sum);
  for (let i = 0; i < touched.length; i++) {
    const key = touched[i];
    const s = scale[h * keys + key];
    if (s === Number.NEGATIVE_INFINITY) continue;
    sum.add(-(before[key] * s));
    sum.add(after[key] * s);
  }
  const pieces = dirichlet[h];
  let { drift } = old;
  if (pieces) {
    drift = drift.slice();
    for (const x of situations) {
      drift[x] = driftOf(pieces, x, after);
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
function untouched(
  solutions: LogLikelihoods['solutions'],
  touched: readonly boolean[],
): Map<string, CapabilitySolution> {
  const retained = new Map<string, CapabilitySolution>();
  for (const [key, solution] of solutions) if (!touched[Number.parseInt(key, 10)]) retained.set(key, solution);
  return retained;
}

function totals(
  termsByHypothesis: readonly LikelihoodTerms[],
  impossible: Int32Array,
): Pick<LogLikelihoods, 'finite' | 'logLikelihood'> {
  const finite = new Float64Array(termsByHypothesis.length);
  const logLikelihood = new Float64Array(termsByHypothesis.length);
  for (let h = 0; h < termsByHypothesis.length; h++) {
    finite[h] = termsByHypothesis[h].sum.value;
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
