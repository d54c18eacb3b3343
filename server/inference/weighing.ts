/**
 * Counts put to a likelihood: log L_h of every hypothesis, with measured log-likelihoods, reinforcement, and the
 * integral over the latent abilities around it all; and what some evidence adds to it. Impossible observations are
 * counted, not multiplied in, so that taking the one episode away that killed a persona gives it back its exact
 * likelihood.
 */
import {
  type AbilityProblem,
  type AbilitySolution,
  abilityGain,
  addPower,
  noTerms,
  type PowerTerm,
  type RatioTerm,
  solveAbilities,
} from './abilities';
import { type DirichletPlan, dirichletGain, dirichletMeans, preferenceParameter } from './dirichlet';
import type { AbilityFactor } from './factor';
import { cellForm, type Form, formKey } from './forms';
import type { Likelihood } from './likelihood';
import { formPair, shareTotal } from './preference';
import { reinforcementTerms } from './reinforcement';
import type { Stepwise } from './stepwise';
import type { Structure } from './structure';

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
}

/** Posterior mean row of a Dirichlet hypothesis: its cells, then the ratios of its preference pairs in their order. */
export function meanRow(likelihood: Likelihood, h: number, counts: Float64Array): Float64Array {
  const row = Float64Array.from(likelihood.hypotheses[h].row);
  const parts = likelihood.dirichlet[h];
  if (!parts) return row;
  for (const plan of parts.plans) if (plan) dirichletMeans(plan, counts, row);
  for (const s of parts.shares) {
    const n = s.aOverB < 0 ? 0 : counts[s.aOverB];
    const m = s.bOverA < 0 ? 0 : counts[s.bOverA];
    if (n === 0 && m === 0) continue;
    const plan = parts.plans[s.situation] as DirichletPlan;
    const a = preferenceParameter(plan, counts, s.a) as number;
    const b = preferenceParameter(plan, counts, s.b) as number;
    // The mean ratio moves by the factor that the Beta's own mean moves by.
    const oddsFactor = ((a + n) / (b + m)) * (b / a);
    const total = row[s.a] + row[s.b];
    const odds = (row[s.a] / row[s.b]) * oddsFactor;
    row[s.a] = odds === Number.POSITIVE_INFINITY ? total : (total * odds) / (1 + odds);
    row[s.b] = total / (1 + odds);
  }
  return row;
}

/** Reinforcements, and preferences without a closed form, of a hypothesis at a row: what depends on θ as a whole. */
function rowTerms(
  likelihood: Likelihood,
  h: number,
  row: Float64Array,
  counts: Float64Array,
  reinforced: number,
): { constant: number; powers: PowerTerm[]; ratios: RatioTerm[] } {
  const { structure, hypotheses, reinforcements } = likelihood;
  const hypothesis = hypotheses[h];
  const active = reinforcements.slice(0, reinforced);
  let constant = 0;
  const powers: PowerTerm[] = [];
  const ratios: RatioTerm[] = [];
  for (const x of [...new Set(active.map((r) => r.situation))].sort((a, b) => a - b)) {
    const forms: Form[] = [];
    for (let cell = structure.offset[x]; cell < structure.offset[x + 1]; cell++)
      forms.push(cellForm(structure, hypothesis, cell, row));
    const terms = reinforcementTerms(
      forms,
      active.filter((r) => r.situation === x),
    );
    constant += terms.constant;
    powers.push(...terms.powers);
    ratios.push(...terms.ratios);
  }
  for (const p of likelihood.dirichlet[h]?.plugIns ?? []) {
    const n = counts[p.key];
    if (n === 0) continue;
    const factors: AbilityFactor[] = [];
    const [a, b] = [cellForm(structure, hypothesis, p.preferred, row), cellForm(structure, hypothesis, p.over, row)];
    constant += n * formPair(a, b, p.key, factors);
    for (const f of factors) powers.push({ form: f.form, exponent: n * f.sign, offset: 0 });
  }
  return { constant, powers, ratios };
}

/** The abilities' problem of a profile at given counts. */
export function profileProblem(
  likelihood: Likelihood,
  profile: number,
  counts: Float64Array,
): AbilityProblem & { powers: PowerTerm[] } {
  const empty = noTerms(likelihood.structure);
  const problem = { hit: empty.hit, miss: empty.miss, powers: [] as PowerTerm[], ratios: [] as RatioTerm[] };
  for (const f of likelihood.profiles[profile]) {
    const exponent = f.sign * counts[f.key];
    if (exponent !== 0) addPower(problem, { form: f.form, exponent, offset: 0 });
  }
  return problem;
}

function hasLatent(structure: Structure): boolean {
  return structure.learnable.some(Boolean);
}

const powerKey = (p: PowerTerm): string => `${p.exponent}^${p.offset}(${formKey(p.form)})`;
const ratioKey = (r: RatioTerm): string => `${formKey(r.numerator)}/${r.denominator ? formKey(r.denominator) : 1}`;

/** One hypothesis' part that integrates over abilities and looks at whole rows. */
function* solveHypothesis(
  likelihood: Likelihood,
  h: number,
  row: Float64Array,
  counts: Float64Array,
  reinforced: number,
  solutions: Map<string, AbilitySolution>,
): Stepwise<{ constant: number; solution: AbilitySolution | undefined }> {
  const terms = rowTerms(likelihood, h, row, counts, reinforced);
  if (!hasLatent(likelihood.structure)) return { constant: terms.constant, solution: undefined };
  const profile = likelihood.profileOf[h];
  // Hypotheses with the same problem, as most personas that share an ability, share its solution.
  const key = `${profile}#${terms.powers.map(powerKey).join(';')}#${terms.ratios.map(ratioKey).join(';')}`;
  let solution = solutions.get(key);
  if (!solution) {
    const problem = profileProblem(likelihood, profile, counts);
    for (const term of terms.powers) addPower(problem, term);
    solution = yield* solveAbilities(likelihood.structure, { ...problem, ratios: terms.ratios });
    solutions.set(key, solution);
  }
  return { constant: terms.constant, solution };
}

/** Weigh every hypothesis. `measured`: what measured rows add, by hypothesis, nats. */
export function* weigh(
  likelihood: Likelihood,
  counts: Float64Array,
  measured: Float64Array | undefined,
  reinforced: number,
): Stepwise<Weighing> {
  const { hypotheses, keys, scale } = likelihood;
  const size = hypotheses.length;
  const finite = new Float64Array(size);
  const impossible = new Int32Array(size);
  const logLikelihood = new Float64Array(size);
  const abilities: (AbilitySolution | undefined)[] = [];
  const rows: (Float64Array | undefined)[] = [];
  const solutions = new Map<string, AbilitySolution>();
  const used: number[] = [];
  for (let key = 0; key < keys; key++) if (counts[key] !== 0) used.push(key);
  for (let h = 0; h < size; h++) {
    let sum = 0;
    for (const key of used) {
      const s = scale[h * keys + key];
      if (s === Number.NEGATIVE_INFINITY) impossible[h]++;
      else sum += counts[key] * s;
    }
    const parts = likelihood.dirichlet[h];
    if (parts) {
      for (const plan of parts.plans) if (plan) sum += dirichletGain(plan, undefined, counts);
      sum += shareTotal(parts, counts);
    }
    if (measured) {
      if (measured[h] === Number.NEGATIVE_INFINITY) impossible[h]++;
      else sum += measured[h];
    }
    rows[h] = parts ? meanRow(likelihood, h, counts) : undefined;
    const solved = yield* solveHypothesis(likelihood, h, rows[h] ?? hypotheses[h].row, counts, reinforced, solutions);
    sum += solved.constant;
    if (solved.solution) sum += solved.solution.log;
    abilities.push(solved.solution);
    finite[h] = sum;
    logLikelihood[h] = impossible[h] > 0 ? Number.NEGATIVE_INFINITY : sum;
  }
  return { counts, reinforced, finite, impossible, logLikelihood, abilities, rows };
}

export interface Gains {
  /** By hypothesis: log L_h(D) − log L_h(D∖e), impossible observations apart. */
  readonly gain: Float64Array;
  /** By hypothesis: impossible keys that remain without e. */
  readonly impossible: Int32Array;
  /** By hypothesis: the abilities without e. */
  readonly abilities: readonly (AbilitySolution | undefined)[];
}

/**
 * What some evidence adds, computed as itself and not as a difference of totals. `keysTouched` are where `rest` (all
 * counts without it) and `delta` (it alone) matter.
 */
export function* gains(
  likelihood: Likelihood,
  weighing: Weighing,
  keysTouched: readonly number[],
  rest: Float64Array,
  delta: Float64Array,
  measured: Float64Array | undefined,
): Stepwise<Gains> {
  const { hypotheses, keys, scale, structure } = likelihood;
  const { counts, reinforced } = weighing;
  const size = hypotheses.length;
  const gain = new Float64Array(size);
  const impossible = Int32Array.from(weighing.impossible);
  const abilities: (AbilitySolution | undefined)[] = [...weighing.abilities];
  const situations = new Set<number>();
  for (const key of keysTouched) {
    situations.add(
      key < structure.cells ? structure.situationOf[key] : likelihood.pairs[key - structure.cells].situation,
    );
  }
  const solutions = new Map<string, AbilitySolution>();
  const touchedProfile = likelihood.profiles.map((factors) => factors.some((f) => keysTouched.includes(f.key)));
  for (let h = 0; h < size; h++) {
    let sum = 0;
    for (const key of keysTouched) {
      const s = scale[h * keys + key];
      if (s !== Number.NEGATIVE_INFINITY) sum += delta[key] * s;
      else impossible[h] += (rest[key] !== 0 ? 1 : 0) - (counts[key] !== 0 ? 1 : 0);
    }
    const parts = likelihood.dirichlet[h];
    let wholeRow = false;
    if (parts) {
      for (const x of situations) {
        const plan = parts.plans[x];
        if (!plan) continue;
        sum += dirichletGain(plan, rest, delta);
        if (parts.shares.some((s) => s.situation === x))
          sum += shareTotal(parts, counts, x) - shareTotal(parts, rest, x);
        wholeRow ||= likelihood.reinforcements.slice(0, reinforced).some((r) => r.situation === x);
        wholeRow ||= parts.plugIns.some((p) => structure.situationOf[p.preferred] === x);
      }
    }
    if (measured) {
      if (measured[h] === Number.NEGATIVE_INFINITY) impossible[h]--;
      else sum += measured[h];
    }
    if (wholeRow || touchedProfile[likelihood.profileOf[h]]) {
      const row = weighing.rows[h] ?? hypotheses[h].row;
      const rowRest = wholeRow ? meanRow(likelihood, h, rest) : row;
      const solved = yield* solveHypothesis(likelihood, h, rowRest, rest, reinforced, solutions);
      if (wholeRow) sum += rowTerms(likelihood, h, row, counts, reinforced).constant - solved.constant;
      const full = weighing.abilities[h];
      if (solved.solution && full) {
        const exact = wholeRow ? undefined : profileProblem(likelihood, likelihood.profileOf[h], delta);
        sum += abilityGain(full, solved.solution, exact);
        abilities[h] = solved.solution;
      }
    }
    gain[h] = sum;
  }
  return { gain, impossible, abilities };
}
