/**
 * log L_h for every hypothesis (LANGUAGE section 5): Σ N·log P over cells and preference pairs for rigid personas, a
 * Dirichlet ratio for those with a concentration, measured log-likelihoods, reinforcement, and the integral over the
 * latent abilities around it all. Impossible observations are counted, not multiplied in, so that taking the one
 * episode away that killed a persona gives it back its exact likelihood.
 */
import type { Reinforcement } from '../program/program';
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
import {
  type DirichletPlan,
  dirichletGain,
  dirichletMeans,
  dirichletPlan,
  dirichletProblem,
  preferenceParameter,
} from './dirichlet';
import type { PreferencePair } from './effectiveCounts';
import { cellForm, combine, type Form, formKey, formScale, pureSide, scaleForm } from './forms';
import { betaLogRatio } from './gamma';
import type { Hypothesis } from './hypotheses';
import { logShare } from './logarithms';
import { reinforcementTerms } from './reinforcement';
import type { Structure } from './structure';

/** A factor that depends on latent abilities: N(key) · sign · log(form). */
export interface AbilityFactor {
  readonly key: number;
  readonly sign: number;
  readonly form: Form;
}

/** Two responses of a Dirichlet persona, weighed against each other: a Beta on their ratio. */
interface SharePair {
  readonly situation: number;
  readonly a: number;
  readonly b: number;
  /** Keys of a over b and of b over a, -1 where nobody said so. */
  readonly aOverB: number;
  readonly bOverA: number;
}

/** A preference of a Dirichlet persona that has no closed form; its posterior mean row stands in for θ. */
interface PlugInPair {
  readonly key: number;
  readonly preferred: number;
  readonly over: number;
}

interface DirichletParts {
  readonly plans: readonly (DirichletPlan | undefined)[];
  readonly shares: readonly SharePair[];
  readonly plugIns: readonly PlugInPair[];
}

/** Where a number is an approximation, or a rule of LANGUAGE section 5 is broken, whatever the counts are. */
export type LikelihoodNote =
  | { readonly kind: 'approximate-preference'; readonly situation: number }
  | {
      readonly kind: 'intended-fallback';
      readonly situation: number;
      readonly response: number;
      readonly persona: string;
    };

export interface Likelihood {
  readonly structure: Structure;
  readonly hypotheses: readonly Hypothesis[];
  readonly keys: number;
  readonly pairs: readonly PreferencePair[];
  readonly reinforcements: readonly Reinforcement[];
  /** H × keys: the log of what one unit of count multiplies in, abilities apart; -Infinity: impossible. */
  readonly scale: Float64Array;
  /** By hypothesis; undefined for rigid ones. */
  readonly dirichlet: readonly (DirichletParts | undefined)[];
  /** By hypothesis: index of its profile. Hypotheses of one profile share every integral over abilities. */
  readonly profileOf: Int32Array;
  readonly profiles: readonly (readonly AbilityFactor[])[];
  /** By hypothesis: reinforcement where it is the same whatever is counted. */
  readonly notes: readonly LikelihoodNote[];
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
}

export function prepareLikelihood(
  structure: Structure,
  hypotheses: readonly Hypothesis[],
  pairs: readonly PreferencePair[],
  slotsOfKey: readonly (readonly number[])[],
): Likelihood {
  const { cells, offset, program } = structure;
  const keys = cells + pairs.length;
  const situations = program.situations.length;
  const scale = new Float64Array(hypotheses.length * keys);
  const profileOf = new Int32Array(hypotheses.length);
  const profiles: AbilityFactor[][] = [];
  const known = new Map<string, number>();
  const notes: LikelihoodNote[] = [];
  const inPair = new Set(pairs.flatMap((p) => [p.preferred, p.over]));
  const spoken = (cell: number) => slotsOfKey[cell].length > 0 || inPair.has(cell);
  const dirichlet = hypotheses.map((h, index) => {
    const factors: AbilityFactor[] = [];
    const at = index * keys;
    const plans: (DirichletPlan | undefined)[] = [];
    const shares: SharePair[] = [];
    const plugIns: PlugInPair[] = [];
    for (let x = 0; x < situations; x++) {
      let plan: DirichletPlan | undefined;
      if (h.concentration > 0) {
        const made = dirichletPlan(structure, h, x, spoken);
        if ('response' in made)
          notes.push({ kind: 'intended-fallback', situation: x, response: made.response, persona: h.name });
        else plan = made;
      }
      plans.push(plan);
      for (let cell = offset[x]; cell < offset[x + 1]; cell++) {
        const form = plan ? shapeForm(structure, h, plan, cell) : cellForm(structure, h, cell);
        scale[at + cell] = factor(factors, cell, 1, form);
      }
    }
    const uses = new Map<number, number>();
    pairs.forEach((pair, i) => {
      const plan = plans[pair.situation];
      const key = cells + i;
      if (!plan) {
        scale[at + key] = rigidPair(structure, h, pair, key, factors);
        return;
      }
      scale[at + key] = dirichletPair(structure, h, plan, pair, key, factors, shares, plugIns, pairs);
      if (pair.preferred < pair.over || !pairs.some((p) => p.preferred === pair.over && p.over === pair.preferred)) {
        for (const cell of [pair.preferred, pair.over]) uses.set(cell, (uses.get(cell) ?? 0) + 1);
      }
    });
    const approximate = new Set<number>(plugIns.map((p) => structure.situationOf[p.preferred]));
    for (const [cell, n] of uses) if (n > 1) approximate.add(structure.situationOf[cell]);
    for (const share of shares) if (!sameAbility(structure, h, share.a, share.b)) approximate.add(share.situation);
    for (const situation of [...approximate].sort((a, b) => a - b))
      notes.push({ kind: 'approximate-preference', situation });
    const signature = factors.map((f) => `${f.key}*${f.sign}(${formKey(f.form)})`).join(';');
    let profile = known.get(signature);
    if (profile === undefined) {
      profile = profiles.length;
      known.set(signature, profile);
      profiles.push(factors);
    }
    profileOf[index] = profile;
    return h.concentration > 0 ? { plans, shares, plugIns } : undefined;
  });
  const reinforcements = program.reinforcements;
  return { structure, hypotheses, keys, pairs, reinforcements, scale, dirichlet, profileOf, profiles, notes };
}

/** Note what depends on abilities, normalised to at most 1; return the log of the rest. */
function factor(factors: AbilityFactor[], key: number, sign: number, form: Form): number {
  const size = formScale(form);
  if (size === 0) return Number.NEGATIVE_INFINITY;
  if (form.abilities.length === 0) return sign * Math.log(form.base);
  factors.push({ key, sign, form: scaleForm(form, 1 / size) });
  return sign * Math.log(size);
}

/** A Dirichlet cell's ability factor alone: κ for what needs it, 1−κ for its fallback, 1 else, 0 for the impossible. */
function shapeForm(structure: Structure, h: Hypothesis, plan: DirichletPlan, cell: number): Form {
  const row = new Float64Array(h.row.length);
  const index = plan.unitOf[cell - plan.first];
  if (index >= 0) row[cell] = 1;
  const unit = plan.units.find((u) => u.fallback === cell);
  // One loser stands for the whole group: all of them lose by the same ability.
  if (unit) row[unit.members[0]] = 1;
  return cellForm(structure, h, cell, row);
}

function rigidPair(
  structure: Structure,
  h: Hypothesis,
  pair: PreferencePair,
  key: number,
  factors: AbilityFactor[],
): number {
  return formPair(cellForm(structure, h, pair.preferred), cellForm(structure, h, pair.over), key, factors);
}

/** log of P/(P+P') as factors of both forms. */
function formPair(preferred: Form, over: Form, key: number, factors: AbilityFactor[]): number {
  const p = formScale(preferred);
  const q = formScale(over);
  if (p === 0 || q === 0) return logShare(p, q);
  const parallel =
    pureSide(preferred) !== undefined &&
    pureSide(preferred) === pureSide(over) &&
    preferred.abilities[0] === over.abilities[0];
  if (parallel || (preferred.abilities.length === 0 && over.abilities.length === 0)) return logShare(p, q);
  const sum = combine([preferred, over], [1, 1]);
  return factor(factors, key, 1, preferred) + factor(factors, key, -1, sum);
}

function sameAbility(structure: Structure, h: Hypothesis, a: number, b: number): boolean {
  const one = (cell: number) => (structure.needs[cell] < 0 ? 1 : h.ability[structure.needs[cell]]);
  if (structure.needs[a] === structure.needs[b]) return true;
  return one(a) === one(b);
}

function dirichletPair(
  structure: Structure,
  h: Hypothesis,
  plan: DirichletPlan,
  pair: PreferencePair,
  key: number,
  factors: AbilityFactor[],
  shares: SharePair[],
  plugIns: PlugInPair[],
  pairs: readonly PreferencePair[],
): number {
  const unitFor = (cell: number) => {
    const own = plan.unitOf[cell - plan.first];
    return own >= 0 ? own : plan.units.findIndex((u) => u.fallback === cell);
  };
  const possible = (cell: number) => formScale(shapeForm(structure, h, plan, cell)) > 0;
  const [p, q] = [possible(pair.preferred), possible(pair.over)];
  if (!p || !q) return logShare(p ? 1 : 0, q ? 1 : 0);
  const [u, v] = [unitFor(pair.preferred), unitFor(pair.over)];
  const responses = plan.unitOf[pair.preferred - plan.first] >= 0 && plan.unitOf[pair.over - plan.first] >= 0;
  if (responses) {
    const [a, b] = pair.preferred < pair.over ? [pair.preferred, pair.over] : [pair.over, pair.preferred];
    if (!shares.some((s) => s.a === a && s.b === b)) {
      const find = (x: number, y: number) => {
        const i = pairs.findIndex((o) => o.preferred === x && o.over === y);
        return i < 0 ? -1 : structure.cells + i;
      };
      shares.push({ situation: pair.situation, a, b, aOverB: find(a, b), bOverA: find(b, a) });
    }
    return 0;
  }
  if (u === v && plan.units[u].members.length === 1) {
    // A response against its own fallback: θ cancels and only the ability is asked.
    return formPair(
      shapeForm(structure, h, plan, pair.preferred),
      shapeForm(structure, h, plan, pair.over),
      key,
      factors,
    );
  }
  plugIns.push({ key, preferred: pair.preferred, over: pair.over });
  return 0;
}

/** log of the Betas on the ratios, given the cells' counts. */
function shareTotal(parts: DirichletParts, counts: Float64Array, situation = -1): number {
  let sum = 0;
  for (const s of parts.shares) {
    if (situation >= 0 && s.situation !== situation) continue;
    const n = s.aOverB < 0 ? 0 : counts[s.aOverB];
    const m = s.bOverA < 0 ? 0 : counts[s.bOverA];
    if (n === 0 && m === 0) continue;
    const plan = parts.plans[s.situation] as DirichletPlan;
    const a = preferenceParameter(plan, counts, s.a) as number;
    const b = preferenceParameter(plan, counts, s.b) as number;
    sum += betaLogRatio(a, b, n, m);
  }
  return sum;
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
function profileProblem(
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
function solveHypothesis(
  likelihood: Likelihood,
  h: number,
  row: Float64Array,
  counts: Float64Array,
  reinforced: number,
  solutions: Map<string, AbilitySolution>,
): { constant: number; solution: AbilitySolution | undefined } {
  const terms = rowTerms(likelihood, h, row, counts, reinforced);
  if (!hasLatent(likelihood.structure)) return { constant: terms.constant, solution: undefined };
  const profile = likelihood.profileOf[h];
  // Hypotheses with the same problem, as most personas that share an ability, share its solution.
  const key = `${profile}#${terms.powers.map(powerKey).join(';')}#${terms.ratios.map(ratioKey).join(';')}`;
  let solution = solutions.get(key);
  if (!solution) {
    const problem = profileProblem(likelihood, profile, counts);
    for (const term of terms.powers) addPower(problem, term);
    solution = solveAbilities(likelihood.structure, { ...problem, ratios: terms.ratios });
    solutions.set(key, solution);
  }
  return { constant: terms.constant, solution };
}

/** Weigh every hypothesis. `measured`: what measured rows add, by hypothesis, nats. */
export function weigh(
  likelihood: Likelihood,
  counts: Float64Array,
  measured: Float64Array | undefined,
  reinforced: number,
): Weighing {
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
    const solved = solveHypothesis(likelihood, h, rows[h] ?? hypotheses[h].row, counts, reinforced, solutions);
    sum += solved.constant;
    if (solved.solution) sum += solved.solution.log;
    abilities.push(solved.solution);
    finite[h] = sum;
    logLikelihood[h] = impossible[h] > 0 ? Number.NEGATIVE_INFINITY : sum;
  }
  return { counts, reinforced, finite, impossible, logLikelihood, abilities, rows };
}

/** A rule that the counts break: what falls to 0 or below. */
export interface CountProblem {
  readonly key: number;
  readonly hypothesis: number;
  readonly reason: 'dirichlet' | 'impossible' | 'ability';
}

/** Counts below zero where the mathematics has no meaning for them, by hypothesis and key. */
export function countProblems(likelihood: Likelihood, counts: Float64Array): CountProblem[] {
  const { hypotheses, keys, scale, structure } = likelihood;
  const problems: CountProblem[] = [];
  for (let h = 0; h < hypotheses.length; h++) {
    for (let key = 0; key < keys; key++) {
      if (counts[key] < 0 && scale[h * keys + key] === Number.NEGATIVE_INFINITY)
        problems.push({ key, hypothesis: h, reason: 'impossible' });
    }
    const parts = likelihood.dirichlet[h];
    for (const plan of parts?.plans ?? []) {
      const key = plan ? dirichletProblem(plan, counts) : -1;
      if (key >= 0) problems.push({ key, hypothesis: h, reason: 'dirichlet' });
    }
    for (const s of parts?.shares ?? []) {
      const plan = parts?.plans[s.situation] as DirichletPlan;
      const n = s.aOverB < 0 ? 0 : counts[s.aOverB];
      const m = s.bOverA < 0 ? 0 : counts[s.bOverA];
      const a = preferenceParameter(plan, counts, s.a) as number;
      const b = preferenceParameter(plan, counts, s.b) as number;
      if (n < 0 && !(a + n > 0)) problems.push({ key: s.aOverB, hypothesis: h, reason: 'dirichlet' });
      if (m < 0 && !(b + m > 0)) problems.push({ key: s.bOverA, hypothesis: h, reason: 'dirichlet' });
    }
  }
  likelihood.profiles.forEach((factors, profile) => {
    const problem = profileProblem(likelihood, profile, counts);
    for (let c = 0; c < structure.value.length; c++) {
      if (!structure.learnable[c]) continue;
      const low = !(structure.priorHit[c] + problem.hit[c] > 0);
      const high = !(structure.priorMiss[c] + problem.miss[c] > 0);
      if (!low && !high) continue;
      for (const f of factors) {
        const side = f.form.abilities[0] === c ? pureSide(f.form) : undefined;
        if (f.sign * counts[f.key] < 0 && ((low && side === 'hit') || (high && side === 'miss'))) {
          problems.push({ key: f.key, hypothesis: likelihood.profileOf.indexOf(profile), reason: 'ability' });
        }
      }
    }
  });
  return problems;
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
export function gains(
  likelihood: Likelihood,
  weighing: Weighing,
  keysTouched: readonly number[],
  rest: Float64Array,
  delta: Float64Array,
  measured: Float64Array | undefined,
): Gains {
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
      const solved = solveHypothesis(likelihood, h, rowRest, rest, reinforced, solutions);
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
