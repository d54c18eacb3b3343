/**
 * Counts put to a likelihood: log L_h of every hypothesis, with measured log-likelihoods, reinforcement, and the
 * integral over the latent abilities around it all; and what some evidence adds to it. Impossible observations are
 * counted, not multiplied in, so that taking the one episode away that killed a persona gives it back its exact
 * likelihood.
 */
import type { AbilitySolution } from './abilities';
import { dirichletGain } from './dirichlet';
import { ExactSum } from './exactSum';
import type { Likelihood } from './likelihood';
import { type DirichletPreferences, shareTotal } from './preference';
import type { Stepwise } from './stepwise';
import { looksAtWholeRow, meanRow, solveHypothesis } from './wholeRows';

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
    rows[h] = parts ? meanRow(likelihood, h, counts) : undefined;
    const solved = yield* solveHypothesis(likelihood, h, rows[h] ?? hypotheses[h].row, counts, reinforced, solutions);
    const ledger = { sum, drift, constant: solved.constant, integral: solved.solution?.log ?? 0 };
    sum.add(ledger.constant);
    sum.add(ledger.integral);
    ledgers.push(ledger);
    abilities.push(solved.solution);
  }
  return {
    counts,
    reinforced,
    ...totals(ledgers, impossible),
    impossible,
    abilities,
    rows,
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
  const { hypotheses, keys, scale } = likelihood;
  if (before.ledgers.some(({ sum }) => !sum.finite))
    return yield* weigh(likelihood, counts, before.measured, before.reinforced);
  const touched: number[] = [];
  for (let key = 0; key < keys; key++) if (counts[key] !== before.counts[key]) touched.push(key);
  const situations = [...new Set(touched.map((key) => situationOfKey(likelihood, key)))].sort((a, b) => a - b);
  const profiles = touchedProfiles(likelihood, touched);
  const solutions = new Map<string, AbilitySolution>();
  for (const [key, solution] of before.solutions) if (!profiles[Number.parseInt(key, 10)]) solutions.set(key, solution);
  const impossible = before.impossible.slice();
  const abilities = before.abilities.slice();
  const rows = before.rows.slice();
  const ledgers: Ledger[] = [];
  for (let h = 0; h < hypotheses.length; h++) {
    const old = before.ledgers[h];
    const ledger: Ledger = { ...old, sum: old.sum.copy() };
    ledgers.push(ledger);
    const { sum } = ledger;
    for (const key of touched) {
      const s = scale[h * keys + key];
      if (s === Number.NEGATIVE_INFINITY) {
        impossible[h] += (counts[key] !== 0 ? 1 : 0) - (before.counts[key] !== 0 ? 1 : 0);
        continue;
      }
      sum.add(-(before.counts[key] * s));
      sum.add(counts[key] * s);
    }
    const parts = likelihood.dirichlet[h];
    if (parts) {
      const drift = old.drift.slice();
      for (const x of situations) {
        drift[x] = driftOf(parts, x, counts);
        sum.add(-old.drift[x]);
        sum.add(drift[x]);
      }
      ledgers[h] = { ...ledger, drift };
      rows[h] = meanRow(likelihood, h, counts);
    }
    const wholeRow = situations.some((x) => looksAtWholeRow(likelihood, h, x, before.reinforced));
    if (!wholeRow && !profiles[likelihood.profileOf[h]]) continue;
    const row = rows[h] ?? hypotheses[h].row;
    const solved = yield* solveHypothesis(likelihood, h, row, counts, before.reinforced, solutions);
    const now = ledgers[h];
    sum.add(-now.constant);
    sum.add(-now.integral);
    now.constant = solved.constant;
    now.integral = solved.solution?.log ?? 0;
    sum.add(now.constant);
    sum.add(now.integral);
    abilities[h] = solved.solution;
  }
  return { ...before, counts, ...totals(ledgers, impossible), impossible, abilities, rows, ledgers, solutions };
}

function totals(ledgers: readonly Ledger[], impossible: Int32Array): Pick<Weighing, 'finite' | 'logLikelihood'> {
  const finite = Float64Array.from(ledgers, ({ sum }) => sum.value);
  const logLikelihood = finite.map((sum, h) => (impossible[h] > 0 ? Number.NEGATIVE_INFINITY : sum));
  return { finite, logLikelihood };
}

export function situationOfKey({ structure, pairs }: Likelihood, key: number): number {
  return key < structure.cells ? structure.situationOf[key] : pairs[key - structure.cells].situation;
}

/** By profile: whether any of its factors is one of the keys'. */
export function touchedProfiles({ profiles }: Likelihood, keys: readonly number[]): boolean[] {
  return profiles.map((factors) => factors.some((f) => keys.includes(f.key)));
}
